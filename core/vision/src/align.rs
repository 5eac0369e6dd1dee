//! Where a face lies, as a map to the 112x112 picture that recognition was trained on.

use crate::geometry::{Affine, Point};
use crate::landmarks::Points;

/// Side of the aligned picture in pixels.
pub(crate) const ALIGNED: usize = 112;

/// Eyes, nose tip and mouth corners in the aligned picture (ArcFace, Deng et al. 2019).
const TEMPLATE: [Point; 5] = [
    Point::new(38.2946, 51.6963),
    Point::new(73.5318, 51.5014),
    Point::new(56.0252, 71.7366),
    Point::new(41.5493, 92.3655),
    Point::new(70.7299, 92.2041),
];

/// The map from the aligned picture to the picture that the points were found in; nothing where the
/// points fall into one.
pub(crate) fn aligned_to_picture(points: &Points) -> Option<Affine> {
    similarity(&five_points(points), &TEMPLATE)?.inverse()
}

fn five_points(points: &Points) -> [Point; 5] {
    let mean = |of: &[usize]| {
        let (x, y) = of.iter().fold((0.0, 0.0), |sum, &n| {
            (sum.0 + points[n].x, sum.1 + points[n].y)
        });
        Point::new(x / of.len() as f32, y / of.len() as f32)
    };
    [
        mean(&[37, 38, 40, 41]),
        mean(&[43, 44, 46, 47]),
        points[30],
        mean(&[48, 60]),
        mean(&[54, 64]),
    ]
}

/// The similarity transform that brings `from` nearest to `to` by least squares (Umeyama 1991; in
/// the plane it has this closed form).
fn similarity(from: &[Point], to: &[Point]) -> Option<Affine> {
    let (from_mean, to_mean) = (mean(from), mean(to));
    let (mut dot, mut cross, mut spread) = (0.0, 0.0, 0.0);
    for (p, q) in from.iter().zip(to) {
        let (px, py) = (p.x - from_mean.x, p.y - from_mean.y);
        let (qx, qy) = (q.x - to_mean.x, q.y - to_mean.y);
        dot += px * qx + py * qy;
        cross += px * qy - py * qx;
        spread += px * px + py * py;
    }
    let (a, c) = (dot / spread, cross / spread);
    let turn = Affine {
        a,
        b: -c,
        tx: 0.0,
        c,
        d: a,
        ty: 0.0,
    };
    let moved = turn.apply(from_mean);
    let map = Affine {
        tx: to_mean.x - moved.x,
        ty: to_mean.y - moved.y,
        ..turn
    };
    (a.is_finite() && c.is_finite()).then_some(map)
}

fn mean(points: &[Point]) -> Point {
    let count = points.len() as f32;
    let (x, y) = points
        .iter()
        .fold((0.0, 0.0), |sum, point| (sum.0 + point.x, sum.1 + point.y));
    Point::new(x / count, y / count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_turned_and_scaled_template_is_found_again() {
        let map = Affine {
            a: 1.2,
            b: -0.9,
            tx: 30.0,
            c: 0.9,
            d: 1.2,
            ty: -12.0,
        };
        let seen = TEMPLATE.map(|point| map.apply(point));
        let back = similarity(&seen, &TEMPLATE).unwrap();
        for (point, expected) in seen.iter().zip(TEMPLATE) {
            assert!(back.apply(*point).distance(expected) < 1e-3);
        }
    }

    #[test]
    fn points_in_one_place_have_no_map() {
        let points = [Point::new(5.0, 5.0); 68];
        assert_eq!(aligned_to_picture(&points), None);
    }
}
