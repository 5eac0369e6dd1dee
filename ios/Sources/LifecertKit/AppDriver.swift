import Foundation
import LifecertCore

/// What a screen shows: one page, by its person's preferences.
public struct Shown: Sendable, Equatable {
    public let page: Page
    public let preferences: Preferences
    /// The picture of the page's QR code, a PNG file.
    public let code: Data?
}

/// The app beside its screen: opens it, hands over what was pressed, does what it gives, calls its work.
///
/// Which page follows which is decided in the core alone; here nothing is. All of it is on the main actor
/// but for what takes long, and the camera's frames, which go to the core on the camera's own thread.
@MainActor
public final class AppDriver {
    private let parts: Parts
    private let built: Built
    private var opened: Opened?
    private var opening: Task<Void, Never>?
    private var failed: Page?
    private var waitedFor: Job?
    private var errand: Job?
    private var ticks: Task<Void, Never>?
    private var looks: CameraView?
    private var place: String?
    private var said: UInt64 = 0
    private var code: (receipt: String, png: Data)?
    private var isSeen = false
    private let (stream, shows) = AsyncStream.makeStream(
        of: Shown.self,
        // A page that nobody saw before the next one came is not missed.
        bufferingPolicy: .bufferingNewest(1)
    )

    private struct Opened: Sendable {
        let phone: Phone
        let app: App
    }

    /// Work of the core that is under way.
    @MainActor
    private final class Job {
        var task: Task<Void, Never>?
        var isActive = true
    }

    public init(parts: Parts, built: Built) {
        self.parts = parts
        self.built = built
    }

    /// The pages as they come, each when it changes; for one screen.
    public var pages: AsyncStream<Shown> { stream }

    /// The page that is shown; none before the first.
    public var page: Page? { opened?.app.page() ?? failed }

    /// How somebody likes to read, before the app is open as well.
    public var preferences: Preferences { opened?.app.preferences() ?? Self.usual }

    /// Where to come back to when the system ends the app.
    public var placeToKeep: String? { opened?.app.placeToKeep() }

    /// Whether there is still something to do, even if nobody waits for it.
    public var isBusy: Bool {
        opening != nil || errand?.isActive == true || opened?.app.hasWork() == true
    }

    /// Opens the app where it is not open; `place` is where somebody was when the system ended it.
    public func open(place: String? = nil) {
        isSeen = true
        guard opened == nil, opening == nil else { return }
        self.place = self.place ?? place
        failed = nil
        let (parts, built) = (parts, built)
        opening = Task { [weak self] in
            let result = await Task.detached { Result { try Self.opened(parts, built) } }.value
            self?.didOpen(result)
        }
    }

    private func didOpen(_ result: Result<Opened, any Error>) {
        opening = nil
        guard !Task.isCancelled else { return }
        switch result {
        case .success(let opened):
            self.opened = opened
            tellTime(opened.app)
            if let place { opened.app.comeBack(place: place) }
        case .failure(let error):
            let code = (error as? LifecertError)?.code() ?? Self.unreadable
            failed = try? pageOfFailedOpening(preferences: parts.shelf[Self.kept], code: code)
        }
        settle()
    }

    private nonisolated static func opened(_ parts: Parts, _ built: Built) throws -> Opened {
        let models = try Models.open(folder: parts.models.folder, runtime: parts.models.runtime)
        let settings = PhoneSettings(
            folder: parts.folder,
            appVersion: built.version,
            authoritiesPem: nil,
            pins: built.pins,
            tries: tries,
            timeoutS: timeoutS
        )
        let phone = try Phone.open(
            settings: settings,
            storageKey: parts.keys.storageKey(),
            vault: parts.keys.vault,
            models: models
        )
        let app = App.open(
            phone: phone,
            models: models,
            office: built.office,
            preferences: parts.shelf[kept]
        )
        // The first look shall not be the one that waits for the nets; what fails now is told then.
        Task.detached(priority: .utility) { try? models.warmUp() }
        return Opened(phone: phone, app: app)
    }

