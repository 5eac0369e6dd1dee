import Foundation
import LifecertCore
import LifecertFake
import XCTest

/// A phone at a real office: keys of the shell, failures by code, calls that are given up.
final class PhoneTests: XCTestCase {
    nonisolated(unsafe) private static var county: County!
    nonisolated(unsafe) private static var clip: Clip!

    override class func setUp() {
        super.setUp()
        do {
            county = try County()
            clip = try county.clip(fromS: 40, seconds: 24)
        } catch {
            fatalError("there is no county: \(error)")
        }
    }

    override class func tearDown() {
        XCTAssertNoThrow(try county.close())
        super.tearDown()
    }

    private var county: County { Self.county }
    private var clip: Clip { Self.clip }

    private func phone(
        _ vault: (any KeyVault)?,
        folder: String? = nil,
        key: Data = newStorageKey(),
        pins: [String] = [],
        timeoutS: UInt32 = 30
    ) throws -> Phone {
        let settings = PhoneSettings(
            folder: try folder ?? Library.folder(),
            appVersion: "boundary",
            authoritiesPem: nil,
            pins: pins,
            tries: 1,
            timeoutS: timeoutS
        )
        return try Phone.open(settings: settings, storageKey: key, vault: vault, models: Library.models)
    }

    private func bind(_ phone: Phone, url: String? = nil) async throws -> Session {
        try await phone.bind(
            address: url ?? county.url,
            agencyKey: nil,
            code: county.letter(),
            channel: .home,
            openedMs: 0
        )
    }

    func testTheWholeRoadWithKeysOfTheShell() async throws {
        let vault = PatientVault()
        let phone = try phone(vault)
        let person = try county.person
        let first = try await bind(phone)
        try clip.show(to: first)
        let bound = try await first.finish()
        XCTAssertEqual(bound.outcome, .accepted, "\(bound)")
        XCTAssertEqual(bound.person, person)
        XCTAssertEqual(vault.count, 1)

        // Its person said no: the look is over, nothing is lost.
        let session = try await phone.certify(person: person, channel: .home, openedMs: 0)
        try clip.show(to: session)
        vault.mood.value = .refuses
        let refused = try await session.finish()
        XCTAssertEqual(refused.outcome, .stopped)
        XCTAssertEqual(refused.code, "key.cancelled")
        let again = try await session.finish()
        XCTAssertEqual(again, refused)
        vault.mood.value = .signs

        // A key that takes its time, as one does that asks its person, holds nobody up.
        let second = try await phone.certify(person: person, channel: .home, openedMs: 0)
        try clip.show(to: second)
        vault.mood.value = .takesItsTime
        let accepted = try await second.finish()
        XCTAssertEqual(accepted.outcome, .accepted, "\(accepted)")
        vault.mood.value = .signs

        let receipts = try phone.receipts(person: person)
        XCTAssertEqual(receipts.map(\.receipt), [accepted.receipt])
        let qr = try phone.receiptQr(receipt: receipts[0].receipt, beside: Beside(proof: true, salt: false))
        XCTAssertTrue(qr.text.hasPrefix("LIFECERT1:") && qr.png.count > 500)
        XCTAssertEqual(qr.description, "QrCode(..)")
        XCTAssertEqual(try phone.checkReceipt(qrText: qr.text).receipt, receipts[0])
        let standing = try await phone.standing(person: person)
        XCTAssertTrue(standing.certified)

        // Without a network the claim waits, and goes when there is one.
        let ahead = try await phone.sync().ahead
        XCTAssertEqual(ahead.first?.challenges, 2)
        try county.stop()
        let away = try await phone.certify(person: person, channel: .abroad, openedMs: 0)
        try clip.show(to: away)
        let queued = try await away.finish()
        XCTAssertEqual(queued.outcome, .queued)
        XCTAssertEqual(queued.code, "server.unreachable")
        XCTAssertEqual(try phone.waitingClaims(), 1)
        try county.start()
        let sent = try await phone.sync().claims
        XCTAssertEqual(sent.map(\.outcome), [.accepted], "\(sent)")
        XCTAssertEqual(try phone.receipts(person: person).count, 2)

        try await phone.erase(person: person)
        XCTAssertEqual(try phone.people(), [])
        XCTAssertEqual(vault.count, 0, "no key stays")
    }

