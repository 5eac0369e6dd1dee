//! What the QR code of a letter says: where to go, whom to believe, and the code.

use crate::{AgencyId, ErrorCode, KeyId, LetterCode};
use std::str::FromStr;

const PREFIX: &str = "lifecert:1?";

/// The longest server address, in bytes: a QR code that stays easy to scan.
const MAX_SERVER_BYTES: usize = 200;

/// What a letter's QR code says: where to go, whom to believe, and the code.
///
/// Its text is `lifecert:1?a=<agency>&s=<server>&k=<agency key>&c=<code>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LetterLink {
    agency: AgencyId,
    server: String,
    agency_key: KeyId,
    code: LetterCode,
}

/// A text that is not a letter's link, or a server address that cannot stand in one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a letter's link")]
pub struct BadLetterLink;

impl BadLetterLink {
    /// The stable code.
    pub const fn code(self) -> ErrorCode {
        ErrorCode::CodeMistyped
    }
}

impl LetterLink {
    /// A link to the server at an `http` or `https` address without user, query or fragment.
    ///
    /// # Errors
    /// [`BadLetterLink`] for any other address.
    pub fn new(
        agency: AgencyId,
        server: &str,
        agency_key: KeyId,
        code: LetterCode,
    ) -> Result<Self, BadLetterLink> {
        if !Self::is_address(server) {
            return Err(BadLetterLink);
        }
        Ok(Self {
            agency,
            server: server.to_owned(),
            agency_key,
            code,
        })
    }

    /// Whether a text is a server address that can stand in a letter.
    pub fn is_address(text: &str) -> bool {
        let place = text
            .strip_prefix("https://")
            .or_else(|| text.strip_prefix("http://"));
        // None of these has a meaning in the link, so nothing has to be escaped.
        let plain = |b: u8| b.is_ascii_alphanumeric() || b":/.-_~[]".contains(&b);
        text.len() <= MAX_SERVER_BYTES
            && place.is_some_and(|place| {
                place.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '[')
                    && place.bytes().all(plain)
            })
    }

    /// Reads a QR code's text.
    ///
    /// # Errors
    /// [`BadLetterLink`] unless all four parts are there, once each and in their order.
    pub fn parse(text: &str) -> Result<Self, BadLetterLink> {
        let rest = text.trim().strip_prefix(PREFIX).ok_or(BadLetterLink)?;
        let mut parts = rest.split('&');
        let mut part = |name| {
            let part = parts.next().and_then(|part| part.strip_prefix(name));
            part.ok_or(BadLetterLink)
        };
        let (agency, server, key, code) = (part("a=")?, part("s=")?, part("k=")?, part("c=")?);
        if parts.next().is_some() {
            return Err(BadLetterLink);
        }
        Self::new(
            agency.parse().map_err(|_| BadLetterLink)?,
            server,
            key.parse().map_err(|_| BadLetterLink)?,
            code.parse().map_err(|_| BadLetterLink)?,
        )
    }

    /// The agency.
    pub fn agency(&self) -> &AgencyId {
        &self.agency
    }

    /// The server's address.
    pub fn server(&self) -> &str {
        &self.server
    }

    /// The name of the offline root that lists the agency's keys or, without one, of the key that
    /// signs challenges and receipts.
    pub fn agency_key(&self) -> KeyId {
        self.agency_key
    }

    /// The code.
    pub fn code(&self) -> &LetterCode {
        &self.code
    }

    /// The QR code's text. It holds the code: for the letter only.
    pub fn to_text(&self) -> String {
        format!(
            "{PREFIX}a={}&s={}&k={}&c={}",
            self.agency,
            self.server,
            self.agency_key,
            self.code.to_printed()
        )
    }
}

impl FromStr for LetterLink {
    type Err = BadLetterLink;

    fn from_str(text: &str) -> Result<Self, BadLetterLink> {
        Self::parse(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SoftwareKey;

    fn link(server: &str) -> Result<LetterLink, BadLetterLink> {
        let key = SoftwareKey::generate().unwrap().0.public().id();
        let agency = "quanzhou".parse().unwrap();
        LetterLink::new(agency, server, key, LetterCode::random())
    }

    #[test]
    fn a_link_reads_back_from_its_text() {
        for server in [
            "https://lifecert.example",
            "https://lifecert.example:8443/quanzhou/",
            "http://127.0.0.1:8080",
            "http://[::1]:8080",
        ] {
            let link = link(server).unwrap();
            let text = link.to_text();
            assert_eq!(LetterLink::parse(&text), Ok(link.clone()));
            assert_eq!(format!(" {text}\n").parse(), Ok(link));
        }
    }

    #[test]
    fn a_link_has_the_form_that_phones_expect() {
        let link = link("https://lifecert.example").unwrap();
        let text = link.to_text();
        let (key, code) = (link.agency_key(), link.code().to_printed());
        let expected = format!("lifecert:1?a=quanzhou&s=https://lifecert.example&k={key}&c={code}");
        assert_eq!(text, expected);
        assert_eq!(link.agency().as_str(), "quanzhou");
        assert_eq!(link.server(), "https://lifecert.example");
        assert!(!format!("{link:?}").contains(&code));
    }

    #[test]
    fn other_addresses_do_not_stand_in_a_link() {
        let long = format!("https://{}", "a".repeat(MAX_SERVER_BYTES));
        for server in [
            "",
            "lifecert.example",
            "ftp://lifecert.example",
            "https://",
            "https:///path",
            "https://user@lifecert.example",
            "https://lifecert.example?a=b",
            "https://lifecert.example#a",
            "https://lifecert.example&k=0",
            "https://lifecert.example/\"",
            "https://认证.example",
            &long,
        ] {
            assert_eq!(link(server).err(), Some(BadLetterLink), "{server}");
        }
    }

    #[test]
    fn other_texts_are_not_links() {
        let text = link("https://lifecert.example").unwrap().to_text();
        let mut wrong_code = text.clone();
        let last = wrong_code.pop().unwrap();
        wrong_code.push(if last == '7' { '8' } else { '7' });
        let swapped = {
            let (head, rest) = text.split_once("a=quanzhou&").unwrap();
            format!("{head}{rest}&a=quanzhou")
        };
        for bad in [
            "",
            "https://lifecert.example",
            &text.replace("lifecert:1", "lifecert:2"),
            &text.replace("quanzhou", "Quan Zhou"),
            &text.replace("&k=", "&k=0"),
            &text.replace("&s=", "&t="),
            &text[..text.len() - 5],
            &format!("{text}&x=1"),
            &format!("{text}&c=1"),
            &wrong_code,
            &swapped,
        ] {
            assert_eq!(LetterLink::parse(bad), Err(BadLetterLink), "{bad}");
        }
        assert_eq!(BadLetterLink.code(), ErrorCode::CodeMistyped);
    }
}
