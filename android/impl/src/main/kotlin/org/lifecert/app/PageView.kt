package org.lifecert.app

import android.annotation.SuppressLint
import android.content.Context
import android.graphics.Bitmap
import android.graphics.Typeface
import android.graphics.drawable.BitmapDrawable
import android.view.View
import android.view.ViewGroup
import android.widget.FrameLayout
import android.widget.ImageView
import android.widget.LinearLayout
import android.widget.TextView
import kotlin.math.max
import kotlin.math.min
import org.lifecert.core.Button
import org.lifecert.core.Kind
import org.lifecert.core.Mark
import org.lifecert.core.Page
import org.lifecert.core.Sight

/**
 * Draws a page: corners at the top, words and what belongs to them in the middle, which scrolls, and the
 * one big button below, always there.
 *
 * What a page has in common with the one before stays: a camera goes on, what is typed stands there still.
 */
@SuppressLint("ViewConstructor")
class PageView(context: Context, private val hands: Hands) : LinearLayout(context) {
    /** What a page hears from whoever touches it. */
    interface Hands {
        /** The button in this place of the page with this number, and what stood in the entry. */
        fun press(number: ULong, index: Int, entered: String)

        /** What stands in the entry now. */
        fun typed(text: String)
    }

    private val corners = CornerBar(context)
    private val scroll = MiddleScroll(context)
    private val column = LinearLayout(context)
    private val sign = FrameLayout(context)
    private val title = FittingText(context)
    private val next = TextView(context)
    private val part = FrameLayout(context)
    private val facts = LinearLayout(context)
    private val rest = LinearLayout(context)
    private val foot = FrameLayout(context)
    private var style: Style? = null
    private var page: Page? = null
    private var largestRest = 0

    /** The camera's pane, where the page has one. */
    val camera: CameraPane? get() = part.getChildAt(0) as? CameraPane

    private val entry: EntryField? get() = part.getChildAt(0) as? EntryField

    init {
        orientation = VERTICAL
        fitsSystemWindows = true
        listOf(column, facts, rest).forEach { it.orientation = VERTICAL }
        listOf(sign, title, next, facts, part, rest).forEach { column.addView(it, wide()) }
        scroll.isFillViewport = true
        scroll.addView(column)
        addView(corners, wide())
        addView(scroll, LayoutParams(LayoutParams.MATCH_PARENT, 0, 1f))
        addView(foot, wide())
        title.accessibilityLiveRegion = ACCESSIBILITY_LIVE_REGION_POLITE
        Newer.heading(title)
    }

    /** Shows a page; [code] is the picture of its QR code, [typed] what was typed on it already. */
    fun show(page: Page, style: Style, code: Bitmap? = null, typed: String? = null) {
        val before = this.page?.takeIf { this.style?.key == style.key }
        this.page = page
        this.style = style
        if (before?.number == page.number) {
            words(page, style)
            camera?.permille = permille(page)
            return
        }
        val same = before?.screen == page.screen
        if (!same) largestRest = 0
        setBackgroundColor(style.palette.paper)
        scroll.colour = style.palette.line
        words(page, style)
        marks(page, style)
        parts(page, style, before, code, typed)
        facts(page, style)
        buttons(page, style)
        if (!same) scroll.scrollTo(0, 0)
    }

    private fun words(page: Page, style: Style) {
        column.setPadding(style.margin, style.gap, style.margin, style.gap)
        style.write(title, size = style.title)
        title.size = style.title
        title.leastSize = style.least
        title.typeface = Typeface.DEFAULT_BOLD
        set(title, page.title)
        // Words that change while somebody looks must not move what is below them.
        title.minLines = if (page.camera != null) LEAST_LINES else 1
        style.write(next)
        set(next, page.next.orEmpty())
        next.visibility = if (page.next == null) GONE else VISIBLE
        next.setPadding(0, style.gap, 0, 0)
    }

    private fun set(view: TextView, text: String) {
        // The same again would be read out again.
        if (view.text.toString() != text) view.text = text
    }

    private fun marks(page: Page, style: Style) {
        sign.removeAllViews()
        val (drawn, colour) = when (page.mark) {
            Mark.NONE -> return
            Mark.GOOD -> Sign.GOOD to style.palette.good
            Mark.LOOK -> Sign.LOOK to style.palette.look
        }
        val side = style.dp(MARK_DP)
        sign.addView(SignView(context, drawn, colour, style.palette.paper), FrameLayout.LayoutParams(side, side))
        sign.setPadding(0, 0, 0, style.gap)
    }

    private fun parts(page: Page, style: Style, before: Page?, code: Bitmap?, typed: String?) {
        val look = page.camera
        val field = page.entry
        val goesOn = before != null && before.screen == page.screen
        when {
            look != null && camera?.sight == look.sight && before != null -> Unit
            field != null && entry != null && goesOn -> Unit
            else -> {
                part.removeAllViews()
                when {
                    look != null -> part.addView(CameraPane(context, style, look.sight))
                    field != null -> part.addView(field(page, style, typed))
                    code != null -> part.addView(picture(page, style, code))
                }
            }
        }
        camera?.permille = permille(page)
        val grows = look != null
        part.layoutParams = LayoutParams(
            LayoutParams.MATCH_PARENT,
            if (grows) 0 else LayoutParams.WRAP_CONTENT,
            if (grows) 1f else 0f,
        )
        part.setPadding(0, if (part.childCount > 0) style.gap else 0, 0, 0)
    }

