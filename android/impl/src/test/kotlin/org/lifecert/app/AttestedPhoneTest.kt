package org.lifecert.app

import android.content.pm.PackageManager
import kotlinx.coroutines.runBlocking
import org.junit.Assert.assertEquals
import org.junit.Rule
import org.junit.Test
import org.junit.rules.TemporaryFolder
import org.junit.runner.RunWith
import org.lifecert.app.fake.County
import org.lifecert.app.fake.Library
import org.lifecert.core.Assurance
import org.lifecert.core.Channel
import org.lifecert.core.KnownDevice
import org.lifecert.core.Outcome
import org.lifecert.core.Phone
import org.lifecert.core.PhoneSettings
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config

/** What an office takes from this phone's keys: the real server, with a maker of phones that it believes. */
@RunWith(RobolectricTestRunner::class)
@Config(sdk = [34])
class AttestedPhoneTest {
    @get:Rule
    val folder = TemporaryFolder()

    private val context = RuntimeEnvironment.getApplication()
    private val believed = PhoneMaker()

    /** How an office knows a phone that was bound by its keys. */
    private fun known(hardware: KeyHardware): KnownDevice {
        believed.configure(folder.root.toPath())
        return County(folder.root.toPath()).use { county ->
            hardware.installed {
                runBlocking {
                    val keys = PhoneKeys(context)
                    val settings = PhoneSettings(folder.newFolder().path, "attested", null, emptyList(), 1U, 30U)
                    val phone = Phone.open(settings, keys.storageKey(), keys.vault, Library.models)
                    val session = phone.bind(county.url, null, county.letter(), Channel.HOME, 0UL)
                    county.clip(40, 24).showTo(session)
                    assertEquals(Outcome.ACCEPTED, session.finish().outcome)
                    phone.standing(county.person).devices.single()
                }
            }
        }
    }

    @Test
    fun `a key of the secure element is known as one`() {
        shadowOf(context.packageManager).setSystemFeature(PackageManager.FEATURE_STRONGBOX_KEYSTORE, true)
        val device = known(KeyHardware(believed))
        assertEquals(Assurance.STRONGBOX to "holds", device.assurance to device.reason)
    }

    @Test
    fun `without a secure element it is known as the trusted environment's`() {
        shadowOf(context.packageManager).setSystemFeature(PackageManager.FEATURE_STRONGBOX_KEYSTORE, true)
        val hardware = KeyHardware(believed).apply { strongBox = KeyHardware::strongBoxIsMissing }
        assertEquals(Assurance.TEE, known(hardware).assurance)
    }

    @Test
    fun `a chain that the office rejects binds the phone all the same`() {
        val device = known(KeyHardware(PhoneMaker()))
        assertEquals(Assurance.NONE to "unknown-root", device.assurance to device.reason)
    }

    @Test
    fun `so does a phone that nothing speaks for`() {
        val hardware = KeyHardware(believed).apply { attestation = KeyHardware::attestsNothing }
        assertEquals(Assurance.NONE to "absent", known(hardware).run { assurance to reason })
    }
}
