package org.lifecert.app

import android.content.Context
import android.security.keystore.KeyGenParameterSpec
import android.security.keystore.KeyProperties
import java.io.File
import java.io.FileOutputStream
import java.io.IOException
import java.security.GeneralSecurityException
import java.security.KeyStore
import java.security.ProviderException
import javax.crypto.Cipher
import javax.crypto.KeyGenerator
import javax.crypto.SecretKey
import javax.crypto.spec.GCMParameterSpec
import org.lifecert.app.api.Keys
import org.lifecert.core.KeyVault
import org.lifecert.core.newStorageKey

/** The key of the app's folder cannot be had: what lies there stays as it is, and cannot be read. */
class StorageKeyUnavailable : Exception()

/** Keys that do not leave this phone, by Android's key store. */
class PhoneKeys(
    private val context: Context,
    policy: KeyPolicy = KeyPolicy(),
    presence: Presence = Presence { false },
) : Keys {
    override val vault: KeyVault = AndroidVault(context, policy, presence)

    private val file: File get() = File(context.noBackupFilesDir, FILE)

    /** @throws StorageKeyUnavailable when there is one that cannot be unwrapped; another is never made. */
    override fun storageKey(): ByteArray = synchronized(LOCK) {
        try {
            if (file.exists()) unwrapped(file.readBytes()) else newStorageKey().also { keep(wrapped(it)) }
        } catch (_: GeneralSecurityException) {
            throw StorageKeyUnavailable()
        } catch (_: ProviderException) {
            throw StorageKeyUnavailable()
        } catch (_: IOException) {
            throw StorageKeyUnavailable()
        }
    }

    private fun wrapped(key: ByteArray): ByteArray {
        val cipher = Cipher.getInstance(CIPHER)
        cipher.init(Cipher.ENCRYPT_MODE, wrapping() ?: newWrapping())
        cipher.updateAAD(PURPOSE)
        return cipher.iv + cipher.doFinal(key)
    }

    private fun unwrapped(bytes: ByteArray): ByteArray {
        if (bytes.size != WRAPPED_BYTES) throw StorageKeyUnavailable()
        val cipher = Cipher.getInstance(CIPHER)
        val key = wrapping() ?: throw StorageKeyUnavailable()
        cipher.init(Cipher.DECRYPT_MODE, key, GCMParameterSpec(TAG_BITS, bytes, 0, IV_BYTES))
        cipher.updateAAD(PURPOSE)
        return cipher.doFinal(bytes, IV_BYTES, bytes.size - IV_BYTES)
    }

    private fun wrapping(): SecretKey? =
        KeyStore.getInstance(ANDROID_KEY_STORE).apply { load(null) }.getKey(ALIAS, null) as? SecretKey

    private fun newWrapping(): SecretKey {
        val spec = KeyGenParameterSpec
            .Builder(ALIAS, KeyProperties.PURPOSE_ENCRYPT or KeyProperties.PURPOSE_DECRYPT)
            .setBlockModes(KeyProperties.BLOCK_MODE_GCM)
            .setEncryptionPaddings(KeyProperties.ENCRYPTION_PADDING_NONE)
            .setKeySize(WRAPPING_BITS)
            .build()
        val generator = KeyGenerator.getInstance(KeyProperties.KEY_ALGORITHM_AES, ANDROID_KEY_STORE)
        generator.init(spec)
        return generator.generateKey()
    }

    /** Whole or not at all: half a key would be a lost one. */
    private fun keep(bytes: ByteArray) {
        val beside = File(file.path + ".new")
        FileOutputStream(beside).use {
            it.write(bytes)
            it.fd.sync()
        }
        if (!beside.renameTo(file)) throw IOException()
    }

    private companion object {
        const val FILE = "storage.key"
        const val ALIAS = "storage"
        const val CIPHER = "AES/GCM/NoPadding"
        const val WRAPPING_BITS = 256
        const val TAG_BITS = 128
        const val IV_BYTES = 12
        const val WRAPPED_BYTES = IV_BYTES + 32 + TAG_BITS / 8
        val PURPOSE = "lifecert storage key 1".toByteArray()
        val LOCK = Any()
    }
}
