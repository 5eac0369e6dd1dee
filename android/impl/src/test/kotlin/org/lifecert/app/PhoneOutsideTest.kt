package org.lifecert.app

import android.app.AlarmManager
import android.app.Application
import android.app.NotificationManager
import android.content.Context
import android.content.Intent
import android.net.Uri
import android.provider.CalendarContract
import android.provider.OpenableColumns
import android.provider.Settings
import java.io.FileNotFoundException
import org.junit.Assert.assertArrayEquals
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertThrows
import org.junit.Assert.assertTrue
import org.junit.Before
import org.junit.Test
import org.junit.runner.RunWith
import org.lifecert.core.Outward
import org.robolectric.Robolectric
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config

/** What the app does outside of itself, on phones of both ages. */
@RunWith(RobolectricTestRunner::class)
@Config(sdk = [24, 34])
class PhoneOutsideTest {
    private val context: Application = RuntimeEnvironment.getApplication()
    private val papers = object : ReceiptPapers {
        override fun qrPng(receipt: String) = byteArrayOf(1, 2, 3).takeIf { receipt == "here" }

        override fun html(receipt: String) = "<p>receipt</p>".takeIf { receipt == "here" }
    }
    private lateinit var reminders: Reminders
    private lateinit var outside: PhoneOutside

    @Before
    fun open() {
        reminders = Reminders(context)
        outside = PhoneOutside(context, { papers }, reminders) { null }
    }

    private fun started(): Intent = shadowOf(context).nextStartedActivity

    @Test
    fun `the dialler shows the number and calls nobody`() {
        assertTrue(outside.perform(Outward.Call("0773 555 0100")))
        val intent = started()
        assertEquals(Intent.ACTION_DIAL, intent.action)
        assertEquals("0773 555 0100", intent.data?.schemeSpecificPart)
    }

    @Test
    fun `the phone's settings of this app`() {
        assertTrue(outside.perform(Outward.SystemSettings))
        val intent = started()
        assertEquals(Settings.ACTION_APPLICATION_DETAILS_SETTINGS, intent.action)
        assertEquals(context.packageName, intent.data?.schemeSpecificPart)
    }

    @Test
    fun `an entry for the calendar is written by its person`() {
        assertTrue(outside.perform(Outward.Calendar("Proof of life", 1_790_000_000_000UL)))
        val intent = started()
        assertEquals(Intent.ACTION_INSERT, intent.action)
        assertEquals("Proof of life", intent.getStringExtra(CalendarContract.Events.TITLE))
        assertEquals(1_790_000_000_000, intent.getLongExtra(CalendarContract.EXTRA_EVENT_BEGIN_TIME, 0))
    }

    @Test
    fun `a phone on which nothing can do it says so`() {
        shadowOf(context).checkActivities(true)
        val asked = listOf(Outward.Call("1"), Outward.SystemSettings, Outward.Calendar("", 1UL))
        assertEquals(listOf(false, false, false), asked.map(outside::perform))
        assertFalse(outside.perform(Outward.ShareReceipt("elsewhere")))
        assertFalse(outside.perform(Outward.PrintReceipt("elsewhere")))
        assertFalse("no screen to print from", outside.perform(Outward.PrintReceipt("here")))
        assertFalse(outside.perform(Outward.Leave))
    }

    @Test
    fun `a receipt is lent to whom it is handed, under an address of chance`() {
        Robolectric.setupContentProvider(ReceiptProvider::class.java, "${context.packageName}.receipts")
        assertTrue(outside.perform(Outward.ShareReceipt("here")))
        val chooser = started()
        assertEquals(Intent.ACTION_CHOOSER, chooser.action)
        @Suppress("DEPRECATION")
        val send = checkNotNull(chooser.getParcelableExtra<Intent>(Intent.EXTRA_INTENT))
        assertTrue(send.flags and Intent.FLAG_GRANT_READ_URI_PERMISSION != 0)
        assertEquals(0, send.flags and Intent.FLAG_GRANT_WRITE_URI_PERMISSION)
        @Suppress("DEPRECATION")
        val address = checkNotNull(send.getParcelableExtra<Uri>(Intent.EXTRA_STREAM))
        assertEquals(address, send.clipData?.getItemAt(0)?.uri)
        val provider = ReceiptProvider()
        provider.attachInfo(context, android.content.pm.ProviderInfo().apply { authority = address.authority })
        provider.query(address, null, null, null, null).use {
            assertTrue(it.moveToFirst())
            assertEquals(3, it.getInt(it.getColumnIndexOrThrow(OpenableColumns.SIZE)))
        }
        assertArrayEquals(byteArrayOf(1, 2, 3), read(address, 3))
        assertThrows(FileNotFoundException::class.java) { provider.openFile(address, "rw") }

        // The next one takes its place.
        assertTrue(outside.perform(Outward.ShareReceipt("here")))
        assertThrows(FileNotFoundException::class.java) { provider.openFile(address, "r") }
        assertEquals(0, context.filesDir.walk().filter { it.isFile }.count())
        assertEquals(0, context.cacheDir.walk().filter { it.isFile }.count())
    }

    /** Robolectric's pipes are files: their end is where the other side has written to so far. */
    private fun read(address: Uri, count: Int): ByteArray {
        val end = System.nanoTime() + 10_000_000_000
        return checkNotNull(context.contentResolver.openInputStream(address)).use { stream ->
            var bytes = stream.readBytes()
            while (bytes.size < count && System.nanoTime() < end) bytes += stream.readBytes()
            bytes
        }
    }

    private val alarms get() = shadowOf(context.getSystemService(AlarmManager::class.java)).scheduledAlarms

    @Suppress("DEPRECATION") // The newer way to read an alarm is the newer phones' alone.
    private fun times() = alarms.map { it.triggerAtTime }.sorted()

    @Test
    fun `reminders come, once each, without a name, and after the phone was off`() {
        val days = listOf(1_000UL, 2_000UL, 3_000UL)
        assertTrue(outside.perform(Outward.Remind("ab".repeat(16), "Proof of life", days)))
        assertEquals(listOf(1_000L, 2_000L, 3_000L), times())
        // A later one of the same person takes their place; another person's stand beside them.
        outside.perform(Outward.Remind("ab".repeat(16), "Proof of life", listOf(5_000UL)))
        outside.perform(Outward.Remind("cd".repeat(16), "Proof of life", listOf(6_000UL)))
        assertEquals(listOf(5_000L, 6_000L), times())
        val kept = context.getSharedPreferences("reminders", Context.MODE_PRIVATE).all.toString()
        assertFalse(kept.contains("abab") || kept.contains("cdcd"))

        // The phone was off, and forgot its alarms.
        context.getSystemService(AlarmManager::class.java).let { manager ->
            alarms.toList().forEach { manager.cancel(checkNotNull(it.operation)) }
        }
        assertEquals(emptyList<Long>(), times())
        ReminderReceiver().onReceive(context, Intent(Intent.ACTION_BOOT_COMPLETED))
        assertEquals(listOf(5_000L, 6_000L), times())

        @Suppress("DEPRECATION")
        val intent = shadowOf(alarms.minBy { it.triggerAtTime }.operation).savedIntent
        repeat(2) { ReminderReceiver().onReceive(context, intent) }
        val shown = shadowOf(context.getSystemService(NotificationManager::class.java)).allNotifications
        assertEquals(1, shown.size)
        assertEquals("Proof of life", shadowOf(shown.single()).contentTitle)
        assertFalse(outside.perform(Outward.Remind("cd".repeat(16), "", emptyList())))
        assertEquals(listOf(5_000L), times())
    }
}
