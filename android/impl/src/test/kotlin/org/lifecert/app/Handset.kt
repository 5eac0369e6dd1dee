package org.lifecert.app

import android.Manifest
import android.app.Application
import android.os.Bundle
import android.os.Looper
import android.view.SurfaceView
import android.view.View
import android.view.ViewGroup
import java.nio.file.Files
import java.nio.file.Path
import org.junit.Assert.assertTrue
import org.lifecert.app.api.ModelFiles
import org.lifecert.app.api.Parts
import org.lifecert.app.fake.FakeParts
import org.robolectric.Robolectric
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import org.robolectric.android.controller.ActivityController

/** The app as it is, on a phone for tests. */
class HandsetApplication : LifecertApplication() {
    /** The phone's parts; they outlive the app. */
    lateinit var phone: Parts

    override fun makeParts(): Parts = phone

    override fun makeBuilt() = Built(office = "https://office.example", version = "test")
}

/** A phone whose models can be missing. */
class HandsetParts(fake: FakeParts, @Volatile var hasModels: Boolean) : Parts by fake {
    private val models = fake.modelFiles()

    override fun modelFiles(): ModelFiles = if (hasModels) models else ModelFiles("/nowhere", null)
}

/** A phone with the app on it, and a hand that touches what it sees. */
class Handset(hasModels: Boolean = true) {
    val fake = FakeParts(folder())
    val parts = HandsetParts(fake, hasModels)
    private val application = (RuntimeEnvironment.getApplication() as HandsetApplication).also { it.phone = parts }
    var controller: ActivityController<MainActivity> = Robolectric.buildActivity(MainActivity::class.java)
        private set
    val activity: MainActivity get() = controller.get()
    val host get() = application.host

    init {
        controller.create().start().resume().visible()
    }

    /** All that the person sees. */
    val view: PageView
        get() = activity.findViewById<ViewGroup>(android.R.id.content).getChildAt(0) as PageView

    /** Waits until a screen is there. */
    fun sees(screen: String): Handset = apply { until("the screen $screen") { host.page?.screen == screen } }

    fun until(what: String, isSo: () -> Boolean) {
        val end = System.nanoTime() + PATIENCE_NS
        while (!isSo()) {
            shadowOf(Looper.getMainLooper()).idle()
            surface()
            assertTrue("$what does not come, but ${host.page?.screen}", System.nanoTime() < end)
            Thread.sleep(2)
        }
        shadowOf(Looper.getMainLooper()).idle()
        surface()
    }

    /** Touches what has a label: a word on it, or what it is described as. */
    fun press(label: String): Handset = apply {
        val page = checkNotNull(host.page)
        val text = page.buttons.first { it.label == label }.text
        val found = touchable().filter { words(it) == text || words(it).startsWith("$text. ") }
        assertTrue("$label stands there ${found.size} times", found.size == 1)
        found.single().performClick()
        shadowOf(Looper.getMainLooper()).idle()
    }

    /** Touches the choice in a place. */
    fun choose(place: Int): Handset = apply {
        every(view).filterIsInstance<ChoiceRow>()[place].performClick()
        shadowOf(Looper.getMainLooper()).idle()
    }

    private fun touchable() = every(view).filter { it.isClickable && it.visibility == View.VISIBLE }

    /** A view and all in it, laid out or not. */
    fun every(view: View): List<View> {
        val group = view as? ViewGroup ?: return listOf(view)
        return listOf(view) + (0 until group.childCount).flatMap { every(group.getChildAt(it)) }
    }

    private fun words(view: View) =
        (view.contentDescription ?: (view as? android.widget.TextView)?.text)?.toString().orEmpty()

    inline fun <reified T : View> one(): T = every(view).filterIsInstance<T>().single()

    /** The screen of the phone gives the camera a place for its pictures, where it asks for one. */
    private fun surface() {
        every(view).filterIsInstance<SurfaceView>().forEach { preview ->
            val holder = shadowOf(preview).fakeSurfaceHolder
            if (view.camera?.isReady == false) holder.callbacks.forEach { it.surfaceCreated(holder) }
        }
    }

    /** The phone is turned: another Activity shows what the one before did. */
    fun turn(): Handset = apply {
        val state = Bundle()
        controller.pause().stop().saveInstanceState(state).destroy()
        controller = Robolectric.buildActivity(MainActivity::class.java)
        controller.create(state).start().resume().visible()
        shadowOf(Looper.getMainLooper()).idle()
    }

    fun intoBackground(): Handset = apply { controller.pause().stop() }

    fun intoForeground(): Handset = apply {
        controller.restart().start().resume()
        shadowOf(Looper.getMainLooper()).idle()
    }

    fun allowCamera() = shadowOf(activity.application as Application).grantPermissions(Manifest.permission.CAMERA)

    fun forbidCamera() = shadowOf(activity.application as Application).denyPermissions(Manifest.permission.CAMERA)

    companion object {
        private const val PATIENCE_NS = 60_000_000_000L

        private fun folder(): Path = Files.createTempDirectory("handset")
    }
}
