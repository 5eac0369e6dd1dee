package org.lifecert.app.fake

import java.nio.file.Files
import java.nio.file.Path
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

class LeavingTest : RoadTest() {
    @Test
    fun `whoever leaves this phone leaves nothing on it`() {
        val parts = parts()
        val (app, he) = bound(parts)
        he.on("person", "more")
        he.on("more", "erase")
        he.on("erase", "erase_here")
        he.on("erase_here", "erase_here")
        he.on("erased", "home")
        he.sees("welcome")
        assertTrue(parts.keys.vault.keys.isEmpty())
        app.close()
        assertEquals(emptyList<Path>(), files(parts).filter { "person" in it.fileName.toString() })
        Retiree(app(parts)).sees("welcome")
    }

    @Test
    fun `whoever leaves everywhere is not known by their face any more`() {
        val parts = parts()
        val place = newcomer()
        val (_, he) = bound(parts, place)
        he.on("person", "more")
        he.on("more", "erase")
        he.on("erase", "erase_everywhere")
        he.on("erase_everywhere", "erase_everywhere")
        he.on("erased", "home")
        he.on("welcome", "have_letter")
        assertTrue(parts.keys.vault.keys.isEmpty())
        he.on("for_whom", "for_myself")
        he.on("letter", "type_code")
        he.types("letter_code", letter(place))
        he.on("ready", "open_camera")
        he.sees("why not") { it.screen == "trouble" || it.screen == "look" }
        if (he.page.screen == "look") {
            he.start()
            he.sees("why not") { it.screen in setOf("trouble", "result") }
        }
        he.press("other_way")
        he.sees("other_road")
    }

    @Test
    fun `a new phone is let in by the first one`() {
        val place = newcomer()
        val first = parts()
        val (app, he) = bound(first, place)
        val second = Retiree(app(parts()))
        second.binds(letter(place))
        second.sees("waiting")
        second.press("look_again")
        second.sees("waiting")

        app.toForeground()
        he.sees("that a phone asks") { page -> page.buttons.any { it.label == "phone_asks" } }
        he.press("phone_asks")
        he.on("other_phone", "phone_mine")
        he.on("other_phone_done", "home")

        second.on("waiting", "look_again")
        second.types("name_person", secret("阿公"), "done")
        second.on("person", "certify")
        second.looks()
        second.on("result", "receipt")
    }

    @Test
    fun `a phone that nobody knows is shut out`() {
        val place = newcomer()
        val (app, he) = bound(parts(), place)
        val second = Retiree(app(parts()))
        second.binds(letter(place))
        second.sees("waiting")
        app.toForeground()
        he.sees("that a phone asks") { page -> page.buttons.any { it.label == "phone_asks" } }
        he.press("phone_asks")
        he.on("other_phone", "phone_strange")
        he.on("other_phone_done", "home")
        second.on("waiting", "look_again")
        second.on("waiting", "home")
        second.sees("welcome")
    }

    private fun files(parts: FakeParts): List<Path> =
        Files.walk(Path.of(parts.folder)).use { all -> all.filter(Files::isRegularFile).toList() }
}
