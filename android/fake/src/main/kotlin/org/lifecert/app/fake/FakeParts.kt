package org.lifecert.app.fake

import java.nio.file.Path
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.CopyOnWriteArrayList
import org.lifecert.app.api.ModelFiles
import org.lifecert.app.api.Outside
import org.lifecert.app.api.Parts
import org.lifecert.app.api.Shelf
import org.lifecert.app.api.Speaker
import org.lifecert.app.api.Touch
import org.lifecert.core.Mark
import org.lifecert.core.Outward

/** A phone for tests. What lies in it outlives the app. */
class FakeParts(folder: Path) : Parts {
    override val clock = FakeClock()
    override val camera = ClipCamera(clock)
    override val speaker = WrittenSpeaker()
    override val touch = FeltTouch()
    override val outside = OutsideInMind()
    override val keys = JavaKeys()
    override val shelf = MapShelf()
    override val folder: String = folder.toString()

    override fun modelFiles() = ModelFiles(System.getProperty("lifecert.models"), null)
}

/** What was said. */
data class Said(val text: String, val language: String, val percent: Int)

/** A voice that is written down. */
class WrittenSpeaker : Speaker {
    val said = CopyOnWriteArrayList<Said>()

    /** Whether it says something until it is told to stop. */
    @Volatile
    var speaks = false
        private set

    override fun say(text: String, language: String, percent: Int) {
        said += Said(text, language, percent)
        speaks = true
    }

    override fun hush() {
        speaks = false
    }

    override fun close() = hush()
}

/** A hand that remembers. */
class FeltTouch : Touch {
    val felt = CopyOnWriteArrayList<Mark>()

    override fun mark(mark: Mark) {
        felt += mark
    }
}

/** What would have been done outside of the app. */
class OutsideInMind : Outside {
    val asked = CopyOnWriteArrayList<Outward>()

    /** Whether this phone has something that can do it. */
    @Volatile
    var isAble: (Outward) -> Boolean = { true }

    override fun perform(outward: Outward): Boolean {
        asked += outward
        return isAble(outward)
    }
}

/** Settings in memory. */
class MapShelf : Shelf {
    private val lies = ConcurrentHashMap<String, String>()

    override fun get(name: String): String? = lies[name]

    override fun set(name: String, value: String?) {
        if (value == null) lies.remove(name) else lies[name] = value
    }
}
