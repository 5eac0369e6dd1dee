package org.lifecert.app

import org.junit.Assert.assertEquals
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.annotation.GraphicsMode

/** Every screen in every language, light and dark, at 100 % and 200 % text, on a usual and a small phone. */
@RunWith(RobolectricTestRunner::class)
@GraphicsMode(GraphicsMode.Mode.NATIVE)
class ScreensTest {
    @Test
    fun `in simplified Chinese`() = proven("zh-Hans")

    @Test
    fun `in traditional Chinese`() = proven("zh-Hant")

    @Test
    fun `in English`() = proven("en")

    @Test
    fun `in Spanish`() = proven("es")

    private fun proven(language: String) {
        val pages = Glass.pages(language)
        val faults = Glass.all(language).flatMap { glass ->
            val context = glass.context()
            pages.flatMap { page ->
                val drawing = Drawing(context, glass, page)
                val inspection = Inspection(drawing.view)
                val found = inspection.ofLayout() + inspection.ofPicture(drawing.unroll())
                found.map { "$glass, ${page.number} ${page.screen}: $it" }
            }
        }
        assertEquals("", faults.joinToString("\n"))
    }
}
