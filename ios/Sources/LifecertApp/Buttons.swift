#if canImport(UIKit)
import LifecertCore
import LifecertKit
import SwiftUI

/// A button with words on it: the one big one, filled, or another way, outlined.
struct WordButton: View {
    let placed: PageLayout.Placed
    let style: Style
    let press: (Int) -> Void

    private var isMain: Bool { placed.button.kind == .main }

    var body: some View {
        SwiftUI.Button {
            press(placed.id)
        } label: {
            Text(placed.button.text)
                .font(isMain ? style.strong : style.text)
                .multilineTextAlignment(.center)
                .frame(maxWidth: .infinity, minHeight: Sizes.target)
                .padding(.horizontal, Style.margin)
                .padding(.vertical, Style.gap / 2)
        }
        .buttonStyle(Pressable(
            ink: isMain ? style.palette.onMain : style.palette.accent,
            fill: isMain ? style.palette.main : style.palette.paper,
            edge: isMain ? style.palette.main : style.palette.accent
        ))
    }
}

/// One of several things to choose from: words, a smaller second line, and a sign of what it is.
struct ChoiceRow: View {
    let placed: PageLayout.Placed
    let isOneOf: Bool
    let style: Style
    let press: (Int) -> Void

    private var button: LifecertCore.Button { placed.button }

    private var sign: String {
        if !isOneOf { return "chevron.right" }
        return button.chosen ? "checkmark.circle.fill" : "circle"
    }

    var body: some View {
        SwiftUI.Button {
            press(placed.id)
        } label: {
            HStack(spacing: Style.gap) {
                VStack(alignment: .leading, spacing: 4) {
                    Text(button.text).font(button.chosen ? style.strong : style.text)
                    if let detail = button.detail { Text(detail).font(style.detail) }
                }
                .multilineTextAlignment(.leading)
                Spacer(minLength: 0)
                Image(systemName: sign).font(style.text).foregroundColor(Color(style.palette.accent))
            }
            .frame(maxWidth: .infinity, minHeight: Sizes.target)
            .padding(.horizontal, Style.margin)
            .padding(.vertical, Style.gap / 2)
        }
        .buttonStyle(Pressable(
            ink: style.palette.ink,
            fill: style.palette.row,
            edge: button.chosen ? style.palette.accent : style.palette.row
        ))
        // Read as one with the row.
        .accessibilityElement(children: .ignore)
        .accessibilityLabel([button.text, button.detail].compactMap(\.self).joined(separator: ". "))
        .accessibilityAddTraits(button.chosen ? [.isButton, .isSelected] : .isButton)
        .accessibilityAction { press(placed.id) }
    }
}

/// A button in the corner: a sign with words, or the sign alone where the words find no room.
struct CornerButton: View {
    let placed: PageLayout.Placed
    let sign: String
    let style: Style
    let press: (Int) -> Void

    var body: some View {
        SwiftUI.Button {
            press(placed.id)
        } label: {
            HStack(spacing: 6) {
                Image(systemName: sign)
                Text(placed.button.text).lineLimit(1).minimumScaleFactor(0.8)
            }
            .font(style.corner)
            .frame(minWidth: Sizes.target, minHeight: Sizes.target)
        }
        .buttonStyle(Pressable(ink: style.palette.accent, fill: style.palette.paper, edge: style.palette.paper))
        .accessibilityLabel(placed.button.text)
    }
}

/// Drawn the same on every phone; darker while a finger lies on it, and never moving.
private struct Pressable: ButtonStyle {
    let ink: UInt32
    let fill: UInt32
    let edge: UInt32

    func makeBody(configuration: Configuration) -> some View {
        let shape = RoundedRectangle(cornerRadius: Style.round)
        configuration.label
            .foregroundColor(Color(ink))
            .background(shape.fill(Color(fill)))
            .overlay(shape.strokeBorder(Color(edge), lineWidth: Style.edge))
            .overlay(shape.fill(Color(ink).opacity(configuration.isPressed ? 0.25 : 0)))
            .contentShape(shape)
    }
}
#endif
