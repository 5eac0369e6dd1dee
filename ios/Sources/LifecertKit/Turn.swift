import LifecertCore

/// How far a camera's picture has to be turned clockwise to stand upright.
public enum Turn {
    /// How the screen stands, in Apple's words: where the home button is, or would be.
    public enum Stand: Sendable, CaseIterable {
        case portrait
        case upsideDown
        case landscapeRight
        case landscapeLeft
    }

    /// The camera on the back sees upright with the button on the right, the one in front with the button
    /// on the left.
    public static func degrees(_ stand: Stand, _ facing: Facing) -> Int {
        switch (stand, facing) {
        case (.portrait, _): 90
        case (.upsideDown, _): 270
        case (.landscapeRight, .rear), (.landscapeLeft, .front): 0
        case (.landscapeLeft, .rear), (.landscapeRight, .front): 180
        }
    }

    /// An angle that a system names, as one of the four that a picture can be turned by.
    public static func degrees(angle: Double) -> Int {
        guard angle.isFinite else { return 0 }
        let quarters = Int((angle.truncatingRemainder(dividingBy: 360) / 90).rounded())
        return ((quarters % 4) + 4) % 4 * 90
    }
}
