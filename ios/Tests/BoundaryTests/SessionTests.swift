import Foundation
import LifecertCore
import LifecertFake
import XCTest

/// A look: what it says, when it ends, and what many threads make of it.
final class SessionTests: XCTestCase {
    nonisolated(unsafe) private static var county: County!
    nonisolated(unsafe) private static var his: Clip!

    override class func setUp() {
        super.setUp()
        do {
            county = try County()
            his = try county.clip(fromS: 40, seconds: 24)
        } catch {
            fatalError("there is no county: \(error)")
        }
    }

    override class func tearDown() {
        XCTAssertNoThrow(try county.close())
        super.tearDown()
    }

    private var his: Clip { Self.his }

    /// Until start can be pressed; gives when.
    private func framed(_ session: Session) throws -> UInt64 {
        for n in 0..<his.count {
            let atMs = Clip.frameMs * UInt64(n)
            if try session.push(his.frame(n), atMs: atMs).contains(.prompt(prompt: .pressStart)) { return atMs }
        }
        throw Broken("start was never asked for")
    }

    func testALookForPracticeSaysWhatItWantsAndEndsWhereAKeyWouldSign() async throws {
        let session = try Library.practice()
        var cues: [Cue] = []
        for n in 0..<his.count where session.phase() != .ended {
            let atMs = Clip.frameMs * UInt64(n)
            cues += try session.push(his.frame(n), atMs: atMs)
            if session.phase() == .framing, cues.contains(.prompt(prompt: .pressStart)) {
                cues += session.start(atMs: atMs)
            }
        }
        XCTAssertEqual(session.phase(), .ended, "\(cues)")
        XCTAssertTrue(cues.contains(.prompt(prompt: .keepLooking)))
        XCTAssertEqual(cues.last, .ended(outcome: .stopped, code: nil))
        let answer = try await session.finish()
        XCTAssertEqual(answer.outcome, .stopped)
    }

    func testWhatIsAskedIsSaidAgainAndTheBackgroundForgetsALook() throws {
        let session = try Library.practice()
        let atMs = try framed(session)
        XCTAssertEqual(session.sayAgain(), [.prompt(prompt: .pressStart)])
        _ = session.start(atMs: atMs)
        XCTAssertEqual(session.phase(), .capturing)
        _ = session.background()
        XCTAssertEqual(session.phase(), .framing)
        XCTAssertEqual(session.resume(), [.prompt(prompt: .welcomeBack)])
        XCTAssertEqual(session.cancel(), [.ended(outcome: .stopped, code: "session.cancelled")])
        XCTAssertEqual(try session.push(his.frame(0), atMs: atMs + 100), [])
    }

    func testAskedForItsAnswerTooEarlyItNamesACode() async throws {
        let session = try Library.practice()
        let early = await code { _ = try await session.finish() }
        XCTAssertEqual(early, "evidence.insufficient")
        XCTAssertEqual(session.phase(), .framing)
    }

    func testManyThreadsPushPressAndAskAtOnce() throws {
        let session = try Library.practice()
        let guidance = Guidance(language: .zhHans)
        let clip = his
        let failures = Locked(0)
        DispatchQueue.concurrentPerform(iterations: 12) { n in
            for turn in 0..<40 {
                do {
                    switch n % 4 {
                    case 0: _ = try session.push(clip.frame(turn), atMs: 40 * UInt64(turn))
                    case 1: _ = session.tick(atMs: 40 * UInt64(turn))
                    case 2: _ = session.sayAgain()
                    default: _ = try guidance.error(code: "frame.too_dark", retryAfterS: nil)
                    }
                } catch {
                    failures.change { $0 += 1 }
                }
            }
        }
        XCTAssertEqual(failures.value, 0)
        XCTAssertEqual(session.phase(), .framing)
    }

    func testWhatIsLetGoOfUnderARunningCallEndsInOrderAndTheNetsGoBack() throws {
        for _ in 0..<4 {
            let began = DispatchSemaphore(value: 0)
            let ended = DispatchSemaphore(value: 0)
            let (stop, pushed) = (Locked(false), Locked(0))
            var session: Session? = try Library.practice()
            let thread = Thread { [clip = his, own = session!] in
                began.signal()
                while !stop.value {
                    _ = try? own.push(clip.frame(pushed.value), atMs: 40 * UInt64(pushed.value))
                    pushed.change { $0 += 1 }
                }
                ended.signal()
            }
            thread.stackSize = 8 << 20
            thread.start()
            began.wait()
            // The last one to hold it is the camera's thread, in the middle of a frame.
            session = nil
            XCTAssertNil(session)
            Thread.sleep(forTimeInterval: 0.1)
            stop.value = true
            XCTAssertEqual(ended.wait(timeout: .now() + 60), .success)
            XCTAssertGreaterThan(pushed.value, 0)
        }
        let next = try Library.practice()
        XCTAssertNoThrow(try next.push(his.frame(0), atMs: 0))
    }
}
