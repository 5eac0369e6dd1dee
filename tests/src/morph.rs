//! Morphs: two faces laid over each other by their landmarks and dissolved into one another.

use image::codecs::jpeg::JpegEncoder;
use image::{ExtendedColorType, RgbImage};
use lifecert_cli::attacks::bilinear;
use lifecert_vision::{Analyzer, Depth, Picture};

/// A picture of one face, with its 68 landmarks in pixels.
pub struct Face {
    picture: RgbImage,
    points: Vec<[f32; 2]>,
}

impl Face {
    /// The face in a picture (JPEG or PNG).
    ///
    /// # Panics
    /// When there is none: the pictures are a test's own.
    pub fn of(analyzer: &mut Analyzer, bytes: &[u8]) -> Self {
        let decoded = Picture::decode(bytes).expect("a picture");
        let seen = analyzer.analyze(&decoded.frame(), 0, Depth::Guidance);
        let face = seen.expect("a look").observation.face.expect("a face");
        let picture = image::load_from_memory(bytes).expect("a picture").to_rgb8();
        let (width, height) = (picture.width() as f32, picture.height() as f32);
        let points = face.points.iter().map(|[x, y]| [x * width, y * height]);
        Self {
            points: points.collect(),
            picture,
        }
    }
}

/// The first face with a share of the second (0 to 1) in its shape and its colours, in the first
/// one's picture; as a JPEG.
pub fn morph(first: &Face, second: &Face, share: f32) -> Vec<u8> {
    let lay_over = Affine::between(&second.points, &first.points);
    let shape = first.points.iter().zip(&second.points);
    let shape: Vec<[f32; 2]> = shape
        .map(|(one, other)| {
            let other = lay_over.apply(*other);
            std::array::from_fn(|n| one[n] + share * (other[n] - one[n]))
        })
        .collect();
    let to_first = Affine::between(&shape, &first.points);
    let to_second = Affine::between(&shape, &second.points);
    let (width, height) = first.picture.dimensions();
    let mixed = RgbImage::from_fn(width, height, |x, y| {
        let at = [x as f32, y as f32];
        let [x, y] = to_first.apply(at);
        let one = bilinear(&first.picture, x, y);
        let [x, y] = to_second.apply(at);
        let other = bilinear(&second.picture, x, y);
        // A cast of a float saturates.
        let mix = |n: usize| (one[n] + share * (other[n] - one[n]) + 0.5) as u8;
        image::Rgb(std::array::from_fn(mix))
    });
    let mut jpeg = Vec::new();
    JpegEncoder::new_with_quality(&mut jpeg, 92)
        .encode(&mixed, width, height, ExtendedColorType::Rgb8)
        .expect("a picture in memory is encoded");
    jpeg
}

/// x' = a x + b y + c, and the same for y.
struct Affine([[f32; 3]; 2]);

impl Affine {
    /// The one that leads points to others with the least squares.
    fn between(from: &[[f32; 2]], to: &[[f32; 2]]) -> Self {
        let mut normal = [[0.0_f64; 3]; 3];
        let mut right = [[0.0_f64; 3]; 2];
        for (from, to) in from.iter().zip(to) {
            let row = [f64::from(from[0]), f64::from(from[1]), 1.0];
            for i in 0..3 {
                for j in 0..3 {
                    normal[i][j] += row[i] * row[j];
                }
                for (right, to) in right.iter_mut().zip(to) {
                    right[i] += row[i] * f64::from(*to);
                }
            }
        }
        Self(right.map(|right| solve(normal, right).map(|value| value as f32)))
    }

    fn apply(&self, [x, y]: [f32; 2]) -> [f32; 2] {
        self.0.map(|[a, b, c]| a * x + b * y + c)
    }
}

/// Cramer's rule.
fn solve(matrix: [[f64; 3]; 3], right: [f64; 3]) -> [f64; 3] {
    let whole = determinant(&matrix);
    std::array::from_fn(|column| {
        let mut replaced = matrix;
        for (row, value) in replaced.iter_mut().zip(right) {
            row[column] = value;
        }
        determinant(&replaced) / whole
    })
}

fn determinant([a, b, c]: &[[f64; 3]; 3]) -> f64 {
    a[0] * (b[1] * c[2] - b[2] * c[1]) - a[1] * (b[0] * c[2] - b[2] * c[0])
        + a[2] * (b[0] * c[1] - b[1] * c[0])
}
