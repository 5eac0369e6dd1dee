#if canImport(UIKit)
import LifecertCore
import LifecertKit
import UIKit

/// What is outside of the app, by the phone's own apps and sheets.
@MainActor
final class PhoneOutside: Outside {
    private let reminders = Reminders()
    private let diary = Diary()

    func perform(_ outward: Outward, papers: Papers?) async -> Bool {
        switch outward {
        case .call(let number): await call(number)
        case .shareReceipt: share(papers)
        case .printReceipt: await printOut(papers)
        case .systemSettings: await open(URL(string: UIApplication.openSettingsURLString))
        case .calendar(let title, let atMs): await diary.write(title, atMs, over: Self.top)
        case .remind(let person, let title, let atMs): await reminders.set(person, title, atMs)
        // The rest is the app's own.
        case .preferences, .sayAgain, .leave: false
        }
    }

    /// The system shows the number and asks: whether to call is its person's own press.
    private func call(_ number: String) async -> Bool {
        var parts = URLComponents()
        parts.scheme = "tel"
        parts.path = number
        return await open(parts.url)
    }

    private func open(_ url: URL?) async -> Bool {
        guard let url else { return false }
        return await UIApplication.shared.open(url)
    }

    private func share(_ papers: Papers?) -> Bool {
        guard let papers, let top = Self.top, let picture = UIImage(data: papers.png) else { return false }
        let sheet = UIActivityViewController(activityItems: [picture], applicationActivities: nil)
        // An iPad shows it beside something.
        sheet.popoverPresentationController?.sourceView = top.view
        sheet.popoverPresentationController?.sourceRect = CGRect(
            x: top.view.bounds.midX,
            y: top.view.bounds.midY,
            width: 0,
            height: 0
        )
        sheet.popoverPresentationController?.permittedArrowDirections = []
        top.present(sheet, animated: !UIAccessibility.isReduceMotionEnabled)
        return true
    }

    private func printOut(_ papers: Papers?) async -> Bool {
        guard let papers, UIPrintInteractionController.isPrintingAvailable else { return false }
        let printer = UIPrintInteractionController.shared
        printer.printFormatter = UIMarkupTextPrintFormatter(markupText: papers.html)
        return await withCheckedContinuation { done in
            let isShown = printer.present(animated: !UIAccessibility.isReduceMotionEnabled) { _, isDone, _ in
                done.resume(returning: isDone)
            }
            if !isShown { done.resume(returning: false) }
        }
    }

    /// What stands over everything else in the window before somebody's eyes.
    static var top: UIViewController? {
        let scenes = UIApplication.shared.connectedScenes.compactMap { $0 as? UIWindowScene }
        let scene = scenes.first { $0.activationState == .foregroundActive } ?? scenes.first
        var top = scene?.windows.first(where: \.isKeyWindow)?.rootViewController
        while let over = top?.presentedViewController { top = over }
        return top
    }
}
#endif
