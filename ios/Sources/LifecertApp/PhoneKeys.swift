#if canImport(UIKit)
import CryptoKit
import Foundation
import LifecertCore
import LifecertKit
import Security

/// Keys in the Secure Enclave, and the key of the app's folder in the keychain.
struct PhoneKeys: KeyRing {
    private let keychain = Keychain()
    private static let storage = "storage"

    var vault: (any KeyVault)? { SecureEnclave.isAvailable ? EnclaveVault() : nil }

    func storageKey() throws -> Data {
        if let key = try keychain.read(Self.storage) { return key }
        let key = newStorageKey()
        try keychain.write(Self.storage, key)
        return key
    }
}

/// P-256 keys that are made in the Secure Enclave and never leave it. What the keychain holds of them is
/// a handle that this enclave alone can use.
final class EnclaveVault: KeyVault {
    private let keychain = Keychain()
    private let attestation = AppAttest()

    /// That is Android's; here the app is attested, see `attestApp`.
    func attests() throws -> Bool { false }

    func generate(nonce: Data?) async throws -> NewKey {
        let key: SecureEnclave.P256.Signing.PrivateKey
        do {
            key = try SecureEnclave.P256.Signing.PrivateKey(accessControl: access())
        } catch let error as VaultError {
            throw error
        } catch {
            throw VaultError.Unavailable
        }
        let point = key.publicKey.x963Representation
        try keychain.write(handle(of: name(of: point)), key.dataRepresentation)
        return NewKey(publicKey: point, chain: [])
    }

    func sign(key: String, bytes: Data) async throws -> KeySignature {
        guard let handle = try keychain.read(handle(of: key)) else { throw VaultError.Unavailable }
        do {
            let own = try SecureEnclave.P256.Signing.PrivateKey(dataRepresentation: handle)
            let signature = try own.signature(for: bytes).derRepresentation
            return KeySignature(signature: signature, form: .der)
        } catch {
            throw VaultError.Unavailable
        }
    }

    func destroy(key: String) async throws {
        try attestation.forget(key)
        try keychain.erase(handle(of: key))
    }

    func attestApp(key: String, digest: Data) async throws -> AppAttestation? {
        try await attestation.attest(key, digest)
    }

    func assertApp(key: String, payload: Data) async throws -> Data? {
        try await attestation.assert(key, payload)
    }

    private func access() throws -> SecAccessControl {
        let made = SecAccessControlCreateWithFlags(
            nil,
            kSecAttrAccessibleAfterFirstUnlockThisDeviceOnly,
            .privateKeyUsage,
            nil
        )
        guard let made else { throw VaultError.Unavailable }
        return made
    }

    private func name(of point: Data) -> String {
        SHA256.hash(data: point).map { String(format: "%02x", $0) }.joined()
    }

    private func handle(of key: String) -> String { "key.\(key)" }
}
#endif
