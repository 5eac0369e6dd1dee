//! Agreement with an independent pipeline: tests/golden/golden.py, with OpenCV and ONNX Runtime.
//!
//! Each stage is given what the other pipeline's stage before it found, so that what is compared is
//! the stage and not what a tiny difference grows to on its way: OpenCV decodes JPEG with another
//! library and samples in other steps of a pixel, and of two boxes that score almost the same
//! either may win. The tolerances are far below what any decision turns on.

use serde::Deserialize;

use super::{analyzer, picture};
use crate::Embedding;
use crate::align::aligned_to_picture;
use crate::analyze::Analyzer;
use crate::detect::{Detection, Target};
use crate::embed::Views;
use crate::eyes::eye_aspect_ratio;
use crate::frame::FrameRef;
use crate::geometry::{Point, Rect};
use crate::landmarks::Points;

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

impl Face {
    fn rect(&self) -> Rect {
        let [left, top, right, bottom] = self.corners;
        Rect {
            left,
            top,
            width: right - left,
            height: bottom - top,
        }
    }

    fn points(&self) -> Points {
        std::array::from_fn(|n| Point::new(self.points[n][0], self.points[n][1]))
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
        let name = entry.file.rsplit('/').next().unwrap();
        let found = analyzer.detect_all(&picture.frame()).unwrap();
        // A second face at the edge of the threshold may be seen by one and not by the other.
        let count = format!("{name} faces");
        let more_or_less = if entry.faces > 1 { 1.0 } else { 0.0 };
        differences.check(&count, found.len() as f32, entry.faces as f32, more_or_less);
        let embedding = entry.face.as_ref().and_then(|face| {
            let (frame, differences) = (picture.frame(), &mut differences);
            compare(&mut analyzer, &frame, name, (&found, face), differences)
        });
        embeddings.push(embedding);
    }
    let mut compared = 0;
    for (i, j, expected) in golden.similarity {
        let (Some(one), Some(other)) = (&embeddings[i], &embeddings[j]) else {
            panic!("picture {i} or {j} has no embedding");
        };
        let pair = format!("similarity {i} {j}");
        differences.check(&pair, one.similarity(other), expected, 0.02);
        compared += 1;
    }
    assert!(compared > 500, "{compared}");
    assert!(differences.0.is_empty(), "{:#?}", differences.0);
}

/// Compares every stage on one face; gives the embedding that the last one made.
fn compare(
    analyzer: &mut Analyzer,
    frame: &FrameRef<'_>,
    name: &str,
    (found, expected): (&[Detection], &Face),
    differences: &mut Differences,
) -> Option<Embedding> {
    let name = |what| format!("{name} {what}");
    let (rect, side) = (expected.rect(), expected.rect().longer_side());
    let overlap = |one: &Detection| one.rect.overlap(&rect);
    let same = found
        .iter()
        .max_by(|a, b| overlap(a).total_cmp(&overlap(b)))?;
    differences.check(&name("box overlap"), overlap(same), 1.0, 0.15);
    differences.check(&name("score"), same.score, expected.score, 0.02);

    let detection = Detection {
        rect,
        score: expected.score,
    };
    let target = Target {
        face: detection,
        faces: 1,
    };
    let mut face = analyzer.face(frame, target).unwrap()?;
    let apart = face.points.iter().zip(expected.points());
    let worst = apart.map(|(found, expected)| found.distance(expected) / side);
    let worst = worst.fold(0.0, f32::max);
    differences.check(&name("landmarks / side"), worst, 0.0, 0.02);
    analyzer.judge_liveness(frame, &mut face).unwrap();
    let live = face.observation.live.unwrap();
    // A probability is steep in its middle.
    let tolerance = 0.03 + expected.live * (1.0 - expected.live);
    differences.check(&name("live"), live, expected.live, tolerance);
    let sharpness = face.observation.sharpness;
    let tolerance = 0.05 * expected.sharpness + 3.0;
    differences.check(&name("sharpness"), sharpness, expected.sharpness, tolerance);

    let points = expected.points();
    let ratio = eye_aspect_ratio(&points);
    differences.check(&name("eyes"), ratio, expected.eye_aspect_ratio, 0.001);
    face.map = aligned_to_picture(&points)?;
    let embedding = analyzer.embed(frame, &face, Views::Mirrored).unwrap()?;
    for (found, expected) in embedding.values().iter().zip(&expected.embedding) {
        differences.check(&name("embedding"), *found, *expected, 0.01);
    }
    Some(embedding)
}
