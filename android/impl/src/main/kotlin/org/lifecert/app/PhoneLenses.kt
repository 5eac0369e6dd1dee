package org.lifecert.app

import android.graphics.ImageFormat
import android.hardware.camera2.CameraAccessException
import android.hardware.camera2.CameraCharacteristics
import android.hardware.camera2.CameraManager
import android.hardware.camera2.CameraMetadata

/** The cameras of the phone that say what they are; one that does not is left out. */
internal fun CameraManager.lenses(): List<Lens> =
    cameraIdList.mapNotNull { id ->
        try {
            lens(id, getCameraCharacteristics(id))
        } catch (_: CameraAccessException) {
            null
        } catch (_: RuntimeException) {
            // Some makers' lists name cameras that their own code does not know.
            null
        }
    }

private fun lens(id: String, says: CameraCharacteristics): Lens {
    val can = says.get(CameraCharacteristics.REQUEST_AVAILABLE_CAPABILITIES) ?: IntArray(0)
    val filter = says.get(CameraCharacteristics.SENSOR_INFO_COLOR_FILTER_ARRANGEMENT)
    val grey = NewerDevice.ONLY_GREY in can ||
        filter == NewerDevice.GREY_FILTER ||
        filter == NewerDevice.INFRARED_FILTER
    val sizes = says.get(CameraCharacteristics.SCALER_STREAM_CONFIGURATION_MAP)
        ?.getOutputSizes(ImageFormat.YUV_420_888)
        .orEmpty()
    return Lens(
        id,
        says.side(),
        CameraMetadata.REQUEST_AVAILABLE_CAPABILITIES_BACKWARD_COMPATIBLE in can,
        !grey,
        if (NewerDevice.SEVERAL_IN_ONE in can) NewerDevice.parts(says) else emptySet(),
        sizes.map { FrameSize(it.width, it.height) },
    )
}

internal fun CameraCharacteristics.side(): Side =
    when (get(CameraCharacteristics.LENS_FACING)) {
        CameraMetadata.LENS_FACING_FRONT -> Side.FRONT
        CameraMetadata.LENS_FACING_BACK -> Side.REAR
        else -> Side.UNKNOWN
    }
