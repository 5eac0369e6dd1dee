package org.lifecert.app.fake

import android.view.Surface
import java.util.concurrent.CopyOnWriteArrayList
import kotlin.concurrent.thread
import org.lifecert.app.api.Camera
import org.lifecert.app.api.FrameSink
import org.lifecert.core.CameraTrouble
import org.lifecert.core.Facing

/**
 * A camera that sees a clip, over and over, from where it last was closed: on a thread of its own, each
 * frame while it is lent. A frame takes its time by the phone's clock, however fast it is taken.
 */
class ClipCamera(private val clock: FakeClock) : Camera {
    /** What it sees. */
    @Volatile
    var sees: Clip? = null

    /** What goes wrong when it is opened. */
    @Volatile
    var refuses: CameraTrouble? = null

    /** After how many frames it dies, once. */
    @Volatile
    var diesAfter: Int? = null

    /** From one frame to the next, */
    @Volatile
    var everyMs = Clip.FRAME_MS

    /** and whether that lasts as long on the wall, where frames that nobody took are gone. */
    @Volatile
    var inTime = false

    /** The sides on which it was opened, in order. */
    val openings = CopyOnWriteArrayList<Facing>()

    /** How many frames were taken. */
    @Volatile
    var taken = 0
        private set

    private var next = 0
    private var open: Opening? = null

    @Synchronized
    override fun open(facing: Facing, preview: Surface?, sink: FrameSink, trouble: (CameraTrouble) -> Unit) {
        close()
        openings += facing
        open = Opening(sink, trouble).also { opening -> thread(name = "camera", isDaemon = true) { opening.run() } }
    }

    @Synchronized
    override fun close() {
        open?.close()
        open = null
    }

    private inner class Opening(private val sink: FrameSink, private val trouble: (CameraTrouble) -> Unit) {
        @Volatile
        private var closed = false

        fun run() {
            refuses?.let { return tell(it) }
            var shown = 0
            val began = System.nanoTime()
            while (!closed) {
                if (diesAfter?.let { shown >= it } == true) {
                    diesAfter = null
                    return tell(CameraTrouble.LOST)
                }
                if (inTime) shown = waitForNext(began, shown) else clock.pass(everyMs)
                show()
                shown += 1
            }
        }

        private fun waitForNext(began: Long, shown: Int): Int {
            val everyNs = everyMs * 1_000_000
            val dueNs = began + shown * everyNs
            val earlyNs = dueNs - System.nanoTime()
            if (earlyNs > 0) Thread.sleep(earlyNs / 1_000_000, (earlyNs % 1_000_000).toInt())
            val missed = ((System.nanoTime() - dueNs) / everyNs).toInt()
            next += missed
            clock.pass(everyMs * (missed + 1))
            return shown + missed
        }

        @Synchronized
        private fun show() {
            val clip = sees
            if (closed) return
            if (clip == null) {
                Thread.sleep(1)
                return
            }
            sink.frame(clip.frame(next++), 0, false, clock.steadyMs())
            taken += 1
        }

        private fun tell(what: CameraTrouble) {
            if (!closed) trouble(what)
        }

        @Synchronized
        fun close() {
            closed = true
        }
    }
}
