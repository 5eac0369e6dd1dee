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
    }
}
