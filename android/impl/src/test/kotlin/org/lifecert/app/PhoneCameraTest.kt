package org.lifecert.app

import android.Manifest
import android.graphics.ImageFormat
import android.graphics.SurfaceTexture
import android.hardware.camera2.CameraAccessException
import android.hardware.camera2.CameraCharacteristics
import android.hardware.camera2.CameraManager
import android.hardware.camera2.CameraMetadata
import android.hardware.camera2.CaptureRequest
import android.os.SystemClock
import android.util.Range
import android.util.Size
import android.view.Surface
import java.time.Duration
import java.util.concurrent.CopyOnWriteArrayList
import java.util.concurrent.CountDownLatch
import java.util.concurrent.LinkedBlockingQueue
import java.util.concurrent.TimeUnit
import kotlin.concurrent.thread
import org.junit.After
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertNotEquals
import org.junit.Assert.assertNotNull
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Before
import org.junit.Test
import org.junit.runner.RunWith
import org.lifecert.core.CameraTrouble
import org.lifecert.core.Facing
import org.lifecert.core.Planes
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config
import org.robolectric.annotation.GraphicsMode
import org.robolectric.shadows.ShadowCameraCharacteristics
import org.robolectric.shadows.ShadowSystemClock
import org.robolectric.shadows.StreamConfigurationMapBuilder

/** The camera against Robolectric's: its shadows of camera2 are whole from API 28 on. */
@RunWith(RobolectricTestRunner::class)
@Config(
    sdk = [34],
    shadows = [
        LensShadow::class,
        DeviceShadow::class,
        SessionShadow::class,
        RequestShadow::class,
        ImageShadow::class,
    ],
)
@GraphicsMode(GraphicsMode.Mode.LEGACY)
class PhoneCameraTest {
    private class Seen(val planes: Planes, val rotationDeg: Int, val mirrored: Boolean, val atMs: Long, val on: Thread)

    private val context = RuntimeEnvironment.getApplication()
    private val manager = context.getSystemService(CameraManager::class.java)
    private val camera = PhoneCamera(context)
    private val seen = LinkedBlockingQueue<Seen>()
    private val told = CopyOnWriteArrayList<CameraTrouble>()

    @Before
    fun begin() {
        Hardware.reset()
        shadowOf(context).grantPermissions(Manifest.permission.CAMERA)
    }

    @After
    fun end() {
        camera.close()
        eventually("its threads end") { threads().isEmpty() }
    }

    private fun threads() = Thread.getAllStackTraces().keys.filter { it.name == "camera" && it.isAlive }

    private fun add(id: String, facing: Int?, orientation: Int, vararg more: Pair<CameraCharacteristics.Key<*>, Any>) {
        val says = ShadowCameraCharacteristics.newCameraCharacteristics()
        val sizes = StreamConfigurationMapBuilder.newBuilder()
            .addOutputSize(ImageFormat.YUV_420_888, Size(1_920, 1_080))
            .addOutputSize(ImageFormat.YUV_420_888, Size(640, 480))
            .build()
        val usual = mapOf(
            CameraCharacteristics.LENS_FACING to facing,
            CameraCharacteristics.SENSOR_ORIENTATION to orientation,
            CameraCharacteristics.SCALER_STREAM_CONFIGURATION_MAP to sizes,
            CameraCharacteristics.REQUEST_AVAILABLE_CAPABILITIES to
                intArrayOf(CameraMetadata.REQUEST_AVAILABLE_CAPABILITIES_BACKWARD_COMPATIBLE),
            CameraCharacteristics.CONTROL_AE_AVAILABLE_TARGET_FPS_RANGES to arrayOf(Range(30, 30), Range(15, 30)),
            CameraCharacteristics.CONTROL_AF_AVAILABLE_MODES to
                intArrayOf(CameraMetadata.CONTROL_AF_MODE_AUTO, CameraMetadata.CONTROL_AF_MODE_CONTINUOUS_PICTURE),
        )
        for ((key, value) in usual + more) value?.let { shadowOf(says).set(key, it) }
        shadowOf(manager).addCamera(id, says)
    }

    private fun addBoth() {
        add("0", CameraMetadata.LENS_FACING_BACK, 90)
        add("1", CameraMetadata.LENS_FACING_FRONT, 270)
    }

    private fun open(facing: Facing = Facing.FRONT, preview: Surface? = null) =
        camera.open(facing, preview, { planes, rotationDeg, mirrored, atMs ->
            seen += Seen(planes, rotationDeg, mirrored, atMs, Thread.currentThread())
        }, { told += it })

    private fun eventually(what: String, holds: () -> Boolean) {
        val until = System.nanoTime() + 5_000_000_000
        while (!holds()) {
            assertTrue(what, System.nanoTime() < until)
            Thread.sleep(2)
        }
    }

