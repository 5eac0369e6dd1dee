//! Finds the H.264 track of an MP4 or MOV file (ISO/IEC 14496-12 and -15; QuickTime File Format):
//! its parameters, where its samples lie, when they are shown and how they are turned.

use std::io::{Read, Seek, SeekFrom};

use lifecert_vision::Rotation;

use super::bytes::{Bytes, Kind};
use super::error::MediaError;
use super::fragments::{self, Defaults};
use super::samples;

/// Most bytes of the boxes that describe a video; a feature film has about 10 MB.
const MOST_DESCRIPTION_BYTES: u64 = 64 << 20;

/// Most boxes at the top of a file.
const MOST_BOXES: usize = 100_000;

/// Most frames of a video: nine hours at 30 a second.
pub(super) const MOST_SAMPLES: usize = 1_000_000;

/// One frame's bytes in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sample {
    /// Where they begin.
    pub(super) offset: u64,
    /// How many.
    pub(super) len: u32,
    /// When the frame is shown, in the track's time scale.
    pub(super) shown_at: i64,
}

/// The video track of a file.
#[derive(Debug)]
pub(super) struct Track {
    /// Its frames in the order of decoding, shown from time 0 on.
    pub(super) samples: Vec<Sample>,
    /// Ticks a second.
    pub(super) timescale: u32,
    /// The clockwise turn that makes its frames upright.
    pub(super) rotation: Rotation,
    /// Whether the turned frame is shown flipped left to right.
    pub(super) mirrored: bool,
    /// How its H.264 is packed.
    pub(super) config: AvcConfig,
}

/// The decoder's configuration (ISO/IEC 14496-15, 5.3.3.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct AvcConfig {
    /// Sequence and picture parameter sets, as a byte stream with start codes.
    pub(super) parameter_sets: Vec<u8>,
    /// The first sequence parameter set.
    pub(super) sps: Vec<u8>,
    /// Bytes of the length in front of each unit of a sample.
    pub(super) length_size: usize,
}

impl Track {
    /// Milliseconds of a time in ticks.
    pub(super) fn ms(&self, ticks: i64) -> u64 {
        let ms = i128::from(ticks.max(0)) * 1000 / i128::from(self.timescale.max(1));
        u64::try_from(ms).unwrap_or(u64::MAX)
    }
}

/// Reads a file's description.
///
/// # Errors
/// [`MediaError::Unsupported`] for another container or codec, [`MediaError::Unreadable`] for a
/// damaged one, [`MediaError::TooLarge`] above the limits.
pub(super) fn read(file: &mut (impl Read + Seek)) -> Result<Track, MediaError> {
    let Boxes { movie, fragments } = top_boxes(file)?;
    let Some(movie) = movie else {
        return Err(MediaError::unreadable("it has no box \"moov\""));
    };
    let movie = Bytes(&movie);
    let (id, mut track) = video_track(movie)?;
    if !fragments.is_empty() {
        let defaults = Defaults::of(movie, id)?;
        fragments::append(&fragments, defaults, &mut track.samples)?;
    }
    let Some(first) = track.samples.iter().map(|sample| sample.shown_at).min() else {
        return Err(MediaError::unreadable("its video has no frames"));
    };
    for sample in &mut track.samples {
        sample.shown_at = sample.shown_at.saturating_sub(first);
    }
    Ok(track)
}

/// A fragment's place in the file and the body of its box.
pub(super) type Fragment = (u64, Vec<u8>);

#[derive(Default)]
struct Boxes {
    movie: Option<Vec<u8>>,
    fragments: Vec<Fragment>,
}

/// Walks over the boxes at the top without reading the pictures between them.
fn top_boxes(file: &mut (impl Read + Seek)) -> Result<Boxes, MediaError> {
    const USUAL_FIRST: [&[u8; 4]; 9] = [
        b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"pnot", b"styp", b"uuid",
    ];
    let len = file.seek(SeekFrom::End(0))?;
    let (mut at, mut found, mut kept) = (0, Boxes::default(), 0);
    for number in 0..MOST_BOXES {
        if len - at < 8 {
            return Ok(found);
        }
        let (kind, header, size) = top_box(file, at, len)?;
        if number == 0 && !USUAL_FIRST.iter().any(|usual| kind.is(usual)) {
            return Err(MediaError::unsupported("it is neither MP4 nor MOV"));
        }
        if kind.is(b"moov") || kind.is(b"moof") {
            kept += size;
            if kept > MOST_DESCRIPTION_BYTES {
                return Err(MediaError::too_large("its description is above 64 MB"));
            }
            let body = usize::try_from(size - header).unwrap_or(usize::MAX);
            let mut bytes = Vec::new();
            file.by_ref().take(size - header).read_to_end(&mut bytes)?;
            if bytes.len() < body {
                return Err(MediaError::unreadable("it ends within its description"));
            }
            match kind.is(b"moov") {
                true => found.movie = Some(bytes),
                false => found.fragments.push((at, bytes)),
            }
        }
        // Pictures may end too early; that is said when the missing frame is asked for.
        at = at.saturating_add(size).min(len);
    }
    Err(MediaError::unreadable("it has too many boxes"))
}

