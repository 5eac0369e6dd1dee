package org.lifecert.app

import java.lang.management.ManagementFactory
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.annotation.Config
import org.robolectric.annotation.GraphicsMode

/**
 * How long somebody waits, as far as it can be measured on this machine: by the library's unoptimised build
 * and Robolectric's framework, so that it says what grows, not what a phone takes.
 */
@RunWith(RobolectricTestRunner::class)
@GraphicsMode(GraphicsMode.Mode.NATIVE)
@Config(application = HandsetApplication::class)
class OpeningTest {
    @Test
    fun `the first page and the camera come soon`() {
        // The library is loaded before: a phone does that while the sign is shown.
        Glass.pages("en")
        val began = System.nanoTime()
        val handset = Handset().sees("language")
        val firstMs = since(began)
        handset.choose(2).sees("welcome").allowCamera()
        handset.press("practise").sees("ready")
        val pressed = System.nanoTime()
        handset.press("open_camera").sees("look")
        handset.until("the camera") { handset.fake.camera.openings.size == 1 }
        val cameraMs = since(pressed)
        val heap = ManagementFactory.getMemoryMXBean().heapMemoryUsage.used / BYTES_PER_MB
        println("first page after $firstMs ms, camera $cameraMs ms after the press")
        println("$heap MB of heap, ${residentMb()} MB in all")
        assertTrue("$firstMs ms", firstMs < MOST_MS)
        assertTrue("$cameraMs ms", cameraMs < MOST_MS)
    }

    private fun since(nanos: Long) = (System.nanoTime() - nanos) / 1_000_000

    /** What the process holds of the machine's memory, nets and framework included. */
    private fun residentMb(): Long {
        val line = java.io.File("/proc/self/status").takeIf { it.isFile }?.readLines()
            ?.firstOrNull { it.startsWith("VmRSS:") } ?: return 0
        return line.filter(Char::isDigit).toLong() / 1024
    }

    private companion object {
        const val BYTES_PER_MB = 1024 * 1024

        /** On two cores that others use as well. */
        const val MOST_MS = 15_000L
    }
}
