#if canImport(UIKit)
import LifecertCore
import LifecertKit
import SwiftUI
import UIKit

/// The one window of the app: follows the pages, and the app's coming and going.
public struct RootView: View {
    @StateObject private var model = ScreenModel()
    @Environment(\.scenePhase) private var phase
    /// Where to come back to when the system ends the app; a text without a secret.
    @SceneStorage("place") private var place: String?

    public init() {}

    public var body: some View {
        ZStack {
            if let shown = model.shown {
                PageView(shown: shown, camera: model.camera) { number, index, entered in
                    model.driver.press(number, index, entered: entered)
                }
                .preferredColorScheme(scheme(shown.preferences.appearance))
                // The system takes its picture of the app while this lies over what nobody else is to see.
                if shown.page.sensitive, phase != .active { Cover() }
            } else {
                // The first page comes in a moment.
                Cover()
            }
        }
        .task {
            model.driver.open(place: place)
            await model.follow()
        }
        .onChange(of: phase) { phase in
            switch phase {
            case .active: model.driver.resume()
            case .background:
                place = model.driver.placeToKeep
                model.driver.pause()
            // A message over the app, or the way to another one: the page stays.
            case .inactive: break
            @unknown default: break
            }
        }
        .onReceive(memoryWarnings) { _ in model.driver.trim() }
        // Two fingers drawn as a Z are VoiceOver's way back.
        .accessibilityAction(.escape) { model.driver.back() }
    }

    private var memoryWarnings: NotificationCenter.Publisher {
        NotificationCenter.default.publisher(for: UIApplication.didReceiveMemoryWarningNotification)
    }

    private func scheme(_ appearance: Appearance) -> ColorScheme? {
        switch appearance {
        case .system: nil
        case .light: .light
        case .dark: .dark
        }
    }
}

/// Plain paper.
private struct Cover: View {
    @Environment(\.colorScheme) private var scheme

    var body: some View {
        Color(Palette.of(.system, phoneIsDark: scheme == .dark).paper)
            .ignoresSafeArea()
            .accessibilityHidden(true)
    }
}
#endif
