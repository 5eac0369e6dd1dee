package org.lifecert.app

import android.annotation.SuppressLint
import android.content.Context
import android.graphics.Canvas
import android.graphics.Paint
import android.graphics.Path
import android.graphics.RectF
import android.view.Surface
import android.view.SurfaceHolder
import android.view.SurfaceView
import android.view.View
import android.widget.FrameLayout
import kotlin.math.max
import kotlin.math.min
import org.lifecert.core.Sight

/** What the camera sees, and on it where the face or the sheet belongs, with how far the look is. */
@SuppressLint("ViewConstructor")
class CameraPane(context: Context, style: Style, val sight: Sight) : FrameLayout(context) {
    private val preview = SurfaceView(context)
    private val mask = Mask(context, style, sight)

    /** The surface to draw the camera's pictures on, while [isReady]. */
    val surface: Surface? get() = preview.holder.surface

    /** Whether there is a place for the camera's pictures. */
    var isReady = false
        private set

    /** Told when that changes. */
    var onSurface: () -> Unit = {}

    /** How far the look is, in thousandths. */
    var permille: Int by mask::permille

    init {
        importantForAccessibility = IMPORTANT_FOR_ACCESSIBILITY_NO_HIDE_DESCENDANTS
        minimumHeight = style.dp(LEAST_HEIGHT_DP)
        clipChildren = true
        addView(preview)
        addView(mask, LayoutParams(LayoutParams.MATCH_PARENT, LayoutParams.MATCH_PARENT))
        preview.holder.setFixedSize(PREVIEW_WIDTH, PREVIEW_HEIGHT)
        preview.holder.addCallback(object : SurfaceHolder.Callback {
            override fun surfaceCreated(holder: SurfaceHolder) {
                isReady = true
                onSurface()
            }

            override fun surfaceChanged(holder: SurfaceHolder, format: Int, width: Int, height: Int) = Unit

            override fun surfaceDestroyed(holder: SurfaceHolder) {
                isReady = false
                onSurface()
            }
        })
    }

    override fun onMeasure(widthMeasureSpec: Int, heightMeasureSpec: Int) {
        super.onMeasure(widthMeasureSpec, heightMeasureSpec)
        val (width, height) = cover(measuredWidth, measuredHeight)
        preview.measure(exactly(width), exactly(height))
    }

    override fun onLayout(changed: Boolean, left: Int, top: Int, right: Int, bottom: Int) {
        super.onLayout(changed, left, top, right, bottom)
        val x = (right - left - preview.measuredWidth) / 2
        val y = (bottom - top - preview.measuredHeight) / 2
        preview.layout(x, y, x + preview.measuredWidth, y + preview.measuredHeight)
    }

    /** The smallest size that covers the pane with the picture's own proportions. */
    private fun cover(width: Int, height: Int): Pair<Int, Int> {
        val upright = resources.displayMetrics.let { it.heightPixels >= it.widthPixels }
        val (w, h) = if (upright) PREVIEW_HEIGHT to PREVIEW_WIDTH else PREVIEW_WIDTH to PREVIEW_HEIGHT
        val scale = max(width / w.toFloat(), height / h.toFloat())
        return (w * scale).toInt() to (h * scale).toInt()
    }

    private fun exactly(size: Int) = MeasureSpec.makeMeasureSpec(size, MeasureSpec.EXACTLY)

    private companion object {
        // Every phone's camera has it.
        const val PREVIEW_WIDTH = 640
        const val PREVIEW_HEIGHT = 480
        const val LEAST_HEIGHT_DP = 180
    }
}

/** Paper with a hole: an oval for a face, a square for a pattern, a sheet for paper. */
private class Mask(context: Context, style: Style, private val sight: Sight) : View(context) {
    private val paper = Paint().apply { color = style.palette.paper }
    private val rim = Paint(Paint.ANTI_ALIAS_FLAG).apply {
        this.style = Paint.Style.STROKE
        color = style.palette.line
        strokeWidth = style.dp(RIM_DP).toFloat()
    }
    private val done = Paint(rim).apply {
        color = style.palette.good
        strokeWidth = style.dp(DONE_DP).toFloat()
        strokeCap = Paint.Cap.ROUND
    }
    private val hole = RectF()
    private val around = Path()
    private val shape = Path()

    var permille = 0
        set(value) {
            if (value != field) {
                field = value
                invalidate()
            }
        }

    override fun onSizeChanged(width: Int, height: Int, oldWidth: Int, oldHeight: Int) {
        val space = done.strokeWidth
        val proportion = when (sight) {
            Sight.FACE, Sight.MODEL -> FACE
            Sight.CODE -> 1f
            Sight.PAPER -> SHEET
        }
        val w = min(width - 2 * space, (height - 2 * space) * proportion)
        val h = w / proportion
        hole.set((width - w) / 2, (height - h) / 2, (width + w) / 2, (height + h) / 2)
        shape.reset()
        when (sight) {
            Sight.FACE, Sight.MODEL -> shape.addOval(hole, Path.Direction.CW)
            Sight.CODE, Sight.PAPER -> shape.addRoundRect(hole, space, space, Path.Direction.CW)
        }
        around.reset()
        around.fillType = Path.FillType.EVEN_ODD
        around.addRect(0f, 0f, width.toFloat(), height.toFloat(), Path.Direction.CW)
        around.addPath(shape)
    }

    override fun onDraw(canvas: Canvas) {
        canvas.drawPath(around, paper)
        canvas.drawPath(shape, rim)
        if (permille > 0) canvas.drawArc(hole, TOP_DEG, FULL_DEG * permille / WHOLE, false, done)
    }

    private companion object {
        /** A face's width by its height, with some hair. */
        const val FACE = 0.78f
        const val SHEET = 0.72f
        const val RIM_DP = 4
        const val DONE_DP = 10
        const val TOP_DEG = -90f
        const val FULL_DEG = 360f
        const val WHOLE = 1000
    }
}
