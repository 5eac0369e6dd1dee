//! The letter that brings a person their one-time code: a printable page, and the QR code on it.
//!
//! The page needs nothing else: no script, no font, no picture from outside. It has a Chinese and
//! an English side, each on a sheet of A4, in large print.

use jiff::civil::Date;
use lifecert_protocol::{AgencyId, ErrorCode, KeyId, LetterCode};
use qrcode::render::svg;
use qrcode::{EcLevel, QrCode};
use std::fmt::{self, Write};
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
        let place = server
            .strip_prefix("https://")
            .or_else(|| server.strip_prefix("http://"))
            .ok_or(BadLetterLink)?;
        // None of these has a meaning in the link, so nothing has to be escaped.
        let plain = |b: u8| b.is_ascii_alphanumeric() || b":/.-_~[]".contains(&b);
        let fits = server.len() <= MAX_SERVER_BYTES
            && place.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '[')
            && place.bytes().all(plain);
        if !fits {
            return Err(BadLetterLink);
        }
        Ok(Self {
            agency,
            server: server.to_owned(),
            agency_key,
            code,
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

    /// The QR code as an SVG element with its quiet zone.
    fn to_svg(&self) -> String {
        // Unwrap safety: the longest link has some 350 bytes; level M holds 2,331.
        let code = QrCode::with_error_correction_level(self.to_text(), EcLevel::M).unwrap();
        let picture = code.render::<svg::Color>().quiet_zone(true).build();
        // The XML declaration belongs to a file of its own, not into a page.
        let start = picture.find("<svg").unwrap_or_default();
        picture[start..].to_owned()
    }
}

impl FromStr for LetterLink {
    type Err = BadLetterLink;

    fn from_str(text: &str) -> Result<Self, BadLetterLink> {
        Self::parse(text)
    }
}

/// What a letter says.
pub struct Letter<'a> {
    /// Where the code leads, and the code.
    pub link: &'a LetterLink,
    /// The agency, as people know it.
    pub agency_name: &'a str,
    /// The person, as on their card.
    pub person_name: &'a str,
    /// The office's phone number.
    pub office_phone: &'a str,
    /// The last day on which the code can be used.
    pub valid_until: Date,
}

/// The letter as one HTML page, to be printed on both sides of a sheet of A4.
pub fn letter_html(letter: &Letter<'_>) -> String {
    let qr = letter.link.to_svg();
    let mut page = String::from(HEAD);
    for words in [&CHINESE, &ENGLISH] {
        side(&mut page, letter, words, &qr).expect("a String takes any text");
    }
    page.push_str("</body>\n</html>\n");
    page
}

fn side(page: &mut String, letter: &Letter<'_>, words: &Words, qr: &str) -> fmt::Result {
    let date = letter.valid_until.strftime(words.date_format);
    writeln!(page, "<section lang=\"{}\">", words.lang)?;
    writeln!(
        page,
        "<p class=\"agency\">{}</p>",
        Escaped(letter.agency_name)
    )?;
    writeln!(page, "<h1>{}</h1>", words.title)?;
    writeln!(
        page,
        "<p>{}{}{}</p>",
        words.dear,
        Escaped(letter.person_name),
        words.greeting
    )?;
    writeln!(page, "<ol>")?;
    for step in words.steps {
        writeln!(page, "<li>{step}</li>")?;
    }
    writeln!(page, "</ol>\n<div class=\"code\">")?;
    writeln!(page, "<div class=\"qr\">{qr}</div>\n<div>")?;
    writeln!(page, "<p>{}</p>\n<p class=\"typed\">", words.code)?;
    for group in letter.link.code.to_printed().split('-') {
        writeln!(page, "<span>{group}</span>")?;
    }
    writeln!(
        page,
        "</p>\n<p>{}<b>{date}</b></p>\n</div>\n</div>",
        words.valid
    )?;
    writeln!(page, "<p>{}</p>", words.secret)?;
    writeln!(
        page,
        "<p class=\"phone\">{}<b>{}</b></p>",
        words.phone,
        Escaped(letter.office_phone)
    )?;
    writeln!(
        page,
        "<p class=\"road\">{}</p>\n</section>",
        words.other_road
    )
}

