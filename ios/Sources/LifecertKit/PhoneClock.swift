import Dispatch
import Foundation

/// The phone's clocks.
public struct PhoneClock: Clock {
    public init() {}

    public var wallMs: UInt64 { UInt64(clamping: Int64(Date().timeIntervalSince1970 * 1_000)) }

    /// The clock that cameras count by: it stands still while the phone sleeps, when none looks.
    public var steadyMs: UInt64 { DispatchTime.now().uptimeNanoseconds / 1_000_000 }

    public var zone: String { TimeZone.current.identifier }

    public var offsetS: Int32 { Int32(clamping: TimeZone.current.secondsFromGMT()) }
}
