package org.lifecert.app

import android.graphics.Bitmap
import android.graphics.Canvas
import android.graphics.Color
import android.graphics.Rect
import android.widget.TextView
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Before
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.annotation.GraphicsMode

/** The inspection sees what is wrong: each fault is put into a page that has none. */
@RunWith(RobolectricTestRunner::class)
@GraphicsMode(GraphicsMode.Mode.NATIVE)
class InspectionTest {
    private lateinit var drawing: Drawing
    private lateinit var inspection: Inspection
    private val view get() = drawing.view
    private val title get() = view.find<FittingText>().first()

    @Before
    fun open() {
        val glass = Glass.usual("en")
        val page = Glass.pages("en").first { it.screen == "welcome" }
        drawing = Drawing(glass.context(), glass, page)
        inspection = Inspection(view)
        assertEquals(emptyList<String>(), inspection.ofLayout())
        assertEquals(emptyList<String>(), inspection.ofPicture(drawing.unroll()))
    }

    private fun finds(fault: String) {
        val found = inspection.ofLayout()
        assertTrue("$fault: $found", found.any { fault in it })
    }

    @Test
    fun `a small target`() {
        val button = view.find<WordButton>().first()
        button.layout(button.left, button.top, button.right, button.top + 59)
        finds("x59")
    }

    @Test
    fun `a button without words`() {
        view.find<CornerButton>().first().contentDescription = ""
        finds("has no words")
    }

    @Test
    fun `small print`() {
        view.find<TextView>().last().paint.textSize = 17f
        finds("is written in 17.0 px")
    }

    @Test
    fun `a text that is cut off`() {
        title.layout(title.left, title.top, title.right, title.top + 20)
        finds("is cut off below")
    }

    @Test
    fun `a text that goes beyond its side`() {
        title.layout(title.left, title.top, title.right - 120, title.bottom)
        finds("goes beyond its side")
    }

    @Test
    fun `a text that lies outside`() {
        title.offsetLeftAndRight(60)
        finds("lies outside")
    }

    @Test
    fun `two things in one place`() {
        title.offsetTopAndBottom(60)
        finds("lies on")
    }

    @Test
    fun `the big button below the screen`() {
        view.getChildAt(view.childCount - 1).offsetTopAndBottom(60)
        finds("is not on the screen")
    }

    @Test
    fun `a glyph that no font has`() {
        title.text = "\uE000\u7EB9"
        finds("no glyph for [U+E000]")
    }

    @Test
    fun `a word that is broken`() {
        title.text = "Lebensbescheinigungsverfahrensordnung"
        title.measure(exactly(title.width), exactly(200))
        title.layout(title.left, title.top, title.right, title.top + 200)
        finds("breaks a word")
    }

    @Test
    fun `a text that hardly stands out`() {
        title.setTextColor(0xFF8A8A8A.toInt())
        val found = inspection.ofPicture(drawing.picture())
        assertTrue("$found", found.single().contains("stands out by 3."))
    }

    @Test
    fun `contrast is the one of WCAG`() {
        val picture = Bitmap.createBitmap(10, 10, Bitmap.Config.ARGB_8888)
        Canvas(picture).drawColor(Color.WHITE)
        picture.setPixel(5, 5, Color.BLACK)
        assertEquals(21.0, Inspection.contrast(picture, Rect(0, 0, 10, 10)), 0.001)
        picture.setPixel(5, 5, 0xFF767676.toInt())
        assertEquals(4.54, Inspection.contrast(picture, Rect(0, 0, 10, 10)), 0.01)
        assertEquals(1.0, Inspection.contrast(picture, Rect(0, 0, 5, 5)), 0.001)
    }

    private fun exactly(size: Int) =
        android.view.View.MeasureSpec.makeMeasureSpec(size, android.view.View.MeasureSpec.EXACTLY)
}
