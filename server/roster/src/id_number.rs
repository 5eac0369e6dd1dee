//! The number of an identity document, parsed once and never shown.

use jiff::ToSpan;
use jiff::civil::Date;
use lifecert_protocol::{ErrorCode, UnknownName};
use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;
use zeroize::Zeroizing;

/// Weights of the first 17 digits in ISO 7064 MOD 11-2: powers of 2 modulo 11, from the left.
const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

/// The check character for each remainder of the weighted sum.
const CHECK: &[u8; 11] = b"10X98765432";

/// Nobody has lived longer; an older date is a typing error.
const OLDEST_YEARS: i64 = 130;

/// The kind of an identity document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum IdKind {
    /// The 18-digit number of a Chinese resident identity card (GB 11643).
    Resident,
    /// A passport, for people abroad.
    Passport,
}

impl IdKind {
    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            IdKind::Resident => "resident",
            IdKind::Passport => "passport",
        }
    }
}

impl FromStr for IdKind {
    type Err = UnknownName;

    fn from_str(text: &str) -> Result<Self, UnknownName> {
        [IdKind::Resident, IdKind::Passport]
            .into_iter()
            .find(|kind| kind.as_str() == text)
            .ok_or(UnknownName)
    }
}

/// Why a text is not an id number. It never holds the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadIdNumber {
    /// Wrong length or wrong characters.
    #[error("it does not have the form of its kind")]
    Form,
    /// The birth date in it is no date, lies ahead, or is too long ago.
    #[error("the birth date in it is not plausible")]
    BirthDate,
    /// Its check character does not fit.
    #[error("its check character does not fit")]
    CheckCharacter,
}

impl BadIdNumber {
    /// The stable code.
    pub const fn code(self) -> ErrorCode {
        ErrorCode::RosterBadId
    }
}

/// An id number that has the form of its kind. It has no `Display`, its `Debug` names the kind
/// only, and it is zeroised on drop.
#[derive(Clone, PartialEq, Eq)]
pub struct IdNumber {
    kind: IdKind,
    text: Zeroizing<String>,
    birth_date: Option<Date>,
}

impl IdNumber {
    /// Reads a number as typed: white space around it is dropped, letters become capitals.
    ///
    /// # Errors
    /// [`BadIdNumber`].
    pub fn parse(kind: IdKind, typed: &str, today: Date) -> Result<Self, BadIdNumber> {
        let text = Zeroizing::new(typed.trim().to_ascii_uppercase());
        let birth_date = match kind {
            IdKind::Resident => Some(resident_birth_date(text.as_bytes(), today)?),
            IdKind::Passport => {
                let fits = (5..=15).contains(&text.len())
                    && text.bytes().all(|b| b.is_ascii_alphanumeric())
                    && text.bytes().any(|b| b.is_ascii_digit());
                if !fits {
                    return Err(BadIdNumber::Form);
                }
                None
            }
        };
        Ok(Self {
            kind,
            text,
            birth_date,
        })
    }

    /// The kind.
    pub fn kind(&self) -> IdKind {
        self.kind
    }

    /// The number itself, capitals and digits.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The date of birth that a resident's number holds.
    pub fn birth_date(&self) -> Option<Date> {
        self.birth_date
    }
}

impl Hash for IdNumber {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.kind.hash(state);
        self.text.as_str().hash(state);
    }
}

impl fmt::Debug for IdNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "IdNumber({}, ..)", self.kind.as_str())
    }
}

/// Whether somebody alive on `today` can have been born on `date`.
pub fn plausible_birth_date(date: Date, today: Date) -> bool {
    let oldest = today.saturating_sub(OLDEST_YEARS.years());
    (oldest..=today).contains(&date)
}

