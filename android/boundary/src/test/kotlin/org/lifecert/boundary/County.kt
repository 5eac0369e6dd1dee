package org.lifecert.boundary

import java.io.File
import java.nio.ByteBuffer
import java.nio.channels.FileChannel
import java.nio.file.Files
import java.nio.file.StandardOpenOption
import org.lifecert.core.Cue
import org.lifecert.core.Phase
import org.lifecert.core.PixelFormat
import org.lifecert.core.Prompt
import org.lifecert.core.Session

/** A real office with one man, served by the real server on this machine; see `tests/src/bin/county.rs`. */
class County : AutoCloseable {
    private val process: Process =
        ProcessBuilder(File(System.getProperty("jna.library.path"), "county").path)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start()
    private val said = process.inputStream.bufferedReader()
    private val told = process.outputStream.bufferedWriter()

    val url: String = said.readLine()

    val person: String get() = ask("person")

    fun letter(): String = ask("letter")

    fun stop() {
        ask("stop")
    }

    fun start() {
        ask("start")
    }

    /** What the man's camera shows for so many seconds from a time on. */
    fun clip(fromS: Int, seconds: Int): Clip {
        val file = Files.createTempFile("lifecert", ".yuv")
        try {
            val (width, height, count) = ask("frames $file $fromS $seconds").split(' ').map { it.toInt() }
            FileChannel.open(file, StandardOpenOption.READ).use { channel ->
                val pixels = ByteBuffer.allocateDirect(channel.size().toInt())
                while (pixels.hasRemaining() && channel.read(pixels) >= 0) Unit
                pixels.flip()
                return Clip(width, height, count, pixels)
            }
        } finally {
            Files.delete(file)
        }
    }

    private fun ask(question: String): String {
        told.write("$question\n")
        told.flush()
        return checkNotNull(said.readLine()) { "the county is gone" }
    }

    override fun close() {
        told.close()
        process.waitFor()
    }
}

/** Frames in memory outside of the heap. */
class Clip(private val width: Int, private val height: Int, private val count: Int, private val pixels: ByteBuffer) {
    /** Shows them to a session as a camera would, pressing start when it is asked for, until it is over. */
    fun showTo(session: Session) {
        val bytes = pixels.capacity() / count
        val luma = width * height
        for (n in 0 until count) {
            fun plane(from: Int, length: Int): ByteBuffer {
                val view = pixels.duplicate()
                view.position(n * bytes + from).limit(n * bytes + from + length)
                return view.slice()
            }
            val atMs = (40L * n).toULong()
            var cues = session.pushPlanes(
                plane(0, luma),
                plane(luma, luma / 4),
                plane(luma + luma / 4, luma / 4),
                width.toUInt(),
                height.toUInt(),
                width.toUInt(),
                (width / 2).toUInt(),
                1U,
                0U,
                false,
                atMs,
            )
            val asked = Cue.Prompt(Prompt.PRESS_START) in cues
            if (session.phase() == Phase.FRAMING && asked) cues = cues + session.start(atMs)
            if (Cue.Finish in cues) return
            check(session.phase() != Phase.ENDED) { "$cues" }
        }
        error("the look did not end")
    }
}
