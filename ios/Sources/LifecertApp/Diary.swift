#if canImport(UIKit)
import EventKit
import EventKitUI
import UIKit

/// An entry in the phone's calendar, which its person sees and saves themselves.
@MainActor
final class Diary: NSObject, EKEventEditViewDelegate {
    private let store = EKEventStore()
    private var answer: CheckedContinuation<Bool, Never>?

    /// Whether it was saved.
    func write(_ title: String, _ atMs: UInt64, over top: UIViewController?) async -> Bool {
        guard let top, answer == nil, await mayWrite() else { return false }
        let event = EKEvent(eventStore: store)
        event.title = title
        event.startDate = Date(timeIntervalSince1970: Double(atMs) / 1_000)
        event.endDate = event.startDate.addingTimeInterval(Self.hourS)
        event.addAlarm(EKAlarm(relativeOffset: 0))
        let sheet = EKEventEditViewController()
        sheet.eventStore = store
        sheet.event = event
        sheet.editViewDelegate = self
        // Drawn away by a hand that slips, it would be neither saved nor refused.
        sheet.isModalInPresentation = true
        return await withCheckedContinuation { continuation in
            answer = continuation
            top.present(sheet, animated: !UIAccessibility.isReduceMotionEnabled)
        }
    }

    nonisolated func eventEditViewController(
        _ sheet: EKEventEditViewController,
        didCompleteWith action: EKEventEditViewAction
    ) {
        let isSaved = action == .saved
        MainActor.assumeIsolated {
            sheet.dismiss(animated: !UIAccessibility.isReduceMotionEnabled)
            answer?.resume(returning: isSaved)
            answer = nil
        }
    }

    /// The sheet of newer systems runs outside of the app, and needs to ask for nothing.
    private func mayWrite() async -> Bool {
        if #available(iOS 17, *) { return true }
        return await withCheckedContinuation { done in
            store.requestAccess(to: .event) { @Sendable isAllowed, _ in done.resume(returning: isAllowed) }
        }
    }
}
#endif
