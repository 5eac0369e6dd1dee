//! What the person reads and hears for every prompt, error code and outcome: one source for
//! every shell.
//!
//! What it does not do: it shows nothing, says nothing, knows no person. A shell shows
//! [`Message::shown`] in large print, says [`Message::spoken`], then shows and says
//! [`Message::next`].
//!
//! ```text
//! Prompt, ErrorCode, Outcome --> Guidance (one language, Fluent) --> Message
//! ```
//!
//! ```
//! use lifecert_guidance::{Guidance, Lang};
//! use lifecert_protocol::{ErrorCode, Prompt};
//!
//! let guidance = Guidance::new("en".parse()?);
//! assert_eq!(guidance.prompt(Prompt::ComeCloser).shown, "Please come a little closer.");
//! assert!(guidance.error(ErrorCode::ServerUnreachable).next.is_some());
//! # Ok::<(), lifecert_protocol::UnknownName>(())
//! ```
//!
//! It has no features.

#![forbid(unsafe_code)]

mod consent;
mod lang;
mod receipt_page;
mod screens;
#[cfg(test)]
mod tests;

pub use consent::ConsentText;
pub use lang::Lang;
pub use receipt_page::{ReceiptLabel, ReceiptWords};
pub use screens::{Facts, Label, LocalTime, Screen};

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use fluent_syntax::ast::Pattern;
use lifecert_protocol::{ErrorCode, Outcome, Prompt};

/// What to show, what to say, and what to do next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// For the screen: short enough for large print.
    pub shown: String,
    /// How the same is best said aloud: whole sentences, no abbreviations, no symbols.
    pub spoken: String,
    /// The next step, to be shown and said. Errors and outcomes always have one, prompts are one.
    pub next: Option<String>,
}

/// What is known beyond an error's code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Details {
    /// Seconds to rest before the next try.
    pub retry_after_s: Option<u32>,
}

/// The messages in one language. It can be shared between threads.
pub struct Guidance {
    lang: Lang,
    bundle: FluentBundle<FluentResource>,
}

impl Guidance {
    /// The messages in `lang`, which are part of the program: nothing is read from outside.
    pub fn new(lang: Lang) -> Self {
        let bundle = bundle(lang, &lang.messages());
        Self { lang, bundle }
    }

    /// The language.
    pub fn lang(&self) -> Lang {
        self.lang
    }

    /// What to ask while the camera looks.
    pub fn prompt(&self, prompt: Prompt) -> Message {
        self.message(prompt.as_str(), Details::default())
    }

    /// What to say when something did not go through.
    pub fn error(&self, code: ErrorCode) -> Message {
        self.error_with(code, &Details::default())
    }

    /// What to say when something did not go through and more is known than the code: a rest of a
    /// known length is named in rounded seconds or minutes.
    pub fn error_with(&self, code: ErrorCode, details: &Details) -> Message {
        self.message(code.as_str(), *details)
    }

    /// What to say at the end of a session.
    pub fn outcome(&self, outcome: Outcome) -> Message {
        self.message(outcome.as_str(), Details::default())
    }

    fn message(&self, name: &str, details: Details) -> Message {
        self.text(&message_id(name), &rest(details.retry_after_s))
    }

    fn text(&self, id: &str, args: &FluentArgs<'_>) -> Message {
        Message {
            shown: self.value(id, args),
            // Unwrap safety: the tests ask every message for its spoken words.
            spoken: self
                .attribute(id, "spoken", args)
                .expect("every message has spoken words"),
            next: self.attribute(id, "next", args),
        }
    }

    fn value(&self, id: &str, args: &FluentArgs<'_>) -> String {
        // Unwrap safety: the tests ask every language for everything that has a name.
        let found = self.bundle.get_message(id);
        let value = found.and_then(|message| message.value());
        self.filled(id, value.expect("every name has a message"), args)
    }

    fn attribute(&self, id: &str, name: &str, args: &FluentArgs<'_>) -> Option<String> {
        let found = self.bundle.get_message(id)?.get_attribute(name)?;
        Some(self.filled(id, found.value(), args))
    }

    fn filled(&self, id: &str, pattern: &Pattern<&str>, args: &FluentArgs<'_>) -> String {
        let mut faults = Vec::new();
        let text = self.bundle.format_pattern(pattern, Some(args), &mut faults);
        debug_assert!(faults.is_empty(), "{id}: {faults:?}");
        text.into_owned()
    }
}

/// Texts that are part of the program, ready to be formatted.
fn bundle(lang: Lang, texts: &[&str]) -> FluentBundle<FluentResource> {
    // Unwrap safety: the texts are part of the program; the tests read every language.
    let mut bundle = FluentBundle::new_concurrent(vec![
        lang.as_str().parse().expect("every tag is a language"),
    ]);
    // Marks for text direction are read aloud by some voices, or cut a word in two.
    bundle.set_use_isolating(false);
    for text in texts {
        let resource = FluentResource::try_new((*text).to_owned())
            .map_err(|(_, faults)| faults)
            .expect("the messages are in Fluent's syntax");
        bundle
            .add_resource(resource)
            .expect("no message stands there twice");
    }
    bundle
}

/// A stable name as Fluent spells ids: `frame.no_face` is `frame-no-face`.
fn message_id(name: &str) -> String {
    name.replace(['.', '_'], "-")
}

/// A rest as an old person would be told it: tens of seconds, from two minutes on whole minutes,
/// never shorter than asked for.
fn rest(retry_after_s: Option<u32>) -> FluentArgs<'static> {
    let (unit, count) = match retry_after_s {
        None | Some(0) => ("unknown", 0),
        Some(seconds @ 1..=110) => ("seconds", seconds.div_ceil(10) * 10),
        Some(seconds) => ("minutes", seconds.div_ceil(60)),
    };
    let mut args = FluentArgs::new();
    args.set("unit", unit);
    args.set("count", count);
    args
}
