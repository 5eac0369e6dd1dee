package org.lifecert.app

import android.content.Context
import android.media.AudioAttributes
import android.speech.tts.TextToSpeech
import java.util.Locale
import org.lifecert.app.api.Speaker

/** The phone's own voice. Where it has none, or none for a language, it stays silent. */
class PhoneSpeaker(context: Context) : Speaker {
    private val context = context.applicationContext
    private var voice: TextToSpeech? = null
    private var isReady = false
    private var waiting: (() -> Unit)? = null

    override fun say(text: String, language: String, percent: Int) {
        waiting = { speak(text, language, percent) }
        if (voice == null) {
            // It takes a moment to find its voice; what was to be said last is said then.
            voice = TextToSpeech(context) { status ->
                isReady = status == TextToSpeech.SUCCESS
                go()
            }
        } else {
            go()
        }
    }

    private fun go() {
        if (!isReady) return
        waiting?.invoke()
        waiting = null
    }

    private fun speak(text: String, language: String, percent: Int) {
        val voice = voice ?: return
        voice.stop()
        if (voice.setLanguage(locale(language)) < TextToSpeech.LANG_AVAILABLE) return
        val speech = AudioAttributes.Builder()
            .setUsage(AudioAttributes.USAGE_ASSISTANCE_ACCESSIBILITY)
            .setContentType(AudioAttributes.CONTENT_TYPE_SPEECH)
            .build()
        voice.setAudioAttributes(speech)
        voice.setSpeechRate(percent / USUAL_PERCENT)
        voice.speak(text, TextToSpeech.QUEUE_FLUSH, null, UTTERANCE)
    }

    override fun hush() {
        waiting = null
        voice?.stop()
    }

    override fun close() {
        hush()
        voice?.shutdown()
        voice = null
        isReady = false
    }

    private companion object {
        const val USUAL_PERCENT = 100f
        const val UTTERANCE = "page"

        /** Voices know places, not scripts. */
        fun locale(language: String): Locale = when (language) {
            "zh-Hans" -> Locale.SIMPLIFIED_CHINESE
            "zh-Hant" -> Locale.TRADITIONAL_CHINESE
            else -> Locale.forLanguageTag(language)
        }
    }
}
