package org.lifecert.boundary

import com.sun.management.ThreadMXBean
import java.lang.management.ManagementFactory
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
            val cost = cost("one buffer") { n ->
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
            val planes = interleaved(pixels)
            val cost = cost("a camera's planes") { n -> pusher.push(planes, 270, true, n.toLong()) }
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
        val cues = (0L until 20L).flatMap { pusher.push(interleaved(grey), 0, false, 100 * it) }
        assertEquals(listOf(Cue.Prompt(Prompt.FIND_FACE)), cues)
        val short = interleaved(grey).let { Planes(width, height + 4, it.y, it.cb, it.cr, width, width, 2) }
        repeat(3) { assertEquals("frame.invalid", code { pusher.push(short, 0, false, 10) }) }
        val apart = interleaved(grey).let { Planes(width, height, it.y, it.y, it.cr, width, width, 2) }
        assertEquals("frame.invalid", code { pusher.push(apart, 0, false, 20) })
        session.close()
        assertThrows(IllegalStateException::class.java) { pusher.push(short, 0, false, 30) }
    }

    /** As most phones give them: Cb and Cr are views of the same bytes, one byte apart. */
    private fun interleaved(pixels: ByteBuffer): Planes {
        fun view(from: Int, length: Int): ByteBuffer =
            pixels.duplicate().also { it.position(from).limit(from + length) }.slice()
        val cr = view(luma, luma / 2 - 1)
        val cb = view(luma + 1, luma / 2 - 1)
        return Planes(width, height, view(0, luma), cb, cr, width, width, 2)
    }

    private data class Cost(val medianUs: Double, val bytes: Long)

    private fun cost(what: String, push: (Int) -> Any): Cost {
        repeat(10_000) { push(it) }
        val memory = ManagementFactory.getThreadMXBean() as ThreadMXBean
        val nanos = LongArray(10_000)
        val before = memory.currentThreadAllocatedBytes
        for (n in nanos.indices) {
            val began = System.nanoTime()
            push(n)
            nanos[n] = System.nanoTime() - began
        }
        val bytes = (memory.currentThreadAllocatedBytes - before) / nanos.size
        nanos.sort()
        val median = nanos[nanos.size / 2] / 1_000.0
        println("$what of ${width}x$height crosses in $median us and takes $bytes bytes of heap (medians of 10,000)")
        return Cost(median, bytes)
    }
}
