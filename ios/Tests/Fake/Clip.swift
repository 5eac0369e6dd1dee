import Foundation
import LifecertCore
import LifecertKit

/// Frames in memory, 25 a second: planar YUV 4:2:0.
public final class Clip: Sendable {
    public let width: Int
    public let height: Int
    public let count: Int
    private let bytes: Data

    /// From one frame to the next.
    public static let frameMs: UInt64 = 40

    public init(width: Int, height: Int, count: Int, bytes: Data) {
        (self.width, self.height, self.count, self.bytes) = (width, height, count, bytes)
    }

    /// A frame; after the last one it begins anew. Its planes are slices of the clip, not copies.
    public func frame(_ n: Int) -> Frame {
        let luma = width * height
        let begin = (n % count) * (bytes.count / count)
        func plane(_ from: Int, _ length: Int) -> Data { bytes[begin + from..<begin + from + length] }
        return Frame(
            y: plane(0, luma),
            cb: plane(luma, luma / 4),
            cr: plane(luma + luma / 4, luma / 4),
            width: width,
            height: height,
            yStride: width,
            chromaStride: width / 2,
            chromaStep: 1
        )
    }

    /// Shows them to a session as a camera would, pressing start when it is asked for, until it is over.
    public func show(to session: Session) throws {
        for n in 0..<count {
            let atMs = Self.frameMs * UInt64(n)
            var cues = try session.push(frame(n), atMs: atMs)
            let asked = cues.contains(.prompt(prompt: .pressStart))
            if session.phase() == .framing, asked { cues += session.start(atMs: atMs) }
            if cues.contains(.finish) { return }
            guard session.phase() != .ended else { throw Broken("\(cues)") }
        }
        throw Broken("the look did not end")
    }
}

extension Session {
    /// Hands a frame over.
    public func push(_ frame: Frame, atMs: UInt64) throws -> [Cue] {
        try pushPlanes(
            y: frame.y,
            cb: frame.cb,
            cr: frame.cr,
            width: UInt32(frame.width),
            height: UInt32(frame.height),
            yStride: UInt32(frame.yStride),
            chromaStride: UInt32(frame.chromaStride),
            chromaStep: UInt32(frame.chromaStep),
            rotationDeg: 0,
            mirrored: false,
            atMs: atMs
        )
    }
}
