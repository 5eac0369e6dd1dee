package org.lifecert.app.fake

import java.nio.ByteBuffer
import java.nio.channels.FileChannel
import java.nio.file.Path
import java.nio.file.StandardOpenOption
import org.lifecert.core.Cue
import org.lifecert.core.Phase
import org.lifecert.core.Planes
import org.lifecert.core.Prompt
import org.lifecert.core.Session

/** Frames in memory outside of the heap, 25 a second. */
class Clip(val width: Int, val height: Int, val count: Int, pixels: ByteBuffer) {
    private val frames = List(count) { n -> planes(pixels, n * (pixels.capacity() / count)) }

    /** A frame; after the last one it begins anew. */
    fun frame(n: Int): Planes = frames[n % count]

    private fun planes(pixels: ByteBuffer, from: Int): Planes {
        val luma = width * height
        fun plane(at: Int, length: Int): ByteBuffer =
            pixels.duplicate().also { it.position(from + at).limit(from + at + length) }.slice()
        val (cb, cr) = plane(luma, luma / 4) to plane(luma + luma / 4, luma / 4)
        return Planes(width, height, plane(0, luma), cb, cr, width, width / 2, 1)
    }

    /** Shows them to a session as a camera would, pressing start when it is asked for, until it is over. */
    fun showTo(session: Session) {
        for (n in 0 until count) {
            val atMs = (FRAME_MS * n).toULong()
            var cues = frame(n).let { planes ->
                session.pushPlanes(
                    planes.y,
                    planes.cb,
                    planes.cr,
                    width.toUInt(),
                    height.toUInt(),
                    planes.yStride.toUInt(),
                    planes.chromaStride.toUInt(),
                    planes.chromaStep.toUInt(),
                    0U,
                    false,
                    atMs,
                )
            }
            val asked = Cue.Prompt(Prompt.PRESS_START) in cues
            if (session.phase() == Phase.FRAMING && asked) cues = cues + session.start(atMs)
            if (Cue.Finish in cues) return
            check(session.phase() != Phase.ENDED) { "$cues" }
        }
        error("the look did not end")
    }

    companion object {
        /** From one frame to the next. */
        const val FRAME_MS = 40L

        fun read(file: Path, width: Int, height: Int, count: Int): Clip =
            FileChannel.open(file, StandardOpenOption.READ).use { channel ->
                val pixels = ByteBuffer.allocateDirect(channel.size().toInt())
                while (pixels.hasRemaining() && channel.read(pixels) >= 0) Unit
                pixels.flip()
                Clip(width, height, count, pixels)
            }
    }
}
