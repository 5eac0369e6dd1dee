package org.lifecert.app.fake

import com.sun.management.OperatingSystemMXBean
import java.io.File
import java.lang.management.BufferPoolMXBean
import java.lang.management.ManagementFactory
import java.nio.ByteBuffer
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.lifecert.core.Planes

/** What guidance costs: the man is looked at as long as he does not press start. */
class MeasureTest : RoadTest() {
    private val system = ManagementFactory.getOperatingSystemMXBean() as OperatingSystemMXBean

    @Test
    fun `guidance at 15 frames a second takes little of one core`() {
        val parts = parts()
        parts.camera.sees = scaled(his, 640, 480)
        val app = app(parts)
        val he = Retiree(app)
        he.on("language", "language", ENGLISH)
        he.on("welcome", "practise")
        parts.camera.everyMs = 1_000L / RATE
        parts.camera.inTime = true
        he.on("ready", "open_camera")
        he.sees("the start button") { page -> page.buttons.any { it.label == "start" } }
        Thread.sleep(WARM_UP_MS)

        val (began, busy, taken) = Triple(System.nanoTime(), system.processCpuTime, parts.camera.taken)
        Thread.sleep(MEASURED_MS)
        val (wallNs, busyNs) = System.nanoTime() - began to system.processCpuTime - busy
        val frames = parts.camera.taken - taken
        val rate = frames * 1e9 / wallNs
        // Of what other programs leave of this machine the rate says more than the app: its own time counts.
        val share = RATE * busyNs / 1e9 / frames
        val resident = File("/proc/self/status").readLines().first { it.startsWith("VmRSS") }
        val heap = ManagementFactory.getMemoryMXBean().heapMemoryUsage.used / MEGABYTE
        val pools = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean::class.java)
        val clips = pools.first { it.name == "direct" }.memoryUsed / MEGABYTE
        val memory = "${resident.filter(Char::isDigit).toLong() / 1_024} MB resident, " +
            "of it $clips MB of clips and $heap MB of heap"
        val what = "guidance of 640x480: %.1f frames a second here; %d take %.0f %% of one core, %s"
        println(what.format(rate, RATE, 100 * share, memory))
        assertTrue(frames > MEASURED_MS / 1_000, "$rate frames a second")
        assertTrue(share <= 0.3, "$share of one core")
    }

    /** The same clip in another size: the nearest pixel of each. */
    private fun scaled(clip: Clip, width: Int, height: Int): Clip {
        val bytes = width * height * 3 / 2
        val pixels = ByteBuffer.allocateDirect(bytes * FRAMES)
        for (n in 0 until FRAMES) {
            val frame = clip.frame(n)
            put(pixels, frame, frame.y, clip.width to clip.height, width to height)
            for (chroma in listOf(frame.cb, frame.cr)) {
                put(pixels, frame, chroma, clip.width / 2 to clip.height / 2, width / 2 to height / 2)
            }
        }
        pixels.flip()
        return Clip(width, height, FRAMES, pixels)
    }

    private fun put(to: ByteBuffer, frame: Planes, plane: ByteBuffer, from: Pair<Int, Int>, size: Pair<Int, Int>) {
        val stride = if (plane === frame.y) frame.yStride else frame.chromaStride
        for (y in 0 until size.second) {
            val row = y * from.second / size.second * stride
            for (x in 0 until size.first) to.put(plane.get(row + x * from.first / size.first))
        }
    }

    private companion object {
        const val RATE = 15
        const val WARM_UP_MS = 3_000L
        const val MEASURED_MS = 20_000L
        const val FRAMES = 100
        const val MEGABYTE = 1_048_576
    }
}
