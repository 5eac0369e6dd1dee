package org.lifecert.app.fake

import java.util.concurrent.CopyOnWriteArrayList
import java.util.concurrent.Executors
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Job
import kotlinx.coroutines.asCoroutineDispatcher
import kotlinx.coroutines.cancel
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import org.lifecert.core.App
import org.lifecert.core.CameraView
import org.lifecert.core.Outward
import org.lifecert.core.Page
import org.lifecert.core.Phone
import org.lifecert.core.PhoneSettings
import org.lifecert.core.Sight

/** The app without a screen: does with [App] what a shell does, on a thread of its own. */
class Handheld(private val parts: FakeParts, office: String?, place: String? = null) : Glass, AutoCloseable {
    private val main = Executors.newSingleThreadExecutor().asCoroutineDispatcher()
    private val scope = CoroutineScope(main)
    private val keys = parts.keys
    private val settings = PhoneSettings(parts.folder, "fake 1", null, emptyList(), 1U, 10U)
    internal val phone = Phone.open(settings, keys.storageKey(), keys.vault, Library.models)
    private val app = App.open(phone, Library.models, office, parts.shelf[PREFERENCES])
    private var number = 0UL
    private var saying = 0UL
    private var looks: Pair<Sight, Any>? = null
    private var work: Job? = null

    @Volatile
    private var ended = false
    private var away = false

    /** Whether the app was left by its person. */
    @Volatile
    var left = false
        private set

    init {
        onMain {
            tellTime()
            place?.let(app::comeBack)
            show()
        }
    }

    override fun page(): Page = onMain { app.page() }

    override fun press(label: String, nth: Int, entered: String) = onMain {
        val page = app.page()
        val index = page.buttons.withIndex().filter { it.value.label == label }[nth].index
        app.press(page.number, index.toUInt(), entered, now())
        show()
    }

    override fun back() = onMain {
        app.back(now())
        show()
    }

    override fun rest() = Thread.sleep(5)

    /** Waits until nothing is done any more, not even in the background. */
    fun settles() {
        val end = System.nanoTime() + 60_000_000_000
        while (onMain { app.hasWork() }) {
            check(System.nanoTime() < end) { "it is never done" }
            rest()
        }
    }

    /** Somebody else calls, or the person looks at something else. */
    fun toBackground() = onMain {
        away = true
        app.pause()
        parts.camera.close()
        looks = null
        parts.speaker.hush()
    }

    fun toForeground() = onMain {
        away = false
        tellTime()
        app.resume()
        show()
    }

    /** The system ends the app without a word; gives where it would come back to. */
    fun die(): String? {
        val place = onMain { app.placeToKeep() }
        ended = true
        parts.camera.close()
        scope.cancel()
        main.close()
        app.close()
        phone.close()
        return place
    }

    override fun close() {
        if (!ended) die()
    }

    private fun tellTime() {
        val clock = parts.clock
        app.clock(clock.wallMs().toULong(), clock.zone(), clock.offsetS())
    }

    private fun now() = parts.clock.steadyMs().toULong()

    private fun show() {
        // What comes in while nobody looks is shown to nobody.
        if (ended || away) return
        generateSequence { app.outward() }.forEach(::perform)
        val page = app.page()
        if (page.number != number) parts.touch.mark(page.mark)
        if (page.saying != saying) say(page)
        number = page.number
        saying = page.saying
        look(page.camera)
        work()
    }

    private fun say(page: Page) {
        val preferences = app.preferences()
        val percent = preferences.speechPercent.toInt()
        if (percent > 0) parts.speaker.say(page.spoken, preferences.language ?: "zh-Hans", percent)
    }

    private fun look(view: CameraView?) {
        val wanted = view?.let { it.sight to it.facing }
        if (wanted == looks) return
        looks = wanted
        if (view == null) return parts.camera.close()
        parts.camera.open(view.facing, null, { planes, rotationDeg, mirrored, atMs ->
            val changed = app.pushPlanes(
                planes.y,
                planes.cb,
                planes.cr,
                planes.width.toUInt(),
                planes.height.toUInt(),
                planes.yStride.toUInt(),
                planes.chromaStride.toUInt(),
                planes.chromaStep.toUInt(),
                rotationDeg.toUInt(),
                mirrored,
                atMs.toULong(),
            )
            if (changed) scope.launch { show() }
        }) { trouble ->
            scope.launch {
                app.cameraTrouble(trouble)
                show()
            }
        }
    }

    private fun work() {
        if (!app.hasWork()) {
            // Nobody waits for it any more.
            work?.cancel()
            work = null
        } else if (work?.isActive != true) {
            work = scope.launch {
                app.work()
                work = null
                show()
            }
        }
    }

    private fun perform(outward: Outward) {
        when (outward) {
            is Outward.Preferences -> parts.shelf[PREFERENCES] = app.preferencesText()
            is Outward.SayAgain -> say(app.page())
            is Outward.Leave -> left = true
            is Outward.Remind, is Outward.Calendar -> if (parts.outside.perform(outward)) app.reminderIsSet()
            else -> parts.outside.perform(outward)
        }
    }

    private fun <T> onMain(act: () -> T): T = runBlocking(main) { act() }

    private companion object {
        const val PREFERENCES = "preferences"
    }
}