    /** Waits until the camera looks, and shows it so many pictures. */
    private fun show(pictures: Int = 1) {
        eventually("it looks") { Hardware.requests.isNotEmpty() }
        repeat(pictures) { Hardware.surfaces[0].unlockCanvasAndPost(null) }
    }

    private fun next(): Seen = checkNotNull(seen.poll(10, TimeUnit.SECONDS)) { "a picture" }

    @Test
    fun `pictures come as they lie, upright, on a thread of their own`() {
        addBoth()
        open()
        show()
        val first = next()
        assertEquals(640 to 480, first.planes.width to first.planes.height)
        assertEquals(listOf(640, 640, 2), first.planes.run { listOf(yStride, chromaStride, chromaStep) })
        assertTrue(first.planes.run { y.isDirect && cb.isDirect && cr.isDirect })
        assertEquals(270, first.rotationDeg)
        assertFalse(first.mirrored)
        assertEquals(SystemClock.elapsedRealtime(), first.atMs)
        assertNotEquals(Thread.currentThread(), first.on)
        // Each is let go of: the camera has room for two.
        repeat(20) {
            show()
            next()
        }
        assertEquals(emptyList<CameraTrouble>(), told)
    }

    @Test
    fun `the side that is asked for is opened, with a preview`() {
        addBoth()
        val preview = Surface(SurfaceTexture(0))
        open(Facing.REAR, preview)
        show()
        assertEquals(90, next().rotationDeg)
        assertEquals(listOf(preview), Hardware.surfaces.drop(1))
        preview.release()
    }

    @Test
    fun `what acts for several cameras is opened, and none that does not say what it is`() {
        val logical = intArrayOf(
            CameraMetadata.REQUEST_AVAILABLE_CAPABILITIES_BACKWARD_COMPATIBLE,
            CameraMetadata.REQUEST_AVAILABLE_CAPABILITIES_LOGICAL_MULTI_CAMERA,
        )
        Hardware.parts = setOf("5")
        add("4", CameraMetadata.LENS_FACING_BACK, 0, CameraCharacteristics.SCALER_STREAM_CONFIGURATION_MAP to "?")
        add("5", CameraMetadata.LENS_FACING_BACK, 180)
        add("0", CameraMetadata.LENS_FACING_BACK, 90, CameraCharacteristics.REQUEST_AVAILABLE_CAPABILITIES to logical)
        open(Facing.REAR)
        show()
        assertEquals(90, next().rotationDeg)
    }

    @Test
    fun `no torch, and light and sharpness by themselves`() {
        addBoth()
        open(Facing.REAR)
        show()
        val expected = mapOf(
            CaptureRequest.FLASH_MODE to CameraMetadata.FLASH_MODE_OFF,
            CaptureRequest.CONTROL_MODE to CameraMetadata.CONTROL_MODE_AUTO,
            CaptureRequest.CONTROL_AE_MODE to CameraMetadata.CONTROL_AE_MODE_ON,
            CaptureRequest.CONTROL_AF_MODE to CameraMetadata.CONTROL_AF_MODE_CONTINUOUS_PICTURE,
            CaptureRequest.CONTROL_AE_TARGET_FPS_RANGE to Range(15, 30),
        )
        assertEquals(expected.mapKeys { it.key.name }, Hardware.requested.toMap())
    }

    @Test
    fun `only the newest picture is shown to whoever was busy`() {
        addBoth()
        val busy = CountDownLatch(1)
        val shown = CountDownLatch(1)
        camera.open(Facing.FRONT, null, { planes, _, _, atMs ->
            shown.countDown()
            busy.await()
            seen += Seen(planes, 0, false, atMs, Thread.currentThread())
        }, { told += it })
        show()
        shown.await()
        show(5)
        busy.countDown()
        next()
        next()
        // The other calls find nothing new.
        assertNull(seen.poll(200, TimeUnit.MILLISECONDS))
    }

    @Test
    fun `after closing nothing comes, and closing waits for the picture that is looked at`() {
        addBoth()
        val inside = CountDownLatch(1)
        val goOn = CountDownLatch(1)
        camera.open(Facing.FRONT, null, { planes, _, _, atMs ->
            inside.countDown()
            goOn.await()
            seen += Seen(planes, 0, false, atMs, Thread.currentThread())
        }, { told += it })
        show(2)
        inside.await()
        val closing = thread { camera.close() }
        closing.join(100)
        assertTrue("it waits", closing.isAlive)
        goOn.countDown()
        closing.join(10_000)
        assertEquals(1, seen.size)
        camera.close()
        Thread.sleep(50)
        assertEquals(1, seen.size)
        assertEquals(1, Hardware.opened.count { it in Hardware.closed })
        shadowOf(manager).triggerDisconnect()
        Thread.sleep(50)
        assertEquals(emptyList<CameraTrouble>(), told)
    }

