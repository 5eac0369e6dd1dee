#if canImport(UIKit)
import LifecertApp
import SwiftUI

@main
struct LifecertMain: App {
    var body: some Scene {
        WindowGroup { RootView() }
    }
}
#endif
