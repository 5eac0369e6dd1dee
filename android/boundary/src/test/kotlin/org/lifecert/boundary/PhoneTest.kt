package org.lifecert.boundary

import java.net.ServerSocket
import java.nio.file.Files
import java.nio.file.Path
import java.util.concurrent.atomic.AtomicBoolean
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.TimeoutCancellationException
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withTimeout
import org.junit.jupiter.api.AfterAll
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.BeforeAll
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.TestInstance
import org.junit.jupiter.api.io.TempDir
import org.lifecert.app.fake.Clip
import org.lifecert.app.fake.County
import org.lifecert.app.fake.JcaVault
import org.lifecert.app.fake.Library
import org.lifecert.app.fake.code
import org.lifecert.core.Beside
import org.lifecert.core.Channel
import org.lifecert.core.KeySignature
import org.lifecert.core.KeyVault
import org.lifecert.core.NewKey
import org.lifecert.core.Outcome
import org.lifecert.core.Phase
import org.lifecert.core.Phone
import org.lifecert.core.PhoneSettings
import org.lifecert.core.Session
import org.lifecert.core.VaultException
import org.lifecert.core.letterCode
import org.lifecert.core.newStorageKey

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PhoneTest {
    private lateinit var county: County
    private lateinit var clip: Clip

    @TempDir
    lateinit var folder: Path

    @BeforeAll
    fun open() {
        county = County()
        clip = county.clip(40, 24)
    }

    @AfterAll
    fun close() = county.close()

    private fun phone(
        vault: KeyVault?,
        name: String = "phone",
        key: ByteArray = newStorageKey(),
        pins: List<String> = emptyList(),
    ): Phone {
        val settings = PhoneSettings(folder.resolve(name).toString(), "boundary", null, pins, 1U, 30U)
        assertFalse(settings.toString().contains(key.decodeToString()))
        return Phone.open(settings, key, vault, Library.models)
    }

    private suspend fun Phone.bindHere(url: String = county.url): Session =
        bind(url, null, county.letter(), Channel.HOME, 0UL)

    private suspend fun bound(vault: KeyVault): Phone {
        // One first phone a person: the others are this one's copies of it.
        val phone = phone(vault)
        val session = phone.bindHere()
        clip.showTo(session)
        val answer = session.finish()
        assertEquals(Outcome.ACCEPTED, answer.outcome, "$answer")
        assertEquals(county.person, answer.person)
        return phone
    }

    @Test
    fun `the whole road with keys of Java`() = runBlocking {
        val refuses = AtomicBoolean(false)
        val waits = AtomicBoolean(false)
        val began = CompletableDeferred<Unit>()
        val ended = CompletableDeferred<Unit>()
        val vault = object : JcaVault() {
            override suspend fun sign(key: String, bytes: ByteArray): KeySignature {
                if (refuses.get()) throw VaultException.Cancelled()
                if (waits.get()) {
                    began.complete(Unit)
                    try {
                        awaitCancellation()
                    } finally {
                        ended.complete(Unit)
                    }
                }
                return super.sign(key, bytes)
            }
        }
        val phone = bound(vault)
        val person = county.person
        assertEquals(1, vault.keys.size)

        // Its person said no: the look is over, nothing is lost.
        val session = phone.certify(person, Channel.HOME, 0UL)
        clip.showTo(session)
        refuses.set(true)
        val refused = session.finish()
        assertEquals(Outcome.STOPPED to "key.cancelled", refused.outcome to refused.code)
        assertEquals(refused, session.finish())
        refuses.set(false)

        // The app gave up while the key was asked for; the key's side is told, and asked again later.
        val second = phone.certify(person, Channel.HOME, 0UL)
        clip.showTo(second)
        waits.set(true)
        assertThrows(TimeoutCancellationException::class.java) {
            runBlocking { withTimeout(1_000) { second.finish() } }
        }
        withTimeout(5_000) { ended.await() }
        assertTrue(began.isCompleted)
        assertEquals(Phase.FINISHING, second.phase())
        waits.set(false)
        val accepted = second.finish()
        assertEquals(Outcome.ACCEPTED, accepted.outcome, "$accepted")

        val receipts = phone.receipts(person)
        assertEquals(listOf(accepted.receipt), receipts.map { it.receipt })
        val qr = phone.receiptQr(receipts[0].receipt, Beside(proof = true, salt = false))
        assertTrue(qr.text.startsWith("LIFECERT1:") && qr.png.size > 500)
        assertEquals("QrCode(..)", qr.toString())
        assertEquals(receipts[0], phone.checkReceipt(qr.text).receipt)
        assertTrue(phone.standing(person).certified)
        assertEquals(1, phone.history(person).size)

        // Without a network the claim waits, and goes when there is one.
        assertEquals(2U, phone.sync().ahead[0].challenges)
        county.stop()
        val away = phone.certify(person, Channel.ABROAD, 0UL)
        clip.showTo(away)
        val queued = away.finish()
        assertEquals(Outcome.QUEUED to "server.unreachable", queued.outcome to queued.code)
        assertEquals(1U, phone.waitingClaims())
        county.start()
        val sent = phone.sync().claims
        assertEquals(listOf(Outcome.ACCEPTED), sent.map { it.outcome }, "$sent")
        assertEquals(2, phone.receipts(person).size)

        phone.erase(person)
        assertEquals(emptyList<Any>(), phone.people())
        assertTrue(vault.keys.isEmpty(), "no key stays")
        phone.close()
    }

    @Test
    fun `whatever a key store throws is a code`() = runBlocking {
        val thrown = mapOf<String, () -> NewKey>(
            "key.cancelled" to { throw VaultException.Cancelled() },
            "key.unavailable" to { throw VaultException.Unavailable() },
            "storage.full" to { throw VaultException.Full() },
        )
        for ((code, throwing) in thrown) {
            assertEquals(code, code { phone(making(throwing), code).bindHere() })
        }
        val odd = listOf<() -> NewKey>(
            { throw IllegalStateException("王福生") },
            { throw NullPointerException() },
            { NewKey(ByteArray(0), emptyList()) },
            { NewKey(ByteArray(65) { 4 }, emptyList()) },
        )
        for ((n, throwing) in odd.withIndex()) {
            assertEquals("key.unavailable", code { phone(making(throwing), "odd$n").bindHere() })
        }
        val attests = object : JcaVault() {
            override fun attests(): Boolean = throw IllegalStateException()
        }
        phone(attests, "attests").bindHere().use { session ->
            session.cancel()
            assertEquals(Outcome.STOPPED, session.finish().outcome)
            assertTrue(attests.keys.isEmpty(), "what was not bound leaves no key")
        }
    }

    private fun making(made: () -> NewKey) = object : JcaVault() {
        override suspend fun generate(nonce: ByteArray?): NewKey = made()
    }

    @Test
    fun `a call that is cancelled ends at once and the phone goes on`() {
        ServerSocket(0).use { silent ->
            val phone = phone(null, "cancelled")
            val began = System.nanoTime()
            assertThrows(TimeoutCancellationException::class.java) {
                runBlocking {
                    withTimeout(300) { phone.bindHere("http://127.0.0.1:${silent.localPort}") }
                }
            }
            assertTrue(System.nanoTime() - began < 5_000_000_000)
            assertEquals(emptyList<Any>(), phone.people())
            assertEquals("", code { phone.hasRoom() })
            phone.close()
            assertThrows(IllegalStateException::class.java) { phone.people() }
        }
    }

    @Test
    fun `failures of the road have codes and say whether waiting helps`() = runBlocking {
        val phone = phone(null, "codes")
        assertEquals("code.mistyped", code { letterCode("ABCD-EFGH") })
        val code = letterCode(county.letter().lowercase().replace("-", " "))
        assertEquals(19, code.length)
        val unreachable = runCatching { phone.bindHere("http://127.0.0.1:1") }.exceptionOrNull()
        unreachable as org.lifecert.core.LifecertException
        assertEquals("server.unreachable", unreachable.code())
        assertTrue(unreachable.isPassing())
        assertEquals(null, unreachable.retryAfterS())
        assertEquals("device.not_bound", code { phone.certify("0".repeat(32), Channel.HOME, 0UL) })
        assertEquals("request.malformed", code { phone.certify("nobody", Channel.HOME, 0UL) })
        assertEquals("request.not_found", code { phone.receiptFile("0".repeat(32)) })
        assertEquals("receipt.invalid", code { phone.checkReceipt("LIFECERT1:ABC") })
        assertEquals("request.malformed", code { phone(null, "pins", pins = listOf("12")) })
        assertEquals("request.malformed", code { phone(null, "short", key = ByteArray(31)) })
        Files.writeString(folder.resolve("file"), "no folder")
        assertEquals("storage.unreadable", code { phone(null, "file") })
    }

    @Test
    fun `nothing readable lies in the phone's folder`() = runBlocking {
        val key = newStorageKey()
        assertEquals(32, key.size)
        val phone = phone(null, "sealed", key)
        phone.bindHere().use { it.cancel() }
        val files = Files.walk(folder.resolve("sealed")).filter(Files::isRegularFile).toList()
        for (file in files) {
            assertFalse(String(Files.readAllBytes(file), Charsets.ISO_8859_1).contains(county.person))
        }
    }
}
