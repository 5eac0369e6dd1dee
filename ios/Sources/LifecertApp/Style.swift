#if canImport(UIKit)
import LifecertCore
import LifecertKit
import SwiftUI

/// How pages look to somebody: colours, and sizes that grow with the phone's own text size.
struct Style {
    let palette: Palette
    let sizes: Sizes
    /// The phone's own text size, 1 for the usual one.
    let scale: CGFloat
    let language: String

    init(_ preferences: Preferences, phoneIsDark: Bool, scale: CGFloat) {
        palette = Palette.of(preferences.appearance, phoneIsDark: phoneIsDark)
        sizes = Sizes(preferences)
        self.scale = scale
        language = preferences.language ?? AppDriver.firstLanguage
    }

    var title: Font { font(sizes.title).bold() }
    var text: Font { font(sizes.text) }
    var strong: Font { font(sizes.text).bold() }
    var detail: Font { font(sizes.detail) }
    /// For the corners: what stands there stands on every page alike.
    var corner: Font { font(Sizes.least) }

    static let gap: CGFloat = 12
    static let margin: CGFloat = 16
    static let round: CGFloat = 12
    static let edge: CGFloat = 3

    private func font(_ size: Double) -> Font { .system(size: size * scale) }
}

extension Color {
    /// A colour of the palette, 0xRRGGBB.
    init(_ rgb: UInt32) {
        self.init(
            .sRGB,
            red: Double(rgb >> 16 & 0xFF) / 255,
            green: Double(rgb >> 8 & 0xFF) / 255,
            blue: Double(rgb & 0xFF) / 255
        )
    }
}
#endif
