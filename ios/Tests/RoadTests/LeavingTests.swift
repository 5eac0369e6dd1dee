import Foundation
import LifecertCore
import LifecertFake
import LifecertKit
import XCTest

final class LeavingTests: RoadCase, @unchecked Sendable {
    @MainActor
    func testWhoeverLeavesThisPhoneLeavesNothingOnIt() async throws {
        let phone = try phone()
        let (driver, he) = try await bound(on: phone)
        try await he.on("person", "more")
        try await he.on("more", "erase")
        try await he.on("erase", "erase_here")
        try await he.on("erase_here", "erase_here")
        try await he.on("erased", "home")
        try await he.sees("welcome")
        XCTAssertEqual(phone.keys.soft.count, 0)
        driver.close()
        let files = FileManager.default.enumerator(atPath: phone.folder)?.compactMap { $0 as? String } ?? []
        XCTAssertEqual(files.filter { $0.contains("person") && !$0.hasSuffix("person") }, [])
        let (again, her) = app(on: phone)
        try await her.sees("welcome")
        again.close()
    }

    @MainActor
    func testANewPhoneIsLetInByTheFirstOne() async throws {
        let place = try newcomer()
        let (driver, he) = try await bound(on: phone(), place: place)
        let (other, second) = try app(on: phone())
        try await second.binds(county.letter(place))
        try await second.on("waiting", "look_again")
        try await second.sees("waiting")

        driver.resume()
        try await he.sees("that a phone asks") { page in page.buttons.contains { $0.label == "phone_asks" } }
        try await he.press("phone_asks")
        try await he.on("other_phone", "phone_mine")
        try await he.on("other_phone_done", "home")

        try await second.on("waiting", "look_again")
        try await second.types("name_person", "阿公", "done")
        try await second.certifies()
        try await second.on("result", "receipt")
        driver.close()
        other.close()
    }
}
