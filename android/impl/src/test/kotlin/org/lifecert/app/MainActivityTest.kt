package org.lifecert.app

import android.content.ComponentCallbacks2
import android.content.Context
import android.content.pm.PackageManager
import android.os.Bundle
import android.view.WindowManager.LayoutParams
import android.view.accessibility.AccessibilityManager
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertSame
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.lifecert.core.Appearance
import org.lifecert.core.CameraTrouble
import org.lifecert.core.Facing
import org.robolectric.RobolectricTestRunner
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config
import org.robolectric.annotation.GraphicsMode

/** What happens to an app on a phone: it is turned, put away, ended, forbidden the camera, read aloud. */
@RunWith(RobolectricTestRunner::class)
@GraphicsMode(GraphicsMode.Mode.NATIVE)
@Config(application = HandsetApplication::class, sdk = [24, 34])
class MainActivityTest {
    private fun inEnglish() = Handset().sees("language").choose(2).sees("welcome")

    private fun flags(handset: Handset) = handset.activity.window.attributes.flags

    @Test
    fun `the language is asked once, and kept`() {
        val first = Handset().sees("language")
        first.choose(2).sees("welcome")
        assertEquals("en", first.host.preferences.language)
        assertTrue(first.fake.shelf["preferences"].orEmpty().contains("\"en\""))
        assertEquals("en", first.fake.speaker.said.last().language)
    }

    @Test
    fun `what is typed stays there when the phone is turned`() {
        val handset = inEnglish().press("have_letter").sees("for_whom").choose(0).sees("letter")
        handset.press("type_code").sees("letter_code")
        handset.one<EntryField>().setText("abcd1234ef")
        assertEquals("ABCD 1234 EF", handset.one<EntryField>().text.toString().uppercase())
        assertTrue(flags(handset) and LayoutParams.FLAG_SECURE != 0)
        val said = handset.fake.speaker.said.size
        handset.turn()
        assertEquals("letter_code", handset.host.page?.screen)
        assertEquals("ABCD 1234 EF", handset.one<EntryField>().text.toString().uppercase())
        assertEquals("turning says nothing again", said, handset.fake.speaker.said.size)
        handset.press("back").sees("letter")
        assertEquals(0, flags(handset) and LayoutParams.FLAG_SECURE)
    }

    @Test
    fun `the camera looks while the page is before somebody's eyes, and no longer`() {
        val handset = inEnglish()
        handset.allowCamera()
        handset.press("practise").sees("ready").press("open_camera").sees("look")
        handset.until("the camera is opened") { handset.fake.camera.openings.size == 1 }
        assertEquals(listOf(Facing.FRONT), handset.fake.camera.openings.toList())
        assertTrue(flags(handset) and LayoutParams.FLAG_KEEP_SCREEN_ON != 0)
        val pane = handset.view.camera
        handset.press("other_camera")
        handset.until("the other camera is opened") { handset.fake.camera.openings.size == 2 }
        assertEquals(Facing.REAR, handset.fake.camera.openings.last())
        assertSame("the picture is not torn away", pane, handset.view.camera)
        handset.intoBackground()
        assertFalse(handset.fake.speaker.speaks)
        handset.intoForeground().sees("look")
        handset.until("the camera is opened again") { handset.fake.camera.openings.size == 3 }
        handset.turn().sees("look")
        handset.until("and after turning") { handset.fake.camera.openings.size == 4 }
        handset.activity.onBackPressed()
        handset.until("the look is over") { handset.host.page?.screen != "look" }
        assertEquals(0, flags(handset) and LayoutParams.FLAG_KEEP_SCREEN_ON)
    }

    @Test
    fun `a camera that is forbidden is asked for, and goes on once it is allowed`() {
        val handset = inEnglish()
        handset.forbidCamera()
        handset.press("practise").sees("ready").press("open_camera").sees("look")
        val asked = shadowOf(handset.activity).lastRequestedPermission
        assertEquals(listOf("android.permission.CAMERA"), asked.requestedPermissions.toList())
        assertEquals(emptyList<Facing>(), handset.fake.camera.openings.toList())
        val denied = intArrayOf(PackageManager.PERMISSION_DENIED)
        handset.activity.onRequestPermissionsResult(asked.requestCode, asked.requestedPermissions, denied)
        handset.sees("camera_denied").press("open_system_settings")
        assertEquals(1, handset.fake.outside.asked.size)
        handset.intoBackground()
        handset.allowCamera()
        handset.intoForeground().sees("ready").press("open_camera").sees("look")
        handset.until("the camera is opened") { handset.fake.camera.openings.size == 1 }
    }

    @Test
    fun `a camera that is missing leads to another road`() {
        val handset = inEnglish()
        handset.allowCamera()
        handset.fake.camera.refuses = CameraTrouble.MISSING
        handset.press("practise").sees("ready").press("open_camera").sees("camera_missing")
        handset.press("other_way").sees("other_road")
    }

    @Test
    fun `who was in the settings when the system ended the app comes back there`() {
        val first = inEnglish().press("settings").sees("settings")
        val state = Bundle()
        first.controller.pause().stop().saveInstanceState(state)
        assertEquals(setOf("place"), state.keySet().filter { !it.startsWith("android:") }.toSet())
        first.controller.destroy()
        // Another application object, as in another process.
        val host = AppHost(first.parts, Built(null, "test"))
        host.open(state.getString("place"))
        first.until("the settings") { host.page?.screen == "settings" }
    }

    @Test
    fun `settings count at once`() {
        val handset = inEnglish().press("settings").sees("settings").choose(0).sees("text_size")
        assertEquals(22U, handset.host.preferences.textSize)
        handset.choose(2)
        assertEquals(30U, handset.host.preferences.textSize)
        assertTrue(handset.one<WordButton>().textSize > 29f)
        handset.press("done").sees("settings").choose(2).sees("appearance").choose(2)
        assertEquals(Appearance.DARK, handset.host.preferences.appearance)
        assertEquals(Palette.dark.paper, handset.activity.window.statusBarColor)
    }

    @Test
    fun `it is said once more when it is asked for, and not at all where the phone reads aloud`() {
        val handset = inEnglish()
        val said = handset.fake.speaker.said
        val before = said.size
        assertEquals(handset.host.page?.spoken, said.last().text)
        handset.press("say_again")
        assertEquals(before + 1, said.size)
        assertEquals(said[before - 1], said[before])
        val manager = handset.activity.getSystemService(Context.ACCESSIBILITY_SERVICE) as AccessibilityManager
        shadowOf(manager).setEnabled(true)
        shadowOf(manager).setTouchExplorationEnabled(true)
        handset.press("have_letter").sees("for_whom")
        assertEquals(before + 1, said.size)
    }

    @Test
    fun `an app that could not be opened says why, and tries again`() {
        val handset = Handset(hasModels = false).sees("trouble")
        handset.parts.hasModels = true
        handset.press("try_again").sees("language")
    }

    @Test
    fun `memory that is short is given back, and leaving ends the Activity`() {
        val handset = inEnglish()
        handset.activity.onTrimMemory(ComponentCallbacks2.TRIM_MEMORY_RUNNING_CRITICAL)
        assertEquals("welcome", handset.host.page?.screen)
        handset.activity.onBackPressed()
        assertTrue(handset.activity.isFinishing)
    }
}
