#if canImport(UIKit)
import CryptoKit
import Foundation
import LifecertKit
import UserNotifications

/// Notifications before a deadline. What the system keeps says when and what, not about whom: no name
/// stands in it, and a person's number only as a digest.
@MainActor
final class Reminders {
    /// Sets the reminders of a person; no times take away those that were set. False where its person
    /// allows no notifications.
    func set(_ person: String, _ title: String, _ atMs: [UInt64]) async -> Bool {
        let centre = UNUserNotificationCenter.current()
        let digest = SHA256.hash(data: Data(person.utf8)).prefix(8)
        let key = digest.map { String(format: "%02x", $0) }.joined()
        let plan = ReminderPlan(key: key, atMs: atMs, nowMs: PhoneClock().wallMs)
        let old = await centre.pendingNotificationRequests().map(\.identifier)
        centre.removePendingNotificationRequests(withIdentifiers: old.filter { $0.hasPrefix(plan.prefix) })
        guard !plan.entries.isEmpty else { return false }
        let isAllowed = try? await centre.requestAuthorization(options: [.alert, .sound])
        guard isAllowed == true else { return false }
        for entry in plan.entries {
            let content = UNMutableNotificationContent()
            content.title = title
            content.sound = .default
            let parts: Set<Calendar.Component> = [.year, .month, .day, .hour, .minute]
            let at = Calendar(identifier: .gregorian).dateComponents(parts, from: entry.at)
            let trigger = UNCalendarNotificationTrigger(dateMatching: at, repeats: false)
            let request = UNNotificationRequest(
                identifier: entry.identifier,
                content: content,
                trigger: trigger
            )
            do { try await centre.add(request) } catch { return false }
        }
        return true
    }
}
#endif
