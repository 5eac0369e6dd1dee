package org.lifecert.app

import android.content.Context
import android.graphics.Bitmap
import android.graphics.Canvas
import android.graphics.Color
import android.view.View
import android.view.View.MeasureSpec
import org.lifecert.core.Appearance
import org.lifecert.core.Page
import org.lifecert.core.Preferences
import org.lifecert.core.gallery
import org.robolectric.RuntimeEnvironment

/** A phone's screen, by its size in dp, how large its owner set the print, and light or dark. */
data class Glass(
    val name: String,
    val widthDp: Int,
    val heightDp: Int,
    val fontScale: Float,
    val appearance: Appearance,
    val language: String,
    val textSize: UInt = 22U,
) {
    val preferences get() = Preferences(language, textSize, 75U, appearance, true)

    /** Makes the phone one with this screen, and gives its context. A dp is a pixel. */
    fun context(): Context {
        RuntimeEnvironment.setQualifiers("w${widthDp}dp-h${heightDp}dp-mdpi")
        RuntimeEnvironment.setFontScale(fontScale)
        return RuntimeEnvironment.getApplication()
    }

    override fun toString() = "$name $language $appearance $textSize sp ${(fontScale * 100).toInt()} %"

    companion object {
        val languages = listOf("zh-Hans", "zh-Hant", "en", "es")

        fun usual(language: String, appearance: Appearance = Appearance.LIGHT, fontScale: Float = 1f) =
            Glass("usual", 360, 720, fontScale, appearance, language)

        fun small(language: String, appearance: Appearance = Appearance.LIGHT, fontScale: Float = 1f) =
            Glass("small", 320, 533, fontScale, appearance, language)

        /** Every one that pages are proven on; beside them a phone that lies on its side, and the largest print. */
        fun all(language: String): List<Glass> = listOf(1f, 2f).flatMap { scale ->
            listOf(Appearance.LIGHT, Appearance.DARK).flatMap { appearance ->
                listOf(usual(language, appearance, scale), small(language, appearance, scale))
            }
        } + listOf(
            usual(language).copy(name = "lying", widthDp = 720, heightDp = 360),
            small(language).copy(textSize = 30U),
            small(language, fontScale = 2f).copy(textSize = 30U),
        )

        /** Each screen as the roads draw it; its place in the list is its number. */
        fun pages(language: String): List<Page> = gallery("""{"language":"$language"}""")
    }
}

/** A page on a screen: as it stands there, or unrolled, so that all that would be scrolled to is seen. */
class Drawing(context: Context, glass: Glass, page: Page) {
    private val metrics = context.resources.displayMetrics
    val style = Style(context, glass.preferences)
    val view = PageView(context, NoHands)

    init {
        view.show(page, style, page.code?.let { pattern() })
        layOut(metrics.heightPixels)
    }

    fun unroll(): Bitmap {
        val scroll = view.find<MiddleScroll>().single()
        val hidden = scroll.getChildAt(0).height - scroll.height
        if (hidden > 0) layOut(metrics.heightPixels + hidden)
        return picture()
    }

    fun picture(): Bitmap {
        val bitmap = Bitmap.createBitmap(view.width, view.height, Bitmap.Config.ARGB_8888)
        view.draw(Canvas(bitmap))
        return bitmap
    }

    private fun layOut(height: Int) {
        val exactly = { size: Int -> MeasureSpec.makeMeasureSpec(size, MeasureSpec.EXACTLY) }
        view.measure(exactly(metrics.widthPixels), exactly(height))
        view.layout(0, 0, view.measuredWidth, view.measuredHeight)
    }

    private object NoHands : PageView.Hands {
        override fun press(number: ULong, index: Int, entered: String) = Unit

        override fun typed(text: String) = Unit
    }

    companion object {
        private const val MODULES = 57

        /** A pattern that stands for a receipt's code, which people who do not exist have none of. */
        fun pattern(): Bitmap {
            val bitmap = Bitmap.createBitmap(MODULES, MODULES, Bitmap.Config.ARGB_8888)
            for (y in 0 until MODULES) {
                for (x in 0 until MODULES) {
                    val dark = (x * x + 3 * x * y + y * y) % 7 < 3
                    bitmap.setPixel(x, y, if (dark) Color.BLACK else Color.WHITE)
                }
            }
            return bitmap
        }
    }
}

/** All views of a kind that are to be seen. */
inline fun <reified T : View> View.find(): List<T> = seen().filterIsInstance<T>()

fun View.seen(): List<View> {
    if (visibility != View.VISIBLE || width == 0 || height == 0) return emptyList()
    val group = this as? android.view.ViewGroup ?: return listOf(this)
    return listOf(this) + (0 until group.childCount).flatMap { group.getChildAt(it).seen() }
}
