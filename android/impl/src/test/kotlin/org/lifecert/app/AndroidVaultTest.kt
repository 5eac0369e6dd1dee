package org.lifecert.app

import android.content.pm.PackageManager
import android.os.Build
import android.security.keystore.KeyPermanentlyInvalidatedException
import android.security.keystore.KeyProperties
import android.security.keystore.UserNotAuthenticatedException
import java.math.BigInteger
import java.security.AlgorithmParameters
import java.security.KeyFactory
import java.security.MessageDigest
import java.security.ProviderException
import java.security.Signature
import java.security.UnrecoverableKeyException
import java.security.cert.CertificateFactory
import java.security.cert.X509Certificate
import java.security.spec.ECGenParameterSpec
import java.security.spec.ECParameterSpec
import java.security.spec.ECPoint
import java.security.spec.ECPublicKeySpec
import kotlinx.coroutines.runBlocking
import org.junit.Assert.assertArrayEquals
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertThrows
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.lifecert.core.NewKey
import org.lifecert.core.SignatureForm
import org.lifecert.core.VaultException
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config

/** People's keys in a key store of Java under Android's name. */
@RunWith(RobolectricTestRunner::class)
@Config(sdk = [24, 34])
class AndroidVaultTest {
    private val context = RuntimeEnvironment.getApplication()
    private val hardware = KeyHardware(PhoneMaker())
    private val nonce = ByteArray(32) { it.toByte() }
    private val isNew = Build.VERSION.SDK_INT >= 28

    private fun onPhone(
        policy: KeyPolicy = KeyPolicy(),
        presence: Presence = Presence { error("nobody is asked") },
        work: suspend (AndroidVault) -> Unit,
    ) = hardware.installed { runBlocking { work(AndroidVault(context, policy, presence)) } }

    private fun giveStrongBox() =
        shadowOf(context.packageManager).setSystemFeature(PackageManager.FEATURE_STRONGBOX_KEYSTORE, true)

    private fun nameOf(key: NewKey) =
        MessageDigest.getInstance("SHA-256").digest(key.publicKey).joinToString("") { "%02x".format(it) }

    private fun verifies(key: NewKey, bytes: ByteArray, signature: ByteArray): Boolean {
        val curve = AlgorithmParameters.getInstance("EC").apply { init(ECGenParameterSpec("secp256r1")) }
        val (x, y) = listOf(1..32, 33..64).map { BigInteger(1, key.publicKey.sliceArray(it)) }
        val spec = ECPublicKeySpec(ECPoint(x, y), curve.getParameterSpec(ECParameterSpec::class.java))
        return Signature.getInstance("SHA256withECDSA").run {
            initVerify(KeyFactory.getInstance("EC").generatePublic(spec))
            update(bytes)
            verify(signature)
        }
    }

    private inline fun <reified E : Throwable> fails(crossinline work: suspend () -> Unit) {
        assertThrows(E::class.java) { runBlocking { work() } }
    }

    @Test
    fun `keys sign under the name of their point until they are destroyed`() = onPhone { vault ->
        val (one, other) = List(2) { vault.generate(null) }
        assertEquals(65, one.publicKey.size)
        for (key in listOf(one, other)) {
            val bytes = "a claim".toByteArray()
            val signed = vault.sign(nameOf(key), bytes)
            assertEquals(SignatureForm.DER, signed.form)
            assertTrue(verifies(key, bytes, signed.signature))
            assertEquals(emptyList<ByteArray>(), key.chain)
        }
        vault.destroy(nameOf(one))
        vault.destroy(nameOf(one))
        fails<VaultException.Unavailable> { vault.sign(nameOf(one), nonce) }
        vault.sign(nameOf(other), nonce)
        assertEquals(1, hardware.held.size)
        assertEquals(null, vault.attestApp(nameOf(other), nonce))
        assertEquals(null, vault.assertApp(nameOf(other), nonce))
        // Another start of the app finds it by itself.
        AndroidVault(context, KeyPolicy()) { false }.sign(nameOf(other), nonce)
    }

    @Test
    fun `a key is made for signing alone, by the build's policy`() {
        onPhone { it.generate(nonce) }
        onPhone(KeyPolicy(onlyUnlocked = false, presenceS = 30)) { it.generate(null) }
        val (usual, strict) = hardware.asked
        assertEquals(KeyProperties.PURPOSE_SIGN, usual.purposes)
        assertArrayEquals(arrayOf(KeyProperties.DIGEST_SHA256), usual.digests)
        assertEquals("secp256r1", (usual.algorithmParameterSpec as ECGenParameterSpec).name)
        assertArrayEquals(nonce, usual.attestationChallenge)
        assertEquals(null, strict.attestationChallenge)
        assertEquals(listOf(false, true), listOf(usual, strict).map { it.isUserAuthenticationRequired })
        assertEquals(30, strict.userAuthenticationValidityDurationSeconds)
        if (isNew) {
            assertEquals(listOf(true, false), listOf(usual, strict).map { it.isUnlockedDeviceRequired })
            val means = KeyProperties.AUTH_BIOMETRIC_STRONG or KeyProperties.AUTH_DEVICE_CREDENTIAL
            assertEquals(means, strict.userAuthenticationType)
        }
    }

