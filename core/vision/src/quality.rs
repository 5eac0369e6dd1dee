//! How good a picture of a face is.

use lifecert_session::FaceObservation;

use crate::align::ALIGNED;

/// Variance of the Laplacian (4 neighbours) over the inside of the aligned grey face, 0 to 255 grey
/// values.
pub(crate) fn sharpness(aligned: &[f32]) -> f32 {
    // Several sums side by side, because one alone waits for itself.
    let (mut sums, mut squares) = ([0.0_f32; 8], [0.0_f32; 8]);
    let mut edges = [0.0; ALIGNED];
    for rows in aligned.windows(3 * ALIGNED).step_by(ALIGNED) {
        let (above, rest) = rows.split_at(ALIGNED);
        let (here, below) = rest.split_at(ALIGNED);
        let around = here.windows(3).zip(&above[1..]).zip(&below[1..]);
        for (edge, ((here, above), below)) in edges[1..ALIGNED - 1].iter_mut().zip(around) {
            *edge = above + below + here[0] + here[2] - 4.0 * here[1];
        }
        for edges in edges.as_chunks::<8>().0 {
            for ((sum, square), edge) in sums.iter_mut().zip(&mut squares).zip(edges) {
                *sum += edge;
                *square += edge * edge;
            }
        }
    }
    let count = ((ALIGNED - 2) * (ALIGNED - 2)) as f32;
    let mean = sums.iter().sum::<f32>() / count;
    squares.iter().sum::<f32>() / count - mean * mean
}

/// Picture quality from size, exposure, sharpness, pose and eyes, 0 to 1: the product of five
/// shares, each one where nothing is to be wished for. It ranks frames; it decides nothing.
pub(crate) fn quality(face: &FaceObservation) -> f32 {
    let pose = &face.pose;
    let turn =
        (pose.yaw_deg.powi(2) + pose.pitch_deg.powi(2) + 0.25 * pose.roll_deg.powi(2)).sqrt();
    let shares = [
        rise(face.size, 0.05, 0.3),
        rise(face.exposure, 0.05, 0.3) * (1.0 - rise(face.exposure, 0.75, 1.0)),
        // Half at the blur that a steady hand and an old camera give.
        face.sharpness / (face.sharpness + 40.0),
        1.0 - rise(turn, 5.0, 50.0),
        0.3 + 0.7 * rise(face.eye_aspect_ratio, 0.08, 0.2),
    ];
    shares.iter().product()
}

/// From 0 at `from` and below to 1 at `to` and above.
fn rise(value: f32, from: f32, to: f32) -> f32 {
    ((value - from) / (to - from)).clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use lifecert_session::{Cover, FaceBounds, Pose, Scene};

    #[test]
    fn sharpness_is_the_variance_of_the_laplacian() {
        let flat = vec![90.0; ALIGNED * ALIGNED];
        assert_eq!(sharpness(&flat), 0.0);
        let ramp: Vec<f32> = (0..ALIGNED * ALIGNED)
            .map(|n| (n % ALIGNED) as f32)
            .collect();
        assert_eq!(sharpness(&ramp), 0.0);
        // Every pixel differs by 10 from both neighbours in its row: a Laplacian of +-20.
        let stripes: Vec<f32> = (0..ALIGNED * ALIGNED)
            .map(|n| (n % 2 * 10) as f32)
            .collect();
        assert!((sharpness(&stripes) - 400.0).abs() < 1e-3);
    }

    #[test]
    fn every_fault_lowers_quality() {
        let bounds = FaceBounds {
            left: 0.3,
            top: 0.2,
            width: 0.4,
            height: 0.6,
        };
        let good = FaceObservation {
            bounds,
            size: 0.5,
            detection: 1.0,
            pose: Pose {
                yaw_deg: 2.0,
                pitch_deg: -1.0,
                roll_deg: 1.0,
            },
            exposure: 0.5,
            sharpness: 300.0,
            eye_aspect_ratio: 0.3,
            mouth_aspect_ratio: 0.05,
            cover: Cover {
                eye_shade: 0.8,
                mouth_texture: 0.7,
            },
            scene: Scene {
                surround: Some(0.5),
                contrast: 0.6,
            },
            points: Vec::new(),
            quality: 0.0,
            live: None,
            live_second: None,
            texture: None,
            continuity: None,
            similarity: None,
        };
        let best = quality(&good);
        assert!(best > 0.8 && best <= 1.0, "{best}");
        let turned = Pose {
            yaw_deg: 30.0,
            ..good.pose
        };
        let faults = [
            FaceObservation {
                size: 0.1,
                ..good.clone()
            },
            FaceObservation {
                exposure: 0.1,
                ..good.clone()
            },
            FaceObservation {
                exposure: 0.95,
                ..good.clone()
            },
            FaceObservation {
                sharpness: 20.0,
                ..good.clone()
            },
            FaceObservation {
                pose: turned,
                ..good.clone()
            },
            FaceObservation {
                eye_aspect_ratio: 0.1,
                ..good.clone()
            },
        ];
        for fault in faults {
            assert!(quality(&fault) < 0.7 * best, "{fault:?}");
        }
    }
}
