package org.lifecert.app

import android.content.Context
import android.graphics.Canvas
import android.graphics.ColorFilter
import android.graphics.Paint
import android.graphics.PixelFormat
import android.graphics.drawable.Drawable
import android.widget.ScrollView
import kotlin.math.max
import kotlin.math.roundToInt

/** The middle of a page. Whether there is more of it is seen before somebody scrolls: the bar stays. */
class MiddleScroll(context: Context) : ScrollView(context) {
    private val density = resources.displayMetrics.density
    private val paint = Paint(Paint.ANTI_ALIAS_FLAG)

    /** The bar's colour. */
    var colour: Int by paint::color

    init {
        isVerticalScrollBarEnabled = false
        isVerticalFadingEdgeEnabled = true
        setFadingEdgeLength((FADE_DP * density).roundToInt())
        overScrollMode = OVER_SCROLL_NEVER
    }

    override fun draw(canvas: Canvas) {
        super.draw(canvas)
        val range = computeVerticalScrollRange()
        if (range <= height) return
        val length = max(height.toFloat() * height / range, LEAST_DP * density)
        val top = scrollY + (height - length) * scrollY / (range - height)
        val right = width - EDGE_DP * density
        val half = WIDTH_DP * density / 2
        canvas.drawRoundRect(right - 2 * half, top, right, top + length, half, half, paint)
    }

    private companion object {
        const val FADE_DP = 24
        const val LEAST_DP = 48
        const val WIDTH_DP = 6
        const val EDGE_DP = 4
    }
}

/** A bar on the side where a line begins. */
class SideBar(colour: Int, private val width: Int) : Drawable() {
    private val paint = Paint().apply { color = colour }

    override fun draw(canvas: Canvas) {
        val onRight = layoutDirection == android.view.View.LAYOUT_DIRECTION_RTL
        val left = if (onRight) bounds.right - width else bounds.left
        canvas.drawRect(
            left.toFloat(),
            bounds.top.toFloat(),
            (left + width).toFloat(),
            bounds.bottom.toFloat(),
            paint,
        )
    }

    override fun setAlpha(alpha: Int) {
        paint.alpha = alpha
    }

    override fun setColorFilter(filter: ColorFilter?) {
        paint.colorFilter = filter
    }

    @Deprecated("Nobody asks for it any more.")
    override fun getOpacity(): Int = PixelFormat.TRANSLUCENT
}
