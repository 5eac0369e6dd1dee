import Foundation
import LifecertCore
import LifecertKit
import XCTest

/// How pages look and sound: contrast, sizes, groups, voices, reminders.
final class StyleTests: XCTestCase {
    /// WCAG 2.2, relative luminance and contrast ratio.
    private func contrast(_ one: UInt32, _ other: UInt32) -> Double {
        func luminance(_ colour: UInt32) -> Double {
            let parts = [16, 8, 0].map { Double(colour >> $0 & 0xFF) / 255 }
            let linear = parts.map { $0 <= 0.04045 ? $0 / 12.92 : pow(($0 + 0.055) / 1.055, 2.4) }
            return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
        }
        let (a, b) = (luminance(one), luminance(other))
        return (max(a, b) + 0.05) / (min(a, b) + 0.05)
    }

    func testEveryTextStandsOutFromWhatIsUnderIt() {
        for palette in [Palette.light, .dark] {
            let texts = [
                (palette.ink, palette.paper), (palette.ink, palette.row), (palette.onMain, palette.main),
                (palette.accent, palette.paper), (palette.good, palette.paper), (palette.look, palette.paper),
                (palette.accent, palette.row),
            ]
            for (ink, paper) in texts { XCTAssertGreaterThanOrEqual(contrast(ink, paper), 4.5) }
            XCTAssertGreaterThanOrEqual(contrast(palette.line, palette.paper), 3)
        }
        XCTAssertEqual(contrast(0, 0xFFFFFF), 21, accuracy: 0.001)
    }

    func testLightAndDarkAreChosenOrThePhones() {
        XCTAssertEqual(Palette.of(.system, phoneIsDark: true), .dark)
        XCTAssertEqual(Palette.of(.system, phoneIsDark: false), .light)
        XCTAssertEqual(Palette.of(.light, phoneIsDark: true), .light)
        XCTAssertEqual(Palette.of(.dark, phoneIsDark: false), .dark)
    }

    func testSizesKeepTheElderVersionsNorm() {
        for size: UInt32 in [18, 22, 30] {
            let sizes = Sizes(
                Preferences(
                    language: nil,
                    textSize: size,
                    speechPercent: 75,
                    appearance: .system,
                    vibration: true
                )
            )
            XCTAssertGreaterThanOrEqual(sizes.detail, 18)
            XCTAssertGreaterThanOrEqual(sizes.text, 18)
            XCTAssertGreaterThanOrEqual(sizes.title, sizes.text)
            XCTAssertLessThanOrEqual(sizes.title, 44)
        }
        XCTAssertGreaterThanOrEqual(Sizes.target, 60)
    }

    func testACodeIsShownInGroupsHoweverItIsTyped() {
        for typed in ["abcd-efgh2345", "ABCD EFGH 2345", " a b c d e f g h 2 3 4 5 ", "abcd—efgh_2345"] {
            XCTAssertEqual(CodeGroups.of(typed), "ABCD EFGH 2345")
        }
        XCTAssertEqual(CodeGroups.of(""), "")
        XCTAssertEqual(CodeGroups.of("-- \n"), "")
        XCTAssertEqual(CodeGroups.of("abcde"), "ABCD E")
        // What is shown, shown again, stays.
        let shown = CodeGroups.of("7kq2 m")
        XCTAssertEqual(CodeGroups.of(shown), shown)
    }

    func testEntriesGetTheirKeys() {
        let expected: [(Keys, Bool, Typing.Keyboard, Bool, Bool)] = [
            (.code, false, .capitals, true, true),
            (.digits, true, .digits, false, true),
            (.address, false, .address, false, true),
            (.name, false, .name, false, false),
            (.text, false, .letters, false, false),
            (.text, true, .letters, false, true),
        ]
        for (keys, secret, keyboard, grouped, exact) in expected {
            let typing = Typing(Entry(value: "", keys: keys, secret: secret))
            XCTAssertEqual(typing.keyboard, keyboard)
            XCTAssertEqual(typing.isGrouped, grouped)
            XCTAssertEqual(typing.isExact, exact)
            XCTAssertEqual(typing.shown("abcde"), grouped ? "ABCD E" : "abcde")
        }
    }

    func testAFaceIsAimedAtInAnOvalAndPaperInASheet() {
        XCTAssertEqual(Aim(.face), Aim(.model))
        XCTAssertEqual(Aim(.face).shape, .oval)
        XCTAssertEqual(Aim(.code).shape, .sheet)
        XCTAssertLessThan(Aim(.paper).proportion, 1)
    }

    func testVoicesKnowPlacesAndPaceStaysWithinThePhones() {
        XCTAssertEqual(Voice.language(of: "zh-Hans"), "zh-CN")
        XCTAssertEqual(Voice.language(of: "zh-Hant"), "zh-TW")
        XCTAssertEqual(Voice.language(of: "es"), "es")
        func rate(_ percent: Int) -> Float { Voice.rate(percent: percent, slowest: 0, usual: 0.5, fastest: 1) }
        XCTAssertEqual(rate(100), 0.5)
        XCTAssertEqual(rate(75), 0.375)
        XCTAssertEqual(rate(400), 1)
        XCTAssertEqual(rate(-5), 0)
    }

    func testALaterPlanOfRemindersTakesTheEarlierOnesPlace() {
        let plan = ReminderPlan(key: "ab12", atMs: [3_000, 1_000, 2_000], nowMs: 1_500)
        XCTAssertEqual(plan.entries.map(\.identifier), ["reminder.ab12.2000", "reminder.ab12.3000"])
        XCTAssertEqual(plan.entries.map(\.at.timeIntervalSince1970), [2, 3])
        XCTAssertTrue(plan.entries.allSatisfy { $0.identifier.hasPrefix(plan.prefix) })
        XCTAssertEqual(ReminderPlan(key: "ab12", atMs: [], nowMs: 0).entries, [])
        XCTAssertFalse(ReminderPlan(key: "ab1", atMs: [], nowMs: 0).prefix.hasPrefix(plan.prefix))
    }

    func testThePhonesClockGoesOn() {
        let clock = PhoneClock()
        let (wall, steady) = (clock.wallMs, clock.steadyMs)
        Thread.sleep(forTimeInterval: 0.02)
        XCTAssertGreaterThan(clock.wallMs, wall)
        XCTAssertGreaterThanOrEqual(clock.steadyMs, steady + 20)
        XCTAssertFalse(clock.zone.isEmpty)
        XCTAssertLessThanOrEqual(abs(clock.offsetS), 15 * 3_600)
    }
}
