//! How far the eyes are open.

use crate::geometry::Point;
use crate::landmarks::Points;

/// Mean eye aspect ratio of both eyes, height over width (Soukupova and Cech 2016): about 0.3 open,
/// below 0.15 closed; zero where an eye has no width.
pub(crate) fn eye_aspect_ratio(points: &Points) -> f32 {
    (one(&points[36..42]) + one(&points[42..48])) / 2.0
}

fn one(eye: &[Point]) -> f32 {
    let tall = eye[1].distance(eye[5]) + eye[2].distance(eye[4]);
    let ratio = tall / (2.0 * eye[0].distance(eye[3]));
    if ratio.is_finite() { ratio } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_eye_a_third_as_tall_as_wide() {
        let mut points = [Point::default(); 68];
        assert_eq!(eye_aspect_ratio(&points), 0.0);
        let corners = [
            (0.0, 1.0),
            (2.0, 0.0),
            (4.0, 0.0),
            (6.0, 1.0),
            (4.0, 2.0),
            (2.0, 2.0),
        ];
        for (n, (x, y)) in corners.into_iter().enumerate() {
            points[36 + n] = Point::new(x, y);
            points[42 + n] = Point::new(x * 3.0, y * 3.0);
        }
        assert!((eye_aspect_ratio(&points) - 1.0 / 3.0).abs() < 1e-6);
    }
}
