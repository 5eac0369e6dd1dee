package org.lifecert.app

import android.Manifest
import android.app.Application
import android.widget.ImageView
import org.junit.After
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Before
import org.junit.Test
import org.junit.runner.RunWith
import org.lifecert.app.fake.Clip
import org.lifecert.app.fake.County
import org.lifecert.app.fake.Retiree
import org.lifecert.core.Mark
import org.lifecert.core.Outward
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config
import org.robolectric.shadows.ShadowLog

/** Whole roads on the real screen, against a real office: what is pressed is what stands there. */
@RunWith(RobolectricTestRunner::class)
@Config(application = HandsetApplication::class)
abstract class RoadsTest {
    private lateinit var county: County
    private lateinit var his: Clip
    private lateinit var handset: Handset
    private lateinit var he: Retiree

    @Before
    fun open() {
        county = County()
        his = county.clip(fromS = 40, seconds = 24)
        val phone = shadowOf(RuntimeEnvironment.getApplication() as Application)
        phone.grantPermissions(Manifest.permission.CAMERA, "android.permission.POST_NOTIFICATIONS")
        handset = Handset()
        he = Retiree(ActivityGlass(handset))
    }

    @After
    fun nothingWasLogged() {
        handset.fake.camera.close()
        val said = ShadowLog.getLogs().joinToString("\n") { "${it.tag} ${it.msg} ${it.throwable}" }
        val secrets = listOf(county.person, NAME, "王福生")
        assertTrue("something of a person was logged", secrets.none { it in said })
        county.close()
    }

    /** From the first page to his own, by the letter's pattern. */
    private fun firstUse() {
        he.on("language", "language", ENGLISH)
        he.on("welcome", "have_letter")
        he.on("for_whom", "for_myself")
        handset.fake.camera.sees = county.pattern()
        he.on("letter", "scan_letter")
        he.sees("ready")
        handset.fake.camera.sees = his
        he.looks()
        he.on("consent", "next")
        for (purpose in listOf("consent_numbers", "consent_pictures", "consent_keeping")) he.on(purpose, "agree")
        he.types("name_person", NAME, "done")
        he.sees("person")
    }

    @Test
    fun `from the letter to the receipt and the reminder`() {
        firstUse()
        he.press("certify")
        he.looks()
        assertEquals(Mark.GOOD, he.sees("result").mark)
        assertEquals(Mark.GOOD, handset.fake.touch.felt.last())
        he.press("receipt")
        val receipt = checkNotNull(he.sees("receipt").code)
        assertTrue(handset.every(handset.view).any { it is ImageView && it.drawable != null })
        he.press("share")
        he.press("print")
        val given = listOf(Outward.ShareReceipt(receipt), Outward.PrintReceipt(receipt))
        assertEquals(given, handset.fake.outside.asked.takeLast(2))
        he.on("receipt", "home")
        he.on("person", "more")
        he.on("more", "remind")
        he.on("reminder", "notify")
        he.on("reminder_set", "home")
        val spoken = handset.fake.speaker.said
        assertTrue(spoken.all { it.percent == 75 } && spoken.last().text == he.sees("person").spoken)
    }

    @Test
    fun `somebody else is refused, and the phone is turned and put away in the middle of the look`() {
        firstUse()
        handset.fake.camera.sees = county.clip(fromS = 0, seconds = 24, name = County.ANOTHERS)
        he.press("certify")
        he.looks()
        assertEquals(Mark.LOOK, he.sees("result").mark)
        he.press("call_office")
        he.on("call", "call_office")
        assertEquals(Outward.Call("0773-123456"), handset.fake.outside.asked.last())
        he.back()
        he.on("result", "other_way")
        he.on("other_road", "road_form")
        he.on("other_road_asked", "home")
        assertEquals(listOf("road-form"), county.tasks().filter { it.startsWith("road") })

        handset.fake.camera.sees = his
        he.on("person", "certify")
        he.on("ready", "open_camera")
        he.start()
        handset.turn()
        he.sees("the look, or its end") { it.screen in setOf("look", "result") }
        if (he.page.screen == "look") {
            handset.intoBackground()
            handset.intoForeground()
            he.start()
        }
        assertEquals(Mark.GOOD, he.sees("result").mark)
    }

    private companion object {
        const val ENGLISH = 2
        const val NAME = "奶奶"
    }
}

/** On the oldest Android that the app runs on, */
@Config(sdk = [24])
class RoadsOn24Test : RoadsTest()

/** and on the newest one. */
@Config(sdk = [34])
class RoadsOn34Test : RoadsTest()
