package org.lifecert.core

import java.nio.ByteBuffer

/**
 * The bytes between position and limit, for the calls that borrow a buffer.
 *
 * The generated side takes a direct buffer's length from its window and its address from its
 * beginning, so that a buffer whose position has moved would be read at the wrong place.
 */
fun ByteBuffer.window(): ByteBuffer = if (position() == 0) this else slice()