/// Kind, header size and whole size of the box that begins at a place.
fn top_box(
    file: &mut (impl Read + Seek),
    at: u64,
    len: u64,
) -> Result<(Kind, u64, u64), MediaError> {
    let mut header = [0; 16];
    file.seek(SeekFrom::Start(at))?;
    file.read_exact(&mut header[..8])?;
    let mut bytes = Bytes(&header);
    let (short, kind) = (bytes.u32()?, bytes.kind()?);
    let (header, size) = match short {
        0 => (8, len - at),
        1 if len - at < 16 => (16, 0),
        1 => {
            file.read_exact(&mut header[8..])?;
            (16, Bytes(&header[8..]).u64()?)
        }
        short => (8, u64::from(short)),
    };
    if size < header {
        return Err(MediaError::unreadable("a box is smaller than its header"));
    }
    Ok((kind, header, size))
}

/// The first video track, with its id.
fn video_track(movie: Bytes<'_>) -> Result<(u32, Track), MediaError> {
    let mut boxes = movie;
    while let Some((kind, body)) = boxes.next_box()? {
        if !kind.is(b"trak") {
            continue;
        }
        let media = body.need(b"mdia")?;
        let mut handler = media.need(b"hdlr")?;
        handler.take(8)?;
        if handler.kind()?.is(b"vide") {
            return track(body, media);
        }
    }
    Err(MediaError::unreadable("it has no video track"))
}

fn track(body: Bytes<'_>, media: Bytes<'_>) -> Result<(u32, Track), MediaError> {
    let (id, rotation, mirrored) = header(body.need(b"tkhd")?)?;
    let table = media.need(b"minf")?.need(b"stbl")?;
    let track = Track {
        samples: samples::read(table)?,
        timescale: timescale(media.need(b"mdhd")?)?,
        rotation,
        mirrored,
        config: config(table.need(b"stsd")?)?,
    };
    Ok((id, track))
}

/// Track id and display matrix.
fn header(mut tkhd: Bytes<'_>) -> Result<(u32, Rotation, bool), MediaError> {
    let (version, _) = tkhd.version()?;
    tkhd.take(if version == 1 { 16 } else { 8 })?;
    let id = tkhd.u32()?;
    // A reserved word, the duration, two reserved words, layer, group, volume, reserved.
    tkhd.take(4 + if version == 1 { 8 } else { 4 } + 8 + 8)?;
    let mut matrix = [0; 5];
    for value in &mut matrix {
        *value = tkhd.i32()?;
    }
    let [a, b, _, c, d] = matrix;
    let (rotation, mirrored) = display(a, b, c, d);
    Ok((id, rotation, mirrored))
}

/// The quarter turn, and the flip after it, that a display matrix means: it takes (x, y) to
/// (a x + c y, b x + d y), y down. Other angles are shown at the nearest quarter turn.
fn display(a: i32, b: i32, c: i32, d: i32) -> (Rotation, bool) {
    let [a, b, c, d] = [a, b, c, d].map(i64::from);
    let mirrored = a * d - b * c < 0;
    // What is left after the flip is taken back.
    let a = if mirrored { -a } else { a };
    let rotation = match (a.abs() >= b.abs(), a >= 0, b >= 0) {
        (true, true, _) => Rotation::None,
        (true, false, _) => Rotation::Half,
        (false, _, true) => Rotation::Quarter,
        (false, _, false) => Rotation::ThreeQuarters,
    };
    (rotation, mirrored)
}

fn timescale(mut mdhd: Bytes<'_>) -> Result<u32, MediaError> {
    let (version, _) = mdhd.version()?;
    mdhd.take(if version == 1 { 16 } else { 8 })?;
    match mdhd.u32()? {
        0 => Err(MediaError::unreadable("its clock does not tick")),
        ticks => Ok(ticks),
    }
}

/// The first sample description, which has to be H.264.
fn config(mut stsd: Bytes<'_>) -> Result<AvcConfig, MediaError> {
    stsd.take(8)?;
    let Some((kind, mut entry)) = stsd.next_box()? else {
        return Err(MediaError::unreadable("its video is not described"));
    };
    if !kind.is(b"avc1") && !kind.is(b"avc3") {
        return Err(MediaError::unsupported(format!(
            "its video is {kind}, not H.264"
        )));
    }
    // A visual sample entry's fixed fields (ISO/IEC 14496-12, 12.1.3.2).
    entry.take(78)?;
    avc_config(entry.need(b"avcC")?)
}

