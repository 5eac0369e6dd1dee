package org.lifecert.app

import java.io.File
import java.security.ProviderException
import java.security.UnrecoverableKeyException
import org.junit.Assert.assertArrayEquals
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertThrows
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.annotation.Config

/** The key of the app's folder, wrapped by a key store of Java under Android's name. */
@RunWith(RobolectricTestRunner::class)
@Config(sdk = [24, 34])
class StorageKeyTest {
    private val context = RuntimeEnvironment.getApplication()
    private val hardware = KeyHardware(PhoneMaker())
    private val file = File(context.noBackupFilesDir, "storage.key")

    private fun key(): ByteArray = hardware.installed { PhoneKeys(context).storageKey() }

    private fun cannotBeHad() {
        val before = file.takeIf { it.isFile }?.readBytes()
        assertThrows(StorageKeyUnavailable::class.java) { key() }
        // Nothing is made anew: what was sealed by the old one waits.
        assertArrayEquals(before, file.takeIf { it.isFile }?.readBytes())
    }

    @Test
    fun `it is made once and lies wrapped where no backup looks`() {
        val first = key()
        assertEquals(32, first.size)
        assertTrue(first.any { it != 0.toByte() })
        assertArrayEquals(first, key())
        assertEquals(listOf("storage"), hardware.held.keys.toList())
        val there = file.readBytes()
        assertEquals(60, there.size)
        assertFalse(there.toList().windowed(32).any { it == first.toList() })
        assertEquals(listOf("storage.key"), context.noBackupFilesDir.list()?.toList())
        assertEquals(1, hardware.asked.size)
    }

    @Test
    fun `without its wrapping key it cannot be had, and no other is made`() {
        key()
        val keys = hardware.held.toMap()
        hardware.held.clear()
        cannotBeHad()
        assertTrue(hardware.held.isEmpty())
        for (throwing in listOf<() -> Nothing>(
            { throw UnrecoverableKeyException() },
            { throw ProviderException() },
        )) {
            hardware.reading = throwing
            cannotBeHad()
        }
        // A key store that was only busy.
        hardware.reading = null
        hardware.held.putAll(keys)
        assertEquals(32, key().size)
    }

    @Test
    fun `what was changed is not unwrapped`() {
        val first = key()
        val there = file.readBytes()
        for (place in listOf(0, 20, there.lastIndex)) {
            file.writeBytes(there.clone().also { it[place] = (it[place] + 1).toByte() })
            cannotBeHad()
        }
        for (size in listOf(0, 12, 59)) {
            file.writeBytes(there.copyOf(size))
            cannotBeHad()
        }
        file.writeBytes(there)
        assertArrayEquals(first, key())
    }

    @Test
    fun `a phone that cannot wrap keeps nothing`() {
        hardware.generation = { throw ProviderException() }
        cannotBeHad()
        hardware.generation = null
        file.mkdirs()
        cannotBeHad()
        file.delete()
        // An earlier start that was ended half-way leaves nothing that counts.
        File(file.path + ".new").writeText("half")
        assertArrayEquals(key(), key())
        assertThrows(StorageKeyUnavailable::class.java) { PhoneKeys(context).storageKey() }
    }
}
