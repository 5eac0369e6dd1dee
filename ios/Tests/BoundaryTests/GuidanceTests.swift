import Foundation
import LifecertCore
import LifecertFake
import XCTest

/// Words for everything that has a code, in every language.
final class GuidanceTests: XCTestCase {
    private let languages = [Language.zhHans, .zhHant, .en, .es].map(Guidance.init(language:))

    private func assertWhole(_ words: Words, _ of: String) {
        for text in [words.shown, words.spoken, words.next ?? "-"] {
            XCTAssertFalse(text.trimmingCharacters(in: .whitespaces).isEmpty, of)
            XCTAssertFalse(text.contains("{"), "\(of): \(text)")
        }
    }

    func testEveryCodeHasWordsAndANextStepInEveryLanguage() throws {
        XCTAssertGreaterThan(errorCodes().count, 60)
        for guidance in languages {
            for code in errorCodes() {
                let words = try guidance.error(code: code, retryAfterS: nil)
                assertWhole(words, code)
                XCTAssertNotNil(words.next, "\(code) in \(guidance.language())")
            }
        }
    }

    func testEveryPromptAndEveryOutcomeHasWordsInEveryLanguage() {
        let outcomes: [Outcome] = [.accepted, .referred, .refused, .queued, .stopped]
        let prompts: [Prompt] = [.findFace, .comeCloser, .moreLight, .pressStart, .lookDone, .otherRoad, .actTurn]
        for guidance in languages {
            for prompt in prompts { assertWhole(guidance.prompt(prompt: prompt), prompt.code()) }
            for outcome in outcomes { assertWhole(guidance.outcome(outcome: outcome), outcome.code()) }
            XCTAssertGreaterThan(guidance.consentText().text.count, 100)
        }
    }

    func testARestIsNamedInTheWords() throws {
        let english = Guidance(language: .en)
        let words = try english.error(code: "attempts.pause", retryAfterS: 30)
        XCTAssertTrue((words.shown + (words.next ?? "")).contains("30"))
        XCTAssertEqual(english.language(), .en)
    }

    func testCodesAreStableTexts() {
        XCTAssertEqual(Prompt.findFace.code(), "prompt.find_face")
        XCTAssertEqual(Outcome.accepted.code(), "outcome.accepted")
        XCTAssertEqual(Language.zhHans.code(), "zh-Hans")
    }

    func testATextThatIsNoCodeIsRefused() {
        for text in ["no.such.code", "", "\u{0}\u{FFFD}", String(repeating: "长", count: 10_000)] {
            XCTAssertEqual(code { _ = try languages[0].error(code: text, retryAfterS: nil) }, "request.malformed")
            XCTAssertEqual(code { _ = try pageOfFailedOpening(preferences: nil, code: text) }, "request.malformed")
        }
    }

    func testAnErrorTellsItsCodeAndNothingOfAPerson() {
        do {
            _ = try letterCode(qrTextOrTyped: "王福生-4503-2419")
            XCTFail("that is no code")
        } catch {
            XCTAssertFalse("\(error)".contains("王福生"))
            XCTAssertFalse(error.localizedDescription.contains("王福生"))
            XCTAssertEqual((error as? LifecertError)?.code(), "code.mistyped")
        }
    }
}
