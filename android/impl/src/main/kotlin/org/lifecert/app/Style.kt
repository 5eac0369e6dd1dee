package org.lifecert.app

import android.content.Context
import android.text.Layout
import android.util.DisplayMetrics
import android.util.TypedValue
import android.view.View
import android.widget.TextView
import java.util.Locale
import kotlin.math.max
import kotlin.math.min
import kotlin.math.roundToInt
import org.lifecert.core.Preferences

/** How pages look to somebody: sizes in pixels of this screen, colours, the language's glyphs. */
class Style(context: Context, preferences: Preferences) {
    private val metrics: DisplayMetrics = context.resources.displayMetrics
    val palette = Palette.of(preferences.appearance, context.resources.configuration)

    /** Chinese characters are drawn differently in different places. */
    val locale: Locale = Locale.forLanguageTag(preferences.language ?: FIRST_LANGUAGE)

    /** The smallest text of a page. */
    val text: Float = sp(preferences.textSize.toFloat())

    /** The smallest text that anybody gets: what does not fit may shrink to it. */
    val least: Float = sp(LEAST_TEXT_SP)

    /** A title is larger, but not beyond what leaves room for it on a small screen. */
    val title: Float = max(text, min(text * TITLE_PART, dp(MOST_TITLE_DP).toFloat()))

    val target: Int = dp(TARGET_DP)
    val gap: Int = dp(GAP_DP)
    val margin: Int = dp(MARGIN_DP)
    val corner: Float = dp(CORNER_DP).toFloat()

    /** What tells one style from another: a page is built anew when it changes. */
    val key: List<Any> = listOf(text, locale, palette.isDark, metrics.density)

    fun dp(count: Int): Int = (count * metrics.density).roundToInt()

    private fun sp(count: Float): Float =
        TypedValue.applyDimension(TypedValue.COMPLEX_UNIT_SP, count, metrics)

    /** A text of the page. */
    fun write(view: TextView, size: Float = text, colour: Int = palette.ink) {
        view.setTextSize(TypedValue.COMPLEX_UNIT_PX, size)
        view.setTextColor(colour)
        view.textLocale = locale
        view.setLineSpacing(0f, LINE_SPACING)
        view.breakStrategy = Layout.BREAK_STRATEGY_HIGH_QUALITY
        view.hyphenationFrequency = Layout.HYPHENATION_FREQUENCY_FULL
        view.textDirection = View.TEXT_DIRECTION_LOCALE
    }

    companion object {
        /** The language that the first page is written in. */
        const val FIRST_LANGUAGE = "zh-Hans"

        private const val LEAST_TEXT_SP = 18f
        private const val TITLE_PART = 1.3f
        private const val MOST_TITLE_DP = 44
        private const val TARGET_DP = 64
        private const val GAP_DP = 12
        private const val MARGIN_DP = 16
        private const val CORNER_DP = 12
        private const val LINE_SPACING = 1.15f
    }
}
