package org.lifecert.app

import android.content.Context
import android.os.SystemClock
import android.os.Vibrator
import java.util.TimeZone
import org.lifecert.app.api.Clock
import org.lifecert.app.api.Shelf
import org.lifecert.app.api.Touch
import org.lifecert.core.Mark

/** The phone trembles: once and long for what went well, twice and short for what wants to be looked at. */
class PhoneTouch(private val context: Context) : Touch {
    override fun mark(mark: Mark) {
        val vibrator = context.getSystemService(Vibrator::class.java) ?: return
        if (!vibrator.hasVibrator()) return
        when (mark) {
            Mark.NONE -> Unit
            Mark.GOOD -> Newer.tremble(vibrator, longArrayOf(0, LONG_MS))
            Mark.LOOK -> Newer.tremble(vibrator, longArrayOf(0, SHORT_MS, SHORT_MS, SHORT_MS))
        }
    }

    private companion object {
        const val LONG_MS = 600L
        const val SHORT_MS = 180L
    }
}

/** The phone's clocks. */
class PhoneClock : Clock {
    override fun wallMs(): Long = System.currentTimeMillis()

    override fun steadyMs(): Long = SystemClock.elapsedRealtime()

    override fun zone(): String = TimeZone.getDefault().id

    override fun offsetS(): Int = TimeZone.getDefault().getOffset(wallMs()) / MS_PER_S

    private companion object {
        const val MS_PER_S = 1000
    }
}

/** Small plain settings in the app's own space. */
class PreferencesShelf(context: Context, name: String = "settings") : Shelf {
    private val kept = context.getSharedPreferences(name, Context.MODE_PRIVATE)

    override fun get(name: String): String? = kept.getString(name, null)

    override fun set(name: String, value: String?) {
        kept.edit().putString(name, value).apply()
    }

    /** The names of all that stands on it. */
    fun names(): Set<String> = kept.all.keys
}
