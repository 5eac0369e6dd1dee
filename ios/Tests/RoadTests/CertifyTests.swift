import Foundation
import LifecertCore
import LifecertFake
import LifecertKit
import XCTest

final class CertifyTests: RoadCase, @unchecked Sendable {
    @MainActor
    func testSomebodyElsesFaceIsRefusedKindlyAndTheOfficeIsOneTouchAway() async throws {
        let phone = try phone()
        let (driver, he) = try await bound(on: phone)
        phone.camera.sees = anothers
        let refused = try await he.certifies()
        XCTAssertEqual(refused.mark, .look)
        let ways = refused.buttons.map(\.label)
        XCTAssertTrue(Set(ways).isSuperset(of: ["try_again", "other_way", "call_office", "home"]), "\(ways)")

        try await he.press("call_office")
        try await he.on("call", "call_office")
        try await he.sees("call")
        try await he.rest()
        XCTAssertEqual(phone.outside.asked.last, .call(number: "0773-123456"))
        try await he.press("back")
        try await he.on("result", "other_way")
        try await he.on("other_road", "road_form")
        try await he.on("other_road_asked", "home")
        XCTAssertEqual(try county.tasks().filter { $0 == "road-form" }.count, 1)

        // He himself goes through, the same day.
        phone.camera.sees = his
        let accepted = try await he.certifies()
        XCTAssertEqual(accepted.mark, .good)
        XCTAssertEqual(he.wrong, [])
        driver.close()
    }

    @MainActor
    func testWithoutANetworkTheLookIsKeptAndSentLater() async throws {
        let (driver, she) = try await bound(on: phone())
        driver.resume()
        try await settles(driver)
        try county.stop()
        do {
            let kept = try await she.certifies()
            XCTAssertEqual(kept.mark, .good)
            try await she.press("home")
            try await she.on("person", "send_now")
            try await she.on("unsent", "send_now")
            try await she.sees("trouble or what waits on") { ["sent", "trouble"].contains($0.screen) }
            try await she.press("home")
            let page = try await she.sees("person")
            XCTAssertTrue(page.buttons.contains { $0.label == "send_now" })
        } catch {
            try county.start()
            throw error
        }
        try county.start()
        try await she.press("send_now")
        try await she.on("unsent", "send_now")
        try await she.on("sent", "home")
        try await she.on("person", "receipt")
        let receipt = try await she.sees("receipt")
        XCTAssertNotNil(receipt.code)
        XCTAssertEqual(she.wrong, [])
        driver.close()
    }

    @MainActor
    func testWhatSomebodyAtTheOfficeLooksAtComesBackAsAReceipt() async throws {
        let (driver, she) = try await bound(on: phone(), place: newcomer(policy: "default"))
        let referred = try await she.certifies()
        XCTAssertEqual(referred.mark, .good)
        try await she.press("home")
        XCTAssertGreaterThan(try county.accept(), 0)
        driver.resume()
        try await she.sees("the receipt") { page in
            page.screen == "person" && page.buttons.contains { $0.label == "receipt" }
        }
        try await she.press("receipt")
        let receipt = try await she.sees("receipt")
        XCTAssertNotNil(receipt.code)
        driver.close()
    }

    @MainActor
    func testAbroadTheTimesAreThoseOfThePlace() async throws {
        let phone = try phone()
        phone.clock.zone = "America/Los_Angeles"
        let (driver, he) = try await bound(on: phone)
        try await he.on("person", "more")
        try await he.on("more", "place")
        try await he.on("place", "place_abroad")
        try await he.on("more", "back")
        try await he.certifies()
        try await he.press("receipt")
        let lines = try await he.sees("receipt").lines.joined(separator: "\n")
        let format = DateFormatter()
        format.locale = Locale(identifier: "en_US_POSIX")
        format.timeZone = TimeZone(identifier: phone.clock.zone)
        format.dateFormat = "H:mm"
        let minutes = (0..<4).map { format.string(from: Date().addingTimeInterval(-60 * Double($0))) }
        XCTAssertTrue(minutes.contains { lines.contains($0) }, lines)
        driver.close()
    }

    @MainActor
    func testAClockThatIsADayOffKeepsNobodyAway() async throws {
        for day: Int64 in [-1, 1] {
            let phone = try phone()
            phone.clock.aheadMs = day * 86_400_000
            let (driver, he) = try await bound(on: phone)
            let result = try await he.certifies()
            XCTAssertEqual(result.mark, .good)
            driver.close()
        }
    }

    @MainActor
    func testAnotherCallInTheMiddleOfTheLookLosesNothing() async throws {
        let phone = try phone()
        let (driver, he) = try await bound(on: phone)
        try await he.on("person", "certify")
        try await he.on("ready", "open_camera")
        try await he.start()
        driver.pause()
        XCTAssertFalse(phone.speaker.speaks)
        XCTAssertFalse(phone.camera.isOpen)
        driver.resume()
        XCTAssertTrue(phone.camera.isOpen)
        try await he.start()
        let result = try await he.sees("result")
        XCTAssertEqual(result.mark, .good)
        driver.close()
    }

    /// Until nothing is done any more, not even where nobody waits.
    @MainActor
    private func settles(_ driver: AppDriver) async throws {
        let end = Date().addingTimeInterval(60)
        while driver.isBusy {
            guard Date() < end else { throw Broken("it is never done") }
            try await Task.sleep(nanoseconds: 5_000_000)
        }
    }
}
