import Foundation
import LifecertCore
import LifecertFake
import LifecertKit
import XCTest

/// Everything that can be done on every page that comes, and much that cannot: nothing traps, and no
/// page is a dead end.
final class WalkTests: RoadCase, @unchecked Sendable {
    /// Xorshift, so that a walk can be walked again.
    private struct Dice {
        var state: UInt64

        mutating func below(_ count: Int) -> Int {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return Int(state % UInt64(max(count, 1)))
        }
    }

    @MainActor
    func testAnybodyWhoPressesAnythingOnAFreshPhone() async throws {
        var visited: Set<String> = []
        for seed: UInt64 in 1...4 {
            let phone = try phone()
            let (driver, he) = app(on: phone)
            visited.formUnion(try await walk(driver, he, phone, steps: 250, seed: seed))
        }
        print("walked over \(visited.count) of \(screens().count) screens: \(visited.sorted())")
        XCTAssertGreaterThan(visited.count, 20)
    }

    @MainActor
    func testAnybodyWhoPressesAnythingOnABoundPhone() async throws {
        var visited: Set<String> = []
        for seed: UInt64 in 11...13 {
            let phone = try phone()
            let (driver, he) = try await bound(on: phone)
            visited.formUnion(try await walk(driver, he, phone, steps: 250, seed: seed))
        }
        print("walked over \(visited.count) of \(screens().count) screens: \(visited.sorted())")
        XCTAssertGreaterThan(visited.count, 20)
    }

    /// Gives the screens that were seen.
    @MainActor
    private func walk(
        _ driver: AppDriver,
        _ he: Retiree,
        _ phone: FakePhone,
        steps: Int,
        seed: UInt64
    ) async throws -> Set<String> {
        var dice = Dice(state: seed &* 0x9E37_79B9_7F4A_7C15)
        let typed = ["", "王", "1234", "ABCD EFGH 2345 6789", county.url, String(repeating: "长", count: 5_000), "\u{0}"]
        let troubles: [CameraTrouble?] = [nil, nil, .denied, .missing, .lost]
        for _ in 0..<steps {
            let page = try await he.page
            let entered = typed[dice.below(typed.count)]
            switch dice.below(12) {
            case 0: driver.back()
            case 1:
                driver.pause()
                driver.resume()
            // A button that is not there, a page that is not there any more, or not yet.
            case 2: driver.press(page.number, page.buttons.count + dice.below(3), entered: entered)
            case 3: driver.press(page.number &- 1, 0, entered: entered)
            case 4: driver.press(.max, .max, entered: entered)
            case 5:
                driver.trim()
                phone.camera.refuses = troubles[dice.below(troubles.count)]
            default:
                let index = dice.below(page.buttons.count)
                driver.press(page.number, index, entered: page.buttons[index].kind == .corner ? "" : entered)
            }
            try await he.rest()
        }
        XCTAssertEqual(he.wrong, [], "seed \(seed)")
        driver.close()
        return Set(he.seen)
    }
}
