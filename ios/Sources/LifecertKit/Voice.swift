/// How a voice of the phone is chosen and paced.
public enum Voice {
    /// Voices know places, not scripts.
    public static func language(of tag: String) -> String {
        switch tag {
        case "zh-Hans": "zh-CN"
        case "zh-Hant": "zh-TW"
        default: tag
        }
    }

    /// The rate between the slowest and the fastest of a phone, for percent of its usual one.
    public static func rate(percent: Int, slowest: Float, usual: Float, fastest: Float) -> Float {
        min(max(usual * Float(percent) / 100, slowest), fastest)
    }
}
