package org.lifecert.app

import android.Manifest
import android.app.Activity
import android.content.Context
import android.content.pm.PackageManager
import android.os.Bundle
import android.os.Handler
import android.os.Looper
import android.view.View
import android.view.WindowManager
import android.view.accessibility.AccessibilityManager
import org.lifecert.app.api.Parts
import org.lifecert.core.CameraTrouble
import org.lifecert.core.Facing
import org.lifecert.core.Outward
import org.lifecert.core.Page
import org.lifecert.core.Preferences

/** The one window of the app: shows pages, opens the camera where a page has one. */
class MainActivity : Activity(), Screen, PageView.Hands {
    private val handler = Handler(Looper.getMainLooper())
    private lateinit var host: AppHost
    private lateinit var parts: Parts
    private lateinit var pages: PageView
    private var isStarted = false
    private var shown: Page? = null
    private var opened: Opened? = null
    private var asksForCamera = false
    private var waitsToRemind: Outward? = null

    /** The camera as it is open. */
    private data class Opened(val facing: Facing, val pane: CameraPane)

    override fun onCreate(state: Bundle?) {
        super.onCreate(state)
        val application = application as LifecertApplication
        host = application.host
        parts = application.parts
        pages = PageView(this, this)
        wear(host.preferences)
        setContentView(pages)
        host.open(state?.getString(PLACE))
    }

    override fun onStart() {
        super.onStart()
        isStarted = true
        host.resume()
        host.screen = this
        if (mayLook()) host.cameraAllowed()
    }

    override fun onStop() {
        isStarted = false
        handler.removeCallbacks(ticks)
        if (host.screen === this) host.screen = null
        opened = null
        host.pause()
        super.onStop()
    }

    override fun onSaveInstanceState(state: Bundle) {
        super.onSaveInstanceState(state)
        state.putString(PLACE, host.placeToKeep())
    }

    override fun onTrimMemory(level: Int) {
        super.onTrimMemory(level)
        // While somebody looks, the nets are in use; who looks something up elsewhere is soon back.
        if (opened == null && level != TRIM_MEMORY_UI_HIDDEN) host.trim()
    }

    @Deprecated("The newer way does not exist on the phones that this is made for.")
    override fun onBackPressed() = host.back()

    override fun press(number: ULong, index: Int, entered: String) = host.press(number, index, entered)

    override fun typed(text: String) = host.typed(text)

    override fun show(page: Page, preferences: Preferences) {
        val style = Style(this, preferences)
        val newPage = shown?.number != page.number
        shown = page
        if (newPage) wear(preferences)
        pages.show(page, style, if (newPage) host.code(page) else null, host.typed)
        val secret = WindowManager.LayoutParams.FLAG_SECURE
        if (page.sensitive) window.addFlags(secret) else window.clearFlags(secret)
        Newer.showInRecents(this, !page.sensitive)
        attend(page)
    }

    /** The bars of the phone in the page's colours. */
    private fun wear(preferences: Preferences) {
        val palette = Palette.of(preferences.appearance, resources.configuration)
        window.statusBarColor = palette.paper
        window.navigationBarColor = palette.paper
        val light = Newer.lightNavigation(View.SYSTEM_UI_FLAG_LIGHT_STATUS_BAR)
        window.decorView.systemUiVisibility = if (palette.isDark) 0 else light
    }

    /** Opens the camera that the page asks for, or closes the one that no page asks for. */
    private fun attend(page: Page) {
        val look = page.camera
        val pane = pages.camera
        val awake = WindowManager.LayoutParams.FLAG_KEEP_SCREEN_ON
        handler.removeCallbacks(ticks)
        if (look == null || pane == null || !isStarted) {
            window.clearFlags(awake)
            asksForCamera = false
            if (opened != null) parts.camera.close()
            opened = null
            return
        }
        window.addFlags(awake)
        pane.onSurface = { shown?.let(::attend) }
        if (!mayLook()) return askForCamera()
        handler.postDelayed(ticks, TICK_MS)
        val wanted = Opened(look.facing, pane)
        when {
            // Where its pictures are drawn is gone: it is opened again when there is a place for them.
            !pane.isReady -> {
                if (opened != null) parts.camera.close()
                opened = null
            }
            opened == wanted -> Unit
            else -> {
                opened = wanted
                parts.camera.open(look.facing, pane.surface, host::frame) { trouble ->
                    host.cameraTrouble(trouble)
                }
            }
        }
    }

    private val ticks = object : Runnable {
        override fun run() {
            host.tick()
            handler.removeCallbacks(this)
            if (isStarted && shown?.camera != null) handler.postDelayed(this, TICK_MS)
        }
    }

    private fun mayLook() =
        checkSelfPermission(Manifest.permission.CAMERA) == PackageManager.PERMISSION_GRANTED

    private fun askForCamera() {
        if (asksForCamera) return
        asksForCamera = true
        requestPermissions(arrayOf(Manifest.permission.CAMERA), ASK_CAMERA)
    }

    override fun onRequestPermissionsResult(request: Int, asked: Array<String>, given: IntArray) {
        super.onRequestPermissionsResult(request, asked, given)
        val isGiven = given.firstOrNull()?.let { it == PackageManager.PERMISSION_GRANTED }
        when (request) {
            ASK_CAMERA -> {
                asksForCamera = false
                // Nothing given and nothing refused: the question was interrupted, and is asked again.
                if (isGiven == false) host.cameraTrouble(CameraTrouble.DENIED) else shown?.let(::attend)
            }
            ASK_TO_NOTIFY -> {
                val outward = waitsToRemind
                waitsToRemind = null
                if (isGiven == true && outward != null && parts.outside.perform(outward)) {
                    host.reminderIsSet()
                }
            }
        }
    }

    override fun perform(outward: Outward): Boolean {
        val mayNotify = !Newer.asksToNotify() ||
            checkSelfPermission(Newer.POST_NOTIFICATIONS) == PackageManager.PERMISSION_GRANTED
        // To take reminders away needs no leave.
        if (outward is Outward.Remind && outward.atMs.isNotEmpty() && !mayNotify) {
            waitsToRemind = outward
            requestPermissions(arrayOf(Newer.POST_NOTIFICATIONS), ASK_TO_NOTIFY)
            return false
        }
        return parts.outside.perform(outward)
    }

    override fun leave() = finish()

    override fun isReadAloud(): Boolean {
        val manager = getSystemService(Context.ACCESSIBILITY_SERVICE) as AccessibilityManager
        return manager.isEnabled && manager.isTouchExplorationEnabled
    }

    private companion object {
        const val PLACE = "place"
        const val TICK_MS = 500L
        const val ASK_CAMERA = 1
        const val ASK_TO_NOTIFY = 2
    }
}
