#if canImport(UIKit)
import AVFoundation
import LifecertKit
import SwiftUI
import UIKit

/// What the camera sees, as large as there is room, upright however the screen stands.
struct CameraPreview: UIViewRepresentable {
    let camera: PhoneCamera

    func makeUIView(context: Context) -> PreviewView { PreviewView(camera) }

    func updateUIView(_ view: PreviewView, context: Context) {}
}

final class PreviewView: UIView {
    private let camera: PhoneCamera

    override class var layerClass: AnyClass { AVCaptureVideoPreviewLayer.self }

    init(_ camera: PhoneCamera) {
        self.camera = camera
        super.init(frame: .zero)
        let preview = layer as? AVCaptureVideoPreviewLayer
        preview?.session = camera.session
        preview?.videoGravity = .resizeAspectFill
        isAccessibilityElement = false
        isUserInteractionEnabled = false
    }

    @available(*, unavailable)
    required init?(coder: NSCoder) {
        fatalError("made by code alone")
    }

    override func layoutSubviews() {
        super.layoutSubviews()
        guard let stands = window?.windowScene?.interfaceOrientation else { return }
        let (stand, video): (Turn.Stand, AVCaptureVideoOrientation) = switch stands {
        case .portraitUpsideDown: (.upsideDown, .portraitUpsideDown)
        case .landscapeLeft: (.landscapeLeft, .landscapeLeft)
        case .landscapeRight: (.landscapeRight, .landscapeRight)
        default: (.portrait, .portrait)
        }
        (layer as? AVCaptureVideoPreviewLayer)?.connection?.videoOrientation = video
        camera.stands(stand)
    }
}
#endif
