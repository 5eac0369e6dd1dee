//! What stands on paper, and what a camera reads from it.

use image::{GrayImage, Luma};
use std::path::Path;

/// The pattern on a letter's page, dark on light, as it was drawn.
///
/// # Panics
/// When the page has none.
pub fn pattern_on(page: &str) -> GrayImage {
    let (_, svg) = page.split_once("<svg ").expect("a pattern");
    let after = |text: &'static str| svg.split_once(text).expect("a pattern").1;
    let number = |digits: &str| digits.parse::<u32>().expect("a number");
    let (side, _) = after("width=\"").split_once('"').expect("its width");
    let (squares, _) = after(" d=\"M").split_once('"').expect("its squares");
    let mut picture = GrayImage::from_pixel(number(side), number(side), Luma([255]));
    for square in squares.split('M') {
        // For example `32 40h8v8H32V40`.
        let numbers = square.split(|c: char| !c.is_ascii_digit()).map(number);
        let [left, top, width, height, ..] = numbers.collect::<Vec<_>>()[..] else {
            panic!("a square: {square}");
        };
        for y in top..top + height {
            for x in left..left + width {
                picture.put_pixel(x, y, Luma([0]));
            }
        }
    }
    picture
}

/// The text of the QR code on a picture.
///
/// # Panics
/// When there is not exactly one.
pub fn scanned(png: &Path) -> String {
    let picture = image::open(png).expect("a picture with a code").to_luma8();
    let (width, height) = picture.dimensions();
    let mut prepared =
        rqrr::PreparedImage::prepare_from_greyscale(width as usize, height as usize, |x, y| {
            picture.get_pixel(x as u32, y as u32).0[0]
        });
    let grids = prepared.detect_grids();
    assert_eq!(grids.len(), 1, "one code on the picture");
    grids[0].decode().expect("a picture with a code").1
}
