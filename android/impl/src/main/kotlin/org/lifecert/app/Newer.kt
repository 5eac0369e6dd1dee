package org.lifecert.app

import android.app.Activity
import android.app.NotificationChannel
import android.app.NotificationManager
import android.content.Context
import android.os.Build
import android.os.VibrationEffect
import android.os.Vibrator
import android.view.View
import android.widget.TextView

/** All that phones of 2016 (Android 7.0, API 24) do not have yet: each asks what the phone is first. */
object Newer {
    /** EditorInfo's flag of API 26; older keyboards pass it over. */
    const val IME_FLAG_NO_PERSONALIZED_LEARNING = 0x1000000

    /** Manifest.permission.POST_NOTIFICATIONS of API 33. */
    const val POST_NOTIFICATIONS = "android.permission.POST_NOTIFICATIONS"

    fun heading(view: TextView) {
        if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.P) view.isAccessibilityHeading = true
    }

    fun noAutofill(view: View) {
        if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.O) {
            view.importantForAutofill = View.IMPORTANT_FOR_AUTOFILL_NO
        }
    }

    /** No picture of the app among the recent ones. */
    fun showInRecents(activity: Activity, shown: Boolean) {
        if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.TIRAMISU) {
            activity.setRecentsScreenshotEnabled(shown)
        }
    }

    /** Trembles in turn, beginning with a pause; each number is milliseconds. */
    fun tremble(vibrator: Vibrator, pattern: LongArray) {
        if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.O) {
            vibrator.vibrate(VibrationEffect.createWaveform(pattern, -1))
        } else {
            @Suppress("DEPRECATION")
            vibrator.vibrate(pattern, -1)
        }
    }

    /** Whether the app has to ask before it may notify. */
    fun asksToNotify(): Boolean = Build.VERSION.SDK_INT >= Build.VERSION_CODES.TIRAMISU

    fun channel(context: Context, id: String, name: String) {
        if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.O) {
            val manager = context.getSystemService(NotificationManager::class.java)
            val channel = NotificationChannel(id, name, NotificationManager.IMPORTANCE_HIGH)
            manager.createNotificationChannel(channel)
        }
    }

    fun builder(context: Context, channel: String): android.app.Notification.Builder =
        if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.O) {
            android.app.Notification.Builder(context, channel)
        } else {
            @Suppress("DEPRECATION")
            android.app.Notification.Builder(context)
        }

    /** Dark signs on a light bar below; the bar above could do it before. */
    fun lightNavigation(flags: Int): Int =
        if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.O) {
            flags or View.SYSTEM_UI_FLAG_LIGHT_NAVIGATION_BAR
        } else {
            flags
        }
}
