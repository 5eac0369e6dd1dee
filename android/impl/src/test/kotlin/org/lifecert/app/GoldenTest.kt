package org.lifecert.app

import android.graphics.Bitmap
import java.awt.image.BufferedImage
import java.awt.image.IndexColorModel
import java.io.File
import javax.imageio.ImageIO
import kotlin.math.abs
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.lifecert.core.Page
import org.robolectric.RobolectricTestRunner
import org.robolectric.annotation.GraphicsMode

/**
 * The screens as they are laid out in docs/screens.md: what changes there is seen by whoever changes it.
 * `-Dlifecert.screens=write` draws them anew.
 */
@RunWith(RobolectricTestRunner::class)
@GraphicsMode(GraphicsMode.Mode.NATIVE)
class GoldenTest {
    private val docs = File(System.getProperty("lifecert.docs"))
    private val folder = File(docs, "screens")
    private val writes = System.getProperty("lifecert.screens") == "write"

    @Test
    fun `screens look as they did`() {
        if (writes) folder.deleteRecursively()
        val names = LANGUAGES.keys.associateWith { drawn(it) }
        val index = index(names.getValue("zh-Hans"))
        if (writes) File(docs, "screens.md").writeText(index)
        assertEquals(index, File(docs, "screens.md").readText())
        val files = folder.walk().filter(File::isFile).toList()
        assertEquals(names.values.sumOf { it.size }, files.size)
        assertTrue(files.sumOf(File::length) <= MOST_BYTES)
    }

    /** Draws, and writes or compares; gives the names. */
    private fun drawn(language: String): List<String> {
        val glass = Glass.usual(language)
        val context = glass.context()
        val pages = Glass.pages(language)
        val names = named(pages)
        val changed = pages.zip(names).filter { (page, name) ->
            val picture = Drawing(context, glass, page).picture()
            val file = File(folder, "$language/$name.png")
            if (writes) write(picture, file)
            !isAlike(picture, ImageIO.read(file))
        }
        assertEquals(language, emptyList<String>(), changed.map { it.second })
        return names
    }

    /** A screen's name, with a number where it is drawn in several states. */
    private fun named(pages: List<Page>): List<String> = pages.mapIndexed { at, page ->
        val before = pages.take(at).count { it.screen == page.screen }
        if (before == 0) page.screen else "${page.screen}-${before + 1}"
    }

    /** In few colours, which make a small file. */
    private fun write(picture: Bitmap, file: File) {
        val counted = pixels(picture).asIterable().groupingBy { it }.eachCount()
        val palette = mutableListOf<Int>()
        // The shades of one edge shall not take all the room.
        counted.entries.sortedByDescending { it.value }.forEach { (colour, _) ->
            val isNew = palette.all { far(it, colour) > SHADE }
            if (palette.size < COLOURS && isNew) palette += colour
        }
        val rgb = IntArray(COLOURS) { palette.getOrElse(it) { palette[0] } }
        val model = IndexColorModel(BITS, COLOURS, rgb, 0, false, -1, java.awt.image.DataBuffer.TYPE_BYTE)
        val image =
            BufferedImage(picture.width, picture.height, BufferedImage.TYPE_BYTE_BINARY, model)
        val nearest = counted.keys.associateWith { colour -> palette.indices.minBy { far(palette[it], colour) } }
        pixels(picture).forEachIndexed { at, colour ->
            val place = byteArrayOf(nearest.getValue(colour).toByte())
            image.raster.setDataElements(at % picture.width, at / picture.width, place)
        }
        file.parentFile.mkdirs()
        ImageIO.write(image, "png", file)
    }

    private fun isAlike(picture: Bitmap, golden: BufferedImage): Boolean {
        if (picture.width != golden.width || picture.height != golden.height) return false
        val before = golden.getRGB(0, 0, golden.width, golden.height, null, 0, golden.width)
        val now = pixels(picture)
        val others = now.indices.count { far(now[it], before[it]) > TOLERANCE }
        return others <= now.size / OTHERS_ONE_IN
    }

    private fun pixels(picture: Bitmap): IntArray {
        val pixels = IntArray(picture.width * picture.height)
        picture.getPixels(pixels, 0, picture.width, 0, 0, picture.width, picture.height)
        return pixels
    }

    private fun far(one: Int, other: Int): Int =
        listOf(16, 8, 0).maxOf { abs((one shr it and 0xFF) - (other shr it and 0xFF)) }

    private fun index(names: List<String>): String = buildString {
        append("# The screens\n\n")
        append("Each screen of the app as a test draws it on a phone of 360 by 720 dp, light, at 100 % text,\n")
        append("with people who do not exist. `cd android && mvn test -pl impl -am -Dtest=GoldenTest\n")
        append("-Dsurefire.failIfNoSpecifiedTests=false -Dlifecert.screens=write` draws them anew. The same\n")
        append("screens are proven in four languages, light and dark, at 200 % text and on a phone of 320 by\n")
        append("533 dp (ScreensTest). Where a camera looks, its picture is left out.\n\n")
        append("| Screen | ${LANGUAGES.values.joinToString(" | ")} |\n|---|${"---|".repeat(LANGUAGES.size)}\n")
        names.forEach { name ->
            val cells = LANGUAGES.keys.joinToString(" | ") { language ->
                "<img src=\"screens/$language/$name.png\" width=\"240\" alt=\"$name\">"
            }
            append("| `$name` | $cells |\n")
        }
    }

    private companion object {
        val LANGUAGES = mapOf("zh-Hans" to "简体中文", "en" to "English")
        const val COLOURS = 16
        const val BITS = 4
        const val SHADE = 16
        const val MOST_BYTES = 3_000_000L

        /** How far a colour may be from before, of 255, and one pixel in how many may be farther. */
        const val TOLERANCE = 64
        const val OTHERS_ONE_IN = 200
    }
}
