package org.lifecert.app

import android.Manifest
import android.content.Context
import android.content.pm.PackageManager
import android.hardware.camera2.CameraAccessException
import android.hardware.camera2.CameraManager
import android.hardware.display.DisplayManager
import android.view.Display
import android.view.Surface
import org.lifecert.app.api.Camera
import org.lifecert.app.api.FrameSink
import org.lifecert.core.CameraTrouble
import org.lifecert.core.Facing

/** The phone's own cameras, by camera2. */
class PhoneCamera(private val context: Context) : Camera {
    private var take: Take? = null

    override fun open(facing: Facing, preview: Surface?, sink: FrameSink, trouble: (CameraTrouble) -> Unit) {
        close()
        val manager = context.getSystemService(CameraManager::class.java)
        val lens = try {
            chooseLens(manager.lenses(), facing)
        } catch (_: CameraAccessException) {
            return trouble(troubleOf(isPermitted()))
        } ?: return trouble(CameraTrouble.MISSING)
        val display = context.getSystemService(DisplayManager::class.java).getDisplay(Display.DEFAULT_DISPLAY)
        val next = Take(manager, lens, preview, display, ::isPermitted, sink, trouble)
        // Whoever opens from another thread at the same time does not leave this one behind.
        replace(next)
        next.begin()
    }

    override fun close() = replace(null)

    private fun replace(next: Take?) {
        val last = synchronized(this) { take.also { take = next } }
        last?.end()
    }

    private fun isPermitted(): Boolean =
        context.checkSelfPermission(Manifest.permission.CAMERA) == PackageManager.PERMISSION_GRANTED
}
