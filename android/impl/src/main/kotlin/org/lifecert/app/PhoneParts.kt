package org.lifecert.app

import java.io.File
import org.lifecert.app.api.ModelFiles
import org.lifecert.app.api.Parts

/** A real phone's parts; each is made when it is needed first. */
class PhoneParts(private val application: LifecertApplication) : Parts {
    override val camera by lazy { PhoneCamera(application) }
    override val keys by lazy { PhoneKeys(application) }
    override val speaker by lazy { PhoneSpeaker(application) }
    override val touch by lazy { PhoneTouch(application) }
    override val shelf by lazy { PreferencesShelf(application) }
    override val clock = PhoneClock()
    override val outside by lazy {
        PhoneOutside(
            application,
            papers = application::host,
            reminders = Reminders(application),
            foreground = application::foreground,
        )
    }
    override val folder: String get() = File(application.noBackupFilesDir, "phone").path

    override fun modelFiles(): ModelFiles = ModelAssets(application).unpacked()
}
