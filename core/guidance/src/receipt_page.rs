//! The words on a printed receipt.

use crate::Lang;
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use lifecert_protocol::{Assurance, Modality};

/// A line or a label on a printed receipt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReceiptLabel {
    /// What it is.
    Title,
    /// What was confirmed.
    Lead,
    /// The office.
    Agency,
    /// The person's number.
    Person,
    /// From when on the person is known to have been alive,
    AliveFrom,
    /// and until when.
    AliveTo,
    /// How long it counts.
    Until,
    /// By what kind of evidence.
    ShownBy,
    /// How well the device is known.
    Assurance,
    /// The receipt's number.
    Receipt,
    /// Where it stands in the public log.
    LogIndex,
    /// That this copy does not say where.
    LogNone,
    /// What the code holds, and that only the code counts.
    Code,
    /// How it is checked.
    Check,
    /// That nobody can find a name out from it.
    NoName,
    /// That this copy opens the commitment to name and number.
    WithSalt,
}

impl ReceiptLabel {
    #[cfg(test)]
    const ALL: [Self; 16] = [
        Self::Title,
        Self::Lead,
        Self::Agency,
        Self::Person,
        Self::AliveFrom,
        Self::AliveTo,
        Self::Until,
        Self::ShownBy,
        Self::Assurance,
        Self::Receipt,
        Self::LogIndex,
        Self::LogNone,
        Self::Code,
        Self::Check,
        Self::NoName,
        Self::WithSalt,
    ];

    const fn id(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Lead => "lead",
            Self::Agency => "agency",
            Self::Person => "person",
            Self::AliveFrom => "alive-from",
            Self::AliveTo => "alive-to",
            Self::Until => "until",
            Self::ShownBy => "shown-by",
            Self::Assurance => "assurance",
            Self::Receipt => "receipt",
            Self::LogIndex => "log-index",
            Self::LogNone => "log-none",
            Self::Code => "code",
            Self::Check => "check",
            Self::NoName => "no-name",
            Self::WithSalt => "with-salt",
        }
    }
}

/// The words on a printed receipt in one language.
pub struct ReceiptWords {
    bundle: FluentBundle<FluentResource>,
}

impl ReceiptWords {
    /// The words in `lang`, which are part of the program.
    pub fn new(lang: Lang) -> Self {
        let text = match lang {
            Lang::ZhHans => include_str!("../paper/receipt.zh-Hans.ftl"),
            Lang::ZhHant => include_str!("../paper/receipt.zh-Hant.ftl"),
            Lang::En => include_str!("../paper/receipt.en.ftl"),
            Lang::Es => include_str!("../paper/receipt.es.ftl"),
        };
        Self {
            bundle: crate::bundle(lang, &[text]),
        }
    }

    /// A line or a label.
    pub fn label(&self, label: ReceiptLabel) -> String {
        self.text(label.id())
    }

    /// A kind of evidence.
    pub fn modality(&self, modality: Modality) -> String {
        self.text(&format!("modality-{modality}"))
    }

    /// How well a device is known.
    pub fn assurance(&self, assurance: Assurance) -> String {
        self.text(&format!("assurance-{assurance}"))
    }

    fn text(&self, id: &str) -> String {
        // Unwrap safety: the test asks every language for every text.
        let message = self.bundle.get_message(id).expect("every id has a text");
        let pattern = message.value().expect("every text has a value");
        let mut faults = Vec::new();
        let text = self
            .bundle
            .format_pattern(pattern, Some(&FluentArgs::new()), &mut faults);
        debug_assert!(faults.is_empty(), "{id}: {faults:?}");
        text.into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_has_every_word_of_a_receipt() {
        for lang in Lang::ALL {
            let words = ReceiptWords::new(lang);
            let labels = ReceiptLabel::ALL.iter().map(|label| words.label(*label));
            let modalities = Modality::ALL.iter().map(|one| words.modality(*one));
            let assurances = Assurance::ALL.iter().map(|one| words.assurance(*one));
            for text in labels.chain(modalities).chain(assurances) {
                assert!(!text.is_empty() && text == text.trim(), "{lang}");
                assert!(!text.contains(['{', '}', '$']), "{lang} {text}");
            }
        }
    }
}
