package org.lifecert.app

import android.graphics.Bitmap
import android.graphics.Rect
import android.util.TypedValue
import android.view.View
import android.view.ViewGroup
import android.widget.TextView
import kotlin.math.max
import kotlin.math.min
import kotlin.math.pow

/** Looks at a page as somebody who sees badly and has large fingers would; each fault is a line. */
class Inspection(private val root: ViewGroup) {
    private val metrics = root.resources.displayMetrics
    private val leastText = TypedValue.applyDimension(TypedValue.COMPLEX_UNIT_SP, LEAST_SP, metrics)

    /** What is wrong with how the page lies on its screen. */
    fun ofLayout(): List<String> {
        val seen = root.seen()
        return seen.flatMap(::targets) + seen.flatMap(::texts) + seen.flatMap(::overlaps) + button()
    }

    private fun targets(view: View): List<String> {
        if (!view.isClickable) return emptyList()
        val least = TARGET_DP * metrics.density
        return listOfNotNull(
            "${name(view)} is ${view.width}x${view.height}".takeIf { min(view.width, view.height) < least },
            "${name(view)} has no words".takeIf { label(view).isBlank() },
        )
    }

    private fun texts(view: View): List<String> {
        if (view !is TextView || view.text.isEmpty() && view.hint.isNullOrEmpty()) return emptyList()
        val layout = view.layout ?: return listOf("${name(view)} is not laid out")
        val room = view.width - view.compoundPaddingLeft - view.compoundPaddingRight
        val lines = 0 until layout.lineCount
        return listOfNotNull(
            "${name(view)} is written in ${view.textSize} px"
                .takeIf { view.textSize < leastText - 0.01f },
            "${name(view)} is cut off below".takeIf {
                layout.height > view.height - view.compoundPaddingTop - view.compoundPaddingBottom
            },
            "${name(view)} goes beyond its side".takeIf { lines.any { layout.getLineMax(it) > room + 1 } },
            "${name(view)} ends in dots".takeIf { lines.any { layout.getEllipsisCount(it) > 0 } },
            "${name(view)} lies outside".takeIf { isCut(view) },
            "${name(view)} breaks a word".takeIf { !isLarge && lines.any { breaksWord(view, it) } },
            glyphs(view),
        )
    }

    /** At 200 % a long word may go on in the next line: better than words too small to be read. */
    private val isLarge = root.resources.configuration.fontScale > 1.5f

    private fun breaksWord(view: TextView, line: Int): Boolean {
        val end = view.layout.getLineEnd(line)
        if (end < 1) return false
        val around = view.text.drop(end - 1).take(2)
        return around.length == 2 && around.all { it.isLetter() && it.code < CHINESE }
    }

    private fun glyphs(view: TextView): String? {
        val missing = view.text.codePoints().toArray().filter { point ->
            !Character.isWhitespace(point) && !view.paint.hasGlyph(String(Character.toChars(point)))
        }
        return if (missing.isEmpty()) null else "no glyph for ${missing.map { "U+%04X".format(it) }}"
    }

    /** Whether some of a view lies outside of what it is in; what is scrolled may lie above or below. */
    private fun isCut(view: View): Boolean {
        val place = place(view)
        var within = view.parent as? ViewGroup
        while (within != null && within !== root.parent) {
            val room = place(within)
            if (place.left < room.left || place.right > room.right) return true
            if (within is MiddleScroll) return false
            if (place.top < room.top || place.bottom > room.bottom) return true
            within = within.parent as? ViewGroup
        }
        return false
    }

    private fun overlaps(view: View): List<String> {
        // A pane's mask lies on its picture.
        if (view !is ViewGroup || view is CameraPane) return emptyList()
        val children = (0 until view.childCount).map(view::getChildAt)
            .filter { it.visibility == View.VISIBLE && it.width > 0 && it.height > 0 }
        return children.flatMapIndexed { at, one ->
            children.drop(at + 1)
                .filter { Rect.intersects(place(one), place(it)) }
                .map { "${name(one)} lies on ${name(it)}" }
        }
    }