    /// A button was pressed: the page's number, the button's place, and what stood in the entry.
    public func press(_ number: UInt64, _ index: Int, entered: String = "") {
        guard let app = opened?.app else { return open() }
        guard let index = UInt32(exactly: index) else { return }
        app.press(number: number, index: index, entered: entered, atMs: parts.clock.steadyMs)
        settle()
    }

    /// Back, by a gesture of the phone.
    public func back() {
        guard let app = opened?.app else { return }
        app.back(atMs: parts.clock.steadyMs)
        settle()
    }

    /// The screen is before somebody's eyes again.
    public func resume() {
        isSeen = true
        guard let app = opened?.app else { return }
        tellTime(app)
        app.resume()
        settle()
    }

    /// It is not any more: no picture is looked at, nothing is said.
    public func pause() {
        isSeen = false
        look(at: nil)
        parts.speaker.hush()
        // What the pause brings is done when the app is seen again.
        opened?.app.pause()
    }

    /// The phone is short of memory. While somebody looks, the nets are in use.
    public func trim() {
        if looks == nil { opened?.app.trim() }
    }

    /// Ends it all; what waits to be sent lies on the phone, and goes when the app is opened again.
    public func close() {
        pause()
        for task in [opening, waitedFor?.task, errand?.task] { task?.cancel() }
        (opening, waitedFor, errand, opened, failed) = (nil, nil, nil, nil, nil)
        shows.finish()
    }

    private func tellTime(_ app: App) {
        let clock = parts.clock
        app.clock(nowMs: clock.wallMs, zone: clock.zone, offsetS: clock.offsetS)
    }

    /// Does what the app gives, shows its page, says it, opens its camera, and calls its work.
    private func settle() {
        guard isSeen else { return }
        let again = opened.map { perform($0.app) } ?? false
        guard let page else { return }
        shows.yield(Shown(page: page, preferences: preferences, code: png(of: page.code)))
        let isNew = page.saying != said
        said = page.saying
        if isNew, page.mark != .none, preferences.vibration { parts.touch.mark(page.mark) }
        if isNew || again { say(page) }
        look(at: page.camera)
        if let app = opened?.app { work(app, page) }
    }

    /// Whether the page is to be said once more.
    private func perform(_ app: App) -> Bool {
        var again = false
        while let outward = app.outward() {
            switch outward {
            case .preferences: parts.shelf[Self.kept] = app.preferencesText()
            case .sayAgain: again = true
            // No app leaves by itself here; its person does, by the phone's own gesture.
            case .leave: break
            case .call, .systemSettings: begin(outward, of: nil)
            case .shareReceipt(let receipt), .printReceipt(let receipt): begin(outward, of: receipt)
            case .calendar, .remind: begin(outward, of: nil, sets: true)
            }
        }
        return again
    }

    /// What is outside of the app takes its time, and nobody waits for it here.
    private func begin(_ outward: Outward, of receipt: String?, sets: Bool = false) {
        let papers = receipt.flatMap(papers)
        Task { [weak self, outside = parts.outside] in
            let done = await outside.perform(outward, papers: papers)
            guard let self, done, sets, let app = opened?.app else { return }
            app.reminderIsSet()
            settle()
        }
    }

    private func say(_ page: Page) {
        let percent = preferences.speechPercent
        if percent == 0 || parts.speaker.readsAloud { return parts.speaker.hush() }
        let language = preferences.language ?? Self.firstLanguage
        parts.speaker.say(page.spoken, language: language, percent: Int(percent))
    }

