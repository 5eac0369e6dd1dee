//! Samples of a fragmented file (ISO/IEC 14496-12, 8.8), as browsers and streaming servers write.

use super::bytes::Bytes;
use super::error::MediaError;
use super::mp4::{Fragment, MOST_SAMPLES, Sample};

/// What holds for a track's samples unless a fragment says otherwise.
#[derive(Debug, Clone, Copy)]
pub(super) struct Defaults {
    track: u32,
    duration: u32,
    size: u32,
}

impl Defaults {
    /// Those of a track.
    pub(super) fn of(movie: Bytes<'_>, track: u32) -> Result<Self, MediaError> {
        let mut boxes = movie.need(b"mvex")?;
        while let Some((kind, mut body)) = boxes.next_box()? {
            if kind.is(b"trex") {
                body.version()?;
                let (id, _, duration, size) = (body.u32()?, body.u32()?, body.u32()?, body.u32()?);
                if id == track {
                    return Ok(Self {
                        track,
                        duration,
                        size,
                    });
                }
            }
        }
        Err(MediaError::unreadable("its fragments belong to no track"))
    }
}

/// Appends the samples of all fragments.
pub(super) fn append(
    fragments: &[Fragment],
    defaults: Defaults,
    samples: &mut Vec<Sample>,
) -> Result<(), MediaError> {
    let mut decoded_at = 0;
    for (start, body) in fragments {
        let mut boxes = Bytes(body);
        let mut data_end = *start;
        while let Some((kind, track)) = boxes.next_box()? {
            if kind.is(b"traf") {
                let mut run = Run {
                    start: *start,
                    defaults,
                    data_end,
                    decoded_at,
                };
                run.track(track, samples)?;
                (data_end, decoded_at) = (run.data_end, run.decoded_at);
            }
        }
    }
    Ok(())
}

/// Where a track's fragment stands.
struct Run {
    /// Where the fragment's box begins.
    start: u64,
    defaults: Defaults,
    /// Where the data of the run before ended.
    data_end: u64,
    decoded_at: i64,
}

impl Run {
    fn track(&mut self, track: Bytes<'_>, samples: &mut Vec<Sample>) -> Result<(), MediaError> {
        let mut header = track.need(b"tfhd")?;
        let (_, flags) = header.version()?;
        let wanted = header.u32()? == self.defaults.track;
        let base = if flags & 1 != 0 {
            Some(header.u64()?)
        } else {
            None
        };
        if flags & 2 != 0 {
            header.u32()?;
        }
        if flags & 8 != 0 {
            self.defaults.duration = header.u32()?;
        }
        if flags & 0x10 != 0 {
            self.defaults.size = header.u32()?;
        }
        if wanted && let Some(mut time) = track.find(b"tfdt")? {
            let (version, _) = time.version()?;
            let ticks = if version == 1 {
                time.u64()?
            } else {
                u64::from(time.u32()?)
            };
            self.decoded_at = i64::try_from(ticks)
                .map_err(|_| MediaError::unreadable("a time beyond all times"))?;
        }
        // Flag 0x020000: offsets count from the fragment's box; so does the first track's data.
        let base = base.unwrap_or(if flags & 0x02_0000 != 0 {
            self.start
        } else {
            self.data_end
        });
        self.data_end = base;
        let mut boxes = track;
        while let Some((kind, body)) = boxes.next_box()? {
            if kind.is(b"trun") {
                self.samples(body, base, wanted.then_some(&mut *samples))?;
            }
        }
        Ok(())
    }

