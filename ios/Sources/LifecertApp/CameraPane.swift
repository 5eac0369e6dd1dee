#if canImport(UIKit)
import LifecertCore
import LifecertKit
import SwiftUI

/// What the camera sees, and on it where the face or the sheet belongs, with how far the look is.
struct CameraPane: View {
    let view: CameraView
    let camera: PhoneCamera
    let style: Style

    var body: some View {
        ZStack {
            CameraPreview(camera: camera)
            GeometryReader { room in
                let aim = Aim(view.sight)
                let hole = Self.hole(in: room.size, aim.proportion)
                let shape = Self.path(aim.shape, hole)
                Path { path in
                    path.addRect(CGRect(origin: .zero, size: room.size))
                    path.addPath(shape)
                }
                .fill(Color(style.palette.paper), style: FillStyle(eoFill: true))
                shape.stroke(Color(style.palette.line), lineWidth: 4)
                Path { path in
                    path.addEllipse(in: hole)
                }
                .trim(from: 0, to: CGFloat(view.permille) / 1_000)
                .rotation(.degrees(-90))
                .stroke(Color(style.palette.good), style: StrokeStyle(lineWidth: Self.rim, lineCap: .round))
            }
        }
        .clipped()
        .frame(minHeight: 220)
        .frame(maxHeight: .infinity)
        // What is asked is said and read; the picture tells no more.
        .accessibilityHidden(true)
    }

    private static let rim: CGFloat = 10

    private static func hole(in room: CGSize, _ proportion: Double) -> CGRect {
        let width = max(0, min(room.width - 2 * rim, (room.height - 2 * rim) * proportion))
        let height = width / proportion
        return CGRect(x: (room.width - width) / 2, y: (room.height - height) / 2, width: width, height: height)
    }

    private static func path(_ shape: Aim.Shape, _ hole: CGRect) -> Path {
        switch shape {
        case .oval: Path(ellipseIn: hole)
        case .sheet: Path(roundedRect: hole, cornerRadius: rim)
        }
    }
}
#endif
