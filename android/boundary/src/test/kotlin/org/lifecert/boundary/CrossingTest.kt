package org.lifecert.boundary

import java.nio.ByteBuffer
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.lifecert.app.fake.Library
import org.lifecert.app.fake.code
import org.lifecert.core.Cue
import org.lifecert.core.FramePusher
import org.lifecert.core.PixelFormat
import org.lifecert.core.Planes
import org.lifecert.core.Prompt
import org.lifecert.core.window

/** What a frame costs by crossing alone: it is pushed to a session that looks no more. */
class CrossingTest {
    private val width = 640
    private val height = 480
    private val luma = width * height
    private val pixels: ByteBuffer = ByteBuffer.allocateDirect(luma * 3 / 2)

    @Test
    fun `one buffer crosses in under 50 microseconds`() {
        Library.practice().use { session ->
            session.cancel()
            val cost = cost("one buffer of ${width}x$height") { n ->
                session.pushFrame(
                    pixels.window(),
                    width.toUInt(),
                    height.toUInt(),
                    width.toUInt(),
                    PixelFormat.NV21,
                    270U,
                    true,
                    n.toULong(),
                )
            }
            assertTrue(cost.medianUs < 50.0, "$cost")
        }
    }

    @Test
    fun `a camera's planes cross in under 50 microseconds and 4 KB of heap`() {
        Library.practice().use { session ->
            session.cancel()
            val pusher = FramePusher(session)
            val planes = interleaved(pixels, width, height)
            val cost = cost("a camera's planes of ${width}x$height") { n -> pusher.push(planes, 270, true, n.toLong()) }
            assertTrue(cost.medianUs < 50.0, "$cost")
            assertTrue(cost.bytes <= 4_096, "$cost")
        }
    }

    @Test
    fun `the pusher does what the session does`() {
        val session = Library.practice()
        val pusher = FramePusher(session)
        val grey = ByteBuffer.allocateDirect(pixels.capacity())
        while (grey.hasRemaining()) grey.put(127)
        grey.flip()
        val cues = (0L until 20L).flatMap { pusher.push(interleaved(grey, width, height), 0, false, 100 * it) }
        assertEquals(listOf(Cue.Prompt(Prompt.FIND_FACE)), cues)
        val short = interleaved(grey, width, height).let {
            Planes(width, height + 4, it.y, it.cb, it.cr, width, width, 2)
        }
        repeat(3) { assertEquals("frame.invalid", code { pusher.push(short, 0, false, 10) }) }
        val apart = interleaved(grey, width, height).let { Planes(width, height, it.y, it.y, it.cr, width, width, 2) }
        assertEquals("frame.invalid", code { pusher.push(apart, 0, false, 20) })
        session.close()
        assertThrows(IllegalStateException::class.java) { pusher.push(short, 0, false, 30) }
    }
}