    private fun field(page: Page, style: Style, typed: String?): View {
        val entry = checkNotNull(page.entry)
        val kept = if (typed == null) entry else entry.copy(value = typed)
        val field = EntryField(context, style, kept)
        field.id = R_ENTRY
        // The title says what belongs into it.
        title.labelFor = R_ENTRY
        field.onTyped = hands::typed
        return field
    }

    private fun picture(page: Page, style: Style, code: Bitmap): View = ImageView(context).apply {
        // Each module of the code keeps its edges.
        setImageDrawable(BitmapDrawable(resources, code).apply { setFilterBitmap(false) })
        contentDescription = page.title
        setBackgroundColor(WHITE)
        scaleType = ImageView.ScaleType.FIT_CENTER
        val screen = resources.displayMetrics
        val side = min(style.dp(CODE_DP), screen.widthPixels - 2 * style.margin)
        layoutParams = FrameLayout.LayoutParams(side, side, android.view.Gravity.CENTER_HORIZONTAL)
    }

    private fun facts(page: Page, style: Style) {
        facts.removeAllViews()
        page.lines.forEach { fact ->
            val line = TextView(context)
            style.write(line)
            line.typeface = FACT
            line.text = fact
            // A bar beside it: this is how things stand, not what to do.
            line.setPadding(style.gap, 0, 0, 0)
            line.background = SideBar(style.palette.accent, style.dp(BAR_DP))
            facts.addView(line, wide().apply { topMargin = style.gap })
        }
        page.text?.let {
            val text = TextView(context)
            style.write(text)
            text.text = it
            text.setPadding(0, style.gap, 0, 0)
            facts.addView(text, wide())
        }
    }

    private fun buttons(page: Page, style: Style) {
        corners.removeAllViews()
        rest.removeAllViews()
        foot.removeAllViews()
        val oneOf = page.buttons.any { it.chosen }
        var apart = false
        page.buttons.forEachIndexed { index, button ->
            val view = when (button.kind) {
                Kind.MAIN -> WordButton(context, style, button).also { foot.addView(it) }
                Kind.CHOICE -> ChoiceRow(context, style, button, oneOf)
                Kind.QUIET -> WordButton(context, style, button)
                Kind.CORNER -> corner(style, button)
            }
            if (button.kind == Kind.QUIET && !apart) {
                // Other ways stand at the end, near the hand, and apart from what is to be read.
                rest.addView(View(context), LayoutParams(LayoutParams.MATCH_PARENT, style.gap, 1f))
                apart = true
            }
            if (button.kind == Kind.CHOICE || button.kind == Kind.QUIET) {
                rest.addView(view, wide().apply { topMargin = style.gap })
            }
            view.setOnClickListener {
                hands.press(page.number, index, entry?.text?.toString().orEmpty())
            }
        }
        corners.setPadding(style.gap / 2, style.gap / 2, style.gap / 2, 0)
        foot.setPadding(style.margin, style.gap, style.margin, style.gap)
        // While a face is looked at, nothing grows or shrinks: the room of a button stays when it goes.
        val isStill = page.camera?.sight?.let { it == Sight.FACE || it == Sight.MODEL } ?: false
        foot.visibility = if (foot.childCount == 0 && !isStill) GONE else VISIBLE
        foot.minimumHeight = if (isStill) style.target + 2 * style.gap else 0
        rest.minimumHeight = if (isStill) largestRest else 0
        // Where nothing else grows, the other ways go down to the big button.
        rest.layoutParams = LayoutParams(
            LayoutParams.MATCH_PARENT,
            if (page.camera == null) 0 else LayoutParams.WRAP_CONTENT,
            if (page.camera == null) 1f else 0f,
        )
    }

    /** Back on the left; what says it again on the right, whatever comes first. */
    private fun corner(style: Style, button: Button): View {
        val isBack = button.label == BACK
        val view = CornerButton(context, style, button, if (isBack) Sign.BACK else Sign.SAY_AGAIN)
        if (corners.childCount == 0) {
            corners.addView(View(context), LayoutParams(0, 1, 1f))
        }
        corners.addView(view, if (isBack) 0 else corners.childCount, wrapped())
        return view
    }

    override fun onMeasure(widthMeasureSpec: Int, heightMeasureSpec: Int) {
        val part = MeasureSpec.getSize(heightMeasureSpec) / MOST_PART
        (foot.getChildAt(0) as? WordButton)?.mostHeight = part
        // Who looks into the camera must see it: what is said as well stands in less room then.
        title.mostHeight = if (page?.camera == null) Int.MAX_VALUE else part
        super.onMeasure(widthMeasureSpec, heightMeasureSpec)
        largestRest = max(largestRest, rest.measuredHeight)
    }

    private fun permille(page: Page) = page.camera?.permille?.toInt() ?: 0

    private fun wide() =
        LayoutParams(ViewGroup.LayoutParams.MATCH_PARENT, ViewGroup.LayoutParams.WRAP_CONTENT)

    private fun wrapped() =
        LayoutParams(ViewGroup.LayoutParams.WRAP_CONTENT, ViewGroup.LayoutParams.WRAP_CONTENT)

    private companion object {
        const val BACK = "back"
        const val MARK_DP = 72
        const val CODE_DP = 300
        const val LEAST_LINES = 2
        const val MOST_PART = 4
        const val WHITE = -1
        const val BAR_DP = 4
        val R_ENTRY = View.generateViewId()
        val FACT: Typeface = Typeface.create("sans-serif-medium", Typeface.NORMAL)
    }
}
