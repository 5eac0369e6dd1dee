package org.lifecert.app.fake

import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.lifecert.core.Page

/** The system ends the app without a word, on whichever page: nothing is lost, and the next one leads on. */
class DeathTest : RoadTest() {
    private inner class Life(private val parts: FakeParts) {
        private var app = app(parts)
        var retiree = Retiree(app)
            private set

        fun ends(): Page {
            val place = app.die()
            app = app(parts, place = place)
            retiree = Retiree(app)
            return retiree.page
        }

        fun settles() = app.settles()
    }

    @Test
    fun `on any page of the opening`() {
        val life = Life(parts())
        assertEquals("language", life.ends().screen)
        life.retiree.on("language", "language", ENGLISH)
        val letter = listOf("have_letter", "for_myself")
        val ways = listOf(
            emptyList(),
            listOf("practise"),
            listOf("practise", "open_camera"),
            listOf("no_letter"),
            listOf("have_letter"),
            listOf("have_letter", "for_other"),
            letter,
            letter + "scan_letter",
            letter + "type_code",
        )
        for (way in ways) {
            way.forEach { life.retiree.press(it) }
            assertEquals("welcome", life.ends().screen, "$way")
        }
        for (way in listOf(listOf("settings"), listOf("settings", "text_size"), listOf("settings", "appearance"))) {
            way.forEach { life.retiree.press(it) }
            assertEquals("settings", life.ends().screen, "$way")
            life.retiree.press("back")
            life.retiree.sees("welcome")
        }
    }

    @Test
    fun `in the middle of a binding, whose letter is good for another`() {
        val life = Life(parts())
        val code = letter(newcomer())
        life.retiree.on("language", "language", ENGLISH)
        val moments = listOf<Retiree.() -> Unit>(
            { sees("ready") },
            { on("ready", "open_camera") },
            { on("ready", "open_camera").also { sees("look") } },
            { on("ready", "open_camera").also { start() } },
        )
        for (moment in moments) {
            life.retiree.toReady(code)
            life.retiree.moment()
            assertEquals("welcome", life.ends().screen)
        }
        life.retiree.toReady(code)
        life.retiree.looks()
        life.retiree.sees("consent")
        assertEquals("person", life.ends().screen)
    }

    @Test
    fun `while a binding is sent, which comes to its end by itself`() {
        val life = Life(parts())
        val code = letter(newcomer())
        life.retiree.on("language", "language", ENGLISH)
        life.retiree.toReady(code)
        life.retiree.on("ready", "open_camera")
        life.retiree.start()
        life.retiree.sees("working")
        life.ends()
        life.settles()
        if (life.retiree.page.screen == "welcome") {
            // It had not been sent: the letter is as good as before.
            life.retiree.toReady(code)
            life.retiree.looks()
            life.retiree.sees("consent")
        } else {
            life.retiree.sees("person")
        }
    }

    @Test
    fun `in the middle of a certification, and after it`() {
        val parts = parts()
        val (app, _) = bound(parts)
        app.close()
        val life = Life(parts)
        val moments = listOf<Retiree.() -> Unit>(
            { press("certify") },
            { press("certify").also { on("ready", "open_camera") } },
            { press("certify").also { on("ready", "open_camera") }.also { sees("look") } },
            { press("certify").also { on("ready", "open_camera") }.also { start() } },
            { on("person", "more") },
            { on("person", "more").also { on("more", "other_way") } },
            { on("person", "more").also { on("more", "erase") }.also { on("erase", "erase_here") } },
        )
        for (moment in moments) {
            life.retiree.sees("person")
            life.retiree.moment()
            assertEquals("person", life.ends().screen)
        }
        life.retiree.press("certify")
        life.retiree.on("ready", "open_camera")
        life.retiree.start()
        life.retiree.sees("working")
        assertEquals("person", life.ends().screen)
        life.settles()
        if (life.retiree.sees("person").buttons.none { it.label == "receipt" }) {
            // Its signature had not been given.
            life.retiree.press("certify")
            life.retiree.looks()
            life.retiree.on("result", "home")
        }
        for (way in listOf(listOf("receipt"), listOf("more", "remind"), listOf("more", "receipts"))) {
            life.retiree.sees("person")
            way.forEach { life.retiree.press(it) }
            val page = life.ends()
            assertTrue(page.screen == "person" && page.buttons.any { it.label == "receipt" }, "$way")
        }
    }

    @Test
    fun `with a look that waits for a network`() {
        val parts = parts()
        val (app, he) = bound(parts)
        app.settles()
        county.stop()
        try {
            he.on("person", "certify")
            he.looks()
            assertEquals("result", he.page.screen)
            app.die()
            val meanwhile = app(parts)
            assertTrue(Retiree(meanwhile).sees("person").buttons.any { it.label == "send_now" })
            meanwhile.die()
        } finally {
            county.start()
        }
        val again = app(parts)
        again.settles()
        assertTrue(again.page().buttons.any { it.label == "receipt" })
    }

    private fun Retiree.toReady(code: String) {
        on("welcome", "have_letter")
        on("for_whom", "for_myself")
        on("letter", "type_code")
        types("letter_code", code)
        sees("ready")
    }
}
