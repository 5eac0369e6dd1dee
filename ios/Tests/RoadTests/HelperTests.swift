import Foundation
import LifecertCore
import LifecertFake
import LifecertKit
import XCTest

final class HelperTests: RoadCase, @unchecked Sendable {
    @MainActor
    func testTwoPeopleOnOnePhoneTheSecondOneSeenByTheCameraOnItsBack() async throws {
        let phone = try phone()
        let (driver, he) = try await bound(on: phone)
        try await he.on("person", "more")
        try await he.on("more", "add_person")
        try await he.on("for_whom", "for_other")
        try await he.on("relation", "relation_parent")
        try await he.on("letter", "type_code")
        let mother = try newcomer(clip: County.anothers)
        phone.camera.sees = anothers
        try await he.types("letter_code", county.letter(mother))
        try await he.looks()
        XCTAssertEqual(phone.camera.openings.last, .rear)
        try await he.on("consent", "next")
        for purpose in ["helper", "numbers", "pictures", "keeping"] {
            try await he.on("consent_\(purpose)", "agree")
        }
        try await he.types("name_person", "妈妈", "done")
        try await he.on("person", "back")
        let list = try await he.sees("people")
        XCTAssertTrue(list.sensitive)
        let rows = list.buttons.filter { $0.label == "unnamed" }
        XCTAssertEqual(rows.count, 2)
        let hers = try XCTUnwrap(rows.firstIndex { $0.text == "妈妈" })
        try await he.press("unnamed", nth: hers)
        let result = try await he.certifies()
        XCTAssertEqual(result.mark, .good)
        XCTAssertEqual(phone.camera.openings.last, .rear)
        XCTAssertEqual(he.wrong, [])
        driver.close()
    }

    @MainActor
    func testAHelperTurnsToTheOtherCameraAndItIsTheirsToTurnBack() async throws {
        let phone = try phone()
        let (driver, he) = try await bound(on: phone)
        try await he.on("person", "certify")
        try await he.on("ready", "open_camera")
        try await he.on("look", "other_camera")
        try await he.start()
        XCTAssertEqual(phone.camera.openings.suffix(2), [.front, .rear])
        let result = try await he.sees("result")
        XCTAssertEqual(result.mark, .good)
        driver.close()
    }
}
