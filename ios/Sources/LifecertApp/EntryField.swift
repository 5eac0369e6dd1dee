#if canImport(UIKit)
import LifecertCore
import LifecertKit
import SwiftUI
import UIKit

/// A field to type in, with the phone's own keys, of the kind that is needed.
struct EntryField: UIViewRepresentable {
    let entry: Entry
    let label: String
    let style: Style
    @Binding var typed: String

    func makeCoordinator() -> Coordinator { Coordinator(self) }

    func makeUIView(context: Context) -> UITextField {
        let field = UITextField()
        let typing = Typing(entry)
        field.delegate = context.coordinator
        field.addTarget(context.coordinator, action: #selector(Coordinator.changed), for: .editingChanged)
        field.isSecureTextEntry = entry.secret
        field.autocorrectionType = typing.isExact ? .no : .default
        field.spellCheckingType = typing.isExact ? .no : .default
        field.returnKeyType = .done
        switch typing.keyboard {
        case .letters: field.autocapitalizationType = .sentences
        case .capitals: (field.keyboardType, field.autocapitalizationType) = (.asciiCapable, .allCharacters)
        case .digits: field.keyboardType = .numberPad
        case .address: (field.keyboardType, field.autocapitalizationType) = (.URL, .none)
        case .name: field.autocapitalizationType = .words
        }
        field.adjustsFontSizeToFitWidth = true
        field.minimumFontSize = Sizes.least
        field.accessibilityLabel = label
        field.setContentHuggingPriority(.required, for: .vertical)
        return field
    }

    func updateUIView(_ field: UITextField, context: Context) {
        context.coordinator.owner = self
        let size = style.sizes.text * style.scale
        let isGrouped = Typing(entry).isGrouped
        field.font = isGrouped
            ? .monospacedSystemFont(ofSize: size, weight: .regular)
            : .systemFont(ofSize: size)
        field.textAlignment = isGrouped ? .center : .natural
        field.textColor = UIColor(Color(style.palette.ink))
        let shown = Typing(entry).shown(typed)
        if field.text != shown { field.text = shown }
    }

    @MainActor
    final class Coordinator: NSObject, UITextFieldDelegate {
        var owner: EntryField

        init(_ owner: EntryField) {
            self.owner = owner
        }

        /// Keeps a code in its groups, and the hand where it was.
        @objc func changed(_ field: UITextField) {
            let text = field.text ?? ""
            let shown = Typing(owner.entry).shown(text)
            // While characters are composed from several keys, nothing is put in between.
            if shown != text, field.markedTextRange == nil, let hand = field.selectedTextRange?.start {
                let before = field.offset(from: field.beginningOfDocument, to: hand)
                let typedBefore = String(decoding: Array(text.utf16.prefix(before)), as: UTF16.self)
                field.text = shown
                let place = CodeGroups.place(in: shown, after: typedBefore)
                if let hand = field.position(from: field.beginningOfDocument, offset: place) {
                    field.selectedTextRange = field.textRange(from: hand, to: hand)
                }
            }
            owner.typed = shown
        }

        func textFieldShouldReturn(_ field: UITextField) -> Bool {
            field.resignFirstResponder()
            return false
        }
    }
}
#endif
