//! Big-endian numbers and boxes out of bytes that nobody vouches for: everything is checked.

use super::error::MediaError;

/// Reads numbers from the front of some bytes.
#[derive(Clone, Copy)]
pub(super) struct Bytes<'a>(pub(super) &'a [u8]);

impl<'a> Bytes<'a> {
    pub(super) fn take(&mut self, len: usize) -> Result<&'a [u8], MediaError> {
        let Some((taken, rest)) = self.0.split_at_checked(len) else {
            return Err(MediaError::unreadable("a box ends too early"));
        };
        self.0 = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], MediaError> {
        let mut array = [0; N];
        array.copy_from_slice(self.take(N)?);
        Ok(array)
    }

    pub(super) fn u8(&mut self) -> Result<u8, MediaError> {
        Ok(u8::from_be_bytes(self.array()?))
    }

    pub(super) fn u16(&mut self) -> Result<u16, MediaError> {
        Ok(u16::from_be_bytes(self.array()?))
    }

    pub(super) fn u32(&mut self) -> Result<u32, MediaError> {
        Ok(u32::from_be_bytes(self.array()?))
    }

    pub(super) fn i32(&mut self) -> Result<i32, MediaError> {
        Ok(i32::from_be_bytes(self.array()?))
    }

    pub(super) fn u64(&mut self) -> Result<u64, MediaError> {
        Ok(u64::from_be_bytes(self.array()?))
    }

    pub(super) fn kind(&mut self) -> Result<Kind, MediaError> {
        Ok(Kind(self.array()?))
    }

    /// Version and flags of a full box.
    pub(super) fn version(&mut self) -> Result<(u8, u32), MediaError> {
        let word = self.u32()?;
        Ok(((word >> 24) as u8, word & 0x00ff_ffff))
    }

    /// The next box, or nothing at the end. A size of 0 means up to the end.
    pub(super) fn next_box(&mut self) -> Result<Option<(Kind, Bytes<'a>)>, MediaError> {
        // QuickTime may end a list of boxes by four zero bytes.
        if self.0.len() < 8 {
            return Ok(None);
        }
        let whole = self.0.len();
        let (size, kind) = (self.u32()?, self.kind()?);
        let size = match size {
            0 => whole as u64,
            1 => self.u64()?,
            other => u64::from(other),
        };
        let header = whole - self.0.len();
        let body = usize::try_from(size)
            .ok()
            .and_then(|size| size.checked_sub(header))
            .ok_or_else(|| MediaError::unreadable("a box is smaller than its header"))?;
        Ok(Some((kind, Bytes(self.take(body)?))))
    }

    /// The first box of that kind.
    pub(super) fn find(mut self, wanted: &[u8; 4]) -> Result<Option<Bytes<'a>>, MediaError> {
        while let Some((kind, body)) = self.next_box()? {
            if kind.is(wanted) {
                return Ok(Some(body));
            }
        }
        Ok(None)
    }

    /// The first box of that kind, which has to be there.
    pub(super) fn need(self, wanted: &[u8; 4]) -> Result<Bytes<'a>, MediaError> {
        self.find(wanted)?.ok_or_else(|| {
            let kind = Kind(*wanted);
            MediaError::unreadable(format!("it has no box {kind}"))
        })
    }
}

/// A box's four-character code.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Kind([u8; 4]);

impl Kind {
    pub(super) fn is(self, other: &[u8; 4]) -> bool {
        self.0 == *other
    }
}

impl std::fmt::Display for Kind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "\"{}\"", self.0.escape_ascii())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boxes_of_every_size_form_are_read() {
        let mut data = b"\0\0\0\x0aabcdxy".to_vec();
        data.extend(b"\0\0\0\x01long\0\0\0\0\0\0\0\x11z");
        data.extend(b"\0\0\0\0restto the end");
        let mut bytes = Bytes(&data);
        let mut next = || {
            bytes
                .next_box()
                .unwrap()
                .map(|(kind, body)| (kind.to_string(), body.0))
        };
        assert_eq!(next(), Some(("\"abcd\"".into(), &b"xy"[..])));
        assert_eq!(next(), Some(("\"long\"".into(), &b"z"[..])));
        assert_eq!(next(), Some(("\"rest\"".into(), &b"to the end"[..])));
        assert_eq!(next(), None);
        assert_eq!(Bytes(&data).need(b"long").unwrap().0, b"z");
    }

    #[test]
    fn boxes_that_lie_about_their_size_are_refused() {
        for data in [
            &b"\0\0\0\x07abcdxy"[..],
            b"\0\0\0\x20abcdxy",
            b"\0\0\0\x01abcd\0\0\0\0\0\0\0\x0f",
            b"\0\0\0\x01abcd\xff\xff\xff\xff\xff\xff\xff\xff",
            b"\0\0\0\x01abcd\0\0",
        ] {
            assert!(Bytes(data).next_box().is_err(), "{data:?}");
        }
        assert!(Bytes(b"").need(b"moov").is_err());
    }
}
