package org.lifecert.app

import android.graphics.Canvas
import android.graphics.Paint
import android.graphics.Path
import android.graphics.RectF
import kotlin.math.min

/** The signs that stand beside words, drawn in a square of 24 by 24. */
enum class Sign {
    /** It leads on. */
    ON,

    /** Chosen, and one that could be chosen. */
    CHOSEN,
    NOT_CHOSEN,

    /** In the corners. */
    BACK,
    SAY_AGAIN,

    /** It went well; please look. */
    GOOD,
    LOOK,
    ;

    fun draw(canvas: Canvas, width: Int, height: Int, ink: Int, paper: Int) {
        val scale = min(width, height) / SIDE
        val count = canvas.save()
        canvas.translate((width - SIDE * scale) / 2, (height - SIDE * scale) / 2)
        canvas.scale(scale, scale)
        val line = Paint(Paint.ANTI_ALIAS_FLAG).apply {
            color = ink
            style = Paint.Style.STROKE
            strokeWidth = STROKE
            strokeCap = Paint.Cap.ROUND
            strokeJoin = Paint.Join.ROUND
        }
        val fill = Paint(Paint.ANTI_ALIAS_FLAG).apply { color = ink }
        when (this) {
            ON -> canvas.drawPath(path(9f to 5f, 16f to 12f, 9f to 19f), line)
            BACK -> {
                canvas.drawPath(path(11f to 5f, 4f to 12f, 11f to 19f), line)
                canvas.drawLine(4f, 12f, 20f, 12f, line)
            }
            NOT_CHOSEN -> canvas.drawCircle(12f, 12f, 9.5f, line)
            CHOSEN, GOOD -> {
                canvas.drawCircle(12f, 12f, 11f, fill)
                line.color = paper
                canvas.drawPath(path(6.5f to 12.5f, 10.5f to 16.5f, 17.5f to 8f), line)
            }
            LOOK -> {
                canvas.drawCircle(12f, 12f, 11f, fill)
                line.color = paper
                canvas.drawLine(12f, 11f, 12f, 17.5f, line)
                canvas.drawPoint(12f, 6.5f, line)
            }
            SAY_AGAIN -> {
                val horn = path(3f to 9f, 7f to 9f, 12f to 4.5f, 12f to 19.5f, 7f to 15f, 3f to 15f)
                horn.close()
                canvas.drawPath(horn, fill)
                canvas.drawArc(RectF(11f, 8f, 17f, 16f), -55f, 110f, false, line)
                canvas.drawArc(RectF(10f, 4.5f, 21f, 19.5f), -55f, 110f, false, line)
            }
        }
        canvas.restoreToCount(count)
    }

    private companion object {
        const val SIDE = 24f
        const val STROKE = 2.4f

        fun path(vararg points: Pair<Float, Float>) = Path().apply {
            moveTo(points[0].first, points[0].second)
            points.drop(1).forEach { (x, y) -> lineTo(x, y) }
        }
    }
}