    /// Opens the camera that the page asks for, or closes the one that no page asks for.
    private func look(at wanted: CameraView?) {
        defer { looks = wanted }
        guard wanted?.facing != looks?.facing || wanted?.sight != looks?.sight else { return }
        ticks?.cancel()
        ticks = nil
        guard let wanted, let app = opened?.app else { return parts.camera.close() }
        parts.camera.open(wanted.facing, sink: Sink(app: app) { [weak self] in self?.settle() })
        ticks = Task { [weak self] in
            while true {
                try? await Task.sleep(nanoseconds: Self.tickNs)
                guard let self, !Task.isCancelled else { return }
                if app.tick(atMs: parts.clock.steadyMs) { settle() }
            }
        }
    }

    /// One thing that a page waits for, and beside it one errand that none waits for. What a page no
    /// longer waits for goes on to its end, and changes no page.
    private func work(_ app: App, _ page: Page) {
        if !page.working { waitedFor = nil }
        if page.working {
            if waitedFor?.isActive != true { waitedFor = working(app) }
        } else if app.hasWork(), errand?.isActive != true {
            errand = working(app)
        }
    }

    private func working(_ app: App) -> Job {
        let job = Job()
        job.task = Task { [weak self] in
            _ = await app.work()
            job.isActive = false
            if !Task.isCancelled { self?.settle() }
        }
        return job
    }

    /// The picture of a receipt's code; the last one is kept, so that a page is not made anew for it.
    private func png(of receipt: String?) -> Data? {
        guard let receipt else { return nil }
        if let code, code.receipt == receipt { return code.png }
        let made = try? opened?.phone.receiptQr(receipt: receipt, beside: Self.beside).png
        code = made.map { (receipt, $0) }
        return made
    }

    private func papers(of receipt: String) -> Papers? {
        guard let phone = opened?.phone, let png = png(of: receipt) else { return nil }
        let language = Language.of(preferences.language)
        let html = try? phone.receiptPage(receipt: receipt, beside: Self.beside, language: language)
        return html.map { Papers(png: png, html: $0) }
    }

    private nonisolated static let kept = "preferences"
    private nonisolated static let unreadable = "storage.unreadable"
    private nonisolated static let tries: UInt32 = 3
    private nonisolated static let timeoutS: UInt32 = 20
    private static let tickNs: UInt64 = 500_000_000

    /// The language that the first page is written in.
    public static let firstLanguage = "zh-Hans"

    /// A receipt that is shown or handed on proves that it stands in the log, and tells no more.
    private static let beside = Beside(proof: true, salt: false)

    /// What counts while the app opens.
    private static let usual = Preferences(
        language: nil,
        textSize: 22,
        speechPercent: 75,
        appearance: .system,
        vibration: true
    )
}

/// From the camera's thread to the core, and a word to the driver where the page changed.
private struct Sink: FrameSink {
    let app: App
    let changed: @MainActor @Sendable () -> Void

    func frame(_ frame: Frame, turnedDeg: Int, mirrored: Bool, atMs: UInt64) {
        let isNew = try? app.pushPlanes(
            y: frame.y,
            cb: frame.cb,
            cr: frame.cr,
            width: UInt32(clamping: frame.width),
            height: UInt32(clamping: frame.height),
            yStride: UInt32(clamping: frame.yStride),
            chromaStride: UInt32(clamping: frame.chromaStride),
            chromaStep: UInt32(clamping: frame.chromaStep),
            rotationDeg: UInt32(clamping: turnedDeg),
            mirrored: mirrored,
            atMs: atMs
        )
        // One bad picture is nothing: the next one is looked at.
        if isNew == true { tell() }
    }

    func trouble(_ trouble: CameraTrouble) {
        app.cameraTrouble(trouble: trouble)
        tell()
    }

    private func tell() {
        Task { @MainActor in changed() }
    }
}

extension Language {
    /// The language of a tag; the first page's where there is none.
    static func of(_ tag: String?) -> Language {
        switch tag {
        case "zh-Hant": .zhHant
        case "en": .en
        case "es": .es
        default: .zhHans
        }
    }
}
