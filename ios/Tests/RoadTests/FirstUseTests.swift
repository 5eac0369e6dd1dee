import Foundation
import LifecertCore
import LifecertFake
import LifecertKit
import XCTest

final class FirstUseTests: RoadCase, @unchecked Sendable {
    @MainActor
    func testFromTheLettersPatternToTheReceiptAndTheReminder() async throws {
        let place = try newcomer()
        let phone = try phone()
        let (driver, her) = app(on: phone, knowsOffice: false)
        try await her.on("language", "language", nth: 2)
        try await her.on("welcome", "have_letter")
        try await her.on("for_whom", "for_myself")
        phone.camera.sees = try county.pattern(place)
        try await her.on("letter", "scan_letter")
        try await her.sees("ready")
        phone.camera.sees = his
        try await her.looks()
        try await her.on("consent", "next")
        for purpose in ["numbers", "pictures", "keeping"] { try await her.on("consent_\(purpose)", "agree") }
        try await her.types("name_person", "奶奶", "done")
        let page = try await her.sees("person")
        XCTAssertTrue(page.sensitive)
        XCTAssertFalse("\(page)".contains("奶奶"), "a page prints as its screen")

        let result = try await her.certifies()
        XCTAssertEqual(result.mark, .good)
        XCTAssertEqual(phone.touch.felt.last, .good)
        try await her.press("receipt")
        let receipt = try await her.sees("receipt")
        let id = try XCTUnwrap(receipt.code)
        XCTAssertTrue(receipt.sensitive)
        try await her.press("share")
        try await her.press("print")
        try await her.on("receipt", "home")
        try await her.on("person", "more")
        try await her.on("more", "remind")
        try await her.on("reminder", "notify")
        try await her.on("reminder_set", "home")
        try await her.sees("person")

        XCTAssertEqual(
            Array(phone.outside.asked.prefix(2)),
            [.shareReceipt(receipt: id), .printReceipt(receipt: id)]
        )
        let papers = try XCTUnwrap(phone.outside.papers.first)
        XCTAssertEqual(papers.png.prefix(4), Data([0x89, 0x50, 0x4E, 0x47]))
        XCTAssertTrue(papers.html.contains("<html"))
        guard case .remind(_, let title, let atMs) = phone.outside.asked[2] else {
            return XCTFail("\(phone.outside.asked)")
        }
        XCTAssertEqual(atMs.count, 3)
        XCTAssertFalse(title.contains("奶奶"))
        XCTAssertEqual(phone.camera.openings, [.rear, .front, .front])
        XCTAssertFalse(phone.camera.isOpen)
        XCTAssertEqual(her.wrong, [])
        driver.close()
    }

    @MainActor
    func testByATypedCodeEveryPageIsSaidAndShown() async throws {
        let phone = try phone()
        let (driver, he) = app(on: phone)
        let shown = Task {
            var all: [Shown] = []
            for await next in driver.pages { all.append(next) }
            return all
        }
        try await he.binds(county.letter(newcomer()))
        try await he.agrees()
        try await he.certifies()
        try await he.press("receipt")
        try await he.sees("receipt")
        driver.close()
        let pages = await shown.value
        XCTAssertEqual(pages.last?.page.screen, "receipt")
        XCTAssertNotNil(pages.last?.code)
        // Once English was chosen, it is spoken; before, the first page's language.
        XCTAssertEqual(phone.speaker.said.first?.language, "zh-Hans")
        XCTAssertEqual(phone.speaker.said.last?.language, "en")
        XCTAssertFalse(phone.speaker.speaks)
        let said = Set(phone.speaker.said.map(\.text))
        for page in pages where page.page.camera == nil && page.page.screen != "working" {
            XCTAssertTrue(said.contains(page.page.spoken), page.page.screen)
        }
        XCTAssertEqual(he.wrong, [])
    }

    @MainActor
    func testAReaderOfTheScreenIsNotTalkedOver() async throws {
        let phone = try phone()
        phone.speaker.readsAloud = true
        let (driver, he) = app(on: phone)
        try await he.on("language", "language", nth: 2)
        try await he.sees("welcome")
        XCTAssertEqual(phone.speaker.said, [])
        phone.speaker.readsAloud = false
        try await he.press("say_again")
        XCTAssertEqual(phone.speaker.said.count, 1)
        driver.close()
    }
}
