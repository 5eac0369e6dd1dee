//! What an H.264 sequence parameter set (ITU-T H.264, 7.3.2.1.1 and E.1.1) says of size, form and
//! colour range.

use lifecert_vision::ColorRange;

use super::error::MediaError;

/// Most macroblocks of a picture: level 5.2, that is 4096x2304 pixels.
const MOST_MACROBLOCKS: u64 = 36_864;

/// The part of a sequence parameter set that matters here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sps {
    /// Values that luma and chroma take.
    pub(super) range: ColorRange,
}

/// Reads a sequence parameter set, its NAL header included.
///
/// # Errors
/// [`MediaError::Unreadable`] if it is none, [`MediaError::Unsupported`] if the pictures are of a
/// form that the decoder in this process does not know (more than 8 bits, colour not at half size,
/// interlaced), [`MediaError::TooLarge`] above 4096x2304 pixels.
pub(super) fn read(nal: &[u8]) -> Result<Sps, MediaError> {
    let payload = unescape(nal);
    let mut bits = Bits {
        data: payload.get(1..).unwrap_or_default(),
        at: 0,
    };
    parse(&mut bits)?.ok_or_else(|| MediaError::unreadable("its H.264 parameters end too early"))
}

/// `None` where the bits end too early.
fn parse(bits: &mut Bits<'_>) -> Result<Option<Sps>, MediaError> {
    match form(bits) {
        Some(Form {
            chroma: 1,
            luma_bits: 0,
            chroma_bits: 0,
        }) => {}
        Some(_) => {
            return Err(other_form(
                "H.264 with more than 8 bits or full-size colour",
            ));
        }
        None => return Ok(None),
    }
    let Some((macroblocks, progressive)) = size(bits) else {
        return Ok(None);
    };
    if macroblocks > MOST_MACROBLOCKS {
        return Err(MediaError::too_large("pictures above 4096x2304"));
    }
    if !progressive {
        return Err(other_form("interlaced H.264"));
    }
    Ok(range(bits).map(|range| Sps { range }))
}

fn other_form(form: &str) -> MediaError {
    MediaError::unsupported(form)
}

struct Form {
    chroma: u32,
    luma_bits: u32,
    chroma_bits: u32,
}

fn form(bits: &mut Bits<'_>) -> Option<Form> {
    let profile = bits.take(8)?;
    bits.take(16)?;
    bits.number()?;
    let mut form = Form {
        chroma: 1,
        luma_bits: 0,
        chroma_bits: 0,
    };
    const HIGH: [u32; 12] = [100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134];
    if HIGH.contains(&profile) {
        form.chroma = bits.number()?;
        if form.chroma == 3 {
            bits.take(1)?;
        }
        form.luma_bits = bits.number()?;
        form.chroma_bits = bits.number()?;
        bits.take(1)?;
        if bits.take(1)? == 1 {
            let lists = if form.chroma == 3 { 12 } else { 8 };
            for list in 0..lists {
                if bits.take(1)? == 1 {
                    scaling_list(bits, if list < 6 { 16 } else { 64 })?;
                }
            }
        }
    }
    Some(form)
}

fn scaling_list(bits: &mut Bits<'_>, len: usize) -> Option<()> {
    let (mut last, mut next) = (8, 8);
    for _ in 0..len {
        if next != 0 {
            next = (last + bits.signed()?).rem_euclid(256);
        }
        if next != 0 {
            last = next;
        }
    }
    Some(())
}

/// Macroblocks of a picture, and whether every picture is one whole.
fn size(bits: &mut Bits<'_>) -> Option<(u64, bool)> {
    bits.number()?;
    match bits.number()? {
        0 => {
            bits.number()?;
        }
        1 => {
            bits.take(1)?;
            bits.signed()?;
            bits.signed()?;
            for _ in 0..bits.number()?.min(255) {
                bits.signed()?;
            }
        }
        _ => {}
    }
    bits.number()?;
    bits.take(1)?;
    let width = u64::from(bits.number()?) + 1;
    let height = u64::from(bits.number()?) + 1;
    let progressive = bits.take(1)? == 1;
    if !progressive {
        bits.take(1)?;
    }
    Some((width.saturating_mul(height), progressive))
}

/// The rest up to the colour range; video range where nothing is said.
fn range(bits: &mut Bits<'_>) -> Option<ColorRange> {
    bits.take(1)?;
    if bits.take(1)? == 1 {
        for _ in 0..4 {
            bits.number()?;
        }
    }
    if bits.take(1)? == 0 {
        return Some(ColorRange::Video);
    }
    const EXTENDED_ASPECT: u32 = 255;
    if bits.take(1)? == 1 && bits.take(8)? == EXTENDED_ASPECT {
        bits.take(32)?;
    }
    if bits.take(1)? == 1 {
        bits.take(1)?;
    }
    if bits.take(1)? == 0 {
        return Some(ColorRange::Video);
    }
    bits.take(3)?;
    Some(if bits.take(1)? == 1 {
        ColorRange::Full
    } else {
        ColorRange::Video
    })
}

/// Takes the bytes out that keep start codes from appearing (00 00 03 stands for 00 00).
fn unescape(nal: &[u8]) -> Vec<u8> {
    let mut payload = Vec::with_capacity(nal.len());
    let mut zeros = 0;
    for &byte in nal {
        if zeros >= 2 && byte == 3 {
            zeros = 0;
            continue;
        }
        zeros = if byte == 0 { zeros + 1 } else { 0 };
        payload.push(byte);
    }
    payload
}

