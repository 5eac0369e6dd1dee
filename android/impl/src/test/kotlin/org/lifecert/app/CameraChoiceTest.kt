package org.lifecert.app

import org.junit.Assert.assertEquals
import org.junit.Assert.assertNull
import org.junit.Test
import org.lifecert.core.CameraTrouble
import org.lifecert.core.Facing

class CameraChoiceTest {
    private val usual = listOf(FrameSize(1_920, 1_080), FrameSize(1_280, 720), FrameSize(640, 480))

    private fun lens(id: String, side: Side, parts: Set<String> = emptySet()) =
        Lens(id, side, parts = parts, sizes = usual)

    private fun chosen(facing: Facing, vararg lenses: Lens) = chooseLens(lenses.toList(), facing)?.id

    @Test
    fun `a camera is chosen by what it can do`() {
        val rear = lens("0", Side.REAR)
        val front = lens("1", Side.FRONT)
        val external = lens("7", Side.UNKNOWN)
        val infrared = lens("2", Side.FRONT).copy(seesColour = false)
        val depth = lens("3", Side.REAR).copy(isOrdinary = false)
        val blind = lens("4", Side.FRONT).copy(sizes = emptyList())
        val (own, help) = Facing.FRONT to Facing.REAR

        // For oneself, for helping, of what there is.
        val table = listOf(
            Triple("1", "0", listOf(rear, front)),
            Triple("1", "0", listOf(front, rear)),
            Triple("0", "0", listOf(rear)),
            Triple("1", "1", listOf(front)),
            Triple("7", "7", listOf(external)),
            Triple("7", "0", listOf(rear, external)),
            Triple("1", "7", listOf(external, front)),
            Triple("1", "0", listOf(infrared, depth, blind, rear, front)),
            Triple("0", "0", listOf(infrared, blind, rear)),
            Triple("1", "1", listOf(depth, front)),
            Triple(null, null, listOf(infrared, depth, blind)),
            Triple(null, null, emptyList()),
        )
        for ((oneself, helping, lenses) in table) {
            assertEquals("$lenses", oneself, chosen(own, *lenses.toTypedArray()))
            assertEquals("$lenses", helping, chosen(help, *lenses.toTypedArray()))
        }
    }

    @Test
    fun `what acts for several cameras goes before each of them`() {
        val wide = lens("5", Side.REAR)
        val tele = lens("6", Side.REAR)
        val all = lens("0", Side.REAR, setOf("5", "6"))
        assertEquals("0", chosen(Facing.REAR, wide, tele, all))
        // Where it is none for faces, its parts stand for themselves, in the phone's order.
        assertEquals("5", chosen(Facing.REAR, wide, tele, all.copy(isOrdinary = false)))
        assertEquals("6", chosen(Facing.REAR, tele, wide))
        // A phone that names a camera as a part of itself still has it.
        assertEquals("0", chosen(Facing.REAR, lens("0", Side.REAR, setOf("0", "5")), wide))
    }

    @Test
    fun `of two on a side the one with a fitting size is taken`() {
        val macro = lens("2", Side.REAR).copy(sizes = listOf(FrameSize(320, 240)))
        assertEquals("0", chosen(Facing.REAR, macro, lens("0", Side.REAR)))
        assertEquals("2", chosen(Facing.REAR, macro))
    }

    @Test
    fun `the size is the nearest to what is useful`() {
        fun size(vararg sizes: Pair<Int, Int>) = chooseSize(sizes.map { FrameSize(it.first, it.second) })
        val table = mapOf(
            listOf(1_920 to 1_080, 1_280 to 720, 640 to 480) to FrameSize(640, 480),
            listOf(1_920 to 1_080, 960 to 720, 1_280 to 720, 640 to 480) to FrameSize(960, 720),
            listOf(1_920 to 1_080, 1_280 to 720, 320 to 240) to FrameSize(1_280, 720),
            listOf(1_920 to 1_080, 352 to 288) to FrameSize(1_920, 1_080),
            listOf(4_000 to 3_000, 480 to 360) to FrameSize(480, 360),
            listOf(4_000 to 3_000, 176 to 144) to FrameSize(4_000, 3_000),
            listOf(4_032 to 3_024) to FrameSize(4_032, 3_024),
            // A sensor that stands upright.
            listOf(480 to 640, 1_080 to 1_920) to FrameSize(480, 640),
        )
        for ((sizes, expected) in table) assertEquals("$sizes", expected, size(*sizes.toTypedArray()))
        assertNull(size())
    }

    @Test
    fun `rates are the nearest to 15 to 30`() {
        val table = mapOf(
            listOf(15 to 15, 15 to 30, 30 to 30) to Rates(15, 30),
            listOf(7 to 30, 30 to 30, 24 to 24) to Rates(7, 30),
            listOf(30 to 60, 30 to 30) to Rates(30, 30),
            listOf(15_000 to 30_000, 30_000 to 30_000) to Rates(15_000, 30_000),
            listOf(5 to 10, 8 to 15) to Rates(8, 15),
            listOf(60 to 60) to Rates(60, 60),
        )
        for ((ranges, expected) in table) {
            val rates = ranges.map { Rates(it.first, it.second) }
            assertEquals(expected, chooseRates(rates))
            assertEquals(expected, chooseRates(rates.reversed()))
        }
        assertNull(chooseRates(emptyList()))
    }

    @Test
    fun `pictures stand upright however sensor and screen are turned`() {
        // Sensor, then for screens that are turned by 0, 90, 180, 270 degrees.
        val table = mapOf(
            (90 to Side.REAR) to listOf(90, 0, 270, 180),
            (270 to Side.REAR) to listOf(270, 180, 90, 0),
            (0 to Side.REAR) to listOf(0, 270, 180, 90),
            (270 to Side.FRONT) to listOf(270, 0, 90, 180),
            (90 to Side.FRONT) to listOf(90, 180, 270, 0),
            (0 to Side.FRONT) to listOf(0, 90, 180, 270),
            (90 to Side.UNKNOWN) to listOf(90, 0, 270, 180),
            // Odd ones: built in askew, and told as a turn the other way.
            (83 to Side.REAR) to listOf(90, 0, 270, 180),
            (-90 to Side.FRONT) to listOf(270, 0, 90, 180),
            (450 to Side.REAR) to listOf(90, 0, 270, 180),
        )
        for ((camera, expected) in table) {
            val turns = listOf(0, 90, 180, 270).map { uprightDeg(camera.first, it, camera.second) }
            assertEquals("$camera", expected, turns)
        }
    }

    @Test
    fun `the first mode that there is`() {
        assertEquals(3, firstMode(intArrayOf(0, 1, 3, 4), 3, 4))
        assertEquals(4, firstMode(intArrayOf(0, 4), 3, 4))
        assertNull(firstMode(intArrayOf(0), 3, 4))
        assertNull(firstMode(null, 3, 4))
    }

    @Test
    fun `only a missing permission is told as one`() {
        assertEquals(CameraTrouble.DENIED, troubleOf(isPermitted = false))
        assertEquals(CameraTrouble.LOST, troubleOf(isPermitted = true))
    }
}