    @Test
    fun `whoever is shown a picture may close the camera`() {
        addBoth()
        camera.open(Facing.FRONT, null, { planes, _, _, atMs ->
            camera.close()
            seen += Seen(planes, 0, false, atMs, Thread.currentThread())
        }, { told += it })
        show(3)
        next()
        assertNull(seen.poll(100, TimeUnit.MILLISECONDS))
        assertEquals(1, Hardware.opened.count { it in Hardware.closed })
    }

    @Test
    fun `a camera that opens after it was closed is closed again`() {
        addBoth()
        repeat(20) {
            open()
            camera.close()
        }
        // A thread ends when the system's answer is taken in and what it opened is closed.
        eventually("all are closed") { threads().isEmpty() }
        Hardware.requests.clear()
        open()
        show()
        next()
        assertEquals(emptyList<CameraTrouble>(), told)
    }

    @Test
    fun `the other side is opened in the place of the first`() {
        addBoth()
        open()
        show()
        assertEquals(270, next().rotationDeg)
        Hardware.requests.clear()
        open(Facing.REAR)
        show()
        assertEquals(90, next().rotationDeg)
        assertEquals(1, Hardware.opened.count { it in Hardware.closed })
    }

    @Test
    fun `a phone without a camera for faces says so`() {
        open()
        assertEquals(listOf(CameraTrouble.MISSING), told)
        val infrared = CameraMetadata.SENSOR_INFO_COLOR_FILTER_ARRANGEMENT_NIR
        add(
            "0",
            CameraMetadata.LENS_FACING_FRONT,
            90,
            CameraCharacteristics.SENSOR_INFO_COLOR_FILTER_ARRANGEMENT to infrared,
        )
        add(
            "1",
            CameraMetadata.LENS_FACING_FRONT,
            90,
            CameraCharacteristics.REQUEST_AVAILABLE_CAPABILITIES to
                intArrayOf(CameraMetadata.REQUEST_AVAILABLE_CAPABILITIES_DEPTH_OUTPUT),
        )
        open()
        assertEquals(listOf(CameraTrouble.MISSING, CameraTrouble.MISSING), told)
        // One whose side nobody says is better than none.
        add("2", null, 0)
        open()
        show()
        assertEquals(0, next().rotationDeg)
    }

    @Test
    fun `without permission it is denied, once`() {
        addBoth()
        shadowOf(context).denyPermissions(Manifest.permission.CAMERA)
        open()
        eventually("told") { told.isNotEmpty() }
        Thread.sleep(50)
        assertEquals(listOf(CameraTrouble.DENIED), told)
    }

    @Test
    fun `a camera that another app takes is lost, once`() {
        addBoth()
        open()
        show()
        next()
        shadowOf(manager).triggerDisconnect()
        shadowOf(manager).triggerDisconnect()
        eventually("told") { told.isNotEmpty() }
        Thread.sleep(50)
        assertEquals(listOf(CameraTrouble.LOST), told)
        assertTrue(Hardware.opened.all { it in Hardware.closed })
        // And can be opened again.
        Hardware.requests.clear()
        open()
        show()
        assertNotNull(next())
    }

    @Test
    fun `a permission that is taken away is told as one`() {
        addBoth()
        open()
        show()
        next()
        shadowOf(context).denyPermissions(Manifest.permission.CAMERA)
        shadowOf(manager).triggerDisconnect()
        eventually("told") { told.isNotEmpty() }
        assertEquals(listOf(CameraTrouble.DENIED), told)
    }

    @Test
    fun `whatever the system says while it is set up is one trouble`() {
        addBoth()
        val thrown = listOf<Pair<CameraTrouble, () -> Nothing>>(
            CameraTrouble.LOST to { throw CameraAccessException(CameraAccessException.CAMERA_DISABLED) },
            CameraTrouble.LOST to { throw CameraAccessException(CameraAccessException.CAMERA_IN_USE) },
            CameraTrouble.LOST to { throw IllegalArgumentException() },
            CameraTrouble.LOST to { throw IllegalStateException() },
            CameraTrouble.DENIED to { throw SecurityException() },
        )
        for ((trouble, fails) in thrown) {
            told.clear()
            Hardware.fails = fails
            open()
            eventually("told") { told.isNotEmpty() }
            assertEquals(listOf(trouble), told)
        }
        Hardware.fails = null
        Hardware.refuses = true
        told.clear()
        open()
        eventually("told") { told.isNotEmpty() }
        assertEquals(listOf(CameraTrouble.LOST), told)
    }

    @Test
    fun `a camera that falls silent is lost`() {
        addBoth()
        open()
        show()
        next()
        ShadowSystemClock.advanceBy(Duration.ofSeconds(4))
        show()
        next()
        ShadowSystemClock.advanceBy(Duration.ofSeconds(4))
        Thread.sleep(50)
        assertEquals(emptyList<CameraTrouble>(), told)
        ShadowSystemClock.advanceBy(Duration.ofSeconds(2))
        eventually("told") { told.isNotEmpty() }
        assertEquals(listOf(CameraTrouble.LOST), told)
    }
}