    func testWhateverAKeyStoreThrowsIsACode() async throws {
        let thrown: [(String, any Error)] = [
            ("key.cancelled", VaultError.Cancelled),
            ("key.unavailable", VaultError.Unavailable),
            ("storage.full", VaultError.Full),
            ("key.unavailable", Broken("王福生")),
            ("key.unavailable", CancellationError()),
            ("key.unavailable", CocoaError(.fileNoSuchFile)),
        ]
        for (expected, error) in thrown {
            let phone = try phone(MakingVault { throw error })
            let said = await code { _ = try await bind(phone) }
            XCTAssertEqual(said, expected, "\(type(of: error))")
        }
        for point in [Data(), Data(repeating: 4, count: 65), Data(count: 1 << 20)] {
            let phone = try phone(MakingVault { NewKey(publicKey: point, chain: []) })
            let said = await code { _ = try await bind(phone) }
            XCTAssertEqual(said, "key.unavailable")
        }
        let unsure = UnsureVault()
        let session = try await bind(try phone(unsure))
        _ = session.cancel()
        let stopped = try await session.finish()
        XCTAssertEqual(stopped.outcome, .stopped)
        XCTAssertEqual(unsure.count, 0, "what was not bound leaves no key")
    }

    /// What uniffi makes for Swift does not tell the core that a task was cancelled.
    func testACallOfATaskThatIsCancelledEndsByItsOwnTimeAndThePhoneGoesOn() async throws {
        let silent = try SilentServer()
        let phone = try phone(nil, timeoutS: 2)
        let (address, letter) = ("http://127.0.0.1:\(silent.port)", try county.letter())
        let began = Date()
        let call = Task {
            try await phone.bind(address: address, agencyKey: nil, code: letter, channel: .home, openedMs: 0)
        }
        try await Task.sleep(nanoseconds: 300_000_000)
        call.cancel()
        // Meanwhile the phone answers.
        XCTAssertEqual(code { try phone.hasRoom() }, "")
        let result = await call.result
        XCTAssertEqual(code { _ = try result.get() }, "server.unreachable")
        XCTAssertLessThan(Date().timeIntervalSince(began), 20)
        XCTAssertEqual(try phone.people(), [])
    }

    func testFailuresOfTheRoadHaveCodesAndSayWhetherWaitingHelps() async throws {
        let phone = try phone(nil)
        XCTAssertEqual(code { _ = try letterCode(qrTextOrTyped: "ABCD-EFGH") }, "code.mistyped")
        let typed = try county.letter().lowercased().replacingOccurrences(of: "-", with: " ")
        XCTAssertEqual(try letterCode(qrTextOrTyped: typed).count, 19)
        do {
            _ = try await bind(phone, url: "http://127.0.0.1:1")
            XCTFail("nobody is there")
        } catch let error as LifecertError {
            XCTAssertEqual(error.code(), "server.unreachable")
            XCTAssertTrue(error.isPassing())
            XCTAssertNil(error.retryAfterS())
        }
        let nobody = String(repeating: "0", count: 32)
        for (person, expected) in [(nobody, "device.not_bound"), ("nobody", "request.malformed")] {
            let said = await code { _ = try await phone.certify(person: person, channel: .home, openedMs: 0) }
            XCTAssertEqual(said, expected)
        }
        XCTAssertEqual(code { _ = try phone.receiptFile(receipt: nobody) }, "request.not_found")
        XCTAssertEqual(code { _ = try phone.checkReceipt(qrText: "LIFECERT1:ABC") }, "receipt.invalid")
        XCTAssertEqual(code { _ = try self.phone(nil, pins: ["12"]) }, "request.malformed")
        XCTAssertEqual(code { _ = try self.phone(nil, key: Data(count: 31)) }, "request.malformed")
        let file = try Library.folder() + "/file"
        try Data("no folder".utf8).write(to: URL(fileURLWithPath: file))
        XCTAssertEqual(code { _ = try self.phone(nil, folder: file) }, "storage.unreadable")
        XCTAssertEqual(code { _ = try Models.open(folder: file, runtime: nil) }.isEmpty, false)
    }

    func testNothingReadableLiesInThePhonesFolder() async throws {
        let folder = try Library.folder()
        let key = newStorageKey()
        XCTAssertEqual(key.count, 32)
        let phone = try phone(nil, folder: folder, key: key)
        _ = try await bind(phone).cancel()
        let person = Data(try county.person.utf8)
        let files = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
        for file in files {
            let bytes = FileManager.default.contents(atPath: "\(folder)/\(file)") ?? Data()
            XCTAssertNil(bytes.range(of: person), file)
            XCTAssertNil(bytes.range(of: key), file)
        }
    }
}
