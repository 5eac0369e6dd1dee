package org.lifecert.app.fake

import java.nio.file.Path
import org.junit.jupiter.api.AfterAll
import org.junit.jupiter.api.AfterEach
import org.junit.jupiter.api.BeforeAll
import org.junit.jupiter.api.BeforeEach
import org.junit.jupiter.api.TestInstance
import org.junit.jupiter.api.io.TempDir

/** Whole roads, against a real server: no page is a dead end, nothing of a person stands in any log. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class RoadTest {
    protected lateinit var county: County

    /** The man as a camera sees him, and another man. */
    protected lateinit var his: Clip
    protected lateinit var anothers: Clip

    @TempDir
    lateinit var folder: Path

    private lateinit var log: Log
    private val open = mutableListOf<Handheld>()
    private var phones = 0
    private val secrets = mutableSetOf<String>()

    @BeforeAll
    fun openCounty() {
        county = County()
        his = county.clip(fromS = 40, seconds = 24)
        anothers = county.clip(fromS = 0, seconds = 24, name = County.ANOTHERS)
    }

    @AfterAll
    fun closeCounty() = county.close()

    @BeforeEach
    fun listen() {
        log = Log()
    }

    @AfterEach
    fun nothingWasLogged() {
        open.forEach { it.close() }
        open.clear()
        val said = log.close()
        val held = secrets.filter { it in said }
        check(held.isEmpty()) { "${held.size} secrets of ${secrets.size} were logged" }
        check("panicked" !in said) { said }
    }

    /** A new phone that sees the man. */
    protected fun parts(): FakeParts = FakeParts(folder.resolve("phone${phones++}")).also { it.camera.sees = his }

    /** The app on a phone, where the office's address is built in. */
    protected fun app(parts: FakeParts, office: String? = county.url, place: String? = null): Handheld =
        Handheld(parts, office, place).also { open += it }

    /** Somebody new at the office, modelled from his clip; gives their place. */
    protected fun newcomer(clip: String? = County.HIS, policy: String = "demo"): Int {
        val place = county.add(clip, policy)
        secrets += county.person(place)
        return place
    }

    protected fun letter(place: Int): String = county.letter(place).also { secrets += it }

    /** What no log may hold. */
    protected fun secret(text: String): String = text.also { secrets += it }

    /** From the first page to the consent, by a typed code. */
    protected fun Retiree.binds(code: String) {
        on("language", "language", ENGLISH)
        on("welcome", "have_letter")
        on("for_whom", "for_myself")
        on("letter", "type_code")
        types("letter_code", code)
        looks()
    }

    /** Agrees to everything, and gives no name. */
    protected fun Retiree.agrees() {
        on("consent", "next")
        for (purpose in listOf("consent_numbers", "consent_pictures", "consent_keeping")) on(purpose, "agree")
        on("name_person", "skip")
        sees("person")
    }

    /** A phone that is bound to somebody, at their own page. */
    protected fun bound(parts: FakeParts = parts(), place: Int = newcomer()): Pair<Handheld, Retiree> {
        val app = app(parts)
        val retiree = Retiree(app)
        retiree.binds(letter(place))
        retiree.agrees()
        return app to retiree
    }

    protected companion object {
        /** The place of English among the languages. */
        const val ENGLISH = 2
    }
}
