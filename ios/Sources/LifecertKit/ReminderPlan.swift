import Foundation

/// The notifications of a person: a later plan takes an earlier one's place.
public struct ReminderPlan: Sendable, Equatable {
    public struct Entry: Sendable, Equatable {
        public let identifier: String
        public let at: Date
    }

    /// What the identifiers of all of this person's notifications begin with.
    public let prefix: String
    public let entries: [Entry]

    /// `key` stands for the person, and tells nothing of them: a digest. Times that are over are passed
    /// over.
    public init(key: String, atMs: [UInt64], nowMs: UInt64) {
        let prefix = "reminder.\(key)."
        self.prefix = prefix
        entries = atMs.filter { $0 > nowMs }.sorted().map { ms in
            Entry(
                identifier: "\(prefix)\(ms)",
                at: Date(timeIntervalSince1970: Double(ms) / 1_000)
            )
        }
    }
}
