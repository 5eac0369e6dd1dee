package org.lifecert.boundary

import java.util.concurrent.Callable
import java.util.concurrent.Executors
import java.util.concurrent.TimeUnit
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.lifecert.app.fake.Library
import org.lifecert.app.fake.code
import org.lifecert.core.Cue
import org.lifecert.core.Guidance
import org.lifecert.core.Language
import org.lifecert.core.Outcome
import org.lifecert.core.Phase
import org.lifecert.core.Prompt

class SessionTest {
    private val face = Library.face

    @Test
    fun `a look for practice says what it wants and ends where a key would sign`() = runBlocking {
        Library.practice().use { session ->
            val cues = mutableListOf<Cue>()
            var atMs = 0L
            while (session.phase() != Phase.ENDED && atMs < 60_000) {
                cues += face.pushTo(session, atMs)
                val asked = Cue.Prompt(Prompt.PRESS_START) in cues
                if (session.phase() == Phase.FRAMING && asked) cues += session.start(atMs.toULong())
                atMs += 100
            }
            assertEquals(Phase.ENDED, session.phase(), "$cues")
            assertTrue(cues.any { it is Cue.Progress && it.permille > 900U })
            assertTrue(Cue.Prompt(Prompt.KEEP_LOOKING) in cues)
            assertEquals(Cue.Ended(Outcome.STOPPED, null), cues.last())
            assertEquals(Outcome.STOPPED, session.finish().outcome)
        }
    }

    @Test
    fun `what is asked is said again on demand and the background forgets a look`() {
        Library.practice().use { session ->
            var cues = emptyList<Cue>()
            for (n in 0L until 20L) cues = cues + face.pushTo(session, 100 * n)
            assertEquals(listOf(Cue.Prompt(Prompt.PRESS_START)), session.sayAgain())
            session.start(2_000UL)
            assertEquals(Phase.CAPTURING, session.phase())
            session.background()
            assertEquals(Phase.FRAMING, session.phase())
            assertEquals(listOf(Cue.Prompt(Prompt.WELCOME_BACK)), session.resume())
            val ended = session.cancel()
            assertEquals(listOf(Cue.Ended(Outcome.STOPPED, "session.cancelled")), ended)
            assertEquals(emptyList<Cue>(), face.pushTo(session, 9_000))
        }
    }

    @Test
    fun `asked for its answer too early it names a code`() = runBlocking {
        Library.practice().use { session ->
            assertEquals("evidence.insufficient", code { session.finish() })
            assertEquals(Phase.FRAMING, session.phase())
        }
    }

    @Test
    fun `after closing every call is refused and nothing falls`() {
        val session = Library.practice()
        session.close()
        session.close()
        assertThrows(IllegalStateException::class.java) { face.pushTo(session, 0) }
        assertThrows(IllegalStateException::class.java) { session.start(0UL) }
        assertThrows(IllegalStateException::class.java) { runBlocking { session.finish() } }
        val guidance = Guidance(Language.ES)
        guidance.close()
        assertThrows(IllegalStateException::class.java) { guidance.prompt(Prompt.SENDING) }
    }

    @Test
    fun `many threads push, press and ask at once`() {
        val session = Library.practice()
        val guidance = Guidance(Language.ZH_HANS)
        val threads = Executors.newFixedThreadPool(12)
        val work = List(12) { n ->
            Callable {
                repeat(40) { turn ->
                    when (n % 4) {
                        0 -> face.pushTo(session, 100L * turn)
                        1 -> session.tick((100 * turn).toULong())
                        2 -> session.sayAgain()
                        else -> guidance.error("frame.too_dark", null)
                    }
                }
            }
        }
        threads.invokeAll(work).forEach { it.get() }
        threads.shutdown()
        assertTrue(threads.awaitTermination(1, TimeUnit.MINUTES))
        assertEquals(Phase.FRAMING, session.phase())
        session.close()
    }

    @Test
    fun `closing under a running call ends the camera's thread in order`() {
        val session = Library.practice()
        val threads = Executors.newSingleThreadExecutor()
        val work = Callable {
            var pushed = 0
            try {
                while (true) face.pushTo(session, 100L * pushed++)
            } catch (_: IllegalStateException) {
                pushed
            }
        }
        val pushing = threads.submit(work)
        Thread.sleep(500)
        session.close()
        assertTrue(pushing.get(1, TimeUnit.MINUTES) as Int > 1)
        threads.shutdown()
        // The nets went back, and the next session has them.
        Library.practice().use { next -> face.pushTo(next, 0) }
    }
}
