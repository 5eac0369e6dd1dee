import Foundation
import LifecertCore
import LifecertKit
import OpenSSL

/// A P-256 key pair in memory.
final class SoftKey: @unchecked Sendable {
    private let key: OpaquePointer
    let point: Data

    init() throws {
        guard let key = test_key_make() else { throw VaultError.Unavailable }
        self.key = key
        var point = [UInt8](repeating: 0, count: 65)
        guard test_key_point(key, &point) == 1 else { throw VaultError.Unavailable }
        self.point = Data(point)
    }

    deinit { test_key_free(key) }

    /// In DER, as Apple's key store gives it.
    func sign(_ bytes: Data) throws -> Data {
        var signature = [UInt8](repeating: 0, count: 80)
        let length = bytes.withUnsafeBytes { raw in
            test_key_sign(
                key,
                raw.bindMemory(to: UInt8.self).baseAddress,
                raw.count,
                &signature,
                signature.count
            )
        }
        guard length > 0 else { throw VaultError.Unavailable }
        return Data(signature.prefix(length))
    }

    /// The SHA-256 of its point in hex.
    var name: String {
        var digest = [UInt8](repeating: 0, count: 32)
        test_sha256([UInt8](point), point.count, &digest)
        return digest.map { String(format: "%02x", $0) }.joined()
    }
}

/// A key store in memory; tests change what it does.
open class SoftVault: KeyVault, @unchecked Sendable {
    private let lock = NSLock()
    private var held: [String: SoftKey] = [:]

    public init() {}

    /// How many keys lie in it.
    public var count: Int { lock.withLock { held.count } }

    open func attests() throws -> Bool { false }

    open func generate(nonce: Data?) async throws -> NewKey {
        let key = try SoftKey()
        lock.withLock { held[key.name] = key }
        return NewKey(publicKey: key.point, chain: [])
    }

    open func sign(key: String, bytes: Data) async throws -> KeySignature {
        guard let key = lock.withLock({ held[key] }) else { throw VaultError.Unavailable }
        return KeySignature(signature: try key.sign(bytes), form: .der)
    }

    open func destroy(key: String) async throws {
        lock.withLock { held[key] = nil }
    }

    open func attestApp(key: String, digest: Data) async throws -> AppAttestation? { nil }

    open func assertApp(key: String, payload: Data) async throws -> Data? { nil }
}

/// Keys that are refused where a test says so.
public final class SoftKeys: KeyRing {
    public let soft = RefusingVault()
    private let storage = newStorageKey()

    public init() {}

    public var vault: (any KeyVault)? { soft }

    public func storageKey() throws -> Data { storage }
}

public final class RefusingVault: SoftVault, @unchecked Sendable {
    private let place = Locked<VaultError?>(nil)

    /// What becomes of every key that is asked for, instead of the key.
    public var refusal: VaultError? {
        get { place.value }
        set { place.value = newValue }
    }

    public override func generate(nonce: Data?) async throws -> NewKey {
        if let refusal { throw refusal }
        return try await super.generate(nonce: nonce)
    }

    public override func sign(key: String, bytes: Data) async throws -> KeySignature {
        if let refusal { throw refusal }
        return try await super.sign(key: key, bytes: bytes)
    }
}

/// A value that several threads use.
public final class Locked<Value: Sendable>: @unchecked Sendable {
    private let lock = NSLock()
    private var held: Value

    public init(_ value: Value) {
        held = value
    }

    public var value: Value {
        get { lock.withLock { held } }
        set { lock.withLock { held = newValue } }
    }

    public func change<Result>(_ change: (inout Value) -> Result) -> Result {
        lock.withLock { change(&held) }
    }
}
