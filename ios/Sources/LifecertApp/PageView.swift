#if canImport(UIKit)
import LifecertCore
import LifecertKit
import SwiftUI
import UIKit

/// Draws a page: corners at the top, words and what belongs to them in the middle, which scrolls, and the
/// one big button below, always there. A reader of the screen comes to the title first, to the corners
/// last.
struct PageView: View {
    let shown: Shown
    let camera: PhoneCamera
    let onPress: (UInt64, Int, String) -> Void

    @Environment(\.colorScheme) private var scheme
    @ScaledMetric(relativeTo: .body) private var scale: CGFloat = 1
    @State private var typed = ""

    private var page: Page { shown.page }
    private var layout: PageLayout { PageLayout(page) }
    private var style: Style { Style(shown.preferences, phoneIsDark: scheme == .dark, scale: scale) }

    var body: some View {
        VStack(spacing: 0) {
            corners.accessibilitySortPriority(0)
            if case .camera(let view) = layout.part {
                looking(view).accessibilitySortPriority(2)
            } else {
                reading.accessibilitySortPriority(2)
            }
            foot.accessibilitySortPriority(1)
        }
        .accessibilityElement(children: .contain)
        .background(Color(style.palette.paper).ignoresSafeArea())
        .foregroundColor(Color(style.palette.ink))
        .environment(\.locale, Locale(identifier: style.language))
        // Nothing moves by itself.
        .transaction { $0.animation = nil }
        .onAppear { typed = page.entry?.value ?? "" }
        .onChange(of: page.screen) { _ in typed = page.entry?.value ?? "" }
    }

    private var corners: some View {
        HStack(alignment: .top) {
            ForEach(layout.leading) { CornerButton(placed: $0, sign: "arrow.left", style: style, press: press) }
            Spacer(minLength: 0)
            ForEach(layout.trailing) {
                CornerButton(placed: $0, sign: "speaker.wave.2.fill", style: style, press: press)
            }
        }
        .padding(.horizontal, Style.gap / 2)
    }

    /// Words stand still above the picture; only they scroll, where they are too long for it.
    private func looking(_ view: CameraView) -> some View {
        VStack(spacing: Style.gap) {
            ScrollView { words.padding(.horizontal, Style.margin) }.frame(maxHeight: .infinity)
            CameraPane(view: view, camera: camera, style: style).layoutPriority(1)
            rest.padding(.horizontal, Style.margin)
        }
    }

    private var reading: some View {
        ScrollView {
            VStack(alignment: .leading, spacing: Style.gap) {
                words
                part
                facts
                rest
            }
            .padding(.horizontal, Style.margin)
            .padding(.bottom, Style.gap)
        }
        // Another page is read from its beginning.
        .id(page.screen)
    }

    private var words: some View {
        VStack(alignment: .leading, spacing: Style.gap) {
            if let sign = layout.sign {
                Image(systemName: sign == .good ? "checkmark.circle.fill" : "exclamationmark.circle.fill")
                    .font(.system(size: 72))
                    .foregroundColor(Color(sign == .good ? style.palette.good : style.palette.look))
                    .accessibilityHidden(true)
            }
            Text(page.title).font(style.title).accessibilityAddTraits(.isHeader)
            if let next = page.next { Text(next).font(style.text) }
        }
        .frame(maxWidth: .infinity, alignment: .leading)
        .fixedSize(horizontal: false, vertical: true)
    }

    @ViewBuilder private var part: some View {
        switch layout.part {
        case .nothing, .camera: EmptyView()
        case .entry(let entry):
            EntryField(entry: entry, label: page.title, style: style, typed: $typed)
                .padding(Style.gap)
                .frame(minHeight: Sizes.target)
                .overlay(
                    RoundedRectangle(cornerRadius: Style.round)
                        .strokeBorder(Color(style.palette.line), lineWidth: Style.edge)
                )
        case .code:
            if let png = shown.code, let picture = UIImage(data: png) {
                Image(uiImage: picture)
                    .resizable()
                    // Each module of the code keeps its edges.
                    .interpolation(.none)
                    .scaledToFit()
                    .frame(maxWidth: 300)
                    .background(Color.white)
                    .frame(maxWidth: .infinity)
                    .accessibilityLabel(page.title)
            }
        }
    }

    private var facts: some View {
        ForEach(Array((page.lines + [page.text].compactMap(\.self)).enumerated()), id: \.offset) { _, fact in
            Text(fact).font(style.text).fixedSize(horizontal: false, vertical: true)
        }
    }

    private var rest: some View {
        VStack(spacing: Style.gap) {
            ForEach(layout.choices) {
                ChoiceRow(placed: $0, isOneOf: layout.isOneOf, style: style, press: press)
            }
            ForEach(layout.quiet) { WordButton(placed: $0, style: style, press: press) }
        }
    }

    private var foot: some View {
        ForEach(layout.main) {
            WordButton(placed: $0, style: style, press: press)
                .padding(.horizontal, Style.margin)
                .padding(.vertical, Style.gap)
        }
    }

    private func press(_ index: Int) {
        onPress(page.number, index, page.entry == nil ? "" : typed)
    }
}
#endif
