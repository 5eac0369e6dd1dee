//! The letter that brings a person their one-time code: a printable page, and the QR code on it.
//!
//! The page needs nothing else: no script, no font, no picture from outside. It has a Chinese and
//! an English side, each on a sheet of A4, in large print.

use jiff::civil::Date;
use lifecert_protocol::LetterLink;
use qrcode::render::svg;
use qrcode::{EcLevel, QrCode};
use std::fmt::{self, Write};

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
    let qr = to_svg(letter.link);
    let mut page = String::from(HEAD);
    for words in [&CHINESE, &ENGLISH] {
        side(&mut page, letter, words, &qr).expect("a String takes any text");
    }
    page.push_str("</body>\n</html>\n");
    page
}

/// A link's QR code as an SVG element with its quiet zone.
fn to_svg(link: &LetterLink) -> String {
    // Unwrap safety: the longest link has some 350 bytes; level M holds 2,331.
    let code = QrCode::with_error_correction_level(link.to_text(), EcLevel::M).unwrap();
    let picture = code.render::<svg::Color>().quiet_zone(true).build();
    // The XML declaration belongs to a file of its own, not into a page.
    let start = picture.find("<svg").unwrap_or_default();
    picture[start..].to_owned()
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
    for group in letter.link.code().to_printed().split('-') {
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
    use lifecert_protocol::{BadLetterLink, LetterCode, SoftwareKey};

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
        let server = format!("https://{}", "a".repeat(200 - 8));
        let agency = || "a".repeat(32).parse().unwrap();
        let key = link(&server).unwrap().agency_key();
        let with_code = |code| LetterLink::new(agency(), &server, key, code).unwrap();
        let longest = with_code(LetterCode::random());
        let other = with_code(LetterCode::random());
        assert!(to_svg(&longest).starts_with("<svg") && to_svg(&longest).ends_with("</svg>"));
        assert_ne!(to_svg(&longest), to_svg(&other));
    }
}
