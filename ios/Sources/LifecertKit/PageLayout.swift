import LifecertCore

/// Where on a screen each part of a page stands, whatever draws it.
///
/// Corners at the top; words and what belongs to them in the middle, which scrolls; the one big button
/// below, always there.
public struct PageLayout: Sendable, Equatable {
    /// A button and its place in the page's list, which is told when it is pressed.
    public struct Placed: Sendable, Equatable, Identifiable {
        public let id: Int
        public let button: Button
    }

    /// What stands in the middle.
    public enum Part: Sendable, Equatable {
        case nothing
        case entry(Entry)
        case camera(CameraView)
        /// The receipt whose QR code is shown.
        case code(String)
    }

    /// A sign beside the title: colour is never the only one.
    public enum Sign: Sendable, Equatable {
        case good
        case look
    }

    public let sign: Sign?
    public let part: Part
    /// Back on the left; what says it again on the right, whatever comes first.
    public let leading: [Placed]
    public let trailing: [Placed]
    public let choices: [Placed]
    public let quiet: [Placed]
    public let main: [Placed]
    /// Whether one of the choices is the one that counts now.
    public let isOneOf: Bool
    /// Whether the screen is kept awake: nobody touches it while the camera looks.
    public let keepsAwake: Bool

    public init(_ page: Page) {
        var (leading, trailing, choices): ([Placed], [Placed], [Placed]) = ([], [], [])
        var (quiet, main): ([Placed], [Placed]) = ([], [])
        for (id, button) in page.buttons.enumerated() {
            let placed = Placed(id: id, button: button)
            switch button.kind {
            case .main: main.append(placed)
            case .choice: choices.append(placed)
            case .quiet: quiet.append(placed)
            case .corner: if button.label == Self.back { leading.append(placed) } else { trailing.append(placed) }
            }
        }
        (self.leading, self.trailing, self.choices) = (leading, trailing, choices)
        (self.quiet, self.main) = (quiet, main)
        isOneOf = page.buttons.contains(where: \.chosen)
        keepsAwake = page.camera != nil
        sign = switch page.mark {
        case .none: nil
        case .good: .good
        case .look: .look
        }
        part = if let entry = page.entry {
            .entry(entry)
        } else if let camera = page.camera {
            .camera(camera)
        } else if let code = page.code {
            .code(code)
        } else {
            .nothing
        }
    }

    /// Every button, in the order in which a reader of the screen comes to it: what the page is for
    /// first, the corners last.
    public var readingOrder: [Placed] { choices + main + quiet + leading + trailing }

    /// The label of what goes back.
    private static let back = "back"
}

/// Where a face, a pattern or a sheet belongs in a camera's picture.
public struct Aim: Sendable, Equatable {
    public enum Shape: Sendable, Equatable {
        case oval
        case sheet
    }

    public let shape: Shape
    /// Its width by its height.
    public let proportion: Double

    public init(_ sight: Sight) {
        switch sight {
        // With some hair.
        case .face, .model: (shape, proportion) = (.oval, 0.78)
        case .code: (shape, proportion) = (.sheet, 1)
        case .paper: (shape, proportion) = (.sheet, 0.72)
        }
    }
}

/// The keys of a phone that something is typed with.
public struct Typing: Sendable, Equatable {
    public enum Keyboard: Sendable, Equatable {
        case letters
        case capitals
        case digits
        case address
        case name
    }

    public let keyboard: Keyboard
    /// Shown in groups of four.
    public let isGrouped: Bool
    /// Nothing of it is corrected, suggested or learnt.
    public let isExact: Bool

    public init(_ entry: Entry) {
        switch entry.keys {
        case .code: (keyboard, isGrouped) = (.capitals, true)
        case .digits: (keyboard, isGrouped) = (.digits, false)
        case .address: (keyboard, isGrouped) = (.address, false)
        case .name: (keyboard, isGrouped) = (.name, false)
        case .text: (keyboard, isGrouped) = (.letters, false)
        }
        isExact = entry.secret || isGrouped || keyboard == .address || keyboard == .digits
    }

    /// What is shown of what was typed.
    public func shown(_ typed: String) -> String { isGrouped ? CodeGroups.of(typed) : typed }
}
