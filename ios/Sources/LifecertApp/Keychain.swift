#if canImport(UIKit)
import Foundation
import LifecertCore
import Security

/// Secrets of this app in the system's keychain: on this phone alone, in no backup.
struct Keychain: Sendable {
    private let service = "org.lifecert.app"

    func read(_ name: String) throws -> Data? {
        var query = item(name)
        query[kSecReturnData] = true
        var found: CFTypeRef?
        let status = SecItemCopyMatching(query as CFDictionary, &found)
        if status == errSecItemNotFound { return nil }
        try check(status)
        return found as? Data
    }

    func write(_ name: String, _ secret: Data) throws {
        var fresh = item(name)
        fresh[kSecValueData] = secret
        // Reminders and sending later need no unlocked screen, but one unlocking since the start.
        fresh[kSecAttrAccessible] = kSecAttrAccessibleAfterFirstUnlockThisDeviceOnly
        let status = SecItemAdd(fresh as CFDictionary, nil)
        guard status == errSecDuplicateItem else { return try check(status) }
        try check(SecItemUpdate(item(name) as CFDictionary, [kSecValueData: secret] as CFDictionary))
    }

    func erase(_ name: String) throws {
        let status = SecItemDelete(item(name) as CFDictionary)
        if status != errSecItemNotFound { try check(status) }
    }

    private func item(_ name: String) -> [CFString: Any] {
        [kSecClass: kSecClassGenericPassword, kSecAttrService: service, kSecAttrAccount: name]
    }

    private func check(_ status: OSStatus) throws {
        switch status {
        case errSecSuccess: return
        case errSecDiskFull, errSecAllocate: throw VaultError.Full
        case errSecUserCanceled: throw VaultError.Cancelled
        default: throw VaultError.Unavailable
        }
    }
}
#endif
