package org.lifecert.app.fake

import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.lifecert.core.Facing
import org.lifecert.core.Mark
import org.lifecert.core.Outward

class FirstUseTest : RoadTest() {
    @Test
    fun `from the letter's pattern to the receipt and the reminder`() {
        val place = newcomer()
        val parts = parts()
        val app = app(parts, office = null)
        val her = Retiree(app)
        her.on("language", "language", ENGLISH)
        her.on("welcome", "have_letter")
        her.on("for_whom", "for_myself")
        parts.camera.sees = county.pattern(place)
        her.on("letter", "scan_letter")
        her.sees("ready")
        parts.camera.sees = his
        her.looks()
        her.on("consent", "next")
        her.on("consent_numbers", "agree")
        her.on("consent_pictures", "agree")
        her.on("consent_keeping", "agree")
        her.types("name_person", secret("奶奶"), "done")
        val page = her.sees("person")
        assertTrue(page.sensitive)

        her.press("certify")
        her.looks()
        val result = her.sees("result")
        assertEquals(Mark.GOOD, result.mark)
        her.press("receipt")
        val receipt = her.sees("receipt")
        assertTrue(receipt.code != null && receipt.sensitive)
        her.press("share")
        her.press("print")
        her.on("receipt", "home")
        her.on("person", "more")
        her.on("more", "remind")
        her.on("reminder", "notify")
        her.on("reminder_set", "home")
        her.sees("person")
        val receiptId = checkNotNull(receipt.code)
        assertEquals(
            listOf(Outward.ShareReceipt(receiptId), Outward.PrintReceipt(receiptId)),
            parts.outside.asked.take(2),
        )
        val reminder = parts.outside.asked[2] as Outward.Remind
        assertEquals(3, reminder.atMs.size)
        assertTrue("奶奶" !in reminder.title)
        assertEquals(listOf(Facing.REAR, Facing.FRONT, Facing.FRONT), parts.camera.openings)

        // She heard every page, in her language, and felt what went well.
        val said = parts.speaker.said.map { it.text }
        assertEquals(emptyList<String>(), her.spoken.filter { it !in said })
        assertEquals(setOf("zh-Hans", "en"), parts.speaker.said.map { it.language }.toSet())
        assertTrue(Mark.GOOD in parts.touch.felt)
    }

    @Test
    fun `a code is typed for an office whose address is on the letter`() {
        val he = Retiree(app(parts(), office = null))
        he.on("language", "language", ENGLISH)
        he.on("welcome", "have_letter")
        he.on("for_whom", "for_myself")
        he.on("letter", "type_code")
        he.types("office_address", "certify.quanzhou.example")
        he.on("trouble", "try_again")
        he.types("office_address", county.url)
        he.types("letter_code", letter(newcomer()))
        he.looks()
        he.agrees()
    }

    @Test
    fun `whoever agrees to nothing is not kept out`() {
        val he = Retiree(app(parts()))
        he.binds(letter(newcomer()))
        he.on("consent", "disagree")
        he.on("consent_refused", "next")
        he.on("name_person", "skip")
        he.on("person", "certify")
        he.looks()
        assertEquals(Mark.GOOD, he.sees("result").mark)
    }

    @Test
    fun `whoever would rather hear nothing hears nothing`() {
        val parts = parts()
        val he = Retiree(app(parts))
        he.on("language", "language", ENGLISH)
        he.on("welcome", "settings")
        he.on("settings", "speech_rate")
        he.on("speech_rate", "speech_off")
        he.on("speech_rate", "done")
        val heard = parts.speaker.said.size
        he.on("settings", "back")
        he.on("welcome", "practise")
        he.looks()
        he.on("practice_done", "home")
        he.sees("welcome")
        assertEquals(heard, parts.speaker.said.size)
    }
}
