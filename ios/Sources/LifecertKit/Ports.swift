import Foundation
import LifecertCore

/// The newest picture of a camera, lent for the call: brightness, and two planes of colour.
public struct Frame: Sendable {
    public let y: Data
    public let cb: Data
    public let cr: Data
    public let width: Int
    public let height: Int
    /// Bytes from one row to the next.
    public let yStride: Int
    public let chromaStride: Int
    /// Bytes from one value of a colour to the next: 2 where both colours lie in one plane.
    public let chromaStep: Int

    public init(
        y: Data,
        cb: Data,
        cr: Data,
        width: Int,
        height: Int,
        yStride: Int,
        chromaStride: Int,
        chromaStep: Int
    ) {
        self.y = y
        self.cb = cb
        self.cr = cr
        self.width = width
        self.height = height
        self.yStride = yStride
        self.chromaStride = chromaStride
        self.chromaStep = chromaStep
    }
}

/// Takes a camera's frames, on the camera's own thread, one after the other: while one is looked at, the
/// camera lets go of the others.
public protocol FrameSink: Sendable {
    /// `turnedDeg` is how far the picture has to be turned clockwise to stand upright.
    func frame(_ frame: Frame, turnedDeg: Int, mirrored: Bool, atMs: UInt64)

    /// What went wrong; told once for each opening.
    func trouble(_ trouble: CameraTrouble)
}

/// A camera of the phone: opened for a page, closed with it.
@MainActor
public protocol Camera: AnyObject, Sendable {
    /// Opens the camera on a side, or the other one where there is none. What is open is closed before.
    func open(_ facing: Facing, sink: any FrameSink)

    /// Ends what is open: no other picture is begun. May be called at any time and twice.
    func close()
}

/// The phone's voice.
@MainActor
public protocol Speaker: AnyObject, Sendable {
    /// Whether the phone reads the screen aloud by itself.
    var readsAloud: Bool { get }

    /// Says a text in a language (BCP 47) at a rate in percent of the usual; what is being said stops.
    func say(_ text: String, language: String, percent: Int)

    /// Falls silent.
    func hush()
}

/// What the phone lets its person feel.
@MainActor
public protocol Touch: AnyObject, Sendable {
    func mark(_ mark: Mark)
}

/// A receipt as it is shown and handed on.
public struct Papers: Sendable {
    /// Its QR code, a PNG file.
    public let png: Data
    /// A page to be printed, HTML.
    public let html: String
}

/// What is outside of the app: calling, sharing, printing, calendar, notifications, settings.
@MainActor
public protocol Outside: AnyObject, Sendable {
    /// Does it; false where nothing on this phone can, or its person said no. `papers` are those of the
    /// receipt that it is about.
    func perform(_ outward: Outward, papers: Papers?) async -> Bool
}

/// Keys that do not leave the phone.
public protocol KeyRing: Sendable {
    /// The signing keys; none where no hardware here keeps keys: then the core keeps them sealed.
    var vault: (any KeyVault)? { get }

    /// The key of the app's own folder: made once, kept by the system.
    func storageKey() throws -> Data
}

/// Small plain settings.
public protocol Shelf: Sendable {
    subscript(name: String) -> String? { get nonmutating set }
}

/// What time it is.
public protocol Clock: Sendable {
    /// Milliseconds since 1970.
    var wallMs: UInt64 { get }

    /// Milliseconds of a clock that never jumps; the frames' clock.
    var steadyMs: UInt64 { get }

    /// The time zone's IANA name.
    var zone: String { get }

    /// Its offset from UTC now, in seconds.
    var offsetS: Int32 { get }
}

/// Where the models lie, and the library that runs them where it is not part of the app.
public struct ModelFiles: Sendable {
    public let folder: String
    public let runtime: String?

    public init(folder: String, runtime: String?) {
        self.folder = folder
        self.runtime = runtime
    }
}

/// Everything of a phone that the app uses, so that tests can bring their own.
public struct Parts: Sendable {
    public let camera: any Camera
    public let speaker: any Speaker
    public let touch: any Touch
    public let outside: any Outside
    public let keys: any KeyRing
    public let shelf: any Shelf
    public let clock: any Clock
    /// The app's folder, which no backup takes along.
    public let folder: String
    public let models: ModelFiles

    public init(
        camera: any Camera,
        speaker: any Speaker,
        touch: any Touch,
        outside: any Outside,
        keys: any KeyRing,
        shelf: any Shelf,
        clock: any Clock,
        folder: String,
        models: ModelFiles
    ) {
        self.camera = camera
        self.speaker = speaker
        self.touch = touch
        self.outside = outside
        self.keys = keys
        self.shelf = shelf
        self.clock = clock
        self.folder = folder
        self.models = models
    }
}

/// What this build of the app was made for.
public struct Built: Sendable {
    /// The office that typed codes lead to, where the build is one office's own.
    public let office: String?
    public let version: String
    /// Pins of the office's certificates; empty for the phone's own authorities.
    public let pins: [String]

    public init(office: String?, version: String, pins: [String] = []) {
        self.office = office
        self.version = version
        self.pins = pins
    }
}
