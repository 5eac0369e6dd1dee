package org.lifecert.boundary

import java.nio.ByteBuffer
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.lifecert.app.fake.Library
import org.lifecert.app.fake.Picture
import org.lifecert.app.fake.code
import org.lifecert.core.Cue
import org.lifecert.core.PixelFormat
import org.lifecert.core.Prompt
import org.lifecert.core.checkFrame
import org.lifecert.core.window

class BufferTest {
    private val size = 640 * 480 * 3 / 2

    private fun check(pixels: ByteBuffer, width: Int = 640, height: Int = 480, stride: Int = 640, turn: Int = 0) =
        code {
            checkFrame(
                pixels,
                width.toUInt(),
                height.toUInt(),
                stride.toUInt(),
                PixelFormat.NV21,
                turn.toUInt(),
            )
        }

    @Test
    fun `only what lies between position and limit is lent`() {
        val pixels = ByteBuffer.allocateDirect(size + 1_000)
        assertEquals("", check(pixels))
        pixels.position(1_000)
        assertEquals("", check(pixels.window()))
        pixels.position(1_001)
        assertEquals("frame.invalid", check(pixels.window()))
        pixels.position(0).limit(size - 1)
        assertEquals("frame.invalid", check(pixels.window()))
        assertEquals("frame.invalid", check(ByteBuffer.allocateDirect(0)))
    }

    @Test
    fun `shapes that cannot be are refused by code`() {
        val pixels = ByteBuffer.allocateDirect(size)
        assertEquals("frame.invalid", check(pixels, width = 0))
        assertEquals("frame.invalid", check(pixels, stride = 639))
        assertEquals("frame.invalid", check(pixels, height = 481))
        assertEquals("frame.invalid", check(pixels, turn = 45))
        assertEquals("frame.invalid", check(pixels, width = -1, height = -1, stride = -1))
        for (turn in listOf(90, 180, 270)) assertEquals("", check(pixels, turn = turn))
    }

    @Test
    fun `a buffer on the heap has no address to lend`() {
        assertThrows(IllegalArgumentException::class.java) { check(ByteBuffer.allocate(size)) }
    }

    @Test
    fun `a window in the middle of a buffer shows its own picture`() {
        val face = Library.face
        val bytes = face.pixels.capacity()
        val both = ByteBuffer.allocateDirect(2 * bytes)
        both.position(bytes)
        both.put(face.pixels.duplicate())
        both.position(bytes).limit(2 * bytes)
        val prompts = prompts(face, both)
        assertTrue(Prompt.PRESS_START in prompts, "$prompts")
        both.position(0).limit(bytes)
        assertEquals(listOf(Prompt.FIND_FACE), prompts(face, both))
    }

    private fun prompts(picture: Picture, pixels: ByteBuffer): List<Prompt> =
        Library.practice().use { session ->
            (0L until 30L)
                .flatMap { picture.pushTo(session, 100 * it, pixels) }
                .filterIsInstance<Cue.Prompt>()
                .map { it.prompt }
        }
}
