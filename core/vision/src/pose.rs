//! Head pose from the landmarks: a weak-perspective fit of a generic face.

use lifecert_session::Pose;

use crate::landmarks::Points;

/// Points of a generic face in millimetres: x to the right of the picture, y down, z towards the
/// camera, for a head that looks straight into it. Eye corners, nose, mouth corners, chin and the
/// upper ends of the jaw: what moves little with expression, and spans the head's depth.
const FACE: [(usize, [f32; 3]); 14] = [
    (0, [-72.0, 5.0, -85.0]),
    (16, [72.0, 5.0, -85.0]),
    (36, [-45.0, 0.0, -20.0]),
    (39, [-17.0, 1.0, -8.0]),
    (42, [17.0, 1.0, -8.0]),
    (45, [45.0, 0.0, -20.0]),
    (27, [0.0, -2.0, 4.0]),
    (30, [0.0, 36.0, 28.0]),
    (31, [-14.0, 48.0, 8.0]),
    (33, [0.0, 51.0, 14.0]),
    (35, [14.0, 48.0, 8.0]),
    (48, [-26.0, 75.0, 2.0]),
    (54, [26.0, 75.0, 2.0]),
    (8, [0.0, 118.0, 2.0]),
];

/// Yaw, pitch and roll; all zero where the points fall into one.
pub(crate) fn pose(points: &Points) -> Pose {
    fit(points).map_or(
        Pose {
            yaw_deg: 0.0,
            pitch_deg: 0.0,
            roll_deg: 0.0,
        },
        |[right, down]| {
            let away = cross(right, down);
            Pose {
                yaw_deg: (-away[0]).clamp(-1.0, 1.0).asin().to_degrees(),
                pitch_deg: away[1].atan2(away[2]).to_degrees(),
                roll_deg: down[0].atan2(right[0]).to_degrees(),
            }
        },
    )
}

/// The first two rows of the rotation that brings the generic face over the points.
///
/// Least squares give the best linear map from space to the picture; the two orthogonal unit rows
/// nearest to it are the rotation, and what is left is the scale.
fn fit(points: &Points) -> Option<[[f32; 3]; 2]> {
    let count = FACE.len() as f32;
    let mut model_mean = [0.0; 3];
    let mut seen_mean = [0.0; 2];
    for (n, place) in FACE {
        for (sum, value) in model_mean.iter_mut().zip(place) {
            *sum += value / count;
        }
        seen_mean[0] += points[n].x / count;
        seen_mean[1] += points[n].y / count;
    }
    let (mut spread, mut shared) = ([[0.0; 3]; 3], [[0.0; 3]; 2]);
    for (n, place) in FACE {
        let place: [f32; 3] = std::array::from_fn(|i| place[i] - model_mean[i]);
        let seen = [points[n].x - seen_mean[0], points[n].y - seen_mean[1]];
        for i in 0..3 {
            for j in 0..3 {
                spread[i][j] += place[i] * place[j];
            }
            shared[0][i] += seen[0] * place[i];
            shared[1][i] += seen[1] * place[i];
        }
    }
    let back = inverse(spread)?;
    orthonormal(
        shared.map(|row| std::array::from_fn(|j| (0..3).map(|i| row[i] * back[i][j]).sum())),
    )
}

/// The two orthogonal unit vectors nearest to two vectors: `(M M^T)^(-1/2) M`.
fn orthonormal([a, b]: [[f32; 3]; 2]) -> Option<[[f32; 3]; 2]> {
    let (aa, ab, bb) = (dot(a, a), dot(a, b), dot(b, b));
    // The square root of a symmetric 2x2 matrix G is (G + sqrt(det G)) over its trace's root.
    let root_det = (aa * bb - ab * ab).sqrt();
    let trace = (aa + bb + 2.0 * root_det).sqrt();
    let (p, q, r) = ((aa + root_det) / trace, ab / trace, (bb + root_det) / trace);
    let det = p * r - q * q;
    if !det.is_normal() {
        return None;
    }
    Some([
        std::array::from_fn(|i| (r * a[i] - q * b[i]) / det),
        std::array::from_fn(|i| (p * b[i] - q * a[i]) / det),
    ])
}

fn inverse(m: [[f32; 3]; 3]) -> Option<[[f32; 3]; 3]> {
    let columns = [cross(m[1], m[2]), cross(m[2], m[0]), cross(m[0], m[1])];
    let det = dot(m[0], columns[0]);
    det.is_normal()
        .then(|| std::array::from_fn(|i| std::array::from_fn(|j| columns[j][i] / det)))
}

fn dot(a: [f32; 3], b: [f32; 3]) -> f32 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

fn cross(a: [f32; 3], b: [f32; 3]) -> [f32; 3] {
    [
        a[1] * b[2] - a[2] * b[1],
        a[2] * b[0] - a[0] * b[2],
        a[0] * b[1] - a[1] * b[0],
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::Point;

    /// The generic face, turned by yaw, nodded by pitch, tilted by roll, at some place and scale.
    fn turned(yaw: f32, pitch: f32, roll: f32) -> Points {
        let mut points = [Point::default(); 68];
        let [(ys, yc), (ps, pc), (rs, rc)] =
            [yaw, pitch, roll].map(|degrees| degrees.to_radians().sin_cos());
        for (n, [x, y, z]) in FACE {
            // A nod upwards moves what is in front up.
            let (y, z) = (pc * y - ps * z, ps * y + pc * z);
            let (x, _z) = (yc * x + ys * z, yc * z - ys * x);
            let (x, y) = (rc * x - rs * y, rs * x + rc * y);
            points[n] = Point::new(1.7 * x + 300.0, 1.7 * y + 200.0);
        }
        points
    }

    #[test]
    fn a_turned_face_is_measured() {
        for (yaw, pitch, roll) in [
            (0.0, 0.0, 0.0),
            (25.0, 0.0, 0.0),
            (0.0, 20.0, 0.0),
            (0.0, 0.0, -30.0),
            (-20.0, -15.0, 10.0),
        ] {
            let found = pose(&turned(yaw, pitch, roll));
            assert!((found.yaw_deg - yaw).abs() < 0.1, "{yaw} {found:?}");
            assert!((found.pitch_deg - pitch).abs() < 0.1, "{pitch} {found:?}");
            assert!((found.roll_deg - roll).abs() < 0.1, "{roll} {found:?}");
        }
        // A nose to the right of the picture is a turn to the right.
        let right = turned(20.0, 0.0, 0.0);
        assert!(right[30].x - right[27].x > 5.0);
        let up = turned(0.0, 20.0, 0.0);
        assert!(up[30].y - up[36].y < turned(0.0, 0.0, 0.0)[30].y - turned(0.0, 0.0, 0.0)[36].y);
    }

    #[test]
    fn points_in_one_place_have_no_pose() {
        let none = pose(&[Point::new(3.0, 3.0); 68]);
        assert_eq!(
            (none.yaw_deg, none.pitch_deg, none.roll_deg),
            (0.0, 0.0, 0.0)
        );
    }
}
