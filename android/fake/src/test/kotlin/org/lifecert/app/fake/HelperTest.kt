package org.lifecert.app.fake

import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.lifecert.core.Facing
import org.lifecert.core.Mark
import org.lifecert.core.Relation

class HelperTest : RoadTest() {
    @Test
    fun `two people on one phone, the second one seen by the camera on its back`() {
        val parts = parts()
        val (app, he) = bound(parts)
        he.on("person", "more")
        he.on("more", "add_person")
        he.on("for_whom", "for_other")
        he.on("relation", "relation_parent")
        he.on("letter", "type_code")
        val mother = newcomer(clip = County.ANOTHERS)
        parts.camera.sees = anothers
        he.types("letter_code", letter(mother))
        he.looks()
        assertEquals(Facing.REAR, parts.camera.openings.last())
        he.on("consent", "next")
        for (purpose in listOf("helper", "numbers", "pictures", "keeping")) he.on("consent_$purpose", "agree")
        he.types("name_person", secret("妈妈"), "done")
        he.on("person", "back")
        val list = he.sees("people")
        assertTrue(list.sensitive)
        val rows = list.buttons.filter { it.label == "unnamed" }
        assertEquals(2, rows.size)
        assertTrue(rows.any { it.text == "妈妈" })
        app.toForeground()
        he.sees("when each is due") { page -> page.buttons.filter { it.label == "unnamed" }.all { it.detail != null } }
        he.press("unnamed", he.page.buttons.filter { it.label == "unnamed" }.indexOfFirst { it.text == "妈妈" })
        he.on("person", "certify")
        he.looks()
        assertEquals(Mark.GOOD, he.sees("result").mark)
        assertEquals(Facing.REAR, parts.camera.openings.last())
        val known = app.phone.people().single { it.person == county.person(mother) }
        assertEquals(Relation.PARENT, known.relation)
    }

    @Test
    fun `a helper turns to the other camera, and it is theirs to turn back`() {
        val parts = parts()
        val (_, he) = bound(parts)
        he.on("person", "certify")
        he.on("ready", "open_camera")
        he.on("look", "other_camera")
        he.sees("the start button") { page -> page.buttons.any { it.label == "start" } }
        assertEquals(listOf(Facing.FRONT, Facing.REAR), parts.camera.openings.takeLast(2))
        he.press("start")
        assertEquals(Mark.GOOD, he.sees("result").mark)
    }
}
