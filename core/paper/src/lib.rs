//! A receipt on paper: its QR code as SVG and PNG, and a page to print; and reading the QR code of
//! a letter that a camera sees.
//!
//! The page needs nothing else: no script, no font, no picture from outside. What this crate does
//! not do: it verifies nothing (that is `lifecert-protocol`) and writes no file.
//!
//! ```text
//! COSE_Sign1 bytes --> ReceiptQr --> SVG, PNG
//! Receipt, ReceiptQr, Lang --> page --> HTML
//! brightness of pixels --> read_qr --> text
//! ```
//!
//! It has no features.
#![forbid(unsafe_code)]

use std::io::Cursor;

use image::{GrayImage, ImageFormat, Luma};
use jiff::Timestamp;
use lifecert_guidance::{Lang, ReceiptLabel, ReceiptWords};
use lifecert_protocol::{Receipt, receipt_code};
use maud::{DOCTYPE, PreEscaped, html};
use qrcode::render::svg;
use qrcode::{Color, EcLevel, QrCode};
use rqrr::PreparedImage;

/// Pixels of a module in the PNG: 300 dots an inch at 0.7 mm.
const MODULE_PX: u32 = 8;

/// The light edge that readers need, in modules.
const QUIET: u32 = 4;

/// A receipt that no QR code can hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("with its proof this receipt is longer than a QR code")]
pub struct TooLong;

/// The text of the first QR code in a picture of `width` and `height`, whose brightness at x and y
/// is asked for pixel by pixel. None where there is none, or it cannot be read in this picture.
pub fn read_qr(
    (width, height): (usize, usize),
    luma: impl FnMut(usize, usize) -> u8,
) -> Option<String> {
    let mut picture = PreparedImage::prepare_from_greyscale(width, height, luma);
    let grids = picture.detect_grids();
    grids.iter().find_map(|grid| Some(grid.decode().ok()?.1))
}

/// A receipt's QR code.
pub struct ReceiptQr {
    text: String,
    code: QrCode,
}

impl ReceiptQr {
    /// Of a receipt's COSE_Sign1 bytes with what is beside them. The most is corrected of what the
    /// size lets room for.
    ///
    /// # Errors
    /// [`TooLong`].
    pub fn new(receipt: &[u8]) -> Result<Self, TooLong> {
        let text = receipt_code(receipt);
        let code = QrCode::with_error_correction_level(&text, EcLevel::M)
            .or_else(|_| QrCode::with_error_correction_level(&text, EcLevel::L));
        let code = code.map_err(|_| TooLong)?;
        Ok(Self { text, code })
    }

    /// What it says.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// As an SVG file.
    pub fn svg(&self) -> String {
        let mut picture = self.code.render::<svg::Color>();
        picture.quiet_zone(true).build()
    }

    /// As a PNG file.
    pub fn png(&self) -> Vec<u8> {
        let width = self.code.width() as u32;
        let modules = self.code.to_colors();
        let side = (width + 2 * QUIET) * MODULE_PX;
        let picture = GrayImage::from_fn(side, side, |x, y| {
            let place = |pixel: u32| (pixel / MODULE_PX).checked_sub(QUIET);
            let module = place(x)
                .zip(place(y))
                .filter(|at| at.0 < width && at.1 < width);
            let dark =
                module.is_some_and(|(x, y)| modules[(y * width + x) as usize] == Color::Dark);
            Luma([if dark { 0 } else { 255 }])
        });
        let mut bytes = Cursor::new(Vec::new());
        // Unwrap safety: memory takes any bytes, and PNG any grey picture.
        picture
            .write_to(&mut bytes, ImageFormat::Png)
            .expect("a grey picture is a PNG");
        bytes.into_inner()
    }
}

/// What stands on the page.
pub struct Page<'a> {
    /// The receipt, verified.
    pub receipt: &'a Receipt,
    /// Its code.
    pub qr: &'a ReceiptQr,
    /// Its place in the public log, where the code carries the proof.
    pub log_index: Option<u64>,
    /// Whether the code opens the commitment to name and number.
    pub with_salt: bool,
}

