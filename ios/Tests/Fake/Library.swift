import Foundation
import LifecertCore

/// What the tests use of this repository.
public enum Library {
    /// The repository's folder.
    public static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().appendingPathComponent("../../..").standardizedFileURL

    public static let modelsFolder = root.appendingPathComponent("models").path

    /// The nets, loaded once for all tests.
    public static let models: Models = {
        do {
            let models = try Models.open(folder: modelsFolder, runtime: nil)
            try models.warmUp()
            return models
        } catch {
            fatalError("the nets cannot be loaded: \(error)")
        }
    }()

    /// A program that the workspace's build has made.
    public static func program(_ name: String) -> URL {
        root.appendingPathComponent("target/debug").appendingPathComponent(name)
    }

    public static func practice() throws -> Session {
        try Session.practice(models: models, openedMs: 0)
    }

    /// A fresh folder.
    public static func folder() throws -> String {
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("lifecert-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return folder.path
    }
}

/// The code that a call fails with; an empty text when it does not fail.
public func code(of call: () throws -> Void) -> String {
    do {
        try call()
        return ""
    } catch {
        return (error as? LifecertError)?.code() ?? "\(error)"
    }
}

/// The same of a call that suspends.
public func code(of call: () async throws -> Void) async -> String {
    do {
        try await call()
        return ""
    } catch {
        return (error as? LifecertError)?.code() ?? "\(error)"
    }
}
