package org.lifecert.app.fake

import org.lifecert.app.api.Keys
import org.lifecert.core.KeySignature
import org.lifecert.core.NewKey
import org.lifecert.core.VaultException
import org.lifecert.core.newStorageKey

/** Keys of Java that are refused where a test says so. */
class JavaKeys : Keys {
    /** What becomes of every key that is asked for, instead of the key. */
    @Volatile
    var refusal: (() -> VaultException)? = null

    override val vault = object : JcaVault() {
        override suspend fun generate(nonce: ByteArray?): NewKey {
            refusal?.let { throw it() }
            return super.generate(nonce)
        }

        override suspend fun sign(key: String, bytes: ByteArray): KeySignature {
            refusal?.let { throw it() }
            return super.sign(key, bytes)
        }
    }

    private val storage = newStorageKey()

    override fun storageKey(): ByteArray = storage.clone()
}
