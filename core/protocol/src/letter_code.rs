//! The one-time code of a letter, made to be typed by an old person from paper.
//!
//! Sixteen characters in four groups: four that find the letter, eleven random ones (55 bits) that
//! prove it was read, one check character. The alphabet has no look-alikes (no I, L, O, U; a typed
//! `i` or `l` counts as 1, an `o` as 0). The check character is ISO/IEC 7064's hybrid recursion
//! with modulus 33 and 32: every single wrong character is noticed before anything is sent.

use crate::{ErrorCode, ids::random_bytes};
use std::fmt;
use std::str::FromStr;
use zeroize::{Zeroize, ZeroizeOnDrop};

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const SELECTOR_LEN: usize = 4;
const SECRET_LEN: usize = 11;
const LEN: usize = SELECTOR_LEN + SECRET_LEN + 1;

/// A letter's code. It has no readable `Debug`.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct LetterCode([u8; LEN]);

/// A code with a typing error: its check character does not fit. Nothing was sent, no try counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the code has a typing error")]
pub struct MistypedCode;

impl MistypedCode {
    /// The stable code.
    pub fn code(self) -> ErrorCode {
        ErrorCode::CodeMistyped
    }
}

impl LetterCode {
    /// A new random code.
    pub fn random() -> Self {
        // 256 is a multiple of 32, so the remainder is as even as the bytes are.
        let mut digits = random_bytes::<LEN>().map(|byte| byte % 32);
        digits[LEN - 1] = check_digit(&digits[..LEN - 1]);
        Self(digits)
    }

    /// The four characters that find the letter; no secret.
    pub fn selector(&self) -> String {
        text(&self.0[..SELECTOR_LEN])
    }

    /// The eleven characters that prove the letter was read.
    pub fn secret(&self) -> String {
        text(&self.0[SELECTOR_LEN..LEN - 1])
    }

    /// As printed: four groups of four.
    pub fn to_printed(&self) -> String {
        self.0.chunks(4).map(text).collect::<Vec<_>>().join("-")
    }
}

impl FromStr for LetterCode {
    type Err = MistypedCode;

    fn from_str(typed: &str) -> Result<Self, MistypedCode> {
        let mut digits = [0; LEN];
        let mut read = 0;
        for c in typed.chars().filter(|c| !c.is_whitespace() && *c != '-') {
            let slot = digits.get_mut(read).ok_or(MistypedCode)?;
            *slot = digit(c).ok_or(MistypedCode)?;
            read += 1;
        }
        let fits = read == LEN && check_digit(&digits[..LEN - 1]) == digits[LEN - 1];
        if fits {
            Ok(Self(digits))
        } else {
            Err(MistypedCode)
        }
    }
}

impl fmt::Debug for LetterCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LetterCode(..)")
    }
}

fn text(digits: &[u8]) -> String {
    digits
        .iter()
        .map(|digit| char::from(ALPHABET[usize::from(*digit)]))
        .collect()
}

fn digit(typed: char) -> Option<u8> {
    let c = match typed.to_ascii_uppercase() {
        'I' | 'L' => '1',
        'O' => '0',
        c => c,
    };
    ALPHABET
        .iter()
        .position(|known| char::from(*known) == c)
        .map(|at| at as u8)
}

/// ISO/IEC 7064 hybrid system with M = 32.
fn check_digit(digits: &[u8]) -> u8 {
    let mut product = 32_u32;
    for digit in digits {
        let sum = match (product + u32::from(*digit)) % 32 {
            0 => 32,
            sum => sum,
        };
        product = sum * 2 % 33;
    }
    ((33 - product) % 32) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_reads_back_as_people_type_it() {
        for _ in 0..200 {
            let code = LetterCode::random();
            let printed = code.to_printed();
            assert_eq!(printed.len(), 19);
            assert_eq!(printed.parse(), Ok(code.clone()));
            let typed = printed
                .to_lowercase()
                .replace('-', " ")
                .replace('1', "l")
                .replace('0', "o");
            assert_eq!(typed.parse(), Ok(code));
        }
    }

    #[test]
    fn every_single_wrong_character_is_noticed() {
        let printed = LetterCode::random().to_printed();
        for at in (0..printed.len()).filter(|at| *at % 5 != 4) {
            for other in ALPHABET.iter().map(|c| char::from(*c)) {
                let mut typed: Vec<char> = printed.chars().collect();
                if typed[at] != other {
                    typed[at] = other;
                    let typed: String = typed.into_iter().collect();
                    assert_eq!(typed.parse::<LetterCode>(), Err(MistypedCode));
                }
            }
        }
    }

    #[test]
    fn short_long_and_foreign_texts_are_typing_errors() {
        let printed = LetterCode::random().to_printed();
        for typed in ["", "U", &printed[1..], &format!("{printed}0"), "长者认证"] {
            assert_eq!(typed.parse::<LetterCode>(), Err(MistypedCode));
        }
    }

    #[test]
    fn a_code_does_not_show_itself() {
        assert_eq!(format!("{:?}", LetterCode::random()), "LetterCode(..)");
    }
}
