package org.lifecert.app

import android.view.View
import android.widget.TextView
import org.lifecert.app.fake.Glass
import org.lifecert.core.Page

/** The screen of a [Handset]: what is pressed has to stand there, in the words of the page. */
class ActivityGlass(private val handset: Handset) : Glass {
    override fun page(): Page {
        rest()
        handset.until("a page") { handset.host.page != null }
        return checkNotNull(handset.host.page)
    }

    override fun press(label: String, nth: Int, entered: String) {
        // The page may have come this moment: it is pressed once it stands there.
        handset.until("$label stands on its page") { button(label, nth) != null }
        if (entered.isNotEmpty()) handset.one<EntryField>().setText(entered)
        checkNotNull(button(label, nth)).performClick()
        rest()
    }

    /** What can be touched and has the button's words, below the page's title. */
    private fun button(label: String, nth: Int): View? {
        val page = handset.host.page ?: return null
        val shown = handset.every(handset.view).filter { it.visibility == View.VISIBLE }
        if (shown.none { words(it) == page.title }) return null
        val text = page.buttons.filter { it.label == label }.getOrNull(nth)?.text ?: return null
        return shown.singleOrNull { it.isClickable && (words(it) == text || words(it).startsWith("$text. ")) }
    }

    override fun back() {
        handset.activity.onBackPressed()
        rest()
    }

    override fun rest() = handset.until("a moment") { true }

    private fun words(view: View) = (view.contentDescription ?: (view as? TextView)?.text)?.toString().orEmpty()
}
