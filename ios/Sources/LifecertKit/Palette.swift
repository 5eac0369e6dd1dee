import LifecertCore

/// The colours of a page, 0xRRGGBB. Each text stands at 4.5:1 or more on what is under it; a test
/// measures it.
public struct Palette: Sendable, Equatable {
    /// What a page lies on, and what is written on it.
    public let paper: UInt32
    public let ink: UInt32
    /// The one big button.
    public let main: UInt32
    public let onMain: UInt32
    /// Rows of a list, and lines around what can be typed in.
    public let row: UInt32
    public let line: UInt32
    /// Outlines, marks, what is chosen.
    public let accent: UInt32
    /// It went well; please look. Each comes with a sign of its own.
    public let good: UInt32
    public let look: UInt32

    public static let light = Palette(
        paper: 0xFBFAF7,
        ink: 0x1B1B1B,
        main: 0x0B4F8A,
        onMain: 0xFFFFFF,
        row: 0xE9EFF5,
        line: 0x5B6671,
        accent: 0x0B4F8A,
        good: 0x1B6E3C,
        look: 0x8A5300
    )

    public static let dark = Palette(
        paper: 0x121416,
        ink: 0xF3F3F1,
        main: 0x9CCBFF,
        onMain: 0x06243F,
        row: 0x272D34,
        line: 0x9AA6B2,
        accent: 0x9CCBFF,
        good: 0x7FD69B,
        look: 0xFFC46B
    )

    /// As somebody chose, or as the phone is.
    public static func of(_ appearance: Appearance, phoneIsDark: Bool) -> Palette {
        switch appearance {
        case .light: light
        case .dark: dark
        case .system: phoneIsDark ? dark : light
        }
    }
}

/// Sizes of a page in points, before the phone's own text size makes them larger.
public struct Sizes: Sendable, Equatable {
    /// The smallest text of a page.
    public let text: Double
    /// A title is larger, but not beyond what leaves room for it on a small screen.
    public let title: Double
    /// What stands second in a row.
    public let detail: Double

    public init(_ preferences: Preferences) {
        text = Double(preferences.textSize)
        title = max(text, min(text * Self.titlePart, Self.mostTitle))
        detail = max(Self.least, text * Self.detailPart)
    }

    /// The smallest text that anybody gets.
    public static let least = 18.0

    /// What a finger can hit that trembles.
    public static let target = 64.0

    private static let titlePart = 1.3
    private static let mostTitle = 44.0
    private static let detailPart = 0.85
}
