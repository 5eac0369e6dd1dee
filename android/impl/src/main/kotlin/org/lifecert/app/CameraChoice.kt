package org.lifecert.app

import kotlin.math.abs
import kotlin.math.ln
import kotlin.math.max
import kotlin.math.min
import org.lifecert.core.CameraTrouble
import org.lifecert.core.Facing

// Which camera, which size, which way up: decisions over plain values, so that tables can test them.

/** Where a camera looks, as far as the phone says. */
internal enum class Side {
    FRONT,
    REAR,

    /** Plugged in, or not said. */
    UNKNOWN,
}

/** A picture's size. */
internal data class FrameSize(val width: Int, val height: Int) {
    val long: Int get() = max(width, height)
    val short: Int get() = min(width, height)
    val area: Int get() = width * height
}

/** How many frames a second a camera can be held to. */
internal data class Rates(val lowest: Int, val highest: Int)

/** What a phone says of one of its cameras. */
internal data class Lens(
    val id: String,
    val side: Side,
    /** Whether it does what every camera of Android does; what measures depth alone does not. */
    val isOrdinary: Boolean = true,
    /** Whether it sees colours; an infrared or a grey one does not. */
    val seesColour: Boolean = true,
    /** The cameras that it is made of, where several act as one. */
    val parts: Set<String> = emptySet(),
    /** Sizes of its pictures in YUV 4:2:0. */
    val sizes: List<FrameSize> = emptyList(),
)

/** Smaller pictures show a face at arm's length too coarsely. */
private val SMALLEST = FrameSize(640, 480)

/** Larger ones cost time and show nothing more to nets that look at 112 pixels. */
private val LARGEST = FrameSize(1_280, 720)

/** What a picture's sides are to each other on most sensors: anything wider is cut off there. */
private const val FULL_SENSOR = 4.0 / 3.0

private const val SLOWEST = 15
private const val FASTEST = 30

/**
 * The camera for a side: one that sees colours and gives pictures. Where that side has none, one whose
 * side nobody knows (a tablet on a stand has its camera plugged in), then the other side's. Of several,
 * what acts for others before these, what has a fitting size before what has not, and then the phone's
 * own order, in which the main camera comes first.
 */
internal fun chooseLens(lenses: List<Lens>, facing: Facing): Lens? {
    val usable = lenses.filter { it.isOrdinary && it.seesColour && it.sizes.isNotEmpty() }
    val parts = usable.flatMapTo(mutableSetOf()) { it.parts }
    val (wanted, other) = when (facing) {
        Facing.FRONT -> Side.FRONT to Side.REAR
        Facing.REAR -> Side.REAR to Side.FRONT
    }
    val sides = listOf(wanted, Side.UNKNOWN, other)
    return usable
        .filter { it.id !in parts || it.parts.isNotEmpty() }
        .minWithOrNull(compareBy({ sides.indexOf(it.side) }, { it.sizes.minOf(::misfit) }))
}

/**
 * The size nearest to what is useful; among useful ones the sensor's own shape before wider ones, and
 * then the larger: a letter's code is read from further away.
 */
internal fun chooseSize(sizes: List<FrameSize>): FrameSize? =
    sizes.minWithOrNull(
        compareBy({ misfit(it) }, { abs(it.long / it.short.toDouble() - FULL_SENSOR) }, { -it.area }),
    )

/** How far a size is from the useful ones. Too coarse is worse than too slow: it counts threefold. */
private fun misfit(size: FrameSize): Double =
    outside(size.long, SMALLEST.long, LARGEST.long) + outside(size.short, SMALLEST.short, LARGEST.short)

private fun outside(length: Int, from: Int, to: Int): Double =
    if (length < from) 3 * ln(from / max(length, 1).toDouble()) else ln(max(length, to) / to.toDouble())

/**
 * The rates nearest to 15 to 30 frames a second: in a dim room the camera may take its time, and no
 * phone has to look more often. Some old phones say thousandths.
 */
internal fun chooseRates(all: List<Rates>): Rates? {
    fun perSecond(rate: Int) = if (rate >= 1_000) rate / 1_000 else rate
    return all.minWithOrNull(
        compareBy({ abs(perSecond(it.highest) - FASTEST) }, { abs(perSecond(it.lowest) - SLOWEST) }),
    )
}

/**
 * By how much a picture has to be turned clockwise to stand upright on a screen that is itself turned.
 * A camera that looks the screen's way turns with it in the other direction than one on the back.
 */
internal fun uprightDeg(sensorDeg: Int, displayDeg: Int, side: Side): Int {
    val turned = if (side == Side.FRONT) sensorDeg + displayDeg else sensorDeg - displayDeg
    // Frames turn by quarters; a sensor that is built in a little askew counts as the nearest one.
    return Math.floorMod((turned + 45).floorDiv(90) * 90, 360)
}

/** The first of some modes that a camera has. */
internal fun firstMode(has: IntArray?, vararg wanted: Int): Int? = wanted.firstOrNull { has?.contains(it) == true }

/**
 * What somebody is told: that the app may not use the camera only where that is so. A system refuses an
 * app in the background, too, and one in a call.
 */
internal fun troubleOf(isPermitted: Boolean): CameraTrouble =
    if (isPermitted) CameraTrouble.LOST else CameraTrouble.DENIED
