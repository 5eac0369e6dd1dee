package org.lifecert.app.api

import android.view.Surface
import org.lifecert.core.CameraTrouble
import org.lifecert.core.Facing
import org.lifecert.core.KeyVault
import org.lifecert.core.Mark
import org.lifecert.core.Outward
import org.lifecert.core.Planes

/** The newest picture of a camera, lent for the call: its planes lie outside of the heap. */
fun interface FrameSink {
    fun frame(planes: Planes, rotationDeg: Int, mirrored: Boolean, atMs: Long)
}

/** A camera of the phone: opened for a page, closed with it. */
interface Camera : AutoCloseable {
    /**
     * Opens the camera on a side, or the other one where there is none; shows what it sees on [preview],
     * upright and as a mirror would where it looks at whoever holds the phone. Pictures come on a thread
     * of the camera's own, the newest only; none is kept. What goes wrong is told once, on any thread.
     */
    fun open(facing: Facing, preview: Surface?, sink: FrameSink, trouble: (CameraTrouble) -> Unit)

    /** Ends what is open; no picture comes after it. May be called at any time and twice. */
    override fun close()
}

/** The phone's voice. */
interface Speaker : AutoCloseable {
    /** Says a text in a language (BCP 47) at a rate in percent of the usual; what is being said stops. */
    fun say(text: String, language: String, percent: Int)

    /** Falls silent. */
    fun hush()
}

/** What the phone lets its person feel. */
fun interface Touch {
    fun mark(mark: Mark)
}

/** What is outside of the app: dialler, sharing, printing, calendar, notifications, settings. */
fun interface Outside {
    /** Does it; false where nothing on this phone can. */
    fun perform(outward: Outward): Boolean
}

/** Keys that do not leave the phone. */
interface Keys {
    /** The signing keys. */
    val vault: KeyVault

    /** The key of the app's own folder: made once, wrapped by a key of the system's key store. */
    fun storageKey(): ByteArray
}

/** Small plain settings. */
interface Shelf {
    operator fun get(name: String): String?

    operator fun set(name: String, value: String?)
}

/** What time it is. */
interface Clock {
    /** Milliseconds since 1970. */
    fun wallMs(): Long

    /** Milliseconds of a clock that never jumps; the frames' clock. */
    fun steadyMs(): Long

    /** The time zone's IANA name. */
    fun zone(): String

    /** Its offset from UTC now, in seconds. */
    fun offsetS(): Int
}

/** Where the models and the runtime lie once the app has unpacked them. */
class ModelFiles(val folder: String, val runtime: String?)

/** Everything of a phone that the app uses, so that tests can bring their own. */
interface Parts {
    val camera: Camera
    val speaker: Speaker
    val touch: Touch
    val outside: Outside
    val keys: Keys
    val shelf: Shelf
    val clock: Clock

    /** The app's folder, which no backup takes along. */
    val folder: String

    /** Unpacks the models where needed; it takes a moment and is not for the thread that draws. */
    fun modelFiles(): ModelFiles
}
