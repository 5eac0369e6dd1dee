package org.lifecert.app

import android.app.AlarmManager
import android.app.Notification
import android.app.NotificationManager
import android.app.PendingIntent
import android.content.BroadcastReceiver
import android.content.Context
import android.content.Intent
import android.graphics.Bitmap
import android.graphics.Canvas
import android.graphics.Color
import android.graphics.drawable.Icon
import android.net.Uri
import java.security.MessageDigest

/**
 * Notifications before a deadline. What is kept says when and what, not about whom: no name stands in it,
 * and a person's number only as a digest, so that a later reminder takes an earlier one's place.
 */
class Reminders(private val context: Context) {
    private val shelf = PreferencesShelf(context, "reminders")
    private val alarms: AlarmManager? = context.getSystemService(AlarmManager::class.java)

    /** Sets the reminders of a person; none takes those that were set away. */
    fun set(person: String, title: String, atMs: List<Long>) {
        val key = digest(person)
        shelf[key]?.let(Kept::of)?.atMs?.forEach { alarms?.cancel(pending(key, it, "")) }
        val kept = Kept(atMs.sorted(), title)
        keep(key, kept)
        schedule(key, kept)
    }

    /** Sets all of them anew: alarms do not outlive the phone's sleep. What was missed comes at once. */
    fun setAgain() = shelf.names().forEach { key ->
        shelf[key]?.let(Kept::of)?.let { schedule(key, it) }
    }

    /** A reminder's time has come. */
    fun show(key: String, atMs: Long) {
        val kept = shelf[key]?.let(Kept::of) ?: return
        if (atMs !in kept.atMs) return
        keep(key, Kept(kept.atMs - atMs, kept.title))
        val manager = context.getSystemService(NotificationManager::class.java) ?: return
        val name = context.applicationInfo.loadLabel(context.packageManager).toString()
        Newer.channel(context, CHANNEL, name)
        val open = Intent(context, MainActivity::class.java).addFlags(Intent.FLAG_ACTIVITY_NEW_TASK)
        val notification = Newer.builder(context, CHANNEL)
            .setSmallIcon(icon())
            .setContentTitle(kept.title)
            .setStyle(Notification.BigTextStyle().bigText(kept.title))
            .setContentIntent(PendingIntent.getActivity(context, 0, open, PendingIntent.FLAG_IMMUTABLE))
            .setAutoCancel(true)
            .setVisibility(Notification.VISIBILITY_PRIVATE)
            .build()
        manager.notify(key, 0, notification)
    }

    private fun keep(key: String, kept: Kept) {
        shelf[key] = kept.takeIf { it.atMs.isNotEmpty() }?.toText()
    }

    private fun schedule(key: String, kept: Kept) = kept.atMs.forEach { atMs ->
        // To the minute is not needed, and would need another permission.
        alarms?.setAndAllowWhileIdle(AlarmManager.RTC_WAKEUP, atMs, pending(key, atMs, kept.title))
    }

    private fun pending(key: String, atMs: Long, title: String): PendingIntent {
        val intent = Intent(context, ReminderReceiver::class.java)
            .setAction(ReminderReceiver.REMIND)
            .setData(Uri.fromParts(SCHEME, "$key/$atMs", null))
            .putExtra(Intent.EXTRA_TITLE, title)
        val flags = PendingIntent.FLAG_IMMUTABLE or PendingIntent.FLAG_UPDATE_CURRENT
        return PendingIntent.getBroadcast(context, 0, intent, flags)
    }

    /** A tick in white on nothing, as the system's bar wants it. */
    private fun icon(): Icon {
        val bitmap = Bitmap.createBitmap(ICON_PX, ICON_PX, Bitmap.Config.ARGB_8888)
        Sign.CHOSEN.draw(Canvas(bitmap), ICON_PX, ICON_PX, Color.WHITE, Color.BLACK)
        return Icon.createWithBitmap(bitmap)
    }

    private class Kept(val atMs: List<Long>, val title: String) {
        fun toText() = "${atMs.joinToString(",")} $title"

        companion object {
            fun of(text: String): Kept? {
                val atMs = text.substringBefore(' ').split(',').map { it.toLongOrNull() ?: return null }
                return Kept(atMs, text.substringAfter(' ', ""))
            }
        }
    }

    companion object {
        private const val CHANNEL = "reminders"
        private const val SCHEME = "reminder"
        private const val ICON_PX = 96
        private const val DIGEST_BYTES = 8

        private fun digest(person: String): String =
            MessageDigest.getInstance("SHA-256").digest(person.toByteArray())
                .take(DIGEST_BYTES).joinToString("") { "%02x".format(it) }

        /** The key and the time of an intent that [pending] made. */
        fun read(intent: Intent): Pair<String, Long>? {
            val parts = intent.data?.schemeSpecificPart?.split('/') ?: return null
            val atMs = parts.getOrNull(1)?.toLongOrNull() ?: return null
            return parts[0] to atMs
        }
    }
}

/** Wakes for a reminder, and after the phone was switched on. */
class ReminderReceiver : BroadcastReceiver() {
    override fun onReceive(context: Context, intent: Intent) {
        val reminders = Reminders(context)
        when (intent.action) {
            REMIND -> Reminders.read(intent)?.let { (key, atMs) -> reminders.show(key, atMs) }
            Intent.ACTION_BOOT_COMPLETED, Intent.ACTION_MY_PACKAGE_REPLACED -> reminders.setAgain()
        }
    }

    companion object {
        const val REMIND = "org.lifecert.app.REMIND"
    }
}
