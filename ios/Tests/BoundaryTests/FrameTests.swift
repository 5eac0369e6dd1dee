import Foundation
import LifecertCore
import LifecertFake
import XCTest

/// What is lent of a `Data`, and shapes that cannot be.
final class FrameTests: XCTestCase {
    private let size = 640 * 480 * 3 / 2

    private func check(
        _ pixels: Data,
        width: UInt32 = 640,
        height: UInt32 = 480,
        stride: UInt32 = 640,
        turn: UInt32 = 0
    ) -> String {
        code {
            try checkFrame(
                pixels: pixels,
                width: width,
                height: height,
                stride: stride,
                format: .nv21,
                rotationDeg: turn
            )
        }
    }

    func testOnlyASliceIsLent() {
        let pixels = Data(count: size + 1_000)
        XCTAssertEqual(check(pixels), "")
        XCTAssertEqual(check(pixels[1_000...]), "")
        XCTAssertEqual(check(pixels.dropFirst(1_001)), "frame.invalid")
        XCTAssertEqual(check(pixels[..<(size - 1)]), "frame.invalid")
        XCTAssertEqual(check(Data()), "frame.invalid")
        XCTAssertEqual(check(pixels[7..<7]), "frame.invalid")
    }

    func testMemoryOfACameraIsLentWithoutACopy() {
        let memory = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 16)
        defer { memory.deallocate() }
        memory.initializeMemory(as: UInt8.self, repeating: 127, count: size)
        XCTAssertEqual(check(Data(bytesNoCopy: memory, count: size, deallocator: .none)), "")
        XCTAssertEqual(check(Data(bytesNoCopy: memory, count: size - 1, deallocator: .none)), "frame.invalid")
    }

    func testShapesThatCannotBeAreRefusedByCode() {
        let pixels = Data(count: size)
        XCTAssertEqual(check(pixels, width: 0), "frame.invalid")
        XCTAssertEqual(check(pixels, stride: 639), "frame.invalid")
        XCTAssertEqual(check(pixels, height: 481), "frame.invalid")
        XCTAssertEqual(check(pixels, turn: 45), "frame.invalid")
        XCTAssertEqual(check(pixels, width: .max, height: .max, stride: .max), "frame.invalid")
        for turn: UInt32 in [90, 180, 270] { XCTAssertEqual(check(pixels, turn: turn), "") }
    }

    func testPlanesThatDoNotFitAreRefusedAndTheLookGoesOn() throws {
        let session = try Library.practice()
        let grey = Data(repeating: 127, count: size)
        let luma = 640 * 480
        func push(_ y: Data, _ cb: Data, _ cr: Data, step: UInt32, atMs: UInt64) throws -> [Cue] {
            try session.pushPlanes(
                y: y,
                cb: cb,
                cr: cr,
                width: 640,
                height: 480,
                yStride: 640,
                chromaStride: 640,
                chromaStep: step,
                rotationDeg: 0,
                mirrored: false,
                atMs: atMs
            )
        }
        // As Apple's cameras give them: Cb and Cr are views of one plane, one byte apart.
        let (y, cb, cr) = (grey[..<luma], grey[luma...], grey[(luma + 1)...])
        XCTAssertEqual(code { _ = try push(y[..<(luma - 1)], cb, cr, step: 2, atMs: 0) }, "frame.invalid")
        XCTAssertEqual(code { _ = try push(y, cb[..<(luma + 9)], cr, step: 2, atMs: 0) }, "frame.invalid")
        XCTAssertEqual(code { _ = try push(y, cb, cr, step: 0, atMs: 0) }, "frame.invalid")
        let cues = try (UInt64(0)..<20).flatMap { try push(y, cb, cr, step: 2, atMs: 100 * $0) }
        XCTAssertEqual(cues, [.prompt(prompt: .findFace)])
    }

    func testAFrameCrossesInUnderAFiftiethOfAMillisecond() throws {
        // What it costs by crossing alone: it is pushed to a session that looks no more.
        let session = try Library.practice()
        _ = session.cancel()
        let pixels = Data(count: size)
        let nanos = try (0..<10_000).map { n -> UInt64 in
            let began = DispatchTime.now().uptimeNanoseconds
            let cues = try session.pushFrame(
                pixels: pixels,
                width: 640,
                height: 480,
                stride: 640,
                format: .nv21,
                rotationDeg: 270,
                mirrored: true,
                atMs: UInt64(n)
            )
            XCTAssertTrue(cues.isEmpty)
            return DispatchTime.now().uptimeNanoseconds - began
        }
        let median = Double(nanos.sorted()[nanos.count / 2]) / 1_000
        print("one buffer of 640x480 crosses in \(median) us (median of 10,000)")
        XCTAssertLessThan(median, 50)
    }
}
