package org.lifecert.boundary

import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertNotNull
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.lifecert.app.fake.code
import org.lifecert.core.Guidance
import org.lifecert.core.Language
import org.lifecert.core.Outcome
import org.lifecert.core.Prompt
import org.lifecert.core.Words
import org.lifecert.core.errorCodes

class GuidanceTest {
    private val languages = Language.values().map { Guidance(it) }

    @Test
    fun `every code has words and a next step in every language`() {
        assertTrue(errorCodes().size > 60)
        for (guidance in languages) {
            for (code in errorCodes()) {
                val words = guidance.error(code, null)
                assertWhole(words)
                assertNotNull(words.next, "$code in ${guidance.language()}")
            }
        }
    }

    @Test
    fun `every prompt and every outcome has words in every language`() {
        for (guidance in languages) {
            for (prompt in Prompt.values()) assertWhole(guidance.prompt(prompt))
            for (outcome in Outcome.values()) assertWhole(guidance.outcome(outcome))
            assertTrue(guidance.consentText().text.length > 100)
        }
    }

    @Test
    fun `a rest is named in the words`() {
        val english = Guidance(Language.EN)
        assertTrue(english.error("attempts.pause", 30U).let { it.shown + it.next }.contains("30"))
        assertEquals(Language.EN, english.language())
    }

    @Test
    fun `codes are stable texts`() {
        assertEquals("prompt.find_face", Prompt.FIND_FACE.code())
        assertEquals("outcome.accepted", Outcome.ACCEPTED.code())
        assertEquals("zh-Hans", Language.ZH_HANS.code())
    }

    @Test
    fun `a text that is no code is refused`() {
        assertEquals("request.malformed", code { languages[0].error("no.such.code", null) })
        assertEquals("request.malformed", code { languages[0].error("\u0000�", null) })
    }

    private fun assertWhole(words: Words) {
        for (text in listOfNotNull(words.shown, words.spoken, words.next)) {
            assertFalse(text.isBlank() || text.contains('{'), text)
        }
    }
}
