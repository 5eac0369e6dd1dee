//! How somebody likes to read and to listen. The default is made for the very old.

use serde::{Deserialize, Serialize};

/// How somebody likes to read and to listen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Preferences {
    /// The language's BCP 47 tag; none before it was chosen.
    pub language: Option<String>,
    /// How large the print is.
    pub text_size: TextSize,
    /// How fast it is spoken.
    pub speech: SpeechRate,
    /// Light or dark.
    pub appearance: Appearance,
    /// Whether the phone trembles.
    pub vibration: bool,
    /// Whether its people are abroad.
    pub abroad: bool,
}

impl Default for Preferences {
    fn default() -> Self {
        Self {
            language: None,
            text_size: TextSize::Larger,
            speech: SpeechRate::Slow,
            appearance: Appearance::System,
            vibration: true,
            abroad: false,
        }
    }
}

/// How large the print is, on top of the phone's own setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TextSize {
    /// Texts from 18.
    Large,
    /// From 22.
    Larger,
    /// From 30.
    Largest,
}

impl TextSize {
    /// The size of the smallest text, in scaled pixels (dp times the phone's own text scale).
    pub const fn smallest(self) -> u32 {
        match self {
            Self::Large => 18,
            Self::Larger => 22,
            Self::Largest => 30,
        }
    }
}

/// How fast it is spoken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SpeechRate {
    /// Not at all.
    Off,
    /// Slowly.
    Slow,
    /// As the phone does.
    Usual,
    /// Fast.
    Fast,
}

impl SpeechRate {
    /// The rate in percent of the usual one; 0 is silence.
    pub const fn percent(self) -> u32 {
        match self {
            Self::Off => 0,
            Self::Slow => 75,
            Self::Usual => 100,
            Self::Fast => 130,
        }
    }
}

/// Light or dark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Appearance {
    /// As the phone is.
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Preferences {
    /// Reads what [`to_json`](Self::to_json) wrote; what cannot be read is the default: nobody is
    /// kept out of the app by a damaged setting.
    pub fn from_json(text: &str) -> Self {
        serde_json::from_str(text).unwrap_or_default()
    }

    /// As text, to be kept.
    pub fn to_json(&self) -> String {
        // Unwrap safety: plain fields.
        serde_json::to_string(self).expect("preferences are plain")
    }
}
