package org.lifecert.app

import java.math.BigInteger
import java.nio.file.Files
import java.nio.file.Path
import java.security.KeyPair
import java.security.KeyPairGenerator
import java.security.MessageDigest
import java.security.PublicKey
import java.security.cert.X509Certificate
import java.security.spec.ECGenParameterSpec
import java.util.Base64
import java.util.Date
import org.bouncycastle.asn1.ASN1Boolean
import org.bouncycastle.asn1.ASN1Encodable
import org.bouncycastle.asn1.ASN1EncodableVector
import org.bouncycastle.asn1.ASN1Enumerated
import org.bouncycastle.asn1.ASN1Integer
import org.bouncycastle.asn1.ASN1ObjectIdentifier
import org.bouncycastle.asn1.DEROctetString
import org.bouncycastle.asn1.DERSequence
import org.bouncycastle.asn1.DERSet
import org.bouncycastle.asn1.DERTaggedObject
import org.bouncycastle.asn1.x500.X500Name
import org.bouncycastle.asn1.x509.BasicConstraints
import org.bouncycastle.asn1.x509.Extension
import org.bouncycastle.asn1.x509.KeyUsage
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder

/** A maker of phones, with an authority of its own that attests keys as Android's does; for tests. */
class PhoneMaker {
    private val rootKey = pair("secp384r1")
    private val middleKey = pair("secp384r1")
    private val root = certificate("Root", rootKey.public, "Root", rootKey, ca = true)
    private val middle = certificate("Middle", middleKey.public, "Root", rootKey, ca = true)

    /** What a good phone says of a key that it made over a challenge, in its secure element or not. */
    fun chain(key: PublicKey, challenge: ByteArray, strongBox: Boolean): List<X509Certificate> {
        val statement = statement(challenge, if (strongBox) STRONG_BOX else TRUSTED)
        return listOf(certificate("Key", key, "Middle", middleKey, ca = false, statement), middle, root)
    }

    /** What stands for a key that nothing speaks for: a certificate of its own. */
    fun own(key: KeyPair): List<X509Certificate> = listOf(certificate("Key", key.public, "Key", key, ca = false))

    /** Writes a server's configuration that believes this maker, into a folder. */
    fun configure(folder: Path) {
        val lines = Base64.getMimeEncoder(64, "\n".toByteArray()).encodeToString(root.encoded)
        val pem = "-----BEGIN CERTIFICATE-----\n$lines\n-----END CERTIFICATE-----\n"
        Files.writeString(folder.resolve("root.pem"), pem)
        val digest = hex(MessageDigest.getInstance("SHA-256").digest(root.encoded))
        val text = """
            [[root]]
            kind = "android"
            file = "root.pem"
            sha256 = "$digest"
            source = "a test"

            [[android]]
            package = "$PACKAGE"
            signers = ["${hex(SIGNER)}"]

            [revocation]
            file = "status.json"
        """.trimIndent()
        Files.writeString(folder.resolve("attestation.toml"), text)
        Files.writeString(folder.resolve("status.json"), "{\"entries\":{}}")
    }

    private fun certificate(
        name: String,
        key: PublicKey,
        issuer: String,
        by: KeyPair,
        ca: Boolean,
        statement: ASN1Encodable? = null,
    ): X509Certificate {
        val builder = JcaX509v3CertificateBuilder(
            X500Name("CN=$issuer"),
            BigInteger.ONE,
            Date(1_577_836_800_000),
            Date(2_208_988_800_000),
            X500Name("CN=$name"),
            key,
        )
        if (ca) builder.addExtension(Extension.basicConstraints, true, BasicConstraints(true))
        val usage = if (ca) KeyUsage.keyCertSign else KeyUsage.digitalSignature
        builder.addExtension(Extension.keyUsage, true, KeyUsage(usage))
        statement?.let { builder.addExtension(STATEMENT, false, it) }
        val signer = JcaContentSignerBuilder("SHA256withECDSA").build(by.private)
        return JcaX509CertificateConverter().getCertificate(builder.build(signer))
    }

    /** Android's KeyDescription. */
    private fun statement(challenge: ByteArray, level: Int): ASN1Encodable {
        val application = sequence(
            DERSet(sequence(octets(PACKAGE.toByteArray()), number(7))),
            DERSet(octets(SIGNER)),
        )
        val software = sequence(field(701, number(9)), field(709, octets(application.encoded)))
        val started = sequence(octets(ByteArray(32) { 1 }), ASN1Boolean.TRUE, ASN1Enumerated(0), octets(ByteArray(32)))
        val hardware = sequence(
            field(1, DERSet(number(2))),
            field(2, number(3)),
            field(702, number(0)),
            field(704, started),
        )
        return sequence(
            number(100),
            ASN1Enumerated(level),
            number(100),
            ASN1Enumerated(level),
            octets(challenge),
            octets(ByteArray(0)),
            software,
            hardware,
        )
    }

    companion object {
        const val PACKAGE = "org.lifecert.app"
        private val SIGNER = ByteArray(32) { 0x5A }
        private val STATEMENT = ASN1ObjectIdentifier("1.3.6.1.4.1.11129.2.1.17")
        private const val TRUSTED = 1
        private const val STRONG_BOX = 2

        fun pair(curve: String): KeyPair =
            KeyPairGenerator.getInstance("EC").apply { initialize(ECGenParameterSpec(curve)) }.generateKeyPair()

        private fun number(value: Long) = ASN1Integer(value)

        private fun octets(bytes: ByteArray) = DEROctetString(bytes)

        private fun field(tag: Int, value: ASN1Encodable) = DERTaggedObject(true, tag, value)

        private fun sequence(vararg values: ASN1Encodable) =
            DERSequence(ASN1EncodableVector().apply { values.forEach(::add) })

        private fun hex(bytes: ByteArray) = bytes.joinToString("") { "%02x".format(it) }
    }
}
