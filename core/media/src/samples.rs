//! The sample table of a track: from its five run-length lists to one entry a frame.

use super::bytes::Bytes;
use super::error::MediaError;
use super::mp4::{MOST_SAMPLES, Sample};

/// Reads a sample table box; a fragmented file's has no samples.
///
/// # Errors
/// [`MediaError::Unreadable`] if its lists do not fit together, [`MediaError::TooLarge`] above
/// [`MOST_SAMPLES`].
pub(super) fn read(table: Bytes<'_>) -> Result<Vec<Sample>, MediaError> {
    let sizes = sizes(table)?;
    let mut samples = Vec::with_capacity(sizes.len());
    if sizes.is_empty() {
        return Ok(samples);
    }
    let chunks = chunk_offsets(table)?;
    let mut runs = ChunkRuns(list(table.need(b"stsc")?)?, 0);
    let mut durations = Runs::new(table.find(b"stts")?)?;
    let mut shifts = Runs::new(table.find(b"ctts")?)?;
    let (mut sizes, mut decoded_at) = (sizes.into_iter(), 0_i64);
    for (number, mut offset) in (1..).zip(chunks) {
        for _ in 0..runs.samples_of(number)? {
            let Some(len) = sizes.next() else {
                return Ok(samples);
            };
            let shown_at = decoded_at + i64::from(shifts.next()?.cast_signed());
            samples.push(Sample {
                offset,
                len,
                shown_at,
            });
            offset = offset.saturating_add(u64::from(len));
            decoded_at += i64::from(durations.next()?);
        }
    }
    match sizes.next() {
        None => Ok(samples),
        Some(_) => Err(MediaError::unreadable("some of its frames lie nowhere")),
    }
}

/// The size of each sample.
fn sizes(table: Bytes<'_>) -> Result<Vec<u32>, MediaError> {
    let mut stsz = table.need(b"stsz")?;
    stsz.version()?;
    let (same, count) = (stsz.u32()?, stsz.u32()? as usize);
    if count > MOST_SAMPLES {
        return Err(MediaError::too_large("it has more than a million frames"));
    }
    if same != 0 {
        return Ok(vec![same; count]);
    }
    (0..count).map(|_| stsz.u32()).collect()
}

/// Where each chunk begins.
fn chunk_offsets(table: Bytes<'_>) -> Result<Vec<u64>, MediaError> {
    if let Some(stco) = table.find(b"stco")? {
        let mut body = list(stco)?;
        return (0..body.0.len() / 4)
            .map(|_| body.u32().map(u64::from))
            .collect();
    }
    let mut body = list(table.need(b"co64")?)?;
    (0..body.0.len() / 8).map(|_| body.u64()).collect()
}

/// What follows version and count; the count itself is not believed.
fn list(mut full: Bytes<'_>) -> Result<Bytes<'_>, MediaError> {
    full.take(8)?;
    Ok(full)
}

/// Samples a chunk, as runs of (first chunk, samples a chunk, description).
struct ChunkRuns<'a>(Bytes<'a>, u32);

impl ChunkRuns<'_> {
    fn samples_of(&mut self, chunk: u32) -> Result<u32, MediaError> {
        let mut next = self.0;
        if next.0.len() >= 12 && next.u32()? <= chunk {
            self.1 = next.u32()?;
            next.u32()?;
            self.0 = next;
        }
        Ok(self.1)
    }
}

/// A list of (count, value); its last value goes on, and an absent list is all zeros.
struct Runs<'a> {
    rest: Bytes<'a>,
    left: u32,
    value: u32,
}

impl<'a> Runs<'a> {
    fn new(full: Option<Bytes<'a>>) -> Result<Self, MediaError> {
        let rest = full.map_or(Ok(Bytes(&[])), list)?;
        Ok(Self {
            rest,
            left: 0,
            value: 0,
        })
    }

    fn next(&mut self) -> Result<u32, MediaError> {
        while self.left == 0 && self.rest.0.len() >= 8 {
            (self.left, self.value) = (self.rest.u32()?, self.rest.u32()?);
        }
        self.left = self.left.saturating_sub(1);
        Ok(self.value)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use lifecert_protocol::ErrorCode;

    /// A box of big-endian words.
    pub(crate) fn boxed(kind: &[u8; 4], words: &[u32]) -> Vec<u8> {
        let len = 8 + 4 * words.len() as u32;
        let mut bytes = [&len.to_be_bytes()[..], kind].concat();
        bytes.extend(words.iter().flat_map(|word| word.to_be_bytes()));
        bytes
    }

    #[test]
    fn the_lists_come_together() {
        let table = [
            boxed(b"stsz", &[0, 0, 5, 10, 20, 30, 40, 50]),
            boxed(b"stco", &[0, 3, 100, 200, 300]),
            boxed(b"stsc", &[0, 2, 1, 2, 1, 3, 1, 1]),
            boxed(b"stts", &[0, 2, 1, 4, 9, 5]),
            boxed(b"ctts", &[0, 2, 1, 7, 4, (-2_i32).cast_unsigned()]),
        ]
        .concat();
        let found: Vec<_> = read(Bytes(&table))
            .unwrap()
            .iter()
            .map(|sample| (sample.offset, sample.len, sample.shown_at))
            .collect();
        let expected = [
            (100, 10, 7),
            (110, 20, 2),
            (200, 30, 7),
            (230, 40, 12),
            (300, 50, 17),
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn lists_that_do_not_fit_together_are_refused() {
        let code = |table: &[Vec<u8>]| read(Bytes(&table.concat())).unwrap_err().code();
        let sizes = boxed(b"stsz", &[0, 7, 3]);
        let chunks = boxed(b"stco", &[0, 1, 100]);
        let runs = boxed(b"stsc", &[0, 1, 1, 2, 1]);
        assert_eq!(
            code(&[sizes.clone(), chunks.clone(), runs]),
            ErrorCode::MediaUnreadable
        );
        assert_eq!(code(&[sizes, chunks]), ErrorCode::MediaUnreadable);
        let short = boxed(b"stsz", &[0, 0, 3, 1]);
        assert_eq!(code(&[short]), ErrorCode::MediaUnreadable);
        let bomb = boxed(b"stsz", &[0, 1, u32::MAX]);
        assert_eq!(code(&[bomb]), ErrorCode::MediaTooLarge);
        assert_eq!(read(Bytes(&boxed(b"stsz", &[0, 0, 0]))).unwrap(), []);
    }
}
