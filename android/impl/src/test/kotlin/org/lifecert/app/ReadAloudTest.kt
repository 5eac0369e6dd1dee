package org.lifecert.app

import android.app.Activity
import android.os.Looper
import android.view.View
import android.view.accessibility.AccessibilityNodeInfo
import android.widget.RadioButton
import android.widget.TextView
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.lifecert.core.Kind
import org.lifecert.core.Page
import org.robolectric.Robolectric
import org.robolectric.RobolectricTestRunner
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config
import org.robolectric.annotation.GraphicsMode

/** What somebody hears who has the phone read the screen: all that stands there, in order, once. */
@RunWith(RobolectricTestRunner::class)
@GraphicsMode(GraphicsMode.Mode.NATIVE)
class ReadAloudTest {
    private val glass = Glass.usual("en")
    private val pages = Glass.pages("en")

    // Only what stands in a window is told of.
    private val window = Robolectric.buildActivity(Activity::class.java).setup().get()

    private fun drawn(page: Page): PageView {
        val view = Drawing(glass.context(), glass, page).view
        window.setContentView(view)
        shadowOf(Looper.getMainLooper()).idle()
        return view
    }

    /** What the system is told of each thing that can be touched or read, in the order of reading. */
    private fun heard(view: View): List<AccessibilityNodeInfo> = view.seen()
        .filter { it.isImportantForAccessibility && !isHidden(it) }
        .filter { it.isClickable || it is TextView && it.text.isNotEmpty() || it.contentDescription != null }
        .map { it.createAccessibilityNodeInfo() }

    private fun isHidden(view: View): Boolean {
        val hides = View.IMPORTANT_FOR_ACCESSIBILITY_NO_HIDE_DESCENDANTS
        return generateSequence(view.parent as? View) { it.parent as? View }
            .any { it.importantForAccessibility == hides }
    }

    private fun words(info: AccessibilityNodeInfo) = (info.contentDescription ?: info.text)?.toString().orEmpty()

    @Test
    fun `all that stands on a page is read, in its order`() {
        for (page in pages) {
            val heard = heard(drawn(page)).map(::words)
            val wanted = listOf(page.title) + listOfNotNull(page.next) + page.lines + listOfNotNull(page.text)
            val places = wanted.map { heard.indexOf(it) }
            assertFalse("${page.screen}: $heard", -1 in places)
            assertEquals("${page.screen}: in order", places.sorted(), places)
            for (button in page.buttons) {
                val said = listOfNotNull(button.text, button.detail).joinToString(". ")
                val times = heard.count { it == said }
                val alike = page.buttons.count { it.text == button.text && it.detail == button.detail }
                assertTrue("${page.screen}: $said $times times: $heard", times >= alike)
            }
        }
    }

    @Test
    fun `what is chosen is said, not only coloured`() {
        val page = pages.first { it.screen == "text_size" }
        val rows = heard(drawn(page)).filter { it.className == RadioButton::class.java.name }
        val choices = page.buttons.filter { it.kind == Kind.CHOICE }
        assertEquals(choices.map { it.chosen }, rows.map { it.isChecked })
        assertTrue(rows.all { it.isCheckable && it.isClickable })
        // Where nothing is chosen, rows are buttons.
        val plain = heard(drawn(pages.first { it.screen == "for_whom" }))
        assertTrue(plain.none { it.isCheckable })
    }

    @Test
    @Config(sdk = [34])
    fun `a page begins with its heading, which is read when it changes`() {
        val view = drawn(pages.first { it.screen == "welcome" })
        val title = view.find<FittingText>().first()
        assertTrue(title.isAccessibilityHeading)
        assertEquals(View.ACCESSIBILITY_LIVE_REGION_POLITE, title.accessibilityLiveRegion)
    }

    @Test
    fun `a camera's picture is not read, its words are`() {
        val page = pages.first { it.screen == "look" }
        val view = drawn(page)
        val within = checkNotNull(view.camera).seen()
        assertTrue(within.all { isHidden(it) || it === view.camera })
        assertTrue(heard(view).map(::words).contains(page.title))
    }
}
