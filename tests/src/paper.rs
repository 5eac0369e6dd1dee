//! What a camera reads from paper.

use std::path::Path;

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
