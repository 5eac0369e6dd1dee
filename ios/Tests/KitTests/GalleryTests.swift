import Foundation
import LifecertCore
import LifecertKit
import XCTest

/// Every screen as it is drawn, in every language.
final class GalleryTests: XCTestCase {
    private let languages = ["zh-Hans", "zh-Hant", "en", "es"]

    private func pages(_ language: String) -> [Page] { gallery(preferences: #"{"language":"\#(language)"}"#) }

    func testEveryScreenIsThereInEveryLanguage() {
        for language in languages {
            let missing = Set(screens()).subtracting(pages(language).map(\.screen))
            XCTAssertEqual(missing, [], language)
        }
    }

    func testEveryTextIsWholeAndInItsLanguage() {
        var shown = 0
        for language in languages {
            for page in pages(language) {
                let words = [page.title, page.spoken] + [page.next, page.text].compactMap(\.self) + page.lines
                    + page.buttons.map(\.text) + page.buttons.compactMap(\.detail)
                shown += words.count
                for text in words {
                    XCTAssertFalse(
                        text.trimmingCharacters(in: .whitespaces).isEmpty,
                        "\(page.screen) in \(language)"
                    )
                    XCTAssertFalse(text.contains("{") || text.contains("}"), "\(page.screen): \(text)")
                }
                // The first page is for everybody: each language is named in itself.
                if page.screen == "language" { continue }
                let isHan = page.title.unicodeScalars.contains { (0x4E00...0x9FFF).contains($0.value) }
                XCTAssertEqual(isHan, language.hasPrefix("zh"), "\(page.screen) in \(language): \(page.title)")
            }
        }
        print("\(shown) texts of \(screens().count) screens in \(languages.count) languages")
        XCTAssertGreaterThan(shown, 1_000)
    }

    func testEveryButtonStandsInOnePlaceAndIsReadInOrder() {
        for page in pages("en") {
            let layout = PageLayout(page)
            XCTAssertEqual(
                layout.readingOrder.map(\.id).sorted(),
                Array(page.buttons.indices),
                page.screen
            )
            for placed in layout.readingOrder { XCTAssertEqual(page.buttons[placed.id], placed.button) }
            XCTAssertLessThanOrEqual(layout.main.count, 1, page.screen)
            XCTAssertEqual(layout.leading.map(\.button.label), layout.leading.isEmpty ? [] : ["back"])
            XCTAssertEqual(layout.trailing.map(\.button.label), ["say_again"], page.screen)
            XCTAssertEqual(layout.sign == nil, page.mark == .none)
            XCTAssertEqual(layout.keepsAwake, page.camera != nil)
            XCTAssertEqual(layout.isOneOf, layout.choices.contains { $0.button.chosen }, page.screen)
        }
    }

    func testEveryPartFindsItsPlace() {
        var parts: Set<String> = []
        for page in pages("en") {
            switch PageLayout(page).part {
            case .nothing: XCTAssertNil(page.entry ?? nil)
            case .entry(let entry):
                parts.insert("entry")
                XCTAssertEqual(page.entry, entry)
            case .camera(let view):
                parts.insert("\(view.sight)")
                XCTAssertEqual(page.camera, view)
            case .code(let receipt):
                parts.insert("receipt")
                XCTAssertEqual(page.code, receipt)
            }
        }
        XCTAssertEqual(parts, ["entry", "face", "code", "model", "paper", "receipt"])
    }

    func testAPageThatShowsAPersonIsSensitive() {
        let pages = pages("en")
        for screen in ["person", "receipt", "people"] {
            XCTAssertEqual(pages.first { $0.screen == screen }?.sensitive, true, screen)
        }
        XCTAssertEqual(pages.first { $0.screen == "welcome" }?.sensitive, false)
    }
}
