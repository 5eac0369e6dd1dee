package org.lifecert.app.fake

import java.time.ZoneId
import java.time.ZonedDateTime
import java.time.format.DateTimeFormatter
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.lifecert.core.Channel
import org.lifecert.core.Mark
import org.lifecert.core.Outward

class CertifyTest : RoadTest() {
    private fun Retiree.certifies() {
        on("person", "certify")
        looks()
        sees("result")
    }

    @Test
    fun `somebody else's face is refused kindly and the office is one touch away`() {
        val parts = parts()
        val (_, he) = bound(parts)
        parts.camera.sees = anothers
        he.certifies()
        val refused = he.page
        assertEquals(Mark.LOOK, refused.mark)
        val ways = refused.buttons.map { it.label }
        assertTrue(ways.containsAll(listOf("try_again", "other_way", "call_office", "home")), "$ways")

        he.press("call_office")
        he.on("call", "call_office")
        assertEquals(Outward.Call("0773-123456"), parts.outside.asked.last())
        he.press("back")
        he.on("result", "other_way")
        he.on("other_road", "road_form")
        he.on("other_road_asked", "home")
        assertEquals(1, county.tasks().count { it == "road-form" })
        assertTrue(he.sees("person").lines.isNotEmpty())

        // He himself goes through, the same day.
        parts.camera.sees = his
        he.certifies()
        assertEquals(Mark.GOOD, he.page.mark)
    }

    @Test
    fun `without a network the look is kept and sent later`() {
        val (app, she) = bound()
        app.toForeground()
        app.settles()
        county.stop()
        try {
            she.certifies()
            assertEquals(Mark.GOOD, she.page.mark)
            she.press("home")
            she.on("person", "send_now")
            she.on("unsent", "send_now")
            she.sees("trouble or what waits on") { it.screen == "sent" || it.screen == "trouble" }
            she.press("home")
            assertTrue(she.sees("person").buttons.any { it.label == "send_now" })
        } finally {
            county.start()
        }
        she.press("send_now")
        she.on("unsent", "send_now")
        she.on("sent", "home")
        she.on("person", "receipt")
        assertTrue(she.sees("receipt").code != null)
    }

    @Test
    fun `what somebody at the office looks at comes back as a receipt`() {
        val (app, she) = bound(place = newcomer(policy = "default"))
        she.certifies()
        val referred = she.page
        assertEquals(Mark.GOOD, referred.mark)
        assertTrue(referred.buttons.any { it.label == "call_office" })
        she.press("home")
        assertTrue(county.accept() > 0)
        app.toForeground()
        she.sees("the receipt") { page -> page.screen == "person" && page.buttons.any { it.label == "receipt" } }
        she.press("receipt")
        assertTrue(she.sees("receipt").code != null)
    }

    @Test
    fun `abroad the times are those of the place`() {
        val parts = parts()
        parts.clock.place = ZoneId.of("America/Los_Angeles")
        val place = newcomer()
        val (app, he) = bound(parts, place)
        he.on("person", "more")
        he.on("more", "place")
        he.on("place", "place_abroad")
        he.sees("more")
        he.press("back")
        he.certifies()
        he.press("receipt")
        val lines = he.sees("receipt").lines.joinToString("\n")
        val now = ZonedDateTime.now(parts.clock.place)
        val minutes = (0L..3L).map { now.minusMinutes(it).format(DateTimeFormatter.ofPattern("H:mm")) }
        assertTrue(minutes.any { it in lines }, lines)
        val kept = runBlocking { app.phone.history(county.person(place)) }
        assertEquals(Channel.ABROAD, kept[0].channel)
    }

    @Test
    fun `what is on record is shown, and consent is taken back`() {
        val (_, she) = bound()
        she.certifies()
        she.press("home")
        she.on("person", "more")
        she.on("more", "history")
        assertEquals(1, she.sees("history").lines.size)
        she.press("done")
        she.on("more", "withdraw")
        she.on("withdraw", "withdraw")
        she.on("withdrawn", "home")
        // Certifying goes on as before.
        she.sees("person")
        she.on("person", "certify")
        she.looks()
        assertEquals(Mark.GOOD, she.sees("result").mark)
    }

    @Test
    fun `a clock that is a day off keeps nobody away`() {
        for (day in listOf(-1L, 1L)) {
            val parts = parts()
            parts.clock.aheadMs = day * 86_400_000
            val (_, he) = bound(parts)
            he.certifies()
            assertEquals(Mark.GOOD, he.page.mark)
        }
    }

    @Test
    fun `another call in the middle of the look loses nothing`() {
        val parts = parts()
        val (app, he) = bound(parts)
        he.on("person", "certify")
        he.on("ready", "open_camera")
        he.start()
        app.toBackground()
        assertTrue(!parts.speaker.speaks)
        app.toForeground()
        he.start()
        he.sees("result")
        assertEquals(Mark.GOOD, he.page.mark)
    }
}