impl Page<'_> {
    /// The files of a printed receipt, each with its name: the code twice, and the page.
    pub fn files(&self, lang: Lang) -> [(&'static str, Vec<u8>); 3] {
        [
            ("receipt.svg", self.qr.svg().into_bytes()),
            ("receipt.png", self.qr.png()),
            ("receipt.html", self.html(lang).into_bytes()),
        ]
    }

    /// The page, one sheet of A4 in large print.
    pub fn html(&self, lang: Lang) -> String {
        html_of(self, lang)
    }
}

fn html_of(page: &Page<'_>, lang: Lang) -> String {
    let words = ReceiptWords::new(lang);
    let say = |label| words.label(label);
    let receipt = page.receipt;
    let index = match page.log_index {
        Some(index) => index.to_string(),
        None => say(ReceiptLabel::LogNone),
    };
    let private = match page.with_salt {
        true => ReceiptLabel::WithSalt,
        false => ReceiptLabel::NoName,
    };
    let rows = [
        (ReceiptLabel::AliveFrom, minute(receipt.proved_from_ms)),
        (ReceiptLabel::AliveTo, minute(receipt.proved_to_ms)),
        (ReceiptLabel::Until, minute(receipt.valid_until_ms)),
        (ReceiptLabel::ShownBy, words.modality(receipt.modality)),
        (ReceiptLabel::Assurance, words.assurance(receipt.assurance)),
        (ReceiptLabel::Agency, receipt.agency.to_string()),
        (ReceiptLabel::LogIndex, index),
    ];
    let ids = [
        (ReceiptLabel::Person, receipt.person.to_string()),
        (ReceiptLabel::Receipt, receipt.receipt_id.to_string()),
    ];
    let svg = page.qr.svg();
    // The XML declaration belongs to a file of its own, not into a page.
    let svg = svg.find("<svg").map_or("", |start| &svg[start..]);
    html! {
        (DOCTYPE)
        html lang=(lang.as_str()) {
            head {
                meta charset="utf-8";
                title { (say(ReceiptLabel::Title)) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                h1 { (say(ReceiptLabel::Title)) }
                p { (say(ReceiptLabel::Lead)) }
                table {
                    @for (label, value) in &rows { tr { th { (say(*label)) } td { (value) } } }
                    @for (label, id) in &ids {
                        tr { th { (say(*label)) } td.id { (id) } }
                    }
                }
                div.qr { (PreEscaped(svg)) }
                p { (say(ReceiptLabel::Code)) " " (say(private)) }
                p { (say(ReceiptLabel::Check)) " " code { "lifecert receipt verify --qr-text @FILE" } }
            }
        }
    }
    .into_string()
}

const STYLE: &str = "
@page { size: A4; margin: 12mm 16mm; }
body { margin: 0 auto; max-width: 178mm; color: #000; background: #fff;
  font: 13pt/1.35 sans-serif; }
h1 { margin: 0 0 3mm; font-size: 24pt; line-height: 1.2; }
p { margin: 0 0 3mm; }
table { border-collapse: collapse; margin: 0 0 4mm; width: 100%; }
th, td { padding: 1mm 4mm 1mm 0; border-bottom: 0.2mm solid #888; text-align: left;
  vertical-align: top; }
th { width: 58mm; font-weight: normal; }
td { font-weight: bold; }
.id, code { font: 11pt monospace; overflow-wrap: anywhere; }
.qr svg { display: block; width: 108mm; height: 108mm; margin: 0 auto 3mm; }
";

/// A time as it stands on paper, to the minute.
fn minute(at_ms: u64) -> String {
    let at = i64::try_from(at_ms).ok();
    let at = at.and_then(|at_ms| Timestamp::from_millisecond(at_ms).ok());
    at.map_or_else(
        || format!("{at_ms} ms"),
        |at| at.strftime("%Y-%m-%d %H:%M UTC").to_string(),
    )
}