/// The words of one side.
struct Words {
    lang: &'static str,
    title: &'static str,
    dear: &'static str,
    greeting: &'static str,
    steps: [&'static str; 3],
    code: &'static str,
    valid: &'static str,
    date_format: &'static str,
    secret: &'static str,
    phone: &'static str,
    other_road: &'static str,
}

const CHINESE: Words = Words {
    lang: "zh-Hans",
    title: "在家就能办领取资格认证",
    dear: "",
    greeting: "，您好！请照着下面三步慢慢来，也可以请家人帮忙。",
    steps: [
        "在手机上打开 Lifecert。",
        "用它对准下面的方块图，或者把旁边的码输进去。",
        "按“开始”，看着摄像头几秒钟，等手机说好了就行。",
    ],
    code: "您的码，一共四组：",
    valid: "可以用到 ",
    date_format: "%Y年%-m月%-d日",
    secret: "这串码只给您一个人用。请不要告诉别人，工作人员也不会向您要。",
    phone: "不明白的地方，请打电话：",
    other_road: "不想刷脸，也一样能办，效力相同：去办事处柜台、去银行、交一张表，或者打视频电话。\
                 走不动的话，打上面的电话，会有人上门。",
};

const ENGLISH: Words = Words {
    lang: "en",
    title: "You can certify from home",
    dear: "Dear ",
    greeting: ", these three steps are all there is. Take your time; your family may help.",
    steps: [
        "Open Lifecert on a phone.",
        "Point it at the square pattern below, or type in the code beside it.",
        "Press Start and look at the camera for a few seconds, until the phone says it is done.",
    ],
    code: "Your code, in four groups:",
    valid: "It can be used until ",
    date_format: "%-d %B %Y",
    secret: "This code is for you alone. Please tell it to nobody; the office never asks for it.",
    phone: "If anything is unclear, please call ",
    other_road: "You may also choose another way, and it counts just the same: at the counter, at \
                 the bank, with a form, or by video call. If you cannot go out, call the number \
                 above, and someone visits you.",
};

const HEAD: &str = r#"<!DOCTYPE html>
<html lang="zh-Hans">
<head>
<meta charset="utf-8">
<title>Lifecert</title>
<style>
@page { size: A4; margin: 16mm; }
body { margin: 0; color: #000; background: #fff; font: 17pt/1.4 sans-serif; }
section { max-width: 178mm; margin: 0 auto; }
section + section { break-before: page; }
p { margin: 0 0 5mm; }
h1 { margin: 0 0 6mm; font-size: 26pt; line-height: 1.25; }
ol { margin: 0 0 6mm; padding-left: 12mm; }
li { margin-bottom: 3mm; }
.agency { font-size: 20pt; font-weight: bold; }
.code { display: flex; gap: 6mm; align-items: center; margin-bottom: 6mm; padding: 4mm;
  border: 0.6mm solid #000; break-inside: avoid; }
.code p { margin: 0 0 2mm; }
.qr { flex: none; }
.qr svg { display: block; width: 56mm; height: 56mm; }
.typed { display: grid; grid-template-columns: repeat(2, max-content); column-gap: 10mm;
  font: bold 28pt/1.3 monospace; }
.phone b { font-size: 24pt; white-space: nowrap; }
.road { padding-top: 4mm; border-top: 0.3mm solid #000; }
</style>
</head>
<body>
"#;

/// Text that comes from outside, made harmless in HTML.
struct Escaped<'a>(&'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for c in self.0.chars() {
            match c {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                '\'' => f.write_str("&#39;")?,
                c => f.write_char(c)?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use lifecert_protocol::SoftwareKey;

    fn link(server: &str) -> Result<LetterLink, BadLetterLink> {
        let key = SoftwareKey::generate().unwrap().0.public().id();
        let agency = "quanzhou".parse().unwrap();
        LetterLink::new(agency, server, key, LetterCode::random())
    }

    fn html(link: &LetterLink, person_name: &str) -> String {
        letter_html(&Letter {
            link,
            agency_name: "全州县社会保险局 <1>",
            person_name,
            office_phone: "0773 & 555",
            valid_until: date(2026, 7, 31),
        })
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

    #[test]
    fn a_letter_says_it_all_on_both_sides() {
        let link = link("https://lifecert.example").unwrap();
        let html = html(&link, "李秀英");
        let sides: Vec<_> = html.split("<section").skip(1).collect();
        assert_eq!(sides.len(), 2);
        for (side, until) in sides.iter().zip(["2026年7月31日", "31 July 2026"]) {
            assert!(side.contains("李秀英") && side.contains("0773 &amp; 555"));
            assert!(side.contains(until));
            assert_eq!(side.matches("<li>").count(), 3);
            assert_eq!(side.matches("<svg").count(), 1);
            let groups: Vec<_> = side
                .split("<span>")
                .skip(1)
                .map(|rest| &rest[..rest.find('<').unwrap()])
                .collect();
            assert_eq!(groups.join("-"), link.code().to_printed());
        }
    }

    #[test]
    fn what_comes_from_outside_is_text() {
        let link = link("https://lifecert.example").unwrap();
        let html = html(&link, "<script>alert('x')</script>\"&");
        assert!(html.contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&quot;&amp;"));
        assert!(html.contains("全州县社会保险局 &lt;1&gt;"));
        assert!(!html.contains("<script"));
    }

    #[test]
    fn a_letter_needs_nothing_from_outside() {
        let link = link("https://lifecert.example").unwrap();
        let html = html(&link, "李秀英").replace("http://www.w3.org/2000/svg", "");
        for outside in ["http", "src=", "url(", "@import", "<link", "<?xml"] {
            assert!(!html.contains(outside), "{outside}");
        }
    }

    #[test]
    fn the_pattern_holds_the_longest_link_and_differs_by_code() {
        let server = format!("https://{}", "a".repeat(MAX_SERVER_BYTES - 8));
        let longest = LetterLink {
            agency: "a".repeat(32).parse().unwrap(),
            ..link(&server).unwrap()
        };
        let other = LetterLink {
            code: LetterCode::random(),
            ..longest.clone()
        };
        assert!(longest.to_svg().starts_with("<svg") && longest.to_svg().ends_with("</svg>"));
        assert_ne!(longest.to_svg(), other.to_svg());
    }
}
