package org.lifecert.app.fake

import java.util.concurrent.TimeUnit
import org.lifecert.core.Kind
import org.lifecert.core.Page

/** A screen and a finger: all that a person has of the app. Buttons go by their stable names. */
interface Glass {
    /** The page that stands there. */
    fun page(): Page

    /** Touches the nth of the buttons of a name; what was typed stands in the entry. */
    fun press(label: String, nth: Int = 0, entered: String = "")

    /** The phone's own back button. */
    fun back()

    /** Lets a moment pass. */
    fun rest()
}

/** Somebody who uses the app only as a person can, and remembers every page. */
class Retiree(private val glass: Glass) {
    /** The screens that were seen, in order. */
    val seen = mutableListOf<String>()

    /** What each of them says, but for the look, whose words pass by. */
    val spoken = mutableListOf<String>()
    private val numbers = mutableSetOf<ULong>()

    val page: Page get() = glass.page().also(::remember)

    /** Waits for a screen; what is on the way to it only passes by. */
    fun sees(screen: String): Page = sees("the screen $screen") { it.screen == screen }

    fun sees(what: String, isIt: (Page) -> Boolean): Page {
        val end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_S)
        while (true) {
            val page = page
            if (isIt(page)) return page
            check(System.nanoTime() < end) { "$what does not come: ${seen.takeLast(8)}, ${labels(page)}" }
            glass.rest()
        }
    }

    fun press(label: String, nth: Int = 0) {
        val page = page
        check(page.buttons.any { it.label == label }) { "no $label on ${page.screen}: ${labels(page)}" }
        glass.press(label, nth, page.entry?.value.orEmpty())
    }

    /** From one screen to the next: sees it, and presses. */
    fun on(screen: String, label: String, nth: Int = 0): Page = sees(screen).also { press(label, nth) }

    /** Types, and presses on. */
    fun types(screen: String, text: String, label: String = "next") {
        sees(screen)
        glass.press(label, entered = text)
    }

    fun back() = glass.back()

    /** Opens the camera, waits for what is asked, presses start, and looks until the look is over. */
    fun looks() {
        on("ready", "open_camera")
        start()
        sees("the end of the look") { it.screen !in LOOKING }
    }

    /** Waits until start can be pressed, and presses it. */
    fun start() {
        sees("the start button") { page -> page.screen == "look" && page.buttons.any { it.label == "start" } }
        press("start")
    }

    private fun remember(page: Page) {
        if (!numbers.add(page.number)) return
        seen += page.screen
        if (page.screen !in LOOKING) spoken += page.spoken
        check(page.title.isNotBlank() && page.spoken.isNotBlank()) { "${page.screen} says nothing" }
        check(leadsOn(page)) { "${page.screen} is a dead end: ${labels(page)}" }
        check(page.buttons.any { it.label == "say_again" }) { "${page.screen} cannot be heard again" }
        if (page.screen == "trouble") {
            val isOpen = page.buttons.map { it.label }.containsAll(WAYS_OUT)
            check(isOpen) { "no way out of ${page.screen}: ${labels(page)}" }
        }
    }

    private fun leadsOn(page: Page) =
        page.buttons.any { it.kind != Kind.CORNER } || page.buttons.any { it.label == "back" }

    private fun labels(page: Page) = page.buttons.map { it.label }

    private companion object {
        const val PATIENCE_S = 90L
        val LOOKING = setOf("ready", "look", "working")
        val WAYS_OUT = listOf("other_way", "call_office")
    }
}
