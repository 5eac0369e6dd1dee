package org.lifecert.core

import com.sun.jna.Native
import java.nio.ByteBuffer

/**
 * Pushes a camera's frames to a session and takes next to nothing of the heap: what the generated call
 * makes anew for each frame is made once here. For one camera on one thread.
 */
class FramePusher(private val session: Session) {
    private val lent = LentPlanes()

    /** What [Session.pushPlanes] does, with the bytes between each buffer's position and limit. */
    @Throws(LifecertException::class)
    fun push(planes: Planes, rotationDeg: Int, mirrored: Boolean, atMs: Long): List<Cue> {
        lent.take(planes)
        val answer = session.callWithHandle { handle ->
            UniffiLib.uniffi_lifecert_bindings_fn_method_session_push_planes(
                handle,
                lent.y,
                lent.cb,
                lent.cr,
                planes.width,
                planes.height,
                planes.yStride,
                planes.chromaStride,
                planes.chromaStep,
                rotationDeg,
                FfiConverterBoolean.lower(mirrored),
                atMs,
                lent.status,
            )
        }
        lent.check()
        val cues = FfiConverterSequenceTypeCue.read(checkNotNull(answer.asByteBuffer()))
        UniffiLib.ffi_lifecert_bindings_rustbuffer_free(answer, lent.status)
        return cues
    }
}

/** The same for the app: pushes the frames of the camera that its page has open. */
class AppPusher(private val app: App) {
    private val lent = LentPlanes()

    /** What [App.pushPlanes] does: gives whether the page changed. */
    @Throws(LifecertException::class)
    fun push(planes: Planes, rotationDeg: Int, mirrored: Boolean, atMs: Long): Boolean {
        lent.take(planes)
        val answer = app.callWithHandle { handle ->
            UniffiLib.uniffi_lifecert_bindings_fn_method_app_push_planes(
                handle,
                lent.y,
                lent.cb,
                lent.cr,
                planes.width,
                planes.height,
                planes.yStride,
                planes.chromaStride,
                planes.chromaStep,
                rotationDeg,
                FfiConverterBoolean.lower(mirrored),
                atMs,
                lent.status,
            )
        }
        lent.check()
        return FfiConverterBoolean.lift(answer)
    }
}

/** The planes of a camera image, as Android's YUV_420_888 names them. */
class Planes(
    val width: Int,
    val height: Int,
    val y: ByteBuffer,
    val cb: ByteBuffer,
    val cr: ByteBuffer,
    val yStride: Int,
    val chromaStride: Int,
    val chromaStep: Int,
)

/** What goes over with each frame: where its planes lie, and how the call went. */
private class LentPlanes {
    val status = UniffiRustCallStatus()
    val y = ForeignBytes.ByValue()
    val cb = ForeignBytes.ByValue()
    val cr = ForeignBytes.ByValue()

    fun take(planes: Planes) {
        lend(planes.y, y)
        lend(planes.cb, cb)
        lend(planes.cr, cr)
        status.code = UNIFFI_CALL_SUCCESS
    }

    fun check() {
        if (status.isError()) throw LifecertException.lift(status.error_buf)
        if (!status.isSuccess()) throw InternalException(FfiConverterString.lift(status.error_buf))
    }

    private fun lend(buffer: ByteBuffer, to: ForeignBytes.ByValue) {
        require(buffer.isDirect) { "only a buffer outside of the heap can be lent" }
        to.len = buffer.remaining()
        to.data = if (to.len == 0) null else Native.getDirectBufferPointer(buffer.window())
    }
}
