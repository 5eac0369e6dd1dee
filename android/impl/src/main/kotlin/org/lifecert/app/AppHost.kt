package org.lifecert.app

import android.graphics.Bitmap
import android.graphics.BitmapFactory
import android.os.Handler
import android.os.Looper
import java.util.concurrent.Executor
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.asCoroutineDispatcher
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import org.lifecert.app.api.Parts
import org.lifecert.core.App
import org.lifecert.core.AppPusher
import org.lifecert.core.Appearance
import org.lifecert.core.Beside
import org.lifecert.core.CameraTrouble
import org.lifecert.core.InternalException
import org.lifecert.core.Language
import org.lifecert.core.LifecertException
import org.lifecert.core.Mark
import org.lifecert.core.Models
import org.lifecert.core.Outward
import org.lifecert.core.Page
import org.lifecert.core.Phone
import org.lifecert.core.PhoneSettings
import org.lifecert.core.Planes
import org.lifecert.core.Preferences
import org.lifecert.core.pageOfFailedOpening

/** What this build of the app was made for. */
class Built(
    /** The office that typed codes lead to, where the build is one office's own. */
    val office: String?,
    val version: String,
    /** Pins of the office's certificates, and authorities of its own; empty and none for the phone's. */
    val pins: List<String> = emptyList(),
    val authoritiesPem: ByteArray? = null,
)

/** Who shows the pages at the moment. */
interface Screen {
    fun show(page: Page, preferences: Preferences)

    /** Does something outside of the app; false where it cannot be done, or not yet. */
    fun perform(outward: Outward): Boolean

    fun leave()

    /** Whether the phone reads the screen aloud by itself. */
    fun isReadAloud(): Boolean
}

/**
 * The app beside its screens, which come and go with each turn of the phone: opens it, hands over what was
 * pressed, does what it gives, calls its work. All on the main thread, but for what takes long.
 */
class AppHost(private val parts: Parts, private val built: Built) : ReceiptPapers {
    private val handler = Handler(Looper.getMainLooper())
    private val scope =
        CoroutineScope(SupervisorJob() + Executor { handler.post(it) }.asCoroutineDispatcher())
    private var opening: Job? = null
    private var app: App? = null
    private var pusher: AppPusher? = null
    private var phone: Phone? = null
    private var failed: Page? = null
    private var waitedFor: Job? = null
    private var errand: Job? = null
    private var place: String? = null
    private var said = 0UL
    private var isFaulty = false

    /** What was typed on the page that is shown, for the next screen that shows it. */
    var typed: String? = null
    private var typedOn: String? = null

    /** Who shows the pages; none in the background. */
    var screen: Screen? = null
        set(value) {
            field = value
            if (value != null) settle()
        }

    /** How somebody likes to read, before the app is open as well. */
    val preferences: Preferences get() = app?.preferences() ?: DEFAULT

    /** The page that is shown; none before the first. */
    val page: Page? get() = app?.page() ?: failed

    /** Opens the app where it is not open; [place] is where somebody was when the system ended it. */
    fun open(place: String? = null) {
        if (app != null || opening?.isActive == true) return
        this.place = this.place ?: place
        failed = null
        opening = scope.launch {
            try {
                val (phone, app) = withContext(Dispatchers.IO) { opened() }
                this@AppHost.phone = phone
                this@AppHost.app = app
                pusher = AppPusher(app)
                tellTime(app)
                this@AppHost.place?.let(app::comeBack)
            } catch (error: LifecertException) {
                failed = failure(error.code())
            } catch (_: Exception) {
                failed = failure(UNREADABLE)
            }
            settle()
        }
    }

    private fun opened(): Pair<Phone, App> {
        val files = parts.modelFiles()
        val models = Models.open(files.folder, files.runtime)
        val settings = PhoneSettings(
            parts.folder,
            built.version,
            built.authoritiesPem,
            built.pins,
            TRIES,
            TIMEOUT_S,
        )
        val keys = parts.keys
        val phone = Phone.open(settings, keys.storageKey(), keys.vault, models)
        val app = App.open(phone, models, built.office, parts.shelf[PREFERENCES])
        // The first look shall not be the one that waits for the nets.
        scope.launch(Dispatchers.IO) { runCatching { models.warmUp() } }
        return phone to app
    }

    private fun failure(code: String): Page = pageOfFailedOpening(parts.shelf[PREFERENCES], code)

    /** A button was pressed. */
    fun press(number: ULong, index: Int, entered: String) {
        val app = app ?: return open()
        app.press(number, index.toUInt(), entered, parts.clock.steadyMs().toULong())
        settle()
    }

    fun back() {
        val app = app ?: return screen?.leave() ?: Unit
        app.back(parts.clock.steadyMs().toULong())
        settle()
    }

    /** What stands in the entry now. */
    fun typed(text: String) {
        typed = text
        typedOn = page?.screen
    }

    /** The screen is before somebody's eyes again. */
    fun resume() {
        val app = app ?: return
        tellTime(app)
        app.resume()
        settle()
    }