    /// One run of samples; another track's is only walked over, to know where its data ends.
    fn samples(
        &mut self,
        mut body: Bytes<'_>,
        base: u64,
        mut samples: Option<&mut Vec<Sample>>,
    ) -> Result<(), MediaError> {
        let (_, flags) = body.version()?;
        let count = body.u32()?;
        let mut offset = self.data_end;
        if flags & 1 != 0 {
            offset = base.saturating_add_signed(i64::from(body.i32()?));
        }
        if flags & 4 != 0 {
            body.u32()?;
        }
        for _ in 0..count {
            let duration = if flags & 0x100 != 0 {
                body.u32()?
            } else {
                self.defaults.duration
            };
            let len = if flags & 0x200 != 0 {
                body.u32()?
            } else {
                self.defaults.size
            };
            if flags & 0x400 != 0 {
                body.u32()?;
            }
            let shift = if flags & 0x800 != 0 { body.i32()? } else { 0 };
            if let Some(samples) = samples.as_deref_mut() {
                if samples.len() >= MOST_SAMPLES {
                    return Err(MediaError::too_large("it has more than a million frames"));
                }
                let shown_at = self.decoded_at.saturating_add(i64::from(shift));
                samples.push(Sample {
                    offset,
                    len,
                    shown_at,
                });
                self.decoded_at = self.decoded_at.saturating_add(i64::from(duration));
            }
            offset = offset.saturating_add(u64::from(len));
            // Nothing is read a sample: without a list, a count could keep us here for long.
            if flags & 0xf00 == 0 && samples.is_none() {
                let rest = u64::from(count - 1) * u64::from(len);
                offset = offset.saturating_add(rest);
                break;
            }
        }
        self.data_end = offset;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::tests::boxed;
    use lifecert_protocol::ErrorCode;

    fn nested(kind: &[u8; 4], inner: &[Vec<u8>]) -> Vec<u8> {
        let body = inner.concat();
        let len = 8 + body.len() as u32;
        [&len.to_be_bytes()[..], kind, &body].concat()
    }

    fn defaults() -> Defaults {
        let trex = boxed(b"trex", &[0, 2, 1, 40, 100, 0]);
        let movie = nested(b"mvex", &[boxed(b"trex", &[0, 1, 1, 1, 1, 0]), trex]);
        Defaults::of(Bytes(&movie), 2).unwrap()
    }

    #[test]
    fn fragments_of_two_tracks_are_told_apart() {
        // Sound: 3 samples of 10 bytes right behind offset 64; video: default sizes, then its own.
        let sound = nested(
            b"traf",
            &[
                boxed(b"tfhd", &[0x02_0000, 1]),
                boxed(b"trun", &[0x201, 3, 64, 10, 10, 10]),
            ],
        );
        let video = nested(
            b"traf",
            &[
                boxed(b"tfhd", &[0, 2]),
                boxed(b"tfdt", &[0x0100_0000, 0, 500]),
                boxed(b"trun", &[0, 2]),
                boxed(b"trun", &[0xa00, 2, 7, 80, 9, (-40_i32).cast_unsigned()]),
            ],
        );
        let body = [sound, video].concat();
        let mut samples = Vec::new();
        append(&[(1000, body)], defaults(), &mut samples).unwrap();
        let found: Vec<_> = samples
            .iter()
            .map(|s| (s.offset, s.len, s.shown_at))
            .collect();
        assert_eq!(
            found,
            [
                (1094, 100, 500),
                (1194, 100, 540),
                (1294, 7, 660),
                (1301, 9, 580)
            ]
        );
    }

    #[test]
    fn counts_that_lie_end_soon() {
        let run = |kind: &[u8; 4], words: &[u32], track| {
            let body = nested(b"traf", &[boxed(b"tfhd", &[0, track]), boxed(kind, words)]);
            append(&[(0, body)], defaults(), &mut Vec::new())
        };
        let code = run(b"trun", &[0, u32::MAX], 2).unwrap_err().code();
        assert_eq!(code, ErrorCode::MediaTooLarge);
        assert!(run(b"trun", &[0, u32::MAX], 1).is_ok());
        let code = run(b"trun", &[0x200, u32::MAX, 1, 2], 1)
            .unwrap_err()
            .code();
        assert_eq!(code, ErrorCode::MediaUnreadable);
        let code = Defaults::of(Bytes(&[]), 2).unwrap_err().code();
        assert_eq!(code, ErrorCode::MediaUnreadable);
    }
}
