#if canImport(UIKit)
@preconcurrency import AVFoundation
import LifecertCore
import LifecertKit
import UIKit

/// The phone's own cameras, by AVFoundation.
@MainActor
final class PhoneCamera: LifecertKit.Camera {
    /// What the preview draws.
    let session = AVCaptureSession()
    private var capture: Capture?

    func open(_ facing: Facing, sink: any FrameSink) {
        close()
        let capture = Capture(session, facing, sink)
        self.capture = capture
        // The first time the system asks; afterwards it answers at once.
        AVCaptureDevice.requestAccess(for: .video) { @Sendable isAllowed in
            if isAllowed { capture.begin() } else { sink.trouble(.denied) }
        }
    }

    func close() {
        capture?.end()
        capture = nil
    }

    /// How the screen stands now.
    func stands(_ stand: Turn.Stand) {
        capture?.stand(stand)
    }
}

/// One opening of one camera. All of it is on a queue of its own, on which the frames come too: while one
/// is looked at, the system drops the others.
private final class Capture: NSObject, AVCaptureVideoDataOutputSampleBufferDelegate, @unchecked Sendable {
    private let session: AVCaptureSession
    private let facing: Facing
    private let sink: any FrameSink
    private let queue = DispatchQueue(label: "org.lifecert.camera", qos: .userInitiated)
    private let output = AVCaptureVideoDataOutput()
    private let clock = PhoneClock()
    private var watchers: [any NSObjectProtocol] = []
    private var side = Facing.front
    private var turnedDeg = 0
    private var stand = Turn.Stand.portrait
    private var level: NSKeyValueObservation?
    private var coordinator: AnyObject?
    private var isOver = false

    init(_ session: AVCaptureSession, _ facing: Facing, _ sink: any FrameSink) {
        self.session = session
        self.facing = facing
        self.sink = sink
    }

    func begin() {
        queue.async { [self] in
            guard !isOver else { return }
            guard let device = lens() else { return fail(.missing) }
            guard let input = try? AVCaptureDeviceInput(device: device) else { return fail(.lost) }
            watch()
            session.beginConfiguration()
            for old in session.inputs { session.removeInput(old) }
            for old in session.outputs { session.removeOutput(old) }
            session.sessionPreset = .hd1280x720
            let fits = session.canAddInput(input) && session.canAddOutput(output)
            if fits {
                session.addInput(input)
                output.alwaysDiscardsLateVideoFrames = true
                let format = kCVPixelFormatType_420YpCbCr8BiPlanarFullRange
                output.videoSettings = [kCVPixelBufferPixelFormatTypeKey as String: format]
                output.setSampleBufferDelegate(self, queue: queue)
                session.addOutput(output)
            }
            session.commitConfiguration()
            guard fits else { return fail(.lost) }
            turnedDeg = Turn.degrees(stand, side)
            followLevel(of: device)
            session.startRunning()
        }
    }

    func end() {
        queue.async { [self] in
            guard !isOver else { return }
            isOver = true
            output.setSampleBufferDelegate(nil, queue: nil)
            watchers.forEach(NotificationCenter.default.removeObserver)
            (watchers, level, coordinator) = ([], nil, nil)
            session.stopRunning()
        }
    }

    func stand(_ stand: Turn.Stand) {
        queue.async { [self] in
            self.stand = stand
            if coordinator == nil { turnedDeg = Turn.degrees(stand, side) }
        }
    }

    func captureOutput(
        _ output: AVCaptureOutput,
        didOutput buffer: CMSampleBuffer,
        from connection: AVCaptureConnection
    ) {
        guard !isOver, let pixels = CMSampleBufferGetImageBuffer(buffer) else { return }
        CVPixelBufferLockBaseAddress(pixels, .readOnly)
        defer { CVPixelBufferUnlockBaseAddress(pixels, .readOnly) }
        guard let frame = Self.lend(pixels) else { return }
        let mirrored = connection.isVideoMirrored
        sink.frame(frame, turnedDeg: turnedDeg, mirrored: mirrored, atMs: clock.steadyMs)
    }

    /// The planes where they lie: brightness, and both colours in one plane, a byte apart.
    private static func lend(_ pixels: CVPixelBuffer) -> Frame? {
        guard
            let luma = CVPixelBufferGetBaseAddressOfPlane(pixels, 0),
            let chroma = CVPixelBufferGetBaseAddressOfPlane(pixels, 1)
        else { return nil }
        let lumaStride = CVPixelBufferGetBytesPerRowOfPlane(pixels, 0)
        let chromaStride = CVPixelBufferGetBytesPerRowOfPlane(pixels, 1)
        let chromaLength = chromaStride * CVPixelBufferGetHeightOfPlane(pixels, 1)
        func lent(_ from: UnsafeMutableRawPointer, _ length: Int) -> Data {
            Data(bytesNoCopy: from, count: length, deallocator: .none)
        }
        return Frame(
            y: lent(luma, lumaStride * CVPixelBufferGetHeightOfPlane(pixels, 0)),
            cb: lent(chroma, chromaLength),
            cr: lent(chroma + 1, chromaLength - 1),
            width: CVPixelBufferGetWidth(pixels),
            height: CVPixelBufferGetHeight(pixels),
            yStride: lumaStride,
            chromaStride: chromaStride,
            chromaStep: 2
        )
    }

    /// The camera on the wished side, or the other one. Only cameras for visible light are asked for.
    private func lens() -> AVCaptureDevice? {
        for side in facing == .front ? [Facing.front, .rear] : [.rear, .front] {
            let position: AVCaptureDevice.Position = side == .front ? .front : .back
            if let device = AVCaptureDevice.default(.builtInWideAngleCamera, for: .video, position: position) {
                self.side = side
                return device
            }
        }
        return nil
    }

    /// An iPad lies in landscape, and some have their camera on the long side: where the system knows how
    /// a picture stands upright, it is asked.
    private func followLevel(of device: AVCaptureDevice) {
        guard #available(iOS 17, *) else { return }
        let coordinator = AVCaptureDevice.RotationCoordinator(device: device, previewLayer: nil)
        self.coordinator = coordinator
        level = coordinator.observe(\.videoRotationAngleForHorizonLevelCapture, options: [.initial, .new]) {
            [weak self] coordinator, _ in
            let degrees = Turn.degrees(angle: coordinator.videoRotationAngleForHorizonLevelCapture)
            guard let self else { return }
            queue.async { self.turnedDeg = degrees }
        }
    }

    /// A call, another app beside this one, or the system itself takes the camera away.
    private func watch() {
        let names = [AVCaptureSession.wasInterruptedNotification, AVCaptureSession.runtimeErrorNotification]
        watchers = names.map { name in
            NotificationCenter.default.addObserver(forName: name, object: session, queue: nil) {
                [weak self] _ in
                guard let self else { return }
                queue.async { self.fail(.lost) }
            }
        }
    }

    private func fail(_ trouble: CameraTrouble) {
        guard !isOver else { return }
        end()
        sink.trouble(trouble)
    }
}
#endif
