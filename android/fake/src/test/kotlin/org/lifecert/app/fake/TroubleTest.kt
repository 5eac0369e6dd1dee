package org.lifecert.app.fake

import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.lifecert.core.CameraTrouble
import org.lifecert.core.Mark
import org.lifecert.core.Outward
import org.lifecert.core.VaultException

class TroubleTest : RoadTest() {
    private fun Retiree.toTheCode() {
        on("language", "language", ENGLISH)
        on("welcome", "have_letter")
        on("for_whom", "for_myself")
        on("letter", "type_code")
    }

    @Test
    fun `a mistyped code is there to be compared`() {
        val he = Retiree(app(parts()))
        he.toTheCode()
        val code = letter(newcomer())
        val wrong = secret(code.dropLast(1) + if (code.last() == '7') '8' else '7')
        he.types("letter_code", wrong)
        assertEquals(Mark.LOOK, he.sees("trouble").mark)
        he.press("try_again")
        assertEquals(wrong, he.sees("letter_code").entry?.value)
        he.types("letter_code", code.lowercase().replace("-", " "))
        he.looks()
        he.agrees()
    }

    @Test
    fun `an expired letter leads to the office`() {
        val he = Retiree(app(parts()))
        he.toTheCode()
        val code = letter(newcomer())
        county.expire()
        he.types("letter_code", code)
        he.on("ready", "open_camera")
        he.on("trouble", "call_office")
        he.sees("call")
    }

    @Test
    fun `somebody else's letter binds nobody`() {
        val parts = parts()
        val he = Retiree(app(parts))
        he.toTheCode()
        val place = newcomer()
        parts.camera.sees = anothers
        he.types("letter_code", letter(place))
        he.looks()
        val page = he.page
        assertEquals("result" to Mark.LOOK, page.screen to page.mark)
        assertTrue(page.buttons.map { it.label }.containsAll(listOf("other_way", "call_office")))
        assertTrue(parts.keys.vault.keys.isEmpty(), "no key stays")

        // Whose letter it is comes to the phone.
        parts.camera.sees = his
        he.press("try_again")
        he.looks()
        he.agrees()
    }

    @Test
    fun `who has not been modelled hears where to go`() {
        val he = Retiree(app(parts()))
        he.toTheCode()
        he.types("letter_code", letter(newcomer(clip = null)))
        he.on("ready", "open_camera")
        he.sees("why not") { it.screen == "trouble" || it.screen == "look" }
        if (he.page.screen == "look") {
            he.start()
            he.sees("why not") { it.screen in setOf("trouble", "result") }
        }
        he.press("call_office")
        he.sees("call")
    }

    @Test
    fun `a camera that is denied, missing or dies leads on`() {
        val parts = parts()
        val (_, he) = bound(parts)
        parts.camera.refuses = CameraTrouble.DENIED
        he.on("person", "certify")
        he.on("ready", "open_camera")
        he.on("camera_denied", "open_system_settings")
        assertEquals(Outward.SystemSettings, parts.outside.asked.last())
        parts.camera.refuses = CameraTrouble.MISSING
        he.press("try_again")
        he.on("ready", "open_camera")
        he.on("camera_missing", "other_way")
        he.sees("other_road")
        he.press("back")
        he.on("camera_missing", "back")
        parts.camera.refuses = null
        parts.camera.diesAfter = 40
        he.on("ready", "open_camera")
        he.sees("camera_lost")
        he.press("try_again")
        he.start()
        assertEquals(Mark.GOOD, he.sees("result").mark)
    }

    @Test
    fun `a key that is refused costs nothing`() {
        val parts = parts()
        val he = Retiree(app(parts))
        he.toTheCode()
        he.types("letter_code", letter(newcomer()))
        val refusals = listOf<() -> VaultException>(
            { VaultException.Full() },
            { VaultException.Unavailable() },
            { VaultException.Cancelled() },
        )
        for (refusal in refusals) {
            parts.keys.refusal = refusal
            he.on("ready", "open_camera")
            he.on("trouble", "try_again")
        }
        parts.keys.refusal = null
        he.looks()
        he.agrees()
        for (refusal in refusals) {
            parts.keys.refusal = null
            he.on("person", "certify")
            he.on("ready", "open_camera")
            he.start()
            parts.keys.refusal = refusal
            he.on("result", "home")
        }
        parts.keys.refusal = null
        he.on("person", "certify")
        he.looks()
        assertEquals(Mark.GOOD, he.sees("result").mark)
    }

    @Test
    fun `a server that is gone is gone for a while`() {
        val app = app(parts())
        val he = Retiree(app)
        he.toTheCode()
        he.types("letter_code", letter(newcomer()))
        county.stop()
        he.on("ready", "open_camera")
        he.sees("trouble")
        county.start()
        he.press("try_again")
        he.on("ready", "open_camera")
        he.start()
        county.stop()
        he.on("result", "send_now")
        he.sees("that it waits") { it.screen == "sent" || it.screen == "trouble" }
        county.start()
        he.press("home")
        he.sees("welcome")
        // The next time that the app is looked at, the binding comes to its end by itself.
        app.toBackground()
        app.toForeground()
        he.sees("person")
    }
}
