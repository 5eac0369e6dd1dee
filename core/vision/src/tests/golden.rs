//! Agreement with an independent pipeline: tests/golden/golden.py, with OpenCV and ONNX Runtime.
//!
//! OpenCV decodes JPEG with another library and samples in other steps of a pixel, so nothing is
//! equal to the last digit; the tolerances are far below what any decision turns on.

use serde::Deserialize;

use super::{analyzer, picture};
use crate::geometry::Point;
use crate::{Depth, Embedding};

#[derive(Deserialize)]
struct Golden {
    pictures: Vec<Entry>,
    /// Two pictures by their place above, and the similarity of their embeddings.
    similarity: Vec<(usize, usize, f32)>,
}

#[derive(Deserialize)]
struct Entry {
    file: String,
    faces: usize,
    #[serde(flatten)]
    face: Option<Face>,
}

#[derive(Deserialize)]
struct Face {
    #[serde(rename = "box")]
    corners: [f32; 4],
    score: f32,
    points: Vec<[f32; 2]>,
    live: f32,
    eye_aspect_ratio: f32,
    sharpness: f32,
    embedding: Vec<f32>,
}

fn golden() -> Golden {
    serde_json::from_str(include_str!("../../../../tests/golden/golden.json")).unwrap()
}

/// Says what differs by more than its tolerance.
struct Differences(Vec<String>);

impl Differences {
    fn check(&mut self, what: &str, found: f32, expected: f32, tolerance: f32) {
        let apart = (found - expected).abs();
        if apart.is_nan() || apart > tolerance {
            self.0.push(format!(
                "{what}: {found}, expected {expected} +- {tolerance}"
            ));
        }
    }
}

#[test]
fn every_stage_agrees_with_the_independent_pipeline() {
    let golden = golden();
    let mut analyzer = analyzer();
    let mut embeddings: Vec<Option<Embedding>> = Vec::new();
    let mut differences = Differences(Vec::new());
    for entry in &golden.pictures {
        let picture = picture(&entry.file);
        let frame = picture.frame();
        let name = entry.file.rsplit('/').next().unwrap();
        let found = analyzer.detect_all(&frame).unwrap().len();
        differences.check(
            &format!("{name} faces"),
            found as f32,
            entry.faces as f32,
            0.0,
        );
        let seen = analyzer.analyze(&frame, 7, Depth::Full).unwrap();
        assert_eq!(seen.observation.at_ms, 7);
        let (Some(expected), Some(observed)) = (&entry.face, &seen.observation.face) else {
            assert_eq!(
                entry.face.is_some(),
                seen.observation.face.is_some(),
                "{name}"
            );
            embeddings.push(None);
            continue;
        };
        let target = analyzer.target(&frame).unwrap().unwrap();
        let rect = target.face.rect;
        let corners = [
            rect.left,
            rect.top,
            rect.left + rect.width,
            rect.top + rect.height,
        ];
        let side = rect.longer_side();
        for (found, expected) in corners.into_iter().zip(expected.corners) {
            differences.check(
                &format!("{name} box / side"),
                found / side,
                expected / side,
                0.01,
            );
        }
        let points = analyzer.face(&frame, target).unwrap().unwrap().points;
        let apart = points
            .iter()
            .zip(&expected.points)
            .map(|(found, &[x, y])| found.distance(Point::new(x, y)) / side);
        let worst = apart.fold(0.0, f32::max);
        differences.check(&format!("{name} landmarks / side"), worst, 0.0, 0.01);
        let name = |what| format!("{name} {what}");
        differences.check(&name("score"), observed.detection, expected.score, 0.01);
        differences.check(&name("live"), observed.live.unwrap(), expected.live, 0.05);
        let ratio = observed.eye_aspect_ratio;
        differences.check(&name("eyes"), ratio, expected.eye_aspect_ratio, 0.01);
        let tolerance = 0.03 * expected.sharpness + 3.0;
        differences.check(
            &name("sharpness"),
            observed.sharpness,
            expected.sharpness,
            tolerance,
        );
        let embedding = seen.embedding.unwrap();
        for (found, expected) in embedding.values().iter().zip(&expected.embedding) {
            differences.check(&name("embedding"), *found, *expected, 0.01);
        }
        embeddings.push(Some(embedding));
    }
    let mut compared = 0;
    for (i, j, expected) in golden.similarity {
        let (Some(one), Some(other)) = (&embeddings[i], &embeddings[j]) else {
            panic!("picture {i} or {j} has no embedding");
        };
        differences.check(
            &format!("similarity {i} {j}"),
            one.similarity(other),
            expected,
            0.02,
        );
        compared += 1;
    }
    assert!(compared > 500, "{compared}");
    assert!(differences.0.is_empty(), "{:#?}", differences.0);
}
