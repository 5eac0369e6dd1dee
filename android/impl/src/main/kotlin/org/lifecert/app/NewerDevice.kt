package org.lifecert.app

import android.content.Context
import android.content.pm.PackageManager
import android.hardware.camera2.CameraCharacteristics
import android.hardware.camera2.CameraMetadata
import android.os.Build
import android.security.keystore.KeyGenParameterSpec
import android.security.keystore.KeyProperties

/** What cameras and key stores of phones of 2016 (Android 7.0, API 24) do not have yet. */
object NewerDevice {
    /** What newer cameras say of themselves; older ones never do. */
    const val ONLY_GREY = CameraMetadata.REQUEST_AVAILABLE_CAPABILITIES_MONOCHROME
    const val SEVERAL_IN_ONE = CameraMetadata.REQUEST_AVAILABLE_CAPABILITIES_LOGICAL_MULTI_CAMERA
    const val GREY_FILTER = CameraMetadata.SENSOR_INFO_COLOR_FILTER_ARRANGEMENT_MONO
    const val INFRARED_FILTER = CameraMetadata.SENSOR_INFO_COLOR_FILTER_ARRANGEMENT_NIR

    /** The cameras that one is made of. */
    fun parts(camera: CameraCharacteristics): Set<String> =
        if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.P) camera.physicalCameraIds else emptySet()

    /** Whether the phone says that it has a secure element for keys. */
    fun hasStrongBox(context: Context): Boolean =
        Build.VERSION.SDK_INT >= Build.VERSION_CODES.P &&
            context.packageManager.hasSystemFeature(PackageManager.FEATURE_STRONGBOX_KEYSTORE)

    fun inStrongBox(key: KeyGenParameterSpec.Builder) {
        if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.P) key.setIsStrongBoxBacked(true)
    }

    /** The key works only while the phone is unlocked. */
    fun onlyUnlocked(key: KeyGenParameterSpec.Builder) {
        if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.P) key.setUnlockedDeviceRequired(true)
    }

    /** The key works for so many seconds after its person has shown the phone that it is them. */
    fun onlyPresent(key: KeyGenParameterSpec.Builder, seconds: Int) {
        key.setUserAuthenticationRequired(true)
        if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.R) {
            val means = KeyProperties.AUTH_BIOMETRIC_STRONG or KeyProperties.AUTH_DEVICE_CREDENTIAL
            key.setUserAuthenticationParameters(seconds, means)
        } else {
            @Suppress("DEPRECATION")
            key.setUserAuthenticationValidityDurationSeconds(seconds)
        }
    }
}
