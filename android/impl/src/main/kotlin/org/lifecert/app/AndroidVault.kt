package org.lifecert.app

import android.content.Context
import android.security.keystore.KeyGenParameterSpec
import android.security.keystore.KeyProperties
import android.security.keystore.UserNotAuthenticatedException
import java.io.IOException
import java.security.GeneralSecurityException
import java.security.KeyPair
import java.security.KeyPairGenerator
import java.security.KeyStore
import java.security.MessageDigest
import java.security.PrivateKey
import java.security.ProviderException
import java.security.PublicKey
import java.security.Signature
import java.security.cert.X509Certificate
import java.security.spec.ECGenParameterSpec
import java.util.UUID
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.withContext
import org.lifecert.core.AppAttestation
import org.lifecert.core.KeySignature
import org.lifecert.core.KeyVault
import org.lifecert.core.NewKey
import org.lifecert.core.SignatureForm
import org.lifecert.core.VaultException

/** Where Android keeps keys that do not leave the phone. */
internal const val ANDROID_KEY_STORE = "AndroidKeyStore"

/** On what condition a person's key signs; by itself, while the phone is unlocked. */
class KeyPolicy(
    val onlyUnlocked: Boolean = true,
    /** For how many seconds after somebody has unlocked it by finger, face or code; none for always. */
    val presenceS: Int? = null,
)

/** Asks whoever holds the phone to show that it is them, as the phone's lock does. */
fun interface Presence {
    /** Whether they did. */
    suspend fun shown(): Boolean
}

/**
 * People's signing keys in Android's key store: P-256, in the secure element where the phone has one, and
 * with what the hardware says of them where it says something.
 *
 * A key's name is made of the key itself, which lies under an alias that was there before it. So nothing
 * notes which is which: what lies in the store says it.
 */
internal class AndroidVault(
    private val context: Context,
    private val policy: KeyPolicy,
    private val presence: Presence,
) : KeyVault {
    /** A phone that does not, says so by a chain that is missing. */
    override fun attests(): Boolean = true

    override suspend fun generate(nonce: ByteArray?): NewKey = guarded {
        val alias = PREFIX + UUID.randomUUID()
        val pair = make(alias, nonce)
        NewKey(point(pair.public), if (nonce == null) emptyList() else chain(alias))
    }

    /** The best key that this phone makes: each step does without one thing more. */
    private fun make(alias: String, nonce: ByteArray?): KeyPair {
        val steps = buildList {
            if (NewerDevice.hasStrongBox(context)) add(spec(alias, nonce).also(NewerDevice::inStrongBox))
            add(spec(alias, nonce))
            if (nonce != null) add(spec(alias, null))
        }
        var refused: ProviderException? = null
        for (step in steps) {
            try {
                val generator = KeyPairGenerator.getInstance(KeyProperties.KEY_ALGORITHM_EC, ANDROID_KEY_STORE)
                generator.initialize(step.build())
                return generator.generateKeyPair()
            } catch (refusal: ProviderException) {
                // The secure element is full or does not know this kind of key, or nothing here attests.
                refused = refusal
            }
        }
        throw checkNotNull(refused)
    }

    private fun spec(alias: String, nonce: ByteArray?): KeyGenParameterSpec.Builder {
        val spec = KeyGenParameterSpec.Builder(alias, KeyProperties.PURPOSE_SIGN)
            .setAlgorithmParameterSpec(ECGenParameterSpec("secp256r1"))
            .setDigests(KeyProperties.DIGEST_SHA256)
        if (nonce != null) spec.setAttestationChallenge(nonce)
        if (policy.onlyUnlocked) NewerDevice.onlyUnlocked(spec)
        policy.presenceS?.let { NewerDevice.onlyPresent(spec, it) }
        return spec
    }

    /** What the hardware says of a key, its own certificate first; nothing where it is no statement. */
    private fun chain(alias: String): List<ByteArray> {
        val chain = try {
            store().getCertificateChain(alias).orEmpty()
        } catch (_: GeneralSecurityException) {
            emptyArray()
        } catch (_: ProviderException) {
            emptyArray()
        }
        val speaks = (chain.firstOrNull() as? X509Certificate)?.getExtensionValue(STATEMENT) != null
        return if (speaks) chain.map { it.encoded } else emptyList()
    }

    override suspend fun sign(key: String, bytes: ByteArray): KeySignature = guarded {
        val store = store()
        val alias = alias(store, key) ?: throw VaultException.Unavailable()
        val private = store.getKey(alias, null) as? PrivateKey ?: throw VaultException.Unavailable()
        val signature = try {
            signed(private, bytes)
        } catch (_: UserNotAuthenticatedException) {
            if (!presence.shown()) throw VaultException.Cancelled()
            signed(private, bytes)
        }
        KeySignature(signature, SignatureForm.DER)
    }

    private fun signed(key: PrivateKey, bytes: ByteArray): ByteArray =
        Signature.getInstance("SHA256withECDSA").run {
            initSign(key)
            update(bytes)
            sign()
        }

    override suspend fun destroy(key: String): Unit = guarded {
        val store = store()
        alias(store, key)?.let(store::deleteEntry)
    }

    override suspend fun attestApp(key: String, digest: ByteArray): AppAttestation? = null

    override suspend fun assertApp(key: String, payload: ByteArray): ByteArray? = null

    private fun store(): KeyStore = KeyStore.getInstance(ANDROID_KEY_STORE).apply { load(null) }

    private fun alias(store: KeyStore, key: String): String? =
        store.aliases().asSequence().filter { it.startsWith(PREFIX) }.firstOrNull { alias ->
            store.getCertificate(alias)?.let { name(point(it.publicKey)) } == key
        }

    /** Whatever else a key store throws is a key that cannot be used. */
    private suspend fun <T> guarded(work: suspend () -> T): T = withContext(Dispatchers.IO) {
        try {
            work()
        } catch (error: VaultException) {
            throw error
        } catch (cancelled: CancellationException) {
            throw cancelled
        } catch (_: GeneralSecurityException) {
            throw VaultException.Unavailable()
        } catch (_: IOException) {
            throw VaultException.Unavailable()
        } catch (_: RuntimeException) {
            throw VaultException.Unavailable()
        }
    }

    private companion object {
        const val PREFIX = "person-"

        /** Android's statement of a key, in the key's certificate. */
        const val STATEMENT = "1.3.6.1.4.1.11129.2.1.17"

        const val POINT_BYTES = 65

        /** A P-256 SubjectPublicKeyInfo ends with the uncompressed point. */
        fun point(key: PublicKey): ByteArray = key.encoded.let { it.copyOfRange(it.size - POINT_BYTES, it.size) }

        fun name(point: ByteArray): String =
            MessageDigest.getInstance("SHA-256").digest(point).joinToString("") { "%02x".format(it) }
    }
}
