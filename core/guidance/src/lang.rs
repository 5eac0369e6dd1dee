//! The languages that guidance speaks.

use lifecert_protocol::UnknownName;
use std::fmt;
use std::str::FromStr;

/// A language, named by its BCP 47 tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Lang {
    /// Chinese in simplified characters, as it is used on the mainland.
    ZhHans,
    /// Chinese in traditional characters, as it is used in Taiwan.
    ZhHant,
    /// English.
    En,
    /// Spanish.
    Es,
}

impl Lang {
    /// Every language.
    pub const ALL: [Lang; 4] = [Lang::ZhHans, Lang::ZhHant, Lang::En, Lang::Es];

    /// The BCP 47 tag, for example `zh-Hans`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Lang::ZhHans => "zh-Hans",
            Lang::ZhHant => "zh-Hant",
            Lang::En => "en",
            Lang::Es => "es",
        }
    }

    /// The messages in Fluent's syntax: prompts, codes and outcomes, then the screens.
    pub(crate) const fn messages(self) -> [&'static str; 2] {
        match self {
            Lang::ZhHans => [
                include_str!("../messages/zh-Hans.ftl"),
                include_str!("../screens/zh-Hans.ftl"),
            ],
            Lang::ZhHant => [
                include_str!("../messages/zh-Hant.ftl"),
                include_str!("../screens/zh-Hant.ftl"),
            ],
            Lang::En => [
                include_str!("../messages/en.ftl"),
                include_str!("../screens/en.ftl"),
            ],
            Lang::Es => [
                include_str!("../messages/es.ftl"),
                include_str!("../screens/es.ftl"),
            ],
        }
    }
}

impl fmt::Display for Lang {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Lang {
    type Err = UnknownName;

    fn from_str(text: &str) -> Result<Self, UnknownName> {
        Self::ALL
            .into_iter()
            .find(|lang| lang.as_str() == text)
            .ok_or(UnknownName)
    }
}