/// Six digits of a region, eight of a birth date, three of an order, one check character.
fn resident_birth_date(text: &[u8], today: Date) -> Result<Date, BadIdNumber> {
    let (digits, check) = match text {
        [digits @ .., check] if digits.len() == WEIGHTS.len() => (digits, *check),
        _ => return Err(BadIdNumber::Form),
    };
    let form = digits.iter().all(u8::is_ascii_digit)
        && digits[0] != b'0'
        && (check.is_ascii_digit() || check == b'X');
    if !form {
        return Err(BadIdNumber::Form);
    }
    let number = |digits: &[u8]| {
        digits
            .iter()
            .fold(0_i16, |sum, digit| sum * 10 + i16::from(digit - b'0'))
    };
    let sum: u32 = digits
        .iter()
        .zip(WEIGHTS)
        .map(|(digit, weight)| u32::from(digit - b'0') * weight)
        .sum();
    if CHECK[(sum % 11) as usize] != check {
        return Err(BadIdNumber::CheckCharacter);
    }
    // Month and day have two digits, so they fit.
    let (month, day) = (number(&digits[10..12]) as i8, number(&digits[12..14]) as i8);
    Date::new(number(&digits[6..10]), month, day)
        .ok()
        .filter(|date| plausible_birth_date(*date, today))
        .ok_or(BadIdNumber::BirthDate)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    const TODAY: Date = date(2026, 6, 1);

    fn resident(text: &str) -> Result<IdNumber, BadIdNumber> {
        IdNumber::parse(IdKind::Resident, text, TODAY)
    }

    /// A number with a check character that fits, worked out in the other direction: by ISO 7064's
    /// own definition, all 18 characters leave the remainder 1.
    fn with_check(first: &str) -> String {
        let fits = |check: char| {
            let value = |c: char| c.to_digit(10).unwrap_or(10);
            let all: Vec<u32> = first.chars().chain([check]).map(value).collect();
            all.iter().fold(0, |sum, value| (sum * 2 + value) % 11) == 1
        };
        let check = "0123456789X".chars().find(|c| fits(*c)).unwrap();
        format!("{first}{check}")
    }

    #[test]
    fn numbers_of_the_standard_are_read() {
        // The two examples of GB 11643-1999.
        for (text, born) in [
            ("11010519491231002X", date(1949, 12, 31)),
            ("440524188001010014", date(1880, 1, 1)),
        ] {
            let id = IdNumber::parse(IdKind::Resident, text, date(2000, 1, 1)).unwrap();
            assert_eq!(id.as_str(), text);
            assert_eq!(id.birth_date(), Some(born));
        }
        let lower = resident(" 11010519491231002x\u{3000}").unwrap();
        assert_eq!(lower.as_str(), "11010519491231002X");
        assert_eq!(Ok(lower), resident("11010519491231002X"));
    }

    #[test]
    fn every_single_wrong_digit_is_noticed() {
        let right = with_check("45032419400615302");
        assert!(resident(&right).is_ok());
        for at in 0..right.len() {
            for other in "0123456789X".chars() {
                let mut typed: Vec<char> = right.chars().collect();
                if typed[at] != other {
                    typed[at] = other;
                    let typed: String = typed.into_iter().collect();
                    assert!(resident(&typed).is_err());
                }
            }
        }
    }

    #[test]
    fn other_forms_are_refused() {
        for text in [
            "",
            "110105491231002",
            "11010519491231002XX",
            "1101051949123100 2X",
            "1101051949123100XX",
            "01010519491231002X",
            "4.50324E+17",
            "１１０１０５１９４９１２３１００２Ｘ",
            "'11010519491231002X",
        ] {
            assert_eq!(resident(text), Err(BadIdNumber::Form), "{text}");
        }
        assert_eq!(
            resident("110105194912310021"),
            Err(BadIdNumber::CheckCharacter)
        );
    }

    #[test]
    fn birth_dates_are_days_of_a_life() {
        for (born, fits) in [
            ("19490229", false),
            ("19480229", true),
            ("19491301", false),
            ("19490010", false),
            ("20260601", true),
            ("20260602", false),
            ("18960601", true),
            ("18960531", false),
        ] {
            let read = resident(&with_check(&format!("450324{born}001")));
            assert_eq!(
                read.err(),
                (!fits).then_some(BadIdNumber::BirthDate),
                "{born}"
            );
        }
    }

    #[test]
    fn passports_are_letters_and_digits() {
        let passport = |text| IdNumber::parse(IdKind::Passport, text, TODAY);
        let id = passport("e12345678 ").unwrap();
        assert_eq!((id.as_str(), id.birth_date()), ("E12345678", None));
        assert_eq!(id.kind(), IdKind::Passport);
        for text in [
            "",
            "E123",
            "PASSPORT",
            "E1234-5678",
            "E1234567890123456",
            "护照12345",
        ] {
            assert_eq!(passport(text), Err(BadIdNumber::Form), "{text}");
        }
    }

    #[test]
    fn kinds_read_back_and_a_number_does_not_show_itself() {
        for kind in [IdKind::Resident, IdKind::Passport] {
            assert_eq!(kind.as_str().parse(), Ok(kind));
        }
        assert!("booklet".parse::<IdKind>().is_err());
        let id = resident("11010519491231002X").unwrap();
        assert_eq!(format!("{id:?}"), "IdNumber(resident, ..)");
    }
}
