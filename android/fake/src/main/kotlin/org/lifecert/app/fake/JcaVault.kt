package org.lifecert.app.fake

import java.security.KeyPair
import java.security.KeyPairGenerator
import java.security.MessageDigest
import java.security.Signature
import java.security.spec.ECGenParameterSpec
import java.util.HexFormat
import java.util.concurrent.ConcurrentHashMap
import org.lifecert.core.AppAttestation
import org.lifecert.core.KeySignature
import org.lifecert.core.KeyVault
import org.lifecert.core.NewKey
import org.lifecert.core.SignatureForm
import org.lifecert.core.VaultException

/** Keys of the Java Cryptography Architecture, whose signatures come in DER as a phone's do. */
open class JcaVault : KeyVault {
    val keys = ConcurrentHashMap<String, KeyPair>()

    override fun attests(): Boolean = false

    override suspend fun generate(nonce: ByteArray?): NewKey {
        val generator = KeyPairGenerator.getInstance("EC")
        generator.initialize(ECGenParameterSpec("secp256r1"))
        val pair = generator.generateKeyPair()
        // A P-256 SubjectPublicKeyInfo ends with the uncompressed point.
        val point = pair.public.encoded.let { it.copyOfRange(it.size - 65, it.size) }
        keys[HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(point))] = pair
        return NewKey(point, emptyList())
    }

    override suspend fun sign(key: String, bytes: ByteArray): KeySignature {
        val pair = keys[key] ?: throw VaultException.Unavailable()
        val signer = Signature.getInstance("SHA256withECDSA")
        signer.initSign(pair.private)
        signer.update(bytes)
        return KeySignature(signer.sign(), SignatureForm.DER)
    }

    override suspend fun destroy(key: String) {
        keys.remove(key)
    }

    override suspend fun attestApp(key: String, digest: ByteArray): AppAttestation? = null

    override suspend fun assertApp(key: String, payload: ByteArray): ByteArray? = null
}
