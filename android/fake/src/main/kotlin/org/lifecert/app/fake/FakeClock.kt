package org.lifecert.app.fake

import java.time.Instant
import java.time.ZoneId
import java.util.concurrent.atomic.AtomicLong
import org.lifecert.app.api.Clock

/** A clock that shows the wrong time, or another place's; its steady side goes on only where it is told to. */
class FakeClock : Clock {
    /** How far it is ahead. */
    @Volatile
    var aheadMs = 0L

    @Volatile
    var place: ZoneId = ZoneId.of("Asia/Shanghai")

    /** The phone has run for half a day. */
    private val steady = AtomicLong(12 * 3_600_000L)

    fun pass(ms: Long) {
        steady.addAndGet(ms)
    }

    override fun wallMs(): Long = System.currentTimeMillis() + aheadMs

    override fun steadyMs(): Long = steady.get()

    override fun zone(): String = place.id

    override fun offsetS(): Int = place.rules.getOffset(Instant.ofEpochMilli(wallMs())).totalSeconds
}
