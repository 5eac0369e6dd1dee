#if canImport(UIKit)
import DeviceCheck
import Foundation
import LifecertCore

/// Apple's word that this app is the genuine one on a genuine phone; a phone that cannot give it goes
/// without, and the office knows that.
struct AppAttest: Sendable {
    private let keychain = Keychain()

    func attest(_ key: String, _ digest: Data) async throws -> AppAttestation? {
        let service = DCAppAttestService.shared
        guard service.isSupported else { return nil }
        do {
            let own = try await service.generateKey()
            let object = try await service.attestKey(own, clientDataHash: digest)
            guard let id = Data(base64Encoded: own) else { return nil }
            try keychain.write(place(of: key), Data(own.utf8))
            return AppAttestation(keyId: id, object: object)
        } catch {
            // Apple's servers may be out of reach: that keeps nobody away.
            return nil
        }
    }

    func assert(_ key: String, _ payload: Data) async throws -> Data? {
        guard let own = try keychain.read(place(of: key)) else { return nil }
        let name = String(decoding: own, as: UTF8.self)
        return try? await DCAppAttestService.shared.generateAssertion(name, clientDataHash: payload)
    }

    func forget(_ key: String) throws {
        try keychain.erase(place(of: key))
    }

    private func place(of key: String) -> String { "attest.\(key)" }
}
#endif
