package org.lifecert.app

import android.hardware.camera2.CameraCaptureSession
import android.hardware.camera2.CameraCharacteristics
import android.hardware.camera2.CaptureRequest
import android.hardware.camera2.impl.CameraCaptureSessionImpl
import android.hardware.camera2.impl.CameraDeviceImpl
import android.media.Image
import android.os.Handler
import android.view.Surface
import java.nio.ByteBuffer
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.CopyOnWriteArrayList
import org.robolectric.annotation.Implementation
import org.robolectric.annotation.Implements
import org.robolectric.annotation.RealObject
import org.robolectric.shadow.api.Shadow
import org.robolectric.shadows.ShadowCameraCaptureSessionImpl
import org.robolectric.shadows.ShadowCameraCharacteristics
import org.robolectric.shadows.ShadowCameraDeviceImpl
import org.robolectric.shadows.ShadowImageReader

/** A camera's hardware, as far as Robolectric's own shadows leave it out. */
object Hardware {
    /** Those of this test: earlier ones are closed once more when they are collected. */
    val opened = CopyOnWriteArrayList<CameraDeviceImpl>()
    val closed = CopyOnWriteArrayList<CameraDeviceImpl>()
    val requested = ConcurrentHashMap<String, Any>()
    val requests = CopyOnWriteArrayList<CaptureRequest>()

    @Volatile
    var surfaces = emptyList<Surface>()

    /** What a step of the camera does instead of its work. */
    @Volatile
    var fails: (() -> Nothing)? = null

    /** Whether the camera refuses to be set up. */
    @Volatile
    var refuses = false

    /** What a camera that acts for several says these are. */
    @Volatile
    var parts = emptySet<String>()

    val memory: ByteBuffer = ByteBuffer.allocateDirect(640 * 480 * 3 / 2)

    fun reset() {
        opened.clear()
        closed.clear()
        requested.clear()
        requests.clear()
        surfaces = emptyList()
        fails = null
        refuses = false
        parts = emptySet()
    }
}

@Implements(CameraCharacteristics::class)
class LensShadow : ShadowCameraCharacteristics() {
    @Implementation
    fun getPhysicalCameraIds(): Set<String> = Hardware.parts
}

@Implements(CameraDeviceImpl::class, isInAndroidSdk = false)
class DeviceShadow : ShadowCameraDeviceImpl() {
    @RealObject
    private lateinit var real: CameraDeviceImpl

    @Implementation
    override fun createCaptureSession(
        outputs: List<Surface>,
        callback: CameraCaptureSession.StateCallback,
        handler: Handler,
    ) {
        Hardware.opened += real
        Hardware.surfaces = outputs
        Hardware.fails?.invoke()
        if (Hardware.refuses) {
            val none = Shadow.newInstanceOf(CameraCaptureSessionImpl::class.java)
            handler.post { callback.onConfigureFailed(none) }
        } else {
            super.createCaptureSession(outputs, callback, handler)
        }
    }

    @Implementation
    override fun close() {
        Hardware.closed += real
        super.close()
    }
}

@Implements(CameraCaptureSessionImpl::class, isInAndroidSdk = false)
class SessionShadow : ShadowCameraCaptureSessionImpl() {
    @Implementation
    override fun setRepeatingRequest(
        request: CaptureRequest,
        callback: CameraCaptureSession.CaptureCallback?,
        handler: Handler,
    ): Int {
        Hardware.requests += request
        return 1
    }
}

@Implements(CaptureRequest.Builder::class)
class RequestShadow {
    @Implementation
    fun <T> set(key: CaptureRequest.Key<T>, value: T) {
        Hardware.requested[key.name] = value as Any
    }
}

/** Pictures that have planes, as most phones lay them out. */
@Implements(className = "android.media.ImageReader\$SurfaceImage")
class ImageShadow : ShadowImageReader.ShadowSurfaceImage() {
    @Implementation
    fun getPlanes(): Array<Image.Plane> {
        val luma = width * height
        fun part(from: Int, length: Int) =
            Hardware.memory.duplicate().also { it.position(from).limit(from + length) }.slice()
        return arrayOf(
            Part(part(0, luma), width, 1),
            Part(part(luma + 1, luma / 2 - 1), width, 2),
            Part(part(luma, luma / 2 - 1), width, 2),
        )
    }

    private class Part(private val bytes: ByteBuffer, private val row: Int, private val step: Int) : Image.Plane() {
        override fun getRowStride() = row

        override fun getPixelStride() = step

        override fun getBuffer() = bytes
    }
}
