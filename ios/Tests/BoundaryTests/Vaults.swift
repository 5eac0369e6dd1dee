#if os(Linux)
import Glibc
#endif
import Foundation
import LifecertCore
import LifecertFake

/// A key store that signs at once, in its own time, or not at all.
final class PatientVault: SoftVault, @unchecked Sendable {
    enum Mood {
        case signs, refuses, takesItsTime
    }

    let mood = Locked(Mood.signs)

    override func sign(key: String, bytes: Data) async throws -> KeySignature {
        switch mood.value {
        case .signs: break
        case .refuses: throw VaultError.Cancelled
        case .takesItsTime: try await Task.sleep(nanoseconds: 700_000_000)
        }
        return try await super.sign(key: key, bytes: bytes)
    }
}

/// One that makes keys as it is told.
final class MakingVault: SoftVault, @unchecked Sendable {
    private let make: @Sendable () throws -> NewKey

    init(_ make: @escaping @Sendable () throws -> NewKey) {
        self.make = make
    }

    override func generate(nonce: Data?) async throws -> NewKey { try make() }
}

/// One that cannot say whether its hardware speaks for keys.
final class UnsureVault: SoftVault, @unchecked Sendable {
    override func attests() throws -> Bool { throw CancellationError() }
}

/// A server that takes calls and never answers.
final class SilentServer {
    let port: UInt16
    private let socket: Int32

    init() throws {
        let socket = Self.stream()
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(socket, address, length) == 0 && listen(socket, 8) == 0
                    && getsockname(socket, address, &length) == 0
            }
        }
        guard isBound else { throw Broken("there is no port") }
        self.socket = socket
        port = UInt16(bigEndian: address.sin_port)
    }

    deinit { close(socket) }

    private static func stream() -> Int32 {
        #if os(Linux)
        Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        #else
        Darwin.socket(AF_INET, SOCK_STREAM, 0)
        #endif
    }
}
