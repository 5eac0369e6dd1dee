import Foundation
import LifecertCore
import LifecertKit

/// A phone for tests. What lies in it outlives the app.
@MainActor
public final class FakePhone {
    public let clock = FakeClock()
    public let camera: ClipCamera
    public let speaker = WrittenSpeaker()
    public let touch = FeltTouch()
    public let outside = OutsideInMind()
    public let keys = SoftKeys()
    public let shelf = MapShelf()
    public let folder: String
    public var models = ModelFiles(folder: Library.modelsFolder, runtime: nil)

    public init() throws {
        folder = try Library.folder()
        camera = ClipCamera(clock: clock)
    }

    public var parts: Parts {
        Parts(
            camera: camera,
            speaker: speaker,
            touch: touch,
            outside: outside,
            keys: keys,
            shelf: shelf,
            clock: clock,
            folder: folder,
            models: models
        )
    }
}

/// A clock that shows the wrong time, or another place's; its steady side goes on only where it is told.
public final class FakeClock: Clock {
    private struct State {
        var aheadMs: Int64 = 0
        var place = "Asia/Shanghai"
        // The phone has run for half a day.
        var steadyMs: UInt64 = 12 * 3_600_000
    }

    private let state = Locked(State())

    /// How far it is ahead.
    public var aheadMs: Int64 {
        get { state.value.aheadMs }
        set { state.change { $0.aheadMs = newValue } }
    }

    public var zone: String {
        get { state.value.place }
        set { state.change { $0.place = newValue } }
    }

    public func pass(_ ms: UInt64) { state.change { $0.steadyMs += ms } }

    public var wallMs: UInt64 {
        UInt64(Int64(Date().timeIntervalSince1970 * 1_000) + aheadMs)
    }

    public var steadyMs: UInt64 { state.value.steadyMs }

    public var offsetS: Int32 { Int32(TimeZone(identifier: zone)?.secondsFromGMT() ?? 0) }
}

/// A camera that sees a clip, over and over: on a thread of its own, each frame while it is lent. A frame
/// takes 40 ms of the phone's clock, however fast it is taken.
@MainActor
public final class ClipCamera: Camera {
    private struct State {
        var sees: Clip?
        var refuses: CameraTrouble?
        var diesAfter: Int?
        var next = 0
        var opening = 0
    }

    private let clock: FakeClock
    private let state = Locked(State())

    /// The sides on which it was opened, in order.
    public private(set) var openings: [Facing] = []
    public private(set) var isOpen = false

    init(clock: FakeClock) {
        self.clock = clock
    }

    /// What it sees.
    public var sees: Clip? {
        get { state.value.sees }
        set { state.change { $0.sees = newValue } }
    }

    /// What goes wrong when it is opened.
    public var refuses: CameraTrouble? {
        get { state.value.refuses }
        set { state.change { $0.refuses = newValue } }
    }

    /// After how many frames it dies, once.
    public var diesAfter: Int? {
        get { state.value.diesAfter }
        set { state.change { $0.diesAfter = newValue } }
    }

    public func open(_ facing: Facing, sink: any FrameSink) {
        close()
        isOpen = true
        openings.append(facing)
        let opening = state.value.opening
        let thread = Thread { [state, clock] in Self.run(state, clock, opening, sink) }
        thread.name = "camera"
        // Frames are looked at deep in the nets.
        thread.stackSize = 8 << 20
        thread.start()
    }

    public func close() {
        isOpen = false
        state.change { $0.opening += 1 }
    }

    private nonisolated static func run(
        _ state: Locked<State>,
        _ clock: FakeClock,
        _ opening: Int,
        _ sink: any FrameSink
    ) {
        if let refuses = state.value.refuses { return sink.trouble(refuses) }
        var shown = 0
        while true {
            let now = state.change { now -> (isOpen: Bool, dies: Bool, clip: Clip?, n: Int) in
                let dies = now.diesAfter.map { shown >= $0 } ?? false
                if dies { now.diesAfter = nil }
                now.next += 1
                return (now.opening == opening, dies, now.sees, now.next - 1)
            }
            guard now.isOpen else { return }
            if now.dies { return sink.trouble(.lost) }
            clock.pass(Clip.frameMs)
            guard let clip = now.clip else {
                Thread.sleep(forTimeInterval: 0.001)
                continue
            }
            sink.frame(clip.frame(now.n), turnedDeg: 0, mirrored: false, atMs: clock.steadyMs)
            shown += 1
        }
    }
}

/// A voice that is written down.
@MainActor
public final class WrittenSpeaker: Speaker {
    public struct Said: Equatable, Sendable {
        public let text: String
        public let language: String
        public let percent: Int
    }

    public private(set) var said: [Said] = []
    /// Whether it says something until it is told to stop.
    public private(set) var speaks = false
    public var readsAloud = false

    public func say(_ text: String, language: String, percent: Int) {
        said.append(Said(text: text, language: language, percent: percent))
        speaks = true
    }

    public func hush() { speaks = false }
}

/// A hand that remembers.
@MainActor
public final class FeltTouch: Touch {
    public private(set) var felt: [Mark] = []

    public func mark(_ mark: Mark) { felt.append(mark) }
}

/// What would have been done outside of the app.
@MainActor
public final class OutsideInMind: Outside {
    public private(set) var asked: [Outward] = []
    public private(set) var papers: [Papers] = []
    /// Whether this phone has something that can do it.
    public var isAble = true

    public func perform(_ outward: Outward, papers: Papers?) async -> Bool {
        asked.append(outward)
        if let papers { self.papers.append(papers) }
        return isAble
    }
}

/// Settings in memory.
public final class MapShelf: Shelf {
    private let lies = Locked<[String: String]>([:])

    public subscript(name: String) -> String? {
        get { lies.value[name] }
        set { lies.change { $0[name] = newValue } }
    }
}
