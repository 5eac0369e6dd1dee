package org.lifecert.app.fake

import com.sun.jna.Library
import com.sun.jna.Native
import java.io.ByteArrayOutputStream
import java.io.OutputStream
import java.io.PrintStream
import java.nio.file.Files
import java.nio.file.Path

/** All that is printed from now on, by Java and by what lies below it. */
class Log {
    private interface C : Library {
        fun dup(file: Int): Int

        fun dup2(from: Int, to: Int): Int

        fun open(path: String, flags: Int, mode: Int): Int

        fun close(file: Int): Int
    }

    private val c = Native.load("c", C::class.java)
    private val java = ByteArrayOutputStream()
    private val out = System.out
    private val err = System.err
    private val below: Path = Files.createTempFile("lifecert", ".log")
    private val kept = c.dup(ERRORS)

    init {
        val file = c.open(below.toString(), WRITE, 0)
        check(kept >= 0 && file >= 0 && c.dup2(file, ERRORS) == ERRORS) { "the log cannot be read" }
        c.close(file)
        System.setOut(PrintStream(Both(java, out), true))
        System.setErr(PrintStream(Both(java, err), true))
    }

    /** What was printed. */
    fun close(): String {
        System.setOut(out)
        System.setErr(err)
        c.dup2(kept, ERRORS)
        c.close(kept)
        val printed = Files.readString(below)
        Files.delete(below)
        return printed + java.toString(Charsets.UTF_8)
    }

    private class Both(private val one: OutputStream, private val other: OutputStream) : OutputStream() {
        override fun write(byte: Int) {
            one.write(byte)
            other.write(byte)
        }
    }

    private companion object {
        const val ERRORS = 2
        const val WRITE = 1
    }
}