    /** It is not any more: no picture is looked at, nothing is said. */
    fun pause() {
        parts.camera.close()
        parts.speaker.hush()
        app?.pause()
    }

    fun trim() {
        app?.trim()
    }

    /** Where to come back to when the system ends the app. */
    fun placeToKeep(): String? = app?.placeToKeep()

    /** A picture of the camera, on the camera's thread. */
    fun frame(planes: Planes, rotationDeg: Int, mirrored: Boolean, atMs: Long) {
        val pusher = pusher ?: return
        val changed = try {
            pusher.push(planes, rotationDeg, mirrored, atMs)
        } catch (_: LifecertException) {
            // One bad picture: the next one is looked at.
            false
        } catch (_: InternalException) {
            // One bad picture: the next one is looked at.
            false
        }
        if (changed) handler.post(::settle)
    }

    /** Time passed, with or without a picture. */
    fun tick() {
        if (app?.tick(parts.clock.steadyMs().toULong()) == true) settle()
    }

    fun cameraTrouble(trouble: CameraTrouble) {
        handler.post {
            app?.cameraTrouble(trouble)
            settle()
        }
    }

    /** The camera was allowed in the phone's settings: back to where it was asked for. */
    fun cameraAllowed() {
        if (page?.screen == CAMERA_DENIED) back()
    }

    /** A reminder was set, or an entry in the calendar written. */
    fun reminderIsSet() {
        app?.reminderIsSet()
        settle()
    }

    override fun qrPng(receipt: String): ByteArray? = try {
        phone?.receiptQr(receipt, BESIDE)?.png
    } catch (_: LifecertException) {
        null
    }

    override fun html(receipt: String): String? = try {
        phone?.receiptPage(receipt, BESIDE, language())
    } catch (_: LifecertException) {
        null
    }

    /** The QR code of the page that is shown, where it has one. */
    fun code(page: Page): Bitmap? = page.code?.let(::qrPng)?.let {
        BitmapFactory.decodeByteArray(it, 0, it.size)
    }

    private fun language(): Language = when (preferences.language) {
        "zh-Hant" -> Language.ZH_HANT
        "en" -> Language.EN
        "es" -> Language.ES
        else -> Language.ZH_HANS
    }

    private fun tellTime(app: App) = with(parts.clock) {
        app.clock(wallMs().toULong(), zone(), offsetS())
    }

    /** Does what the app gives, shows its page, says it, and calls its work. */
    private fun settle() {
        val screen = screen ?: return
        val again = app?.let { perform(it, screen) } ?: false
        val page = page ?: return
        if (typedOn != page.screen) typed = null
        screen.show(page, preferences)
        if (page.saying != said || again) {
            if (page.saying != said) mark(page.mark)
            said = page.saying
            say(page, screen)
        }
        app?.let { work(it, page) }
    }

    /** Whether the page is to be said once more. */
    private fun perform(app: App, screen: Screen): Boolean {
        var again = false
        while (true) {
            when (val outward = app.outward() ?: return again) {
                is Outward.Preferences -> parts.shelf[PREFERENCES] = app.preferencesText()
                is Outward.SayAgain -> again = true
                is Outward.Leave -> screen.leave()
                is Outward.Remind, is Outward.Calendar -> if (screen.perform(outward)) app.reminderIsSet()
                else -> screen.perform(outward)
            }
        }
    }

    private fun say(page: Page, screen: Screen) {
        val preferences = preferences
        val silent = preferences.speechPercent == 0U || screen.isReadAloud()
        if (silent) {
            parts.speaker.hush()
        } else {
            val language = preferences.language ?: Style.FIRST_LANGUAGE
            parts.speaker.say(page.spoken, language, preferences.speechPercent.toInt())
        }
    }

    private fun mark(mark: Mark) {
        if (mark != Mark.NONE && preferences.vibration) parts.touch.mark(mark)
    }

    /**
     * One thing that a page waits for, and beside it one errand that none waits for. What a page no longer
     * waits for goes on to its end, and changes no page.
     */
    private fun work(app: App, page: Page) {
        if (!page.working) waitedFor = null
        when {
            page.working -> if (waitedFor?.isActive != true) waitedFor = working(app)
            app.hasWork() && !isFaulty -> if (errand?.isActive != true) errand = working(app)
        }
    }

    private fun working(app: App): Job = scope.launch {
        try {
            app.work()
        } catch (_: InternalException) {
            // The core has a fault: a page leads back to where it was begun, an errand is not tried again.
            if (app.page().working) app.back(parts.clock.steadyMs().toULong()) else isFaulty = true
        }
        handler.post(::settle)
    }

    private companion object {
        const val PREFERENCES = "preferences"
        const val UNREADABLE = "storage.unreadable"
        const val CAMERA_DENIED = "camera_denied"
        const val TRIES = 3U
        const val TIMEOUT_S = 20U

        /** A receipt that is shown or handed on proves that it stands in the log, and tells no more. */
        val BESIDE = Beside(proof = true, salt = false)

        /** What counts while the app opens. */
        val DEFAULT = Preferences(null, 22U, 75U, Appearance.SYSTEM, true)
    }
}
