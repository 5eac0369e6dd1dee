//! How far the mouth is open.

use crate::landmarks::Points;

/// Inner lips' height over their width (the mouth's counterpart of the eye aspect ratio): near 0
/// closed, 0.3 and more open; zero where the mouth has no width.
pub(crate) fn mouth_aspect_ratio(points: &Points) -> f32 {
    let gap = |upper: usize, lower: usize| points[upper].distance(points[lower]);
    let tall = gap(61, 67) + gap(62, 66) + gap(63, 65);
    let ratio = tall / (3.0 * points[60].distance(points[64]));
    if ratio.is_finite() { ratio } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::Point;

    #[test]
    fn lips_a_third_as_tall_as_wide() {
        let mut points = [Point::default(); 68];
        assert_eq!(mouth_aspect_ratio(&points), 0.0);
        for (n, (x, y)) in [
            (0.0, 1.0),
            (1.5, 0.0),
            (3.0, 0.0),
            (4.5, 0.0),
            (6.0, 1.0),
            (4.5, 2.0),
            (3.0, 2.0),
            (1.5, 2.0),
        ]
        .into_iter()
        .enumerate()
        {
            points[60 + n] = Point::new(x, y);
        }
        assert!((mouth_aspect_ratio(&points) - 1.0 / 3.0).abs() < 1e-6);
    }
}
