package org.lifecert.app

import android.security.keystore.KeyGenParameterSpec
import android.security.keystore.StrongBoxUnavailableException
import java.io.InputStream
import java.io.OutputStream
import java.security.InvalidKeyException
import java.security.Key
import java.security.KeyPair
import java.security.KeyPairGeneratorSpi
import java.security.KeyStoreSpi
import java.security.PrivateKey
import java.security.Provider
import java.security.ProviderException
import java.security.PublicKey
import java.security.SecureRandom
import java.security.Security
import java.security.Signature
import java.security.SignatureSpi
import java.security.cert.Certificate
import java.security.cert.X509Certificate
import java.security.spec.AlgorithmParameterSpec
import java.util.Collections
import java.util.Date
import javax.crypto.KeyGenerator
import javax.crypto.KeyGeneratorSpi
import javax.crypto.SecretKey

/**
 * A phone's key store as the Java Cryptography Architecture sees it, registered under Android's name: keys
 * of Java that a [PhoneMaker] attests, refused where a test says so.
 */
class KeyHardware(private val maker: PhoneMaker) : Provider("AndroidKeyStore", "1", "for tests") {
    class Entry(val key: Key, val chain: List<X509Certificate>)

    /** A key that only this provider can use. */
    class HeldKey(val pair: KeyPair) : PrivateKey {
        override fun getAlgorithm() = "EC"

        override fun getFormat(): String? = null

        override fun getEncoded(): ByteArray? = null
    }

    val held = LinkedHashMap<String, Entry>()

    /** With which conditions keys were asked for, in turn. */
    val asked = mutableListOf<KeyGenParameterSpec>()

    var strongBox: (() -> Nothing)? = null
    var attestation: (() -> Nothing)? = null
    var generation: (() -> Nothing)? = null
    var chain: ((Entry) -> List<X509Certificate>)? = null
    var use: (() -> Unit)? = null
    var reading: (() -> Nothing)? = null

    init {
        serve("KeyStore", "AndroidKeyStore") { Store() }
        serve("KeyPairGenerator", "EC") { Pairs() }
        serve("KeyGenerator", "AES") { Secrets() }
        serve("Signature", "SHA256withECDSA", mapOf("SupportedKeyClasses" to HeldKey::class.java.name)) { Signs() }
    }

    private fun serve(type: String, name: String, says: Map<String, String>? = null, make: () -> Any) =
        putService(object : Service(this, type, name, type, emptyList(), says) {
            override fun newInstance(parameter: Any?): Any = make()
        })

    fun <T> installed(work: () -> T): T {
        Security.removeProvider(name)
        // Last, as on a phone: whoever asks for keys without a name gets others.
        Security.addProvider(this)
        try {
            return work()
        } finally {
            Security.removeProvider(name)
        }
    }

    private inner class Pairs : KeyPairGeneratorSpi() {
        private lateinit var spec: KeyGenParameterSpec

        override fun initialize(size: Int, random: SecureRandom?) = throw UnsupportedOperationException()

        override fun initialize(spec: AlgorithmParameterSpec, random: SecureRandom?) {
            this.spec = spec as KeyGenParameterSpec
        }

        override fun generateKeyPair(): KeyPair {
            asked += spec
            generation?.invoke()
            if (isInStrongBox(spec)) strongBox?.invoke()
            val challenge = spec.attestationChallenge
            if (challenge != null) attestation?.invoke()
            val pair = PhoneMaker.pair("secp256r1")
            val chain = when (challenge) {
                null -> maker.own(pair)
                else -> maker.chain(pair.public, challenge, isInStrongBox(spec))
            }
            held[spec.keystoreAlias] = Entry(HeldKey(pair), chain)
            return KeyPair(pair.public, HeldKey(pair))
        }
    }

    private inner class Secrets : KeyGeneratorSpi() {
        private lateinit var spec: KeyGenParameterSpec

        override fun engineInit(random: SecureRandom?) = throw UnsupportedOperationException()

        override fun engineInit(size: Int, random: SecureRandom?) = throw UnsupportedOperationException()

        override fun engineInit(spec: AlgorithmParameterSpec, random: SecureRandom?) {
            this.spec = spec as KeyGenParameterSpec
        }

        override fun engineGenerateKey(): SecretKey {
            asked += spec
            generation?.invoke()
            val other = Security.getProviders("KeyGenerator.AES").first { it !== this@KeyHardware }
            val key = KeyGenerator.getInstance("AES", other).apply { init(spec.keySize) }.generateKey()
            held[spec.keystoreAlias] = Entry(key, emptyList())
            return key
        }
    }

    private inner class Signs : SignatureSpi() {
        private val inner = Security.getProviders("Signature.SHA256withECDSA")
            .first { it !== this@KeyHardware }
            .let { Signature.getInstance("SHA256withECDSA", it) }

        override fun engineInitSign(key: PrivateKey) {
            if (key !is HeldKey) throw InvalidKeyException()
            use?.invoke()
            inner.initSign(key.pair.private)
        }

        override fun engineInitVerify(key: PublicKey) = throw InvalidKeyException()

        override fun engineUpdate(byte: Byte) = inner.update(byte)

        override fun engineUpdate(bytes: ByteArray, from: Int, length: Int) = inner.update(bytes, from, length)

        override fun engineSign(): ByteArray = inner.sign()

        override fun engineVerify(signature: ByteArray) = throw UnsupportedOperationException()

        @Deprecated("The interface's own")
        override fun engineSetParameter(name: String, value: Any) = throw UnsupportedOperationException()

        @Deprecated("The interface's own")
        override fun engineGetParameter(name: String): Any = throw UnsupportedOperationException()
    }

    private inner class Store : KeyStoreSpi() {
        override fun engineLoad(from: InputStream?, password: CharArray?) = Unit

        override fun engineGetKey(alias: String, password: CharArray?): Key? {
            reading?.invoke()
            return held[alias]?.key
        }

        override fun engineGetCertificateChain(alias: String): Array<out Certificate>? =
            held[alias]?.let { (chain?.invoke(it) ?: it.chain).toTypedArray() }

        override fun engineGetCertificate(alias: String): Certificate? = held[alias]?.chain?.firstOrNull()

        override fun engineDeleteEntry(alias: String) {
            held.remove(alias)
        }

        override fun engineAliases() = Collections.enumeration(held.keys)

        override fun engineContainsAlias(alias: String) = alias in held

        override fun engineSize() = held.size

        override fun engineIsKeyEntry(alias: String) = alias in held

        override fun engineIsCertificateEntry(alias: String) = false

        override fun engineGetCertificateAlias(certificate: Certificate): String? = null

        override fun engineGetCreationDate(alias: String) = Date(0)

        override fun engineSetKeyEntry(alias: String, key: Key, password: CharArray?, chain: Array<out Certificate>?) =
            throw UnsupportedOperationException()

        override fun engineSetKeyEntry(alias: String, key: ByteArray, chain: Array<out Certificate>?) =
            throw UnsupportedOperationException()

        override fun engineSetCertificateEntry(alias: String, certificate: Certificate) =
            throw UnsupportedOperationException()

        override fun engineStore(to: OutputStream?, password: CharArray?) = Unit
    }

    companion object {
        fun isInStrongBox(spec: KeyGenParameterSpec) =
            android.os.Build.VERSION.SDK_INT >= 28 && spec.isStrongBoxBacked

        fun strongBoxIsMissing(): Nothing = throw StrongBoxUnavailableException()

        fun attestsNothing(): Nothing = throw ProviderException("Failed to generate attestation certificate chain")
    }
}
