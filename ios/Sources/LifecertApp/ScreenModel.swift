#if canImport(UIKit)
import LifecertCore
import LifecertKit
import SwiftUI
import UIKit

/// The driver's pages for a screen that draws whatever it is given.
@MainActor
final class ScreenModel: ObservableObject {
    @Published private(set) var shown: Shown?
    let driver: AppDriver
    let camera: PhoneCamera

    init(_ bundle: Bundle = .main) {
        camera = PhoneCamera()
        driver = AppDriver(parts: .ofThisPhone(camera, bundle), built: Built(bundle))
    }

    /// Shows the pages as they come, until the screen is gone.
    func follow() async {
        for await next in driver.pages {
            let before = shown
            shown = next
            UIApplication.shared.isIdleTimerDisabled = PageLayout(next.page).keepsAwake
            guard before?.page.saying != next.page.saying else { continue }
            // A reader of the screen goes to the new page, and only hears what is new on the same one.
            let isSamePage = before?.page.screen == next.page.screen
            UIAccessibility.post(
                notification: isSamePage ? .announcement : .screenChanged,
                argument: isSamePage ? next.page.spoken : nil
            )
        }
    }
}

extension Parts {
    /// The real ones.
    @MainActor
    static func ofThisPhone(_ camera: PhoneCamera, _ bundle: Bundle) -> Parts {
        Parts(
            camera: camera,
            speaker: PhoneSpeaker(),
            touch: PhoneTouch(),
            outside: PhoneOutside(),
            keys: PhoneKeys(),
            shelf: DefaultsShelf(),
            clock: PhoneClock(),
            folder: folder(),
            // The library that runs the nets is part of the app.
            models: ModelFiles(folder: bundle.bundleURL.appendingPathComponent("models").path, runtime: nil)
        )
    }

    /// The app's folder, which no backup takes along; where it cannot be made, opening it says so.
    private static func folder() -> String {
        let support = FileManager.default.urls(for: .applicationSupportDirectory, in: .userDomainMask)[0]
        var folder = support.appendingPathComponent("phone", isDirectory: true)
        try? FileManager.default.createDirectory(
            at: folder,
            withIntermediateDirectories: true,
            attributes: [.protectionKey: FileProtectionType.completeUntilFirstUserAuthentication]
        )
        var values = URLResourceValues()
        values.isExcludedFromBackup = true
        try? folder.setResourceValues(values)
        return folder.path
    }
}

extension Built {
    /// By what stands in the app's Info.plist.
    init(_ bundle: Bundle) {
        let office = bundle.object(forInfoDictionaryKey: "LifecertOffice") as? String
        let version = bundle.object(forInfoDictionaryKey: "CFBundleShortVersionString") as? String
        let pins = bundle.object(forInfoDictionaryKey: "LifecertPins") as? [String]
        self.init(
            office: office.flatMap { $0.isEmpty ? nil : $0 },
            version: version ?? "",
            pins: pins ?? []
        )
    }
}
#endif
