package org.lifecert.boundary

import com.sun.management.ThreadMXBean
import java.lang.management.ManagementFactory
import java.nio.ByteBuffer
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.lifecert.core.PixelFormat
import org.lifecert.core.window

/** What a frame costs by crossing alone: it is pushed to a session that looks no more. */
class CrossingTest {
    private val width = 640
    private val height = 480
    private val pixels: ByteBuffer = ByteBuffer.allocateDirect(width * height * 3 / 2)

    @Test
    fun `a frame crosses in under 50 microseconds and 4 KB`() {
        val session = Library.practice()
        session.cancel()
        val push = { n: Int ->
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
        repeat(10_000) { push(it) }
        val memory = ManagementFactory.getThreadMXBean() as ThreadMXBean
        val before = memory.currentThreadAllocatedBytes
        val nanos = LongArray(10_000) { n ->
            val began = System.nanoTime()
            push(n)
            System.nanoTime() - began
        }
        val bytes = (memory.currentThreadAllocatedBytes - before) / nanos.size
        nanos.sort()
        val median = nanos[nanos.size / 2] / 1_000.0
        val slowest = nanos[nanos.size * 99 / 100] / 1_000.0
        println("a frame of ${width}x$height crosses in $median us (99 of 100 in $slowest us), $bytes bytes of heap")
        assertTrue(median < 50.0, "$median us")
        assertTrue(bytes <= 4_096, "$bytes bytes")
        session.close()
    }
}
