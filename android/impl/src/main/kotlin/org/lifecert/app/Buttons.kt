package org.lifecert.app

import android.annotation.SuppressLint
import android.content.Context
import android.content.res.ColorStateList
import android.graphics.Canvas
import android.graphics.Typeface
import android.graphics.drawable.Drawable
import android.graphics.drawable.GradientDrawable
import android.graphics.drawable.RippleDrawable
import android.view.Gravity
import android.view.View
import android.view.accessibility.AccessibilityNodeInfo
import android.widget.LinearLayout
import android.widget.TextView
import kotlin.math.max
import org.lifecert.core.Button
import org.lifecert.core.Kind

/** A button with words on it: the one big one, filled, or another way, outlined. */
@SuppressLint("ViewConstructor")
class WordButton(context: Context, style: Style, button: Button) : FittingText(context) {
    init {
        val main = button.kind == Kind.MAIN
        val colour = if (main) style.palette.onMain else style.palette.accent
        size = style.text
        leastSize = style.least
        text = button.text
        gravity = Gravity.CENTER
        isClickable = true
        isFocusable = true
        minHeight = style.target
        minWidth = style.target
        setPadding(style.margin, style.gap, style.margin, style.gap)
        style.write(this, colour = colour)
        if (main) typeface = Typeface.DEFAULT_BOLD
        background = pressable(
            style,
            fill = if (main) style.palette.main else style.palette.paper,
            edge = if (main) style.palette.main else style.palette.accent,
            press = colour,
        )
    }

    override fun getAccessibilityClassName(): CharSequence = android.widget.Button::class.java.name
}

/** One of several things to choose from: words, a smaller second line, and a sign of what it is. */
@SuppressLint("ViewConstructor")
class ChoiceRow(context: Context, style: Style, private val button: Button, private val oneOf: Boolean) :
    LinearLayout(context) {
    init {
        orientation = HORIZONTAL
        gravity = Gravity.CENTER_VERTICAL
        isClickable = true
        isFocusable = true
        minimumHeight = style.target
        setPadding(style.margin, style.gap, style.gap, style.gap)
        contentDescription = listOfNotNull(button.text, button.detail).joinToString(". ")
        background = pressable(
            style,
            fill = style.palette.row,
            edge = if (button.chosen) style.palette.accent else style.palette.row,
            press = style.palette.accent,
        )
        addView(words(style), LayoutParams(0, LayoutParams.WRAP_CONTENT, 1f))
        val sign = when {
            !oneOf -> Sign.ON
            button.chosen -> Sign.CHOSEN
            else -> Sign.NOT_CHOSEN
        }
        val side = style.dp(SIGN_DP)
        addView(
            SignView(context, sign, style.palette.accent, style.palette.paper),
            LayoutParams(side, side).apply { marginStart = style.gap },
        )
    }

    private fun words(style: Style): View = LinearLayout(context).apply {
        orientation = VERTICAL
        // Read as one with the row.
        importantForAccessibility = IMPORTANT_FOR_ACCESSIBILITY_NO_HIDE_DESCENDANTS
        val text = TextView(context)
        style.write(text)
        text.text = button.text
        if (button.chosen) text.typeface = Typeface.DEFAULT_BOLD
        addView(text)
        button.detail?.let {
            val detail = TextView(context)
            style.write(detail, size = max(style.least, style.text * DETAIL_PART))
            detail.text = it
            addView(detail)
        }
    }

    override fun getAccessibilityClassName(): CharSequence =
        if (oneOf) android.widget.RadioButton::class.java.name else android.widget.Button::class.java.name

    override fun onInitializeAccessibilityNodeInfo(info: AccessibilityNodeInfo) {
        super.onInitializeAccessibilityNodeInfo(info)
        info.isCheckable = oneOf
        info.isChecked = button.chosen
    }

    private companion object {
        const val SIGN_DP = 32
        const val DETAIL_PART = 0.85f
    }
}

/** A button in the corner: a sign with words, or the sign alone where the words find no room. */
@SuppressLint("ViewConstructor")
class CornerButton(context: Context, style: Style, button: Button, sign: Sign) : LinearLayout(context) {
    private val words = TextView(context)

    init {
        orientation = HORIZONTAL
        gravity = Gravity.CENTER
        isClickable = true
        isFocusable = true
        minimumHeight = style.target
        minimumWidth = style.target
        setPadding(style.gap, style.gap / 2, style.gap, style.gap / 2)
        contentDescription = button.text
        background = pressable(style, style.palette.paper, style.palette.paper, style.palette.accent)
        val side = style.dp(SIGN_DP)
        addView(SignView(context, sign, style.palette.accent, style.palette.paper), LayoutParams(side, side))
        style.write(words, size = style.least, colour = style.palette.accent)
        words.text = button.text
        words.maxLines = 1
        words.importantForAccessibility = IMPORTANT_FOR_ACCESSIBILITY_NO
        val wrap = LayoutParams(LayoutParams.WRAP_CONTENT, LayoutParams.WRAP_CONTENT)
        addView(words, wrap.apply { marginStart = style.gap / 2 })
    }

    fun showWords(shown: Boolean) {
        words.visibility = if (shown) View.VISIBLE else View.GONE
    }

    override fun getAccessibilityClassName(): CharSequence = android.widget.Button::class.java.name

    private companion object {
        const val SIGN_DP = 36
    }
}

/** Back on one side, say it again on the other; their words only where there is room for all of them. */
class CornerBar(context: Context) : LinearLayout(context) {
    override fun onMeasure(widthMeasureSpec: Int, heightMeasureSpec: Int) {
        val corners = (0 until childCount).map(::getChildAt).filterIsInstance<CornerButton>()
        corners.forEach { it.showWords(true) }
        val free = MeasureSpec.makeMeasureSpec(0, MeasureSpec.UNSPECIFIED)
        corners.forEach { it.measure(free, free) }
        val room = MeasureSpec.getSize(widthMeasureSpec) - paddingLeft - paddingRight
        val needed = corners.sumOf { it.measuredWidth }
        corners.forEach { it.showWords(needed <= room) }
        super.onMeasure(widthMeasureSpec, heightMeasureSpec)
    }
}

/** A sign that stands alone. */
@SuppressLint("ViewConstructor")
class SignView(context: Context, private val sign: Sign, private val ink: Int, private val paper: Int) :
    View(context) {
    init {
        importantForAccessibility = IMPORTANT_FOR_ACCESSIBILITY_NO
    }

    override fun onDraw(canvas: Canvas) = sign.draw(canvas, width, height, ink, paper)
}

private fun pressable(style: Style, fill: Int, edge: Int, press: Int): Drawable {
    val shape = GradientDrawable().apply {
        cornerRadius = style.corner
        setColor(fill)
        setStroke(style.dp(EDGE_DP), edge)
    }
    val faint = press and 0x00FFFFFF or PRESS_ALPHA
    return RippleDrawable(ColorStateList.valueOf(faint), shape, shape.constantState?.newDrawable())
}

private const val EDGE_DP = 3
private const val PRESS_ALPHA = 0x40 shl 24
