package org.lifecert.core

import com.sun.jna.Native
import java.nio.ByteBuffer

/**
 * Pushes a camera's frames to a session and takes next to nothing of the heap: what the generated call
 * makes anew for each frame is made once here. For one camera on one thread.
 */
class FramePusher(private val session: Session) {
    private val status = UniffiRustCallStatus()
    private val y = ForeignBytes.ByValue()
    private val cb = ForeignBytes.ByValue()
    private val cr = ForeignBytes.ByValue()

    /** What [Session.pushPlanes] does, with the bytes between each buffer's position and limit. */
    @Throws(LifecertException::class)
    fun push(
        planes: Planes,
        rotationDeg: Int,
        mirrored: Boolean,
        atMs: Long,
    ): List<Cue> {
        lend(planes.y, y)
        lend(planes.cb, cb)
        lend(planes.cr, cr)
        status.code = UNIFFI_CALL_SUCCESS
        val answer = session.callWithHandle { handle ->
            UniffiLib.uniffi_lifecert_bindings_fn_method_session_push_planes(
                handle,
                y,
                cb,
                cr,
                planes.width,
                planes.height,
                planes.yStride,
                planes.chromaStride,
                planes.chromaStep,
                rotationDeg,
                if (mirrored) 1 else 0,
                atMs,
                status,
            )
        }
        if (status.isError()) throw LifecertException.lift(status.error_buf)
        if (!status.isSuccess()) throw InternalException(FfiConverterString.lift(status.error_buf))
        val cues = FfiConverterSequenceTypeCue.read(checkNotNull(answer.asByteBuffer()))
        UniffiLib.ffi_lifecert_bindings_rustbuffer_free(answer, status)
        return cues
    }

    private fun lend(buffer: ByteBuffer, to: ForeignBytes.ByValue) {
        require(buffer.isDirect) { "only a buffer outside of the heap can be lent" }
        to.len = buffer.remaining()
        to.data = if (to.len == 0) null else Native.getDirectBufferPointer(buffer.window())
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