    @Test
    fun `what the hardware says comes along, its own certificate first`() = onPhone { vault ->
        giveStrongBox()
        val key = vault.generate(nonce)
        val chain = key.chain.map {
            CertificateFactory.getInstance("X.509").generateCertificate(it.inputStream()) as X509Certificate
        }
        assertEquals(3, chain.size)
        assertArrayEquals(key.publicKey, chain[0].publicKey.encoded.takeLast(65).toByteArray())
        for ((below, above) in chain.zipWithNext()) below.verify(above.publicKey)
        assertEquals(isNew, KeyHardware.isInStrongBox(hardware.asked.single()))
    }

    @Test
    fun `without a secure element the key lies in the usual place, attested`() = onPhone { vault ->
        giveStrongBox()
        hardware.strongBox = { if (isNew) KeyHardware.strongBoxIsMissing() else error("none on old phones") }
        val key = vault.generate(nonce)
        assertEquals(3, key.chain.size)
        assertEquals(if (isNew) 2 else 1, hardware.asked.size)
        assertFalse(KeyHardware.isInStrongBox(hardware.asked.last()))
        assertTrue(verifies(key, nonce, vault.sign(nameOf(key), nonce).signature))
    }

    @Test
    fun `a phone that attests nothing still has keys`() = onPhone { vault ->
        hardware.attestation = KeyHardware::attestsNothing
        val key = vault.generate(nonce)
        assertEquals(emptyList<ByteArray>(), key.chain)
        assertTrue(verifies(key, nonce, vault.sign(nameOf(key), nonce).signature))
        assertEquals(1, hardware.held.size)
    }

    @Test
    fun `a chain that is none is left out`() = onPhone { vault ->
        val others = listOf<(KeyHardware.Entry) -> List<X509Certificate>>(
            { emptyList() },
            { it.chain.drop(1) },
            { throw ProviderException() },
        )
        for (other in others) {
            hardware.chain = other
            val key = vault.generate(nonce)
            assertEquals(emptyList<ByteArray>(), key.chain)
            vault.sign(nameOf(key), nonce)
        }
    }

    @Test
    fun `a phone that makes no key says so`() = onPhone { vault ->
        val thrown = listOf<() -> Nothing>(
            { throw ProviderException() },
            { throw IllegalStateException("王福生") },
        )
        for (throwing in thrown) {
            hardware.generation = throwing
            val failure = assertThrows(VaultException.Unavailable::class.java) { runBlocking { vault.generate(nonce) } }
            assertFalse("$failure".contains("王福生"))
        }
        assertTrue(hardware.held.isEmpty())
    }

    @Test
    fun `a key that is lost or no longer counts is unavailable`() = onPhone { vault ->
        val key = nameOf(vault.generate(null))
        hardware.use = { throw KeyPermanentlyInvalidatedException() }
        fails<VaultException.Unavailable> { vault.sign(key, nonce) }
        hardware.use = null
        for (throwing in listOf<() -> Nothing>(
            { throw UnrecoverableKeyException() },
            { throw IllegalStateException() },
        )) {
            hardware.reading = throwing
            fails<VaultException.Unavailable> { vault.sign(key, nonce) }
        }
        hardware.reading = null
        vault.sign(key, nonce)
        hardware.held.clear()
        fails<VaultException.Unavailable> { vault.sign(key, nonce) }
    }

    @Test
    fun `whoever holds the phone is asked where the key wants it, and may say no`() {
        var isThere = false
        var says = true
        var asked = 0
        val presence = Presence {
            asked += 1
            isThere = says
            says
        }
        hardware.use = { if (!isThere) throw UserNotAuthenticatedException() }
        onPhone(KeyPolicy(presenceS = 30), presence) { vault ->
            val key = nameOf(vault.generate(null))
            vault.sign(key, nonce)
            vault.sign(key, nonce)
            assertEquals(1, asked)
            isThere = false
            says = false
            fails<VaultException.Cancelled> { vault.sign(key, nonce) }
            assertEquals(2, asked)
        }
        // A phone that says yes and does not mean it.
        onPhone(KeyPolicy(presenceS = 30), Presence { true }) { vault ->
            val key = nameOf(vault.generate(null))
            isThere = false
            fails<VaultException.Unavailable> { vault.sign(key, nonce) }
        }
    }

    @Test
    fun `without a key store nothing falls`() = runBlocking {
        val vault = AndroidVault(context, KeyPolicy()) { false }
        fails<VaultException.Unavailable> { vault.generate(nonce) }
        fails<VaultException.Unavailable> { vault.sign("0", nonce) }
        fails<VaultException.Unavailable> { vault.destroy("0") }
    }
}