fn avc_config(mut avcc: Bytes<'_>) -> Result<AvcConfig, MediaError> {
    avcc.take(4)?;
    let length_size = usize::from(avcc.u8()? & 3) + 1;
    let (mut parameter_sets, mut sps) = (Vec::new(), Vec::new());
    let sets = avcc.u8()? & 31;
    for _ in 0..sets {
        let len = avcc.u16()?;
        let set = avcc.take(usize::from(len))?;
        if sps.is_empty() {
            sps = set.to_vec();
        }
        push_unit(&mut parameter_sets, set);
    }
    for _ in 0..avcc.u8()? {
        let len = avcc.u16()?;
        push_unit(&mut parameter_sets, avcc.take(usize::from(len))?);
    }
    if sps.is_empty() {
        return Err(MediaError::unsupported(
            "H.264 with its parameters among the frames",
        ));
    }
    Ok(AvcConfig {
        parameter_sets,
        sps,
        length_size,
    })
}

/// Appends a unit to a byte stream (H.264, annex B).
fn push_unit(stream: &mut Vec<u8>, unit: &[u8]) {
    stream.extend([0, 0, 0, 1]);
    stream.extend(unit);
}

/// Appends a sample, whose units have their lengths in front, to a byte stream.
pub(super) fn push_sample(
    stream: &mut Vec<u8>,
    sample: &[u8],
    length_size: usize,
) -> Result<(), MediaError> {
    let mut bytes = Bytes(sample);
    while !bytes.0.is_empty() {
        let len = bytes.take(length_size)?;
        let len = len
            .iter()
            .fold(0, |sum, &byte| (sum << 8) | usize::from(byte));
        push_unit(stream, bytes.take(len)?);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use lifecert_protocol::ErrorCode;
    use std::io::Cursor;

    #[test]
    fn display_matrices_are_turns_and_flips() {
        const ONE: i32 = 1 << 16;
        assert_eq!(display(ONE, 0, 0, ONE), (Rotation::None, false));
        assert_eq!(display(0, ONE, -ONE, 0), (Rotation::Quarter, false));
        assert_eq!(display(-ONE, 0, 0, -ONE), (Rotation::Half, false));
        assert_eq!(display(0, -ONE, ONE, 0), (Rotation::ThreeQuarters, false));
        assert_eq!(display(-ONE, 0, 0, ONE), (Rotation::None, true));
        assert_eq!(display(ONE, 0, 0, -ONE), (Rotation::Half, true));
        assert_eq!(display(0, ONE, ONE, 0), (Rotation::Quarter, true));
        assert_eq!(display(0, 0, 0, 0), (Rotation::None, false));
        assert_eq!(
            display(i32::MIN, i32::MIN, i32::MAX, i32::MIN).0,
            Rotation::Half
        );
    }

    #[test]
    fn samples_become_a_byte_stream_or_an_error() {
        let mut stream = Vec::new();
        push_sample(&mut stream, b"\0\0\0\x02ab\0\0\0\x01c", 4).unwrap();
        assert_eq!(stream, b"\0\0\0\x01ab\0\0\0\x01c");
        assert!(push_sample(&mut stream, b"\0\x05ab", 2).is_err());
        assert!(push_sample(&mut stream, b"\xff\xff\xff\xff", 4).is_err());
    }

    #[test]
    fn other_files_have_their_own_codes() {
        let code = |bytes: &[u8]| read(&mut Cursor::new(bytes)).unwrap_err().code();
        assert_eq!(
            code(b"\x1a\x45\xdf\xa3\0\0\0\0webm"),
            ErrorCode::MediaUnsupported
        );
        assert_eq!(code(b""), ErrorCode::MediaUnreadable);
        assert_eq!(code(b"\0\0\0\x08ftyp"), ErrorCode::MediaUnreadable);
        assert_eq!(
            code(b"\0\0\0\x08ftyp\0\0\0\x04moov"),
            ErrorCode::MediaUnreadable
        );
        assert_eq!(
            code(b"\0\0\0\x08ftyp\0\0\0\x40moov"),
            ErrorCode::MediaUnreadable
        );
        assert_eq!(
            code(b"\0\0\0\x08ftyp\xff\0\0\0moov"),
            ErrorCode::MediaTooLarge
        );
        let codec = b"\0\0\0\0\0\0\0\x01\0\0\0\x08hvc1";
        assert_eq!(
            config(Bytes(codec)).unwrap_err().code(),
            ErrorCode::MediaUnsupported
        );
    }
}
