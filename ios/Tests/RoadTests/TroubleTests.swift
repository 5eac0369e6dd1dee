import Foundation
import LifecertCore
import LifecertFake
import LifecertKit
import XCTest

final class TroubleTests: RoadCase, @unchecked Sendable {
    @MainActor
    func testAMistypedCodeIsThereToBeCompared() async throws {
        let (driver, he) = try app(on: phone())
        try await he.toTheCode()
        let code = try county.letter(newcomer())
        let wrong = code.dropLast() + (code.hasSuffix("7") ? "8" : "7")
        try await he.types("letter_code", String(wrong))
        let trouble = try await he.sees("trouble")
        XCTAssertEqual(trouble.mark, .look)
        try await he.press("try_again")
        let entry = try await he.sees("letter_code").entry
        XCTAssertEqual(entry?.value, String(wrong))
        XCTAssertEqual(entry?.description, "Entry(..)")
        // As the field shows it: in groups, with whatever stood between them.
        try await he.types("letter_code", CodeGroups.of(code.lowercased()))
        try await he.looks()
        try await he.agrees()
        XCTAssertEqual(he.wrong, [])
        driver.close()
    }

    @MainActor
    func testAnExpiredLetterLeadsToTheOffice() async throws {
        let (driver, he) = try app(on: phone())
        try await he.toTheCode()
        let code = try county.letter(newcomer())
        try county.expire()
        try await he.types("letter_code", code)
        try await he.on("ready", "open_camera")
        try await he.on("trouble", "call_office")
        try await he.sees("call")
        XCTAssertEqual(he.wrong, [])
        driver.close()
    }

    @MainActor
    func testSomebodyElsesLetterBindsNobody() async throws {
        let phone = try phone()
        let (driver, he) = app(on: phone)
        phone.camera.sees = anothers
        try await he.binds(county.letter(newcomer()))
        let page = try await he.page
        XCTAssertEqual(page.screen, "result")
        XCTAssertEqual(page.mark, .look)
        XCTAssertEqual(phone.keys.soft.count, 0, "no key stays")

        // Whose letter it is comes to the phone.
        phone.camera.sees = his
        try await he.press("try_again")
        try await he.looks()
        try await he.agrees()
        driver.close()
    }

    @MainActor
    func testACameraThatIsDeniedMissingOrDiesLeadsOn() async throws {
        let phone = try phone()
        let (driver, he) = try await bound(on: phone)
        phone.camera.refuses = .denied
        try await he.on("person", "certify")
        try await he.on("ready", "open_camera")
        try await he.on("camera_denied", "open_system_settings")
        try await he.rest()
        XCTAssertEqual(phone.outside.asked.last, .systemSettings)
        phone.camera.refuses = .missing
        try await he.press("try_again")
        try await he.on("ready", "open_camera")
        try await he.on("camera_missing", "other_way")
        try await he.on("other_road", "back")
        try await he.on("camera_missing", "back")
        phone.camera.refuses = nil
        phone.camera.diesAfter = 40
        try await he.on("ready", "open_camera")
        try await he.on("camera_lost", "try_again")
        try await he.start()
        let result = try await he.sees("result")
        XCTAssertEqual(result.mark, .good)
        XCTAssertEqual(he.wrong, [])
        driver.close()
    }

    @MainActor
    func testAKeyThatIsRefusedCostsNothing() async throws {
        let phone = try phone()
        let (driver, he) = app(on: phone)
        try await he.toTheCode()
        try await he.types("letter_code", county.letter(newcomer()))
        for refusal: VaultError in [.Full, .Unavailable, .Cancelled] {
            phone.keys.soft.refusal = refusal
            try await he.on("ready", "open_camera")
            try await he.on("trouble", "try_again")
        }
        phone.keys.soft.refusal = nil
        try await he.looks()
        try await he.agrees()
        for refusal: VaultError in [.Full, .Unavailable, .Cancelled] {
            phone.keys.soft.refusal = nil
            try await he.on("person", "certify")
            try await he.on("ready", "open_camera")
            try await he.start()
            phone.keys.soft.refusal = refusal
            try await he.on("result", "home")
        }
        phone.keys.soft.refusal = nil
        let result = try await he.certifies()
        XCTAssertEqual(result.mark, .good)
        driver.close()
    }

    @MainActor
    func testAnAppThatTheSystemEndsComesBackToWhereItWas() async throws {
        let phone = try phone()
        let (driver, he) = try await bound(on: phone)
        try await he.on("person", "more")
        try await he.on("more", "settings")
        try await he.sees("settings")
        let place = driver.placeToKeep
        XCTAssertNotNil(place)
        driver.close()
        let (again, her) = app(on: phone, place: place)
        try await her.sees("settings")
        again.close()
        // What was kept for another day, or by somebody else, harms nothing.
        for place in ["", "{", "no such place", String(repeating: "x", count: 1 << 16)] {
            let (driver, her) = app(on: phone, place: place)
            try await her.sees("person")
            driver.close()
        }
    }

    @MainActor
    func testALookThatWasCutOffByTheSystemBeginsAnew() async throws {
        let phone = try phone()
        let (driver, he) = try await bound(on: phone)
        try await he.on("person", "certify")
        try await he.on("ready", "open_camera")
        try await he.start()
        let place = driver.placeToKeep
        driver.close()
        XCTAssertFalse(phone.camera.isOpen)
        let (again, her) = app(on: phone, place: place)
        try await her.sees("where to begin anew") { ["ready", "person"].contains($0.screen) }
        if try await her.page.screen == "person" { try await her.press("certify") }
        try await her.looks()
        let result = try await her.sees("result")
        XCTAssertEqual(result.mark, .good)
        again.close()
    }

    @MainActor
    func testWhatCannotBeOpenedSaysSoAndIsTriedAgain() async throws {
        let phone = try phone()
        phone.models = ModelFiles(folder: try Library.folder(), runtime: nil)
        let driver = AppDriver(parts: phone.parts, built: Built(office: nil, version: "test 1"))
        driver.open()
        let he = Retiree(driver)
        let page = try await he.page
        XCTAssertFalse(page.title.isEmpty)
        XCTAssertTrue(page.buttons.contains { $0.kind == .main })
        driver.press(page.number, 0)
        let again = try await he.page
        XCTAssertEqual(again.screen, page.screen)
        driver.close()
    }
}
