//! Scores and similarities as integers: no float ever goes over the wire.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop};

/// How many parts a whole has in a [`Score`] and a [`Similarity`].
const PARTS: f32 = 10_000.0;

/// A share from 0 to 1 in 1/10,000.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Encode, Serialize, Deserialize,
)]
#[cbor(transparent)]
#[serde(transparent)]
pub struct Score(#[n(0)] u16);

impl Score {
    /// From parts in 10,000; larger values are held at the whole.
    pub const fn from_parts(parts: u16) -> Self {
        Self(if parts > 10_000 { 10_000 } else { parts })
    }

    /// From a share; rounded, held between 0 and 1, not-a-number counts as 0.
    pub fn from_f32(share: f32) -> Self {
        // A cast of a float saturates, and not-a-number becomes 0.
        Self::from_parts((share * PARTS).round() as u16)
    }

    /// Parts in 10,000.
    pub const fn parts(self) -> u16 {
        self.0
    }

    /// The share, 0 to 1.
    pub fn to_f32(self) -> f32 {
        f32::from(self.0) / PARTS
    }
}

impl<'b, C> Decode<'b, C> for Score {
    fn decode(
        decoder: &mut minicbor::Decoder<'b>,
        _: &mut C,
    ) -> Result<Self, minicbor::decode::Error> {
        match decoder.u16()? {
            parts @ 0..=10_000 => Ok(Self(parts)),
            _ => Err(minicbor::decode::Error::message("a score above 10,000")),
        }
    }
}

/// A cosine similarity from -1 to 1 in 1/10,000.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Encode, Serialize, Deserialize)]
#[cbor(transparent)]
#[serde(transparent)]
pub struct Similarity(#[n(0)] i16);

impl Similarity {
    /// From parts in 10,000, held between -10,000 and 10,000.
    pub const fn from_parts(parts: i16) -> Self {
        Self(if parts > 10_000 {
            10_000
        } else if parts < -10_000 {
            -10_000
        } else {
            parts
        })
    }

    /// From a cosine; rounded, held between -1 and 1, not-a-number counts as -1 (no match).
    pub fn from_f32(cosine: f32) -> Self {
        if cosine.is_nan() {
            return Self(-10_000);
        }
        Self::from_parts((cosine * PARTS).round() as i16)
    }

    /// Parts in 10,000.
    pub const fn parts(self) -> i16 {
        self.0
    }

    /// The cosine, -1 to 1.
    pub fn to_f32(self) -> f32 {
        f32::from(self.0) / PARTS
    }
}

impl<'b, C> Decode<'b, C> for Similarity {
    fn decode(
        decoder: &mut minicbor::Decoder<'b>,
        _: &mut C,
    ) -> Result<Self, minicbor::decode::Error> {
        match decoder.i16()? {
            parts @ -10_000..=10_000 => Ok(Self(parts)),
            _ => Err(minicbor::decode::Error::message(
                "a similarity beyond 10,000",
            )),
        }
    }
}

/// A face embedding on the wire: 512 signed bytes, `q = round(127 * x / max|x|)`.
///
/// Cosine similarity does not change with scale, so none is carried. It is face data: it has no
/// readable `Debug` and is zeroised when dropped.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct QuantisedEmbedding(Box<[u8; 512]>);

impl QuantisedEmbedding {
    /// Dimensions, one byte each.
    pub const LEN: usize = 512;

    /// From signed bytes as produced by the quantisation above.
    pub fn from_signed(values: &[i8; 512]) -> Self {
        Self(Box::new(values.map(i8::cast_unsigned)))
    }

    /// The signed bytes.
    pub fn to_signed(&self) -> [i8; 512] {
        self.0.map(u8::cast_signed)
    }
}

impl std::fmt::Debug for QuantisedEmbedding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("QuantisedEmbedding(..)")
    }
}

impl<C> Encode<C> for QuantisedEmbedding {
    fn encode<W: minicbor::encode::Write>(
        &self,
        encoder: &mut minicbor::Encoder<W>,
        _: &mut C,
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        encoder.bytes(self.0.as_slice())?.ok()
    }
}

impl<'b, C> Decode<'b, C> for QuantisedEmbedding {
    fn decode(
        decoder: &mut minicbor::Decoder<'b>,
        _: &mut C,
    ) -> Result<Self, minicbor::decode::Error> {
        let bytes: [u8; 512] = decoder
            .bytes()?
            .try_into()
            .map_err(|_| minicbor::decode::Error::message("an embedding has 512 bytes"))?;
        Ok(Self(Box::new(bytes)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_round_and_stay_in_their_range() {
        assert_eq!(Score::from_f32(0.123_45).parts(), 1_235);
        assert_eq!(Score::from_f32(7.0).parts(), 10_000);
        assert_eq!(Score::from_f32(-1.0).parts(), 0);
        assert_eq!(Score::from_f32(f32::NAN).parts(), 0);
        assert_eq!(Similarity::from_f32(-2.0).parts(), -10_000);
        assert_eq!(
            Similarity::from_f32(f32::NAN).parts(),
            -10_000,
            "no number is no match"
        );
    }

    #[test]
    fn values_out_of_range_do_not_decode() {
        assert!(minicbor::decode::<Score>(&minicbor::to_vec(10_001_u16).unwrap()).is_err());
        assert!(minicbor::decode::<Similarity>(&minicbor::to_vec(-10_001_i16).unwrap()).is_err());
        assert!(minicbor::decode::<QuantisedEmbedding>(&[0x41, 0x00]).is_err());
    }

    #[test]
    fn an_embedding_does_not_show_itself() {
        let embedding = QuantisedEmbedding::from_signed(&[-7; 512]);
        assert_eq!(format!("{embedding:?}"), "QuantisedEmbedding(..)");
        let bytes = minicbor::to_vec(&embedding).unwrap();
        assert_eq!(
            minicbor::decode::<QuantisedEmbedding>(&bytes).unwrap(),
            embedding
        );
        assert_eq!(embedding.to_signed(), [-7; 512]);
    }
}
