//! The frame path against the bare nets that run in it.

use crate::{Figure, median, time_ms};
use image::RgbImage;
use image::imageops::{FilterType, resize};
use lifecert_inference::{ModelId, ModelStore};
use lifecert_media::VideoReader;
use lifecert_tests::office::models;
use lifecert_tests::phone::clip as media;
use lifecert_vision::{Analyzer, Depth, FrameRef, Plane, Watch};

/// Rounds of each measurement; bare nets and the whole take turns, so that a slow moment of the
/// machine hits both.
const ROUNDS: usize = 80;

/// Nets that run in a guidance frame, and in a picture that is compared.
const GUIDANCE: [ModelId; 2] = [ModelId::Detector, ModelId::Landmarks];
const IDENTITY: [ModelId; 4] = [
    ModelId::Detector,
    ModelId::Landmarks,
    // The face and its mirror image.
    ModelId::Recognition,
    ModelId::Recognition,
];

fn analyzer() -> Analyzer {
    let store = ModelStore::open(models()).expect("the models");
    Analyzer::load(&store).expect("the nets")
}

/// Guidance over frames of 480 and 720 lines, comparison over small and large pictures; the worse
/// of each pair counts.
pub fn overheads() -> Vec<Figure> {
    let mut analyzer = analyzer();
    let face = face();
    let frames = [(640, 480), (1280, 720)].map(|(width, height)| Yuv::of(&face, width, height));
    let guidance = frames
        .iter()
        .map(|yuv| ratio(&mut analyzer, &yuv.frame(), &GUIDANCE, Depth::Guidance));
    let guidance = guidance.fold(0.0, f64::max);
    let pictures = [(250, 250), (720, 1280)].map(|(width, height)| framed(&face, width, height));
    let identity = pictures.iter().map(|picture| {
        let (width, height) = picture.dimensions();
        let plane = Plane::new(picture.as_raw(), width as usize * 3);
        let frame = FrameRef::rgb(width as usize, height as usize, plane).expect("a picture");
        ratio(&mut analyzer, &frame, &IDENTITY, Depth::Identity)
    });
    let identity = identity.fold(0.0, f64::max);
    vec![
        Figure {
            name: "guidance_overhead_ratio",
            value: guidance,
            reach: Some(1.10),
            what: "a guidance frame over its bare nets, the worse of 480 and 720 lines",
        },
        Figure {
            name: "verify_overhead_ratio",
            value: identity,
            reach: Some(1.05),
            what: "detect, align, embed over their bare nets, the worse of 250x250 and 720x1280",
        },
    ]
}

fn ratio(analyzer: &mut Analyzer, frame: &FrameRef<'_>, nets: &[ModelId], depth: Depth) -> f64 {
    let (mut bare, mut whole) = (vec![Vec::new(); nets.len()], Vec::new());
    for round in 0..ROUNDS + 10 {
        for (times, net) in bare.iter_mut().zip(nets) {
            let took = time_ms(|| analyzer.bare_run(*net).expect("a run"));
            times.extend((round >= 10).then_some(took));
        }
        let took = time_ms(|| {
            let seen = analyzer.analyze(frame, 0, depth).expect("a look");
            assert!(seen.observation.face.is_some(), "the picture has a face");
        });
        whole.extend((round >= 10).then_some(took));
    }
    median(whole) / bare.into_iter().map(median).sum::<f64>()
}

/// Ten seconds of a clip at 25 frames a second, as a session looks at them; decoding aside.
pub fn clip() -> Figure {
    let mut video = VideoReader::open(&media("franck.mp4")).expect("a clip");
    let mut watch = Watch::new(analyzer(), None);
    let mut took_ms = 0.0;
    while let Some(shown) = video.next_frame().expect("a frame") {
        if shown.at_ms >= 10_000 {
            break;
        }
        took_ms += time_ms(|| {
            watch.look(&shown.frame, shown.at_ms).expect("a look");
        });
    }
    Figure {
        name: "clip_realtime_factor",
        value: took_ms / 10_000.0,
        reach: Some(0.2),
        what: "time to look at a 10 s clip at 25 frames a second, over 10 s",
    }
}

/// A picture with one face.
fn face() -> RgbImage {
    let bytes = std::fs::read(media("franck_02221.jpg")).expect("a picture of the manifest");
    image::load_from_memory(&bytes)
        .expect("a picture")
        .to_rgb8()
}

/// The face in the middle of a picture of that size.
fn framed(face: &RgbImage, width: u32, height: u32) -> RgbImage {
    let side = width.min(height);
    let scale = side as f32 / face.width().max(face.height()) as f32;
    let size = |pixels: u32| ((pixels as f32 * scale) as u32).max(1);
    let small = resize(
        face,
        size(face.width()),
        size(face.height()),
        FilterType::Triangle,
    );
    let mut picture = RgbImage::from_pixel(width, height, image::Rgb([120, 124, 118]));
    let (left, top) = ((width - small.width()) / 2, (height - small.height()) / 2);
    image::imageops::replace(&mut picture, &small, i64::from(left), i64::from(top));
    picture
}

/// A camera's frame: luma, then both chroma planes.
struct Yuv {
    width: usize,
    height: usize,
    planes: [Vec<u8>; 3],
}

impl Yuv {
    /// BT.601 in full range, as a phone's camera gives it.
    fn of(face: &RgbImage, width: u32, height: u32) -> Self {
        let picture = framed(face, width, height);
        let at = |x: u32, y: u32| picture.get_pixel(x, y).0.map(f32::from);
        let luma = |[r, g, b]: [f32; 3]| 0.299 * r + 0.587 * g + 0.114 * b;
        let (mut y_plane, mut cb, mut cr) = (Vec::new(), Vec::new(), Vec::new());
        for y in 0..height {
            for x in 0..width {
                let rgb = at(x, y);
                y_plane.push(luma(rgb) as u8);
                if x % 2 == 0 && y % 2 == 0 {
                    cb.push((128.0 + 0.564 * (rgb[2] - luma(rgb))) as u8);
                    cr.push((128.0 + 0.713 * (rgb[0] - luma(rgb))) as u8);
                }
            }
        }
        Self {
            width: width as usize,
            height: height as usize,
            planes: [y_plane, cb, cr],
        }
    }

    fn frame(&self) -> FrameRef<'_> {
        let [y, cb, cr] = &self.planes;
        let half = self.width.div_ceil(2);
        FrameRef::i420(
            self.width,
            self.height,
            Plane::new(y, self.width),
            Plane::new(cb, half),
            Plane::new(cr, half),
        )
        .expect("a frame")
    }
}
