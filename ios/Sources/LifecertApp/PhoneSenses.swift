#if canImport(UIKit)
import AVFoundation
import LifecertCore
import LifecertKit
import UIKit

/// The phone's own voice. Where it has none for a language, it stays silent.
@MainActor
final class PhoneSpeaker: Speaker {
    private let voice = AVSpeechSynthesizer()

    var readsAloud: Bool { UIAccessibility.isVoiceOverRunning }

    func say(_ text: String, language: String, percent: Int) {
        voice.stopSpeaking(at: .immediate)
        guard let speaks = AVSpeechSynthesisVoice(language: Voice.language(of: language)) else { return }
        // It is heard with the switch on silent too: who needs it does not know of the switch.
        try? AVAudioSession.sharedInstance().setCategory(.playback, mode: .spokenAudio, options: .duckOthers)
        let utterance = AVSpeechUtterance(string: text)
        utterance.voice = speaks
        utterance.rate = Voice.rate(
            percent: percent,
            slowest: AVSpeechUtteranceMinimumSpeechRate,
            usual: AVSpeechUtteranceDefaultSpeechRate,
            fastest: AVSpeechUtteranceMaximumSpeechRate
        )
        voice.speak(utterance)
    }

    func hush() {
        voice.stopSpeaking(at: .immediate)
    }
}

/// The phone trembles: once for what went well, twice for what wants to be looked at.
@MainActor
final class PhoneTouch: Touch {
    private let generator = UINotificationFeedbackGenerator()

    func mark(_ mark: Mark) {
        switch mark {
        case .none: break
        case .good: generator.notificationOccurred(.success)
        case .look: generator.notificationOccurred(.warning)
        }
    }
}

/// Small plain settings in the app's own space.
struct DefaultsShelf: Shelf {
    subscript(name: String) -> String? {
        get { UserDefaults.standard.string(forKey: name) }
        nonmutating set { UserDefaults.standard.set(newValue, forKey: name) }
    }
}
#endif