    /** The one big button stands on the screen, whatever is scrolled. */
    private fun button(): List<String> {
        val foot = root.getChildAt(root.childCount - 1) as ViewGroup
        val main = foot.getChildAt(0) ?: return emptyList()
        val screen = Rect(0, 0, root.width, root.height)
        return listOfNotNull("${name(main)} is not on the screen".takeIf { !screen.contains(place(main)) })
    }

    /** What cannot be read well, by what was drawn: all texts at 4.5:1, all signs at 3:1. */
    fun ofPicture(picture: Bitmap): List<String> = root.seen().mapNotNull { view ->
        val least = when (view) {
            is TextView -> TEXT_CONTRAST
            is SignView -> SIGN_CONTRAST
            else -> return@mapNotNull null
        }
        val isWritten = view !is TextView || view.text.isNotBlank() || !view.hint.isNullOrBlank()
        if (!isWritten) return@mapNotNull null
        val found = contrast(picture, inner(view))
        "${name(view)} stands out by %.2f".format(found).takeIf { found < least }
    }

    /** Where a text stands, without the edge of its button. */
    private fun inner(view: View): Rect {
        val place = place(view)
        if (view !is TextView) return place
        return Rect(
            place.left + view.compoundPaddingLeft,
            place.top + view.paddingTop,
            place.right - view.compoundPaddingRight,
            place.bottom - view.paddingBottom,
        )
    }

    private fun place(view: View): Rect {
        val place = Rect(0, 0, view.width, view.height)
        var at: View = view
        while (at !== root) {
            place.offset(at.left - at.scrollX, at.top - at.scrollY)
            at = at.parent as? View ?: break
        }
        return place
    }

    private fun label(view: View): String =
        (view.contentDescription ?: (view as? TextView)?.let { it.text.ifEmpty { it.hint } })?.toString()
            ?: labelFor(view)

    /** An empty field is named by the text that stands before it. */
    private fun labelFor(view: View): String =
        root.find<TextView>().firstOrNull { it.labelFor == view.id && view.id != View.NO_ID }
            ?.text?.toString().orEmpty()

    private fun name(view: View) = "${view.javaClass.simpleName} '${label(view).take(24)}'"

    companion object {
        private const val TARGET_DP = 60
        private const val LEAST_SP = 18f
        private const val CHINESE = 0x2E80
        private const val TEXT_CONTRAST = 4.5
        private const val SIGN_CONTRAST = 3.0

        /** WCAG 2.2's contrast between what fills most of a place and what differs most from it. */
        fun contrast(picture: Bitmap, place: Rect): Double {
            val within = Rect(place)
            if (!within.intersect(0, 0, picture.width, picture.height)) return 1.0
            val pixels = IntArray(within.width() * within.height())
            picture.getPixels(pixels, 0, within.width(), within.left, within.top, within.width(), within.height())
            pixels.sort()
            val colours = pixels.distinctSorted()
            val ground = luminance(colours.maxBy { it.second }.first)
            return colours.maxOf { (colour, _) ->
                val ink = luminance(colour)
                (max(ink, ground) + 0.05) / (min(ink, ground) + 0.05)
            }
        }

        /** Each colour, and how often it is there. */
        private fun IntArray.distinctSorted(): List<Pair<Int, Int>> {
            val found = mutableListOf<Pair<Int, Int>>()
            var from = 0
            for (at in 1..size) {
                if (at == size || this[at] != this[from]) {
                    found += this[from] to at - from
                    from = at
                }
            }
            return found
        }

        private fun luminance(colour: Int): Double {
            val (red, green, blue) = listOf(16, 8, 0).map { shift ->
                val part = (colour shr shift and 0xFF) / 255.0
                if (part <= 0.04045) part / 12.92 else ((part + 0.055) / 1.055).pow(2.4)
            }
            return 0.2126 * red + 0.7152 * green + 0.0722 * blue
        }
    }
}
