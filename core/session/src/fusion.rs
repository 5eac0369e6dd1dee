//! Evidence of life over time: the cues of movement in one number, and what outweighs it.

use crate::Cues;

/// Cues below half of the noise count as half: there is nothing to tell there.
const LEAST_CUE: f32 = 0.5;

/// Below this share of fresh movement the look is taken for a loop.
const LOOPED: f32 = 0.2;

/// From this texture on a screen or a print is more likely than skin.
const TEXTURED: f32 = 0.5;

/// A camera gives another frame within this time.
const FROZEN_MS: u64 = 1_000;

/// A logistic regression over the logarithms of the cues of movement.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fusion {
    /// For each cue in the order of [`Fusion::features`].
    pub weights: [f32; 4],
    /// Odds where every cue is as large as the noise.
    pub bias: f32,
}

impl Fusion {
    /// What ships.
    pub const SHIPPED: Self = Self {
        weights: [2.12, 2.06, 2.25, 1.55],
        bias: -6.6,
    };

    /// Natural logarithms of plane, eyes, mouth and turn; nothing where they abstain, as they do
    /// together.
    pub fn features(cues: &Cues) -> Option<[f32; 4]> {
        let log = |cue: f32| cue.max(LEAST_CUE).ln();
        Some([
            log(cues.plane?),
            log(cues.eyes?),
            log(cues.mouth?),
            log(cues.turn?),
        ])
    }

    /// Probability of life by movement alone, 0 to 1; nothing where the cues abstain.
    pub fn life(&self, cues: &Cues) -> Option<f32> {
        let features = Self::features(cues)?;
        let parts = self.weights.iter().zip(features);
        let odds = self.bias + parts.map(|(weight, feature)| weight * feature).sum::<f32>();
        Some(1.0 / (1.0 + (-odds).exp()))
    }
}

/// Whether something speaks against the look that no movement can outweigh: a loop, a frozen
/// picture, a cut, times that no camera gives, the texture of a screen or a print. Such a look is
/// for a person to judge.
pub fn is_doubtful(cues: &Cues) -> bool {
    let timing = &cues.timing;
    cues.repeat.is_some_and(|fresh| fresh < LOOPED)
        || cues.texture.is_some_and(|texture| texture >= TEXTURED)
        || timing.frozen_ms >= FROZEN_MS
        || timing.cuts > 0
        || timing.backwards > 0
}
