package org.lifecert.app

import android.annotation.SuppressLint
import android.content.Context
import android.graphics.Typeface
import android.graphics.drawable.GradientDrawable
import android.text.Editable
import android.text.InputFilter
import android.text.InputType
import android.text.TextWatcher
import android.view.Gravity
import android.view.inputmethod.EditorInfo
import android.widget.EditText
import org.lifecert.core.Entry
import org.lifecert.core.Keys

/** A field to type in, with the phone's own keys, of the kind that is needed. */
@SuppressLint("ViewConstructor", "AppCompatCustomView")
class EntryField(context: Context, style: Style, entry: Entry) : EditText(context) {
    private val grouped = entry.keys == Keys.CODE

    /** Told of what stands in it, as it is typed. */
    var onTyped: (String) -> Unit = {}

    init {
        style.write(this)
        setPadding(style.margin, style.gap, style.margin, style.gap)
        background = GradientDrawable().apply {
            cornerRadius = style.corner
            setColor(style.palette.paper)
            setStroke(style.dp(EDGE_DP), style.palette.line)
        }
        inputType = kind(entry)
        // The kind of text has its own idea of a field's height.
        minHeight = style.target
        if (grouped) {
            typeface = Typeface.MONOSPACE
            gravity = Gravity.CENTER
            filters = arrayOf(InputFilter.AllCaps())
            // What it is to look like: four groups of four.
            hint = List(GROUP) { HINT.repeat(GROUP) }.joinToString(" ")
            setHintTextColor(style.palette.line)
        }
        // A long code goes on in a second line rather than out of sight.
        setHorizontallyScrolling(false)
        maxLines = MOST_LINES
        imeOptions = EditorInfo.IME_ACTION_DONE or EditorInfo.IME_FLAG_NO_EXTRACT_UI
        Newer.noAutofill(this)
        // What is typed is kept in the app alone, and the keys do not learn from it.
        imeOptions = imeOptions or Newer.IME_FLAG_NO_PERSONALIZED_LEARNING
        isSaveEnabled = false
        setText(entry.value)
        addTextChangedListener(Groups())
        setSelection(length())
    }

    private fun kind(entry: Entry): Int = when (entry.keys) {
        Keys.CODE -> CODE
        Keys.DIGITS ->
            if (entry.secret) {
                InputType.TYPE_CLASS_NUMBER or InputType.TYPE_NUMBER_VARIATION_PASSWORD
            } else {
                InputType.TYPE_CLASS_NUMBER
            }
        Keys.ADDRESS -> InputType.TYPE_CLASS_TEXT or InputType.TYPE_TEXT_VARIATION_URI
        Keys.NAME ->
            InputType.TYPE_CLASS_TEXT or InputType.TYPE_TEXT_VARIATION_PERSON_NAME or
                InputType.TYPE_TEXT_FLAG_CAP_WORDS
        Keys.TEXT -> InputType.TYPE_CLASS_TEXT or InputType.TYPE_TEXT_FLAG_CAP_SENTENCES
    }

    /** Keeps a code in groups of four, as it stands on the letter. */
    private inner class Groups : TextWatcher {
        private var own = false

        override fun beforeTextChanged(s: CharSequence, start: Int, count: Int, after: Int) = Unit

        override fun onTextChanged(s: CharSequence, start: Int, before: Int, count: Int) = Unit

        override fun afterTextChanged(typed: Editable) {
            if (own) return
            if (grouped) {
                val groups = inGroups(typed.toString())
                if (groups != typed.toString()) {
                    own = true
                    // Where the hand is: after as many letters and digits as before.
                    val before = typed.take(selectionStart.coerceAtLeast(0)).count(Char::isLetterOrDigit)
                    typed.replace(0, typed.length, groups)
                    setSelection(placeAfter(groups, before))
                    own = false
                }
            }
            onTyped(text.toString())
        }
    }

    companion object {
        private const val EDGE_DP = 3
        private const val MOST_LINES = 4
        private const val GROUP = 4
        private const val HINT = "_"
        private const val CODE = InputType.TYPE_CLASS_TEXT or
            InputType.TYPE_TEXT_VARIATION_VISIBLE_PASSWORD or
            InputType.TYPE_TEXT_FLAG_CAP_CHARACTERS or
            InputType.TYPE_TEXT_FLAG_NO_SUGGESTIONS

        /** Letters and digits in groups of four, whatever was typed between them. */
        fun inGroups(typed: String): String =
            typed.filter(Char::isLetterOrDigit).chunked(GROUP).joinToString(" ")

        private fun placeAfter(groups: String, count: Int): Int {
            var seen = 0
            groups.forEachIndexed { at, char ->
                if (seen == count) return at
                if (char.isLetterOrDigit()) seen++
            }
            return groups.length
        }
    }
}
