package org.lifecert.boundary

import com.sun.management.ThreadMXBean
import java.lang.management.ManagementFactory
import java.nio.ByteBuffer
import org.lifecert.core.Planes

/** What one frame took of the processor and of the heap. */
data class Cost(val medianUs: Double, val bytes: Long)

/** Pushes and measures; what the virtual machine needs at first is not counted. */
fun cost(what: String, warmUp: Int = 10_000, count: Int = 10_000, push: (Int) -> Any): Cost {
    repeat(warmUp) { push(it) }
    val memory = ManagementFactory.getThreadMXBean() as ThreadMXBean
    val nanos = LongArray(count)
    val before = memory.currentThreadAllocatedBytes
    for (n in nanos.indices) {
        val began = System.nanoTime()
        push(warmUp + n)
        nanos[n] = System.nanoTime() - began
    }
    val bytes = (memory.currentThreadAllocatedBytes - before) / count
    nanos.sort()
    val median = nanos[count / 2] / 1_000.0
    println("$what: $median us (median of $count) and $bytes bytes of heap a frame")
    return Cost(median, bytes)
}

/** As most phones give them: Cb and Cr are views of the same bytes, one byte apart. */
fun interleaved(pixels: ByteBuffer, width: Int, height: Int): Planes {
    val luma = width * height
    fun view(from: Int, length: Int): ByteBuffer =
        pixels.duplicate().also { it.position(from).limit(from + length) }.slice()
    val cr = view(luma, luma / 2 - 1)
    val cb = view(luma + 1, luma / 2 - 1)
    return Planes(width, height, view(0, luma), cb, cr, width, width, 2)
}
