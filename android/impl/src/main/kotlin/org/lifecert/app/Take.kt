package org.lifecert.app

import android.graphics.ImageFormat
import android.hardware.camera2.CameraAccessException
import android.hardware.camera2.CameraCaptureSession
import android.hardware.camera2.CameraCharacteristics
import android.hardware.camera2.CameraDevice
import android.hardware.camera2.CameraManager
import android.hardware.camera2.CameraMetadata
import android.hardware.camera2.CaptureRequest
import android.media.Image
import android.media.ImageReader
import android.os.Handler
import android.os.HandlerThread
import android.os.SystemClock
import android.util.Range
import android.view.Display
import android.view.Surface
import java.util.concurrent.locks.ReentrantLock
import kotlin.concurrent.withLock
import org.lifecert.app.api.FrameSink
import org.lifecert.core.CameraTrouble
import org.lifecert.core.Planes

/** A camera that gives nothing for so long has died without a word, as some do. */
private const val SILENT_AFTER_MS = 5_000L

/**
 * One opening of one camera, from [begin] to [end]. What camera2 tells comes on a thread of its own;
 * [end] may come from any.
 */
internal class Take(
    private val manager: CameraManager,
    private val lens: Lens,
    private val preview: Surface?,
    private val display: Display,
    private val isPermitted: () -> Boolean,
    private val sink: FrameSink,
    private val trouble: (CameraTrouble) -> Unit,
) {
    private val thread = HandlerThread("camera").apply { start() }
    private val handler = Handler(thread.looper)

    // Held while a picture is lent, so that none is after the end; the sink itself may end it.
    private val lock = ReentrantLock()
    private var isOver = false

    // The system has been asked for the camera and has not answered: the thread has to hear it.
    private var isAsked = false
    private var device: CameraDevice? = null
    private var reader: ImageReader? = null
    private var sensorDeg = 0
    private var lastAtMs = 0L
    private val watching = Runnable { watch() }

    fun begin() {
        handler.post { guarded { open() } }
    }

    /** No picture comes after it. It waits for the one that is being looked at. */
    fun end() {
        lock.withLock {
            if (isOver) return
            isOver = true
            handler.removeCallbacks(watching)
            // A device that breaks while it is closed is closed.
            runCatching { device?.close() }
            device = null
            reader?.close()
            reader = null
            if (!isAsked) thread.quitSafely()
        }
    }

    private fun fail(what: CameraTrouble) {
        lock.withLock {
            if (isOver) return
            end()
        }
        trouble(what)
    }

    /** Does something with the camera, which may say no at any step. */
    private fun guarded(step: () -> Unit) {
        try {
            lock.withLock { if (!isOver) step() }
        } catch (_: CameraAccessException) {
            fail(troubleOf(isPermitted()))
        } catch (_: SecurityException) {
            fail(troubleOf(isPermitted = false))
        } catch (_: IllegalStateException) {
            // It was closed by the system in between.
            fail(troubleOf(isPermitted()))
        } catch (_: IllegalArgumentException) {
            // The preview is gone, or the camera has been unplugged.
            fail(troubleOf(isPermitted()))
        }
    }

    private fun open() {
        if (!isPermitted()) throw SecurityException()
        val size = checkNotNull(chooseSize(lens.sizes))
        val images = ImageReader.newInstance(size.width, size.height, ImageFormat.YUV_420_888, 2)
        reader = images
        images.setOnImageAvailableListener({ show(it) }, handler)
        lastAtMs = SystemClock.elapsedRealtime()
        handler.postDelayed(watching, SILENT_AFTER_MS)
        manager.openCamera(lens.id, answer, handler)
        isAsked = true
    }

    private val answer = object : CameraDevice.StateCallback() {
        override fun onOpened(camera: CameraDevice) {
            if (!answered(camera)) guarded { configure(camera) }
        }

        override fun onDisconnected(camera: CameraDevice) = gone(camera)

        override fun onError(camera: CameraDevice, error: Int) = gone(camera)

        private fun gone(camera: CameraDevice) {
            if (!answered(camera)) fail(troubleOf(isPermitted()))
        }
    }

    /** Takes the system's answer in. Whether it comes too late: then nobody else closes the camera. */
    private fun answered(camera: CameraDevice): Boolean {
        lock.withLock {
            isAsked = false
            device = camera
            if (!isOver) return false
        }
        runCatching { camera.close() }
        thread.quitSafely()
        return true
    }

    @Suppress("DEPRECATION") // Its successor is not there on the oldest phones.
    private fun configure(camera: CameraDevice) {
        val surfaces = listOfNotNull(checkNotNull(reader).surface, preview)
        val configured = object : CameraCaptureSession.StateCallback() {
            override fun onConfigured(session: CameraCaptureSession) = guarded { look(camera, session, surfaces) }

            override fun onConfigureFailed(session: CameraCaptureSession) = fail(troubleOf(isPermitted()))
        }
        camera.createCaptureSession(surfaces, configured, handler)
    }

    private fun look(camera: CameraDevice, session: CameraCaptureSession, surfaces: List<Surface>) {
        val says = manager.getCameraCharacteristics(lens.id)
        sensorDeg = says.get(CameraCharacteristics.SENSOR_ORIENTATION) ?: 0
        val request = camera.createCaptureRequest(CameraDevice.TEMPLATE_PREVIEW)
        surfaces.forEach(request::addTarget)
        request.set(CaptureRequest.CONTROL_MODE, CameraMetadata.CONTROL_MODE_AUTO)
        request.set(CaptureRequest.CONTROL_AE_MODE, CameraMetadata.CONTROL_AE_MODE_ON)
        // Never a light into old eyes.
        request.set(CaptureRequest.FLASH_MODE, CameraMetadata.FLASH_MODE_OFF)
        firstMode(
            says.get(CameraCharacteristics.CONTROL_AF_AVAILABLE_MODES),
            CameraMetadata.CONTROL_AF_MODE_CONTINUOUS_VIDEO,
            CameraMetadata.CONTROL_AF_MODE_CONTINUOUS_PICTURE,
        )?.let { request.set(CaptureRequest.CONTROL_AF_MODE, it) }
        val ranges = says.get(CameraCharacteristics.CONTROL_AE_AVAILABLE_TARGET_FPS_RANGES).orEmpty()
        chooseRates(ranges.map { Rates(it.lower, it.upper) })?.let { rates ->
            request.set(CaptureRequest.CONTROL_AE_TARGET_FPS_RANGE, Range(rates.lowest, rates.highest))
        }
        session.setRepeatingRequest(request.build(), null, handler)
    }

    private fun watch() {
        val silentMs = SystemClock.elapsedRealtime() - lastAtMs
        if (silentMs >= SILENT_AFTER_MS) return fail(troubleOf(isPermitted()))
        handler.postDelayed(watching, SILENT_AFTER_MS - silentMs)
    }

    /** Lends the newest picture, and lets go of the older ones. */
    private fun show(images: ImageReader) {
        lock.withLock {
            if (isOver) return
            val image = newest(images) ?: return
            try {
                val turnDeg = uprightDeg(sensorDeg, 90 * display.rotation, lens.side)
                // What is read shows people as others see them; the preview alone is a mirror.
                sink.frame(image.lent(), turnDeg, mirrored = false, SystemClock.elapsedRealtime())
            } finally {
                image.close()
                lastAtMs = SystemClock.elapsedRealtime()
            }
        }
    }
}

/** None where a camera gives another form than it was asked for, as some old ones do: it counts as silent. */
private fun newest(images: ImageReader): Image? =
    try {
        images.acquireLatestImage()
    } catch (_: IllegalStateException) {
        null
    } catch (_: UnsupportedOperationException) {
        null
    }

/** Its planes where they lie. */
private fun Image.lent(): Planes {
    val (y, cb, cr) = planes
    return Planes(width, height, y.buffer, cb.buffer, cr.buffer, y.rowStride, cb.rowStride, cb.pixelStride)
}
