//! Every word that a person reads or hears, by code and language.

use crate::errors::{LifecertError, malformed};
use crate::vocabulary::{Language, Outcome, Prompt};
use lifecert_guidance::{ConsentText as CoreText, Details};
use lifecert_protocol::ErrorCode;
use std::sync::Arc;

/// What to show, what to say, and what to do next.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Words {
    /// For the screen: short enough for large print.
    pub shown: String,
    /// How the same is best said aloud.
    pub spoken: String,
    /// The next step, to be shown and said. Errors and outcomes always have one, prompts are one.
    pub next: Option<String>,
}

/// What a person is asked to agree to, to be shown and said as it is.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct ConsentText {
    /// Its version.
    pub version: u32,
    /// The text.
    pub text: String,
}

/// The messages in one language.
#[derive(uniffi::Object)]
pub struct Guidance(lifecert_guidance::Guidance);

#[uniffi::export]
impl Guidance {
    /// The messages in a language; they are part of the library.
    #[uniffi::constructor]
    pub fn new(language: Language) -> Arc<Self> {
        Arc::new(Self(lifecert_guidance::Guidance::new(language.into())))
    }

    /// The language.
    pub fn language(&self) -> Language {
        self.0.lang().into()
    }

    /// What to ask while the camera looks.
    pub fn prompt(&self, prompt: Prompt) -> Words {
        self.0.prompt(prompt.into()).into()
    }

    /// What to say at the end of a session.
    pub fn outcome(&self, outcome: Outcome) -> Words {
        self.0.outcome(outcome.into()).into()
    }

    /// What to say when something did not go through; a rest of a known length is named in it.
    ///
    /// # Errors
    /// `request.malformed` for a text that is no code of ours.
    pub fn error(&self, code: String, retry_after_s: Option<u32>) -> Result<Words, LifecertError> {
        let code: ErrorCode = code.parse().map_err(malformed)?;
        Ok(self.0.error_with(code, &Details { retry_after_s }).into())
    }

    /// What a person is asked to agree to now.
    pub fn consent_text(&self) -> ConsentText {
        let text = CoreText::current(self.0.lang());
        ConsentText {
            version: text.version,
            text: text.text.to_owned(),
        }
    }
}

impl From<lifecert_guidance::Message> for Words {
    fn from(message: lifecert_guidance::Message) -> Self {
        Self {
            shown: message.shown,
            spoken: message.spoken,
            next: message.next,
        }
    }
}
