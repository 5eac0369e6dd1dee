package org.lifecert.boundary

import java.awt.RenderingHints
import java.awt.image.BufferedImage
import java.nio.ByteBuffer
import java.nio.file.Path
import javax.imageio.ImageIO
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir
import org.lifecert.app.fake.Library
import org.lifecert.app.fake.code
import org.lifecert.core.App
import org.lifecert.core.AppPusher
import org.lifecert.core.Phone
import org.lifecert.core.PhoneSettings
import org.lifecert.core.Planes
import org.lifecert.core.newStorageKey

/** What a frame costs the app beside its being looked at, and that no pixel of it gets into the heap. */
class AppPushTest {
    private companion object {
        /** Of each of three sizes; a thousand in all. */
        const val FRAMES = 334
    }

    @TempDir
    lateinit var folder: Path

    private fun opened(): App {
        val settings = PhoneSettings(folder.toString(), "boundary", null, emptyList(), 1U, 30U)
        val phone = Phone.open(settings, newStorageKey(), null, Library.models)
        return App.open(phone, Library.models, null, null)
    }

    private fun App.press(label: String) {
        val page = page()
        val place = page.buttons.indexOfFirst { it.label == label }
        check(place >= 0) { "$label on $page: ${page.buttons}" }
        press(page.number, place.toUInt(), "", 0UL)
        while (hasWork()) runBlocking { work() }
    }

    private fun App.lookForPractice() {
        press("language")
        press("practise")
        press("open_camera")
        assertEquals("look", page().screen)
    }

    /** The man who looks into the camera, as a camera of so many lines sees him. */
    private fun face(width: Int, height: Int): Planes {
        val picture = BufferedImage(width, height, BufferedImage.TYPE_INT_RGB)
        val man = ImageIO.read(Library.media("franck_01829.jpg"))
        val scale = minOf(width / man.width.toDouble(), height / man.height.toDouble())
        val (w, h) = (man.width * scale).toInt() to (man.height * scale).toInt()
        picture.createGraphics().run {
            setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC)
            drawImage(man, (width - w) / 2, (height - h) / 2, w, h, null)
            dispose()
        }
        return interleaved(nv21(picture), width, height)
    }

    /** Full range, as cameras give it. */
    private fun nv21(picture: BufferedImage): ByteBuffer {
        val (width, height) = picture.width to picture.height
        val bytes = ByteBuffer.allocateDirect(width * height * 3 / 2)
        fun weighed(rgb: Int, red: Double, green: Double, blue: Double, from: Int): Byte {
            val sum = red * (rgb shr 16 and 255) + green * (rgb shr 8 and 255) + blue * (rgb and 255)
            return (from + sum).toInt().coerceIn(0, 255).toByte()
        }
        for (y in 0 until height) {
            for (x in 0 until width) bytes.put(weighed(picture.getRGB(x, y), 0.299, 0.587, 0.114, 0))
        }
        for (y in 0 until height step 2) {
            for (x in 0 until width step 2) {
                val rgb = picture.getRGB(x, y)
                bytes.put(weighed(rgb, 0.5, -0.4187, -0.0813, 128))
                bytes.put(weighed(rgb, -0.1687, -0.3313, 0.5, 128))
            }
        }
        return bytes.flip()
    }

    @Test
    fun `a frame crosses in under 50 microseconds`() {
        opened().use { app ->
            val pusher = AppPusher(app)
            val planes = interleaved(ByteBuffer.allocateDirect(640 * 480 * 3 / 2), 640, 480)
            val cost = cost("a frame to a page without a camera") { n ->
                pusher.push(planes, 270, false, n.toLong())
            }
            assertTrue(cost.medianUs < 50.0, "$cost")
            assertTrue(cost.bytes <= 4_096, "$cost")
        }
    }

    @Test
    fun `no pixel of a look reaches the heap`() {
        for ((width, height) in listOf(640 to 480, 1_280 to 720, 1_920 to 1_080)) {
            opened().use { app ->
                app.lookForPractice()
                val pusher = AppPusher(app)
                val face = face(width, height)
                val cost = cost("a frame of ${width}x$height in a look", 30, FRAMES) { n ->
                    pusher.push(face, 0, false, 100L * n)
                }
                // He was seen: start can be pressed.
                assertTrue(app.page().buttons.any { it.label == "start" }, "${app.page().buttons}")
                assertTrue(cost.bytes <= 4_096, "$cost")
            }
        }
    }

    @Test
    fun `the pusher does what the app does`() {
        val app = opened()
        val pusher = AppPusher(app)
        val face = face(640, 480)
        assertFalse(pusher.push(face, 0, false, 0))
        app.lookForPractice()
        val changes = (1L until 30L).count { pusher.push(face, 0, false, 100 * it) }
        assertTrue(changes in 1..5, "$changes")
        val short = face.run { Planes(width, height + 4, y, cb, cr, yStride, chromaStride, chromaStep) }
        repeat(3) { assertEquals("frame.invalid", code { pusher.push(short, 0, false, 3_000) }) }
        assertEquals("frame.invalid", code { pusher.push(face, 45, false, 3_000) })
        val heap = face.run { Planes(width, height, ByteBuffer.allocate(9), cb, cr, yStride, chromaStride, 2) }
        assertThrows(IllegalArgumentException::class.java) { pusher.push(heap, 0, false, 3_000) }
        app.close()
        assertThrows(IllegalStateException::class.java) { pusher.push(face, 0, false, 3_000) }
    }
}
