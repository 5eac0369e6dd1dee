package org.lifecert.app

import android.content.Context
import android.util.TypedValue
import android.widget.TextView
import kotlin.math.max

/** Words that become a little smaller where they would take too much of a screen, but not too small. */
open class FittingText(context: Context) : TextView(context) {
    /** The size that they have where there is room, and the least one, in pixels. */
    var size = 0f
    var leastSize = 0f

    /** The height that they should not go beyond. */
    var mostHeight: Int = Int.MAX_VALUE

    override fun onMeasure(widthMeasureSpec: Int, heightMeasureSpec: Int) {
        var tried = size
        setTextSize(TypedValue.COMPLEX_UNIT_PX, tried)
        super.onMeasure(widthMeasureSpec, heightMeasureSpec)
        while (measuredHeight > mostHeight && tried > leastSize) {
            tried = max(leastSize, tried * SHRINK)
            setTextSize(TypedValue.COMPLEX_UNIT_PX, tried)
            super.onMeasure(widthMeasureSpec, heightMeasureSpec)
        }
    }

    private companion object {
        const val SHRINK = 0.92f
    }
}
