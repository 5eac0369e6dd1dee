import Foundation
import LifecertCore
import LifecertFake
import LifecertKit
import XCTest

/// Whole roads, against a real server: no page is a dead end, and what a person reads comes from the page.
class RoadCase: XCTestCase, @unchecked Sendable {
    nonisolated(unsafe) private static var office: County!
    nonisolated(unsafe) private static var clips: (his: Clip, anothers: Clip)!

    override class func setUp() {
        super.setUp()
        do {
            office = try County()
            clips = try (
                office.clip(fromS: 40, seconds: 24),
                office.clip(fromS: 0, seconds: 24, name: County.anothers)
            )
        } catch {
            fatalError("there is no county: \(error)")
        }
    }

    override class func tearDown() {
        XCTAssertNoThrow(try office.close())
        super.tearDown()
    }

    var county: County { Self.office }
    var his: Clip { Self.clips.his }
    var anothers: Clip { Self.clips.anothers }

    /// A new phone that sees the man.
    @MainActor
    func phone() throws -> FakePhone {
        let phone = try FakePhone()
        phone.camera.sees = his
        return phone
    }

    /// The app on a phone, where the office's address is built in, in somebody's hands.
    @MainActor
    func app(
        on phone: FakePhone,
        knowsOffice: Bool = true,
        place: String? = nil
    ) -> (AppDriver, Retiree) {
        let office = knowsOffice ? county.url : nil
        let driver = AppDriver(parts: phone.parts, built: Built(office: office, version: "test 1"))
        driver.open(place: place)
        return (driver, Retiree(driver))
    }

    /// Somebody new at the office, modelled from his clip; gives their place.
    func newcomer(clip: String? = County.his, policy: String = "demo") throws -> Int {
        try county.add(clip, policy: policy)
    }

    /// A phone that is bound to somebody, at their own page.
    @MainActor
    func bound(on phone: FakePhone, place: Int? = nil) async throws -> (AppDriver, Retiree) {
        let (driver, she) = app(on: phone)
        try await she.binds(county.letter(place ?? newcomer()))
        try await she.agrees()
        return (driver, she)
    }
}

extension Retiree {
    /// The place of English among the languages.
    private static let english = 2

    func toTheCode() async throws {
        try await on("language", "language", nth: Self.english)
        try await on("welcome", "have_letter")
        try await on("for_whom", "for_myself")
        try await on("letter", "type_code")
    }

    /// From the first page to the consent, by a typed code.
    func binds(_ code: String) async throws {
        try await toTheCode()
        try await types("letter_code", code)
        try await looks()
    }

    /// Agrees to everything, and gives no name.
    func agrees() async throws {
        try await on("consent", "next")
        for purpose in ["numbers", "pictures", "keeping"] { try await on("consent_\(purpose)", "agree") }
        try await on("name_person", "skip")
        try await sees("person")
    }

    /// From their own page to what came of a look.
    @discardableResult
    func certifies() async throws -> Page {
        try await on("person", "certify")
        try await looks()
        return try await sees("result")
    }
}