struct Bits<'a> {
    data: &'a [u8],
    at: usize,
}

impl Bits<'_> {
    /// Up to 32 bits.
    fn take(&mut self, count: usize) -> Option<u32> {
        let mut value = 0;
        for _ in 0..count {
            let byte = self.data.get(self.at / 8)?;
            value = (value << 1) | u32::from((byte >> (7 - self.at % 8)) & 1);
            self.at += 1;
        }
        Some(value)
    }

    /// An Exp-Golomb number (H.264, 9.1).
    fn number(&mut self) -> Option<u32> {
        let mut zeros = 0;
        while self.take(1)? == 0 {
            zeros += 1;
        }
        if zeros > 31 {
            return None;
        }
        Some((1 << zeros) - 1 + self.take(zeros)?)
    }

    fn signed(&mut self) -> Option<i32> {
        let number = i64::from(self.number()?);
        let half = (number + 1) / 2;
        i32::try_from(if number % 2 == 1 { half } else { -half }).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lifecert_protocol::ErrorCode;

    /// Bits by hand: `u` a fixed width, `ue` Exp-Golomb.
    #[derive(Default)]
    struct Writer(Vec<bool>);

    impl Writer {
        fn u(mut self, width: usize, value: u32) -> Self {
            self.0
                .extend((0..width).rev().map(|bit| (value >> bit) & 1 == 1));
            self
        }

        fn ue(self, value: u32) -> Self {
            let width = (value + 1).ilog2() as usize;
            self.u(width, 0).u(width + 1, value + 1)
        }

        fn nal(self) -> Vec<u8> {
            let mut bytes = vec![0x67];
            for chunk in self.u(1, 1).0.chunks(8) {
                let byte = chunk
                    .iter()
                    .enumerate()
                    .map(|(n, &bit)| u8::from(bit) << (7 - n));
                bytes.push(byte.sum());
            }
            bytes
        }
    }

    /// A baseline or high set up to its size; then the caller goes on.
    fn begin(profile: u32, chroma: u32, bits: u32) -> Writer {
        let writer = Writer::default().u(8, profile).u(16, 31).ue(0);
        if profile == 66 {
            return writer;
        }
        let writer = writer.ue(chroma).ue(bits).ue(bits).u(1, 0);
        // A scaling matrix whose first list is there: one step of 0, then it ends by -8.
        writer.u(1, 1).u(1, 1).ue(0).ue(16).u(7, 0)
    }

    fn sized(writer: Writer, width: u32, height: u32, progressive: u32) -> Writer {
        let writer = writer
            .ue(0)
            .ue(2)
            .ue(1)
            .u(1, 0)
            .ue(width - 1)
            .ue(height - 1);
        let writer = writer.u(1, progressive);
        if progressive == 0 {
            writer.u(1, 0)
        } else {
            writer
        }
        .u(1, 1)
    }

    #[test]
    fn the_colour_range_is_found_behind_everything_else() {
        let full = sized(begin(100, 1, 0), 80, 45, 1)
            .u(1, 1)
            .ue(0)
            .ue(0)
            .ue(0)
            .ue(4);
        let full = full
            .u(1, 1)
            .u(1, 1)
            .u(8, 255)
            .u(32, 0x0001_0001)
            .u(1, 1)
            .u(1, 0);
        let full = full.u(1, 1).u(3, 5).u(1, 1).nal();
        assert_eq!(read(&full).unwrap().range, ColorRange::Full);
        let unsaid = sized(begin(66, 1, 0), 80, 45, 1).u(1, 0).u(1, 0).nal();
        assert_eq!(read(&unsaid).unwrap().range, ColorRange::Video);
    }

    #[test]
    fn forms_that_the_decoder_does_not_know_are_named() {
        let code = |writer: Writer| read(&writer.u(1, 0).u(1, 0).nal()).unwrap_err().code();
        assert_eq!(
            code(sized(begin(110, 1, 2), 80, 45, 1)),
            ErrorCode::MediaUnsupported
        );
        assert_eq!(
            code(sized(begin(122, 2, 0), 80, 45, 1)),
            ErrorCode::MediaUnsupported
        );
        assert_eq!(
            code(sized(begin(100, 1, 0), 80, 45, 0)),
            ErrorCode::MediaUnsupported
        );
        assert_eq!(
            code(sized(begin(100, 1, 0), 512, 512, 1)),
            ErrorCode::MediaTooLarge
        );
    }

    #[test]
    fn any_cut_is_an_error_and_no_bytes_panic() {
        let whole = sized(begin(100, 1, 0), 80, 45, 1).u(1, 0).u(1, 0).nal();
        assert!(read(&whole).is_ok());
        for len in 0..whole.len() - 1 {
            assert!(read(&whole[..len]).is_err(), "{len}");
        }
        for fill in [0x00, 0xff, 0xaa] {
            let _ = read(&[fill; 64]);
        }
        assert_eq!(
            unescape(&[0, 0, 3, 1, 0, 0, 3, 0, 3]),
            [0, 0, 1, 0, 0, 0, 3]
        );
    }
}
