import Foundation
import LifecertCore
import LifecertKit

/// Somebody who uses the app only as a person can, and remembers every page. Buttons go by their stable
/// names.
@MainActor
public final class Retiree {
    private let driver: AppDriver
    /// The screens that were seen, in order.
    public private(set) var seen: [String] = []
    /// What was wrong with a page: nothing, for a page that is as it should be.
    public private(set) var wrong: [String] = []
    private var numbers: Set<UInt64> = []

    public init(_ driver: AppDriver) {
        self.driver = driver
    }

    /// The page that stands there; waits for the first.
    public var page: Page {
        get async throws {
            let end = Date().addingTimeInterval(Self.patienceS)
            while true {
                if let page = driver.page {
                    remember(page)
                    return page
                }
                guard Date() < end else { throw Broken("no page comes") }
                try await rest()
            }
        }
    }

    /// Waits for a screen; what is on the way to it only passes by.
    @discardableResult
    public func sees(_ screen: String) async throws -> Page {
        try await sees("the screen \(screen)") { $0.screen == screen }
    }

    @discardableResult
    public func sees(_ what: String, _ isIt: (Page) -> Bool) async throws -> Page {
        let end = Date().addingTimeInterval(Self.patienceS)
        while true {
            let page = try await page
            if isIt(page) { return page }
            guard Date() < end else {
                throw Broken("\(what) does not come: \(seen.suffix(8)), \(page.title), \(labels(page))")
            }
            try await rest()
        }
    }

    /// Touches the nth of the buttons of a name; what was typed stands in the entry.
    public func press(_ label: String, nth: Int = 0, entered: String? = nil) async throws {
        let page = try await page
        let places = page.buttons.indices.filter { page.buttons[$0].label == label }
        guard places.indices.contains(nth) else {
            throw Broken("no \(label) on \(page.screen): \(labels(page))")
        }
        driver.press(page.number, places[nth], entered: entered ?? page.entry?.value ?? "")
    }

    /// From one screen to the next: sees it, and presses.
    @discardableResult
    public func on(_ screen: String, _ label: String, nth: Int = 0) async throws -> Page {
        let page = try await sees(screen)
        try await press(label, nth: nth)
        return page
    }

    /// Types, and presses on.
    public func types(_ screen: String, _ text: String, _ label: String = "next") async throws {
        try await sees(screen)
        try await press(label, entered: text)
    }

    /// Opens the camera, waits for what is asked, presses start, and looks until the look is over.
    @discardableResult
    public func looks() async throws -> Page {
        try await on("ready", "open_camera")
        try await start()
        return try await sees("the end of the look") { !["ready", "look", "working"].contains($0.screen) }
    }

    /// Waits until start can be pressed, and presses it.
    public func start() async throws {
        try await sees("the start button") { page in
            page.screen == "look" && page.buttons.contains { $0.label == "start" }
        }
        try await press("start")
    }

    public func rest() async throws { try await Task.sleep(nanoseconds: 5_000_000) }

    private func remember(_ page: Page) {
        guard numbers.insert(page.number).inserted else { return }
        seen.append(page.screen)
        if page.title.isEmpty || page.spoken.isEmpty { wrong.append("\(page.screen) says nothing") }
        let leadsOn = page.buttons.contains { $0.kind != .corner || $0.label == "back" }
        if !leadsOn { wrong.append("\(page.screen) is a dead end: \(labels(page))") }
        if !labels(page).contains("say_again") { wrong.append("\(page.screen) cannot be heard again") }
        if page.screen == "trouble", !Set(labels(page)).isSuperset(of: ["other_way", "call_office"]) {
            wrong.append("no way out of \(page.screen): \(labels(page))")
        }
    }

    private func labels(_ page: Page) -> [String] { page.buttons.map(\.label) }

    private static let patienceS: TimeInterval = 90
}
