package org.lifecert.app

import android.content.res.Configuration
import org.lifecert.core.Appearance

/** The colours of a page. Each text stands at 4.5:1 or more on what is under it; a test measures it. */
class Palette private constructor(
    /** What a page lies on, and what is written on it. */
    val paper: Int,
    val ink: Int,
    /** The one big button. */
    val main: Int,
    val onMain: Int,
    /** Rows of a list, and their lines. */
    val row: Int,
    val line: Int,
    /** Outlines, marks, what is chosen. */
    val accent: Int,
    /** It went well; please look. Each comes with a sign of its own. */
    val good: Int,
    val look: Int,
    val isDark: Boolean,
) {
    companion object {
        val light = Palette(
            paper = 0xFFFBFAF7.toInt(),
            ink = 0xFF1B1B1B.toInt(),
            main = 0xFF0B4F8A.toInt(),
            onMain = 0xFFFFFFFF.toInt(),
            row = 0xFFE9EFF5.toInt(),
            line = 0xFF5B6671.toInt(),
            accent = 0xFF0B4F8A.toInt(),
            good = 0xFF1B6E3C.toInt(),
            look = 0xFF8A5300.toInt(),
            isDark = false,
        )

        val dark = Palette(
            paper = 0xFF121416.toInt(),
            ink = 0xFFF3F3F1.toInt(),
            main = 0xFF9CCBFF.toInt(),
            onMain = 0xFF06243F.toInt(),
            row = 0xFF272D34.toInt(),
            line = 0xFF9AA6B2.toInt(),
            accent = 0xFF9CCBFF.toInt(),
            good = 0xFF7FD69B.toInt(),
            look = 0xFFFFC46B.toInt(),
            isDark = true,
        )

        /** As somebody chose, or as the phone is. */
        fun of(appearance: Appearance, configuration: Configuration): Palette {
            val night = configuration.uiMode and Configuration.UI_MODE_NIGHT_MASK
            return when (appearance) {
                Appearance.LIGHT -> light
                Appearance.DARK -> dark
                Appearance.SYSTEM -> if (night == Configuration.UI_MODE_NIGHT_YES) dark else light
            }
        }
    }
}
