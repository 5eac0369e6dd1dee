//! A face as a direction in 512 dimensions.

use lifecert_protocol::QuantisedEmbedding;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// A face embedding: a unit vector of 512 numbers.
///
/// It is face data: its `Debug` shows nothing and it is zeroised when dropped. Embeddings of
/// different recognition models are not comparable; whoever stores one stores the model's digest.
#[derive(Clone, PartialEq, Zeroize, ZeroizeOnDrop)]
pub struct Embedding(Box<[f32; Self::LEN]>);

impl Embedding {
    /// Dimensions.
    pub const LEN: usize = 512;

    /// Cosine similarity, -1 to 1.
    pub fn similarity(&self, other: &Self) -> f32 {
        dot(&self.0[..], &other.0[..]).clamp(-1.0, 1.0)
    }

    /// The weighted mean of several embeddings, as a unit vector; nothing where there are none, or
    /// where they cancel each other.
    pub fn mean<'a>(embeddings: impl IntoIterator<Item = (&'a Self, f32)>) -> Option<Self> {
        let mut sum = Sum::default();
        for (embedding, weight) in embeddings {
            sum.add(embedding, weight);
        }
        sum.mean()
    }

    /// As signed bytes for the wire, `round(127 * x / max|x|)`; the similarity to the original is
    /// above 0.999.
    pub fn quantise(&self) -> QuantisedEmbedding {
        let largest = self
            .0
            .iter()
            .fold(0.0_f32, |largest, value| largest.max(value.abs()));
        let mut signed = Zeroizing::new([0_i8; Self::LEN]);
        for (signed, value) in signed.iter_mut().zip(self.0.iter()) {
            *signed = (127.0 * value / largest).round() as i8;
        }
        QuantisedEmbedding::from_signed(&signed)
    }

    /// From signed bytes; all zeros stay zero and are similar to nothing.
    pub fn from_quantised(quantised: &QuantisedEmbedding) -> Self {
        let signed = Zeroizing::new(quantised.to_signed());
        let mut values = Box::new([0.0; Self::LEN]);
        for (value, signed) in values.iter_mut().zip(signed.iter()) {
            *value = f32::from(*signed);
        }
        let length = dot(&values[..], &values[..]).sqrt().max(f32::MIN_POSITIVE);
        values.iter_mut().for_each(|value| *value /= length);
        Self(values)
    }

    /// As 2,048 bytes, `f32` little-endian.
    pub fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        let mut bytes = Zeroizing::new(Vec::with_capacity(Self::LEN * 4));
        for value in self.0.iter() {
            bytes.extend_from_slice(&value.to_le_bytes());
        }
        bytes
    }

    /// From [`Embedding::to_bytes`]; nothing where they are not 2,048 bytes of a unit vector.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        if bytes.len() != Self::LEN * 4 {
            return None;
        }
        let mut values = Box::new([0.0; Self::LEN]);
        for (value, bytes) in values.iter_mut().zip(bytes.as_chunks::<4>().0) {
            *value = f32::from_le_bytes(*bytes);
        }
        let length = dot(&values[..], &values[..]);
        // Held before the check, so that a refused one is zeroised too.
        let embedding = Self(values);
        ((length - 1.0).abs() < 1e-3).then_some(embedding)
    }

    #[cfg(test)]
    pub(crate) fn values(&self) -> &[f32] {
        &self.0[..]
    }

    /// The unit vector in the direction of 512 numbers; nothing where they have none.
    pub(crate) fn from_direction(values: &[f32]) -> Option<Self> {
        let length = dot(values, values).sqrt();
        if values.len() != Self::LEN || !length.is_normal() {
            return None;
        }
        let mut unit = Box::new([0.0; Self::LEN]);
        for (unit, value) in unit.iter_mut().zip(values) {
            *unit = value / length;
        }
        Some(Self(unit))
    }
}

impl std::fmt::Debug for Embedding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Embedding(..)")
    }
}

/// A weighted sum of embeddings.
#[derive(Zeroize, ZeroizeOnDrop)]
pub(crate) struct Sum(Box<[f32; Embedding::LEN]>);

impl Default for Sum {
    fn default() -> Self {
        Self(Box::new([0.0; Embedding::LEN]))
    }
}

impl Sum {
    pub(crate) fn add(&mut self, embedding: &Embedding, weight: f32) {
        for (sum, value) in self.0.iter_mut().zip(embedding.0.iter()) {
            *sum += weight * value;
        }
    }

    pub(crate) fn mean(&self) -> Option<Embedding> {
        Embedding::from_direction(&self.0[..])
    }
}

fn dot(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn random(seed: u64) -> Embedding {
        let mut rng = fastrand::Rng::with_seed(seed);
        let values: Vec<f32> = (0..Embedding::LEN).map(|_| rng.f32() - 0.5).collect();
        Embedding::from_direction(&values).unwrap()
    }

    #[test]
    fn bytes_and_quantised_bytes_come_back() {
        let one = random(1);
        assert_eq!(Embedding::from_bytes(&one.to_bytes()), Some(one.clone()));
        assert_eq!(Embedding::from_bytes(&one.to_bytes()[1..]), None);
        assert_eq!(Embedding::from_bytes(&[0; 2048]), None);
        assert_eq!(Embedding::from_bytes(&[0xff; 2048]), None, "not numbers");
        let back = Embedding::from_quantised(&one.quantise());
        assert!(back.similarity(&one) > 0.999);
        assert_eq!(back.quantise(), one.quantise());
        let nothing = Embedding::from_quantised(&QuantisedEmbedding::from_signed(&[0; 512]));
        assert_eq!(nothing.similarity(&one), 0.0);
    }

    #[test]
    fn the_mean_lies_between_and_the_empty_mean_is_none() {
        let (one, other) = (random(1), random(2));
        assert_eq!(Embedding::mean([]), None);
        let mean = Embedding::mean([(&one, 1.0), (&other, 1.0)]).unwrap();
        assert!((mean.similarity(&one) - mean.similarity(&other)).abs() < 1e-5);
        assert!(mean.similarity(&one) > one.similarity(&other));
        assert_eq!(Embedding::mean([(&one, 1.0), (&one, -1.0)]), None);
        assert_eq!(Embedding::mean([(&one, f32::NAN)]), None);
    }

    #[test]
    fn it_does_not_show_itself_and_is_zeroised() {
        let mut one = random(3);
        assert_eq!(format!("{one:?}"), "Embedding(..)");
        one.zeroize();
        assert!(one.0.iter().all(|&value| value == 0.0));
    }
}
