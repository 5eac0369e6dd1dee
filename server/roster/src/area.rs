//! Where people belong: region, county, outlet, as a path.

use std::fmt;
use std::str::FromStr;

/// Levels of a path: region, county, outlet, desk.
const MOST_LEVELS: usize = 4;

/// The longest name of a level, in bytes.
const LONGEST_NAME: usize = 32;

/// A path of places, `52/5201/outlet-3`: small letters, digits and hyphens. The empty one is the
/// whole agency.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Area(String);

/// A text that is no path of places.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a path of places like 52/5201/outlet-3")]
pub struct NotAnArea;

impl Area {
    /// The path as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether another place is this one or lies in it.
    pub fn covers(&self, other: &Area) -> bool {
        let rest = other.0.strip_prefix(self.0.as_str());
        self.0.is_empty() || rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }
}

impl fmt::Display for Area {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Area {
    type Err = NotAnArea;

    fn from_str(text: &str) -> Result<Self, NotAnArea> {
        let is_name = |name: &str| {
            let mut bytes = name.bytes();
            (1..=LONGEST_NAME).contains(&name.len())
                && bytes.all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        };
        let is_path = text.split('/').all(is_name) && text.split('/').count() <= MOST_LEVELS;
        if text.is_empty() || is_path {
            Ok(Self(text.to_owned()))
        } else {
            Err(NotAnArea)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_covers_itself_and_what_lies_in_it() {
        let area = |text: &str| text.parse::<Area>().unwrap();
        for (place, other, covers) in [
            ("", "52/5201", true),
            ("", "", true),
            ("52", "52", true),
            ("52", "52/5201/outlet-3", true),
            ("52/5201", "52/5201/outlet-3", true),
            ("52/5201", "52/5202", false),
            // A county's number begins as its region's does.
            ("52/52", "52/5201", false),
            ("52/5201", "52", false),
            ("52", "", false),
        ] {
            assert_eq!(area(place).covers(&area(other)), covers, "{place} {other}");
        }
    }

    #[test]
    fn only_paths_of_plain_names_are_read() {
        for bad in ["/", "52/", "/52", "52//1", "A", "5 2", "52%", "5_", "a:b"] {
            assert_eq!(bad.parse::<Area>(), Err(NotAnArea), "{bad}");
        }
        assert!("1/2/3/4/5".parse::<Area>().is_err());
        assert!("x".repeat(33).parse::<Area>().is_err());
        assert_eq!(
            "52/5201/outlet-3".parse::<Area>().unwrap().to_string(),
            "52/5201/outlet-3"
        );
    }
}
