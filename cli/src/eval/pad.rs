//! Presentation-attack detection measured by ISO/IEC 30107-3: what was scored, and the rates.

use serde::Serialize;

use super::curve::auc;
use super::rate::Rate;

/// What one trial gave: a picture, a frame of a clip, or a whole clip.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Outcome {
    /// A face was found; its liveness, 0 to 1.
    Scored(f32),
    /// No face was found: the camera would not go on.
    NoFace,
    /// The file could not be read.
    Unreadable,
}

/// The liveness of what shows no face or cannot be read: it is never accepted.
const REFUSED: f32 = f32::NEG_INFINITY;

impl Outcome {
    /// The liveness, below all others where there is no face.
    pub const fn score(self) -> f32 {
        match self {
            Self::Scored(live) => live,
            Self::NoFace | Self::Unreadable => REFUSED,
        }
    }

    /// Whether it passes as a living person at a threshold.
    pub fn is_accepted(self, threshold: f32) -> bool {
        self.score() >= threshold
    }

    const fn is_readable(self) -> bool {
        !matches!(self, Self::Unreadable)
    }
}

/// The trials of one kind of attack.
#[derive(Debug, Clone, PartialEq)]
pub struct Species {
    /// What it is called, for example `print`.
    pub name: String,
    /// Every trial.
    pub outcomes: Vec<Outcome>,
}

/// The rates at one threshold.
#[derive(Debug, Clone, PartialEq)]
pub struct PadRates {
    /// Liveness at or above it passes.
    pub threshold: f32,
    /// Living people refused; no face and an unreadable file count as refused.
    pub bpcer: Rate,
    /// Of each species the attacks that pass; no face is refused, an unreadable file is left out.
    pub apcer: Vec<(String, Rate)>,
    /// Place of the species with the highest rate; nothing where none has a trial.
    pub worst: Option<usize>,
    /// Mean of BPCER and of the worst species' APCER.
    pub acer: MeanRate,
    /// The chance that a living person scores above an attack.
    pub auc: Option<f64>,
}

/// The mean of two error rates. Its interval, from the mean of both lower ends to that of both
/// upper ends, is wider than 95 %.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct MeanRate {
    /// The mean, 0 to 1; nothing where one of them has no trial.
    pub rate: Option<f64>,
    /// Lower end of its interval.
    pub low: f64,
    /// Upper end of its interval.
    pub high: f64,
    /// Trials of both.
    pub trials: u64,
    /// Errors of both.
    pub errors: u64,
}

impl MeanRate {
    /// The mean of two rates.
    pub fn of(a: Rate, b: Rate) -> Self {
        Self {
            rate: a.rate.zip(b.rate).map(|(a, b)| a.midpoint(b)),
            low: a.low.midpoint(b.low),
            high: a.high.midpoint(b.high),
            trials: a.trials + b.trials,
            errors: a.errors + b.errors,
        }
    }
}

impl PadRates {
    /// The rates of living people and attacks at a threshold.
    pub fn at(live: &[Outcome], attacks: &[Species], threshold: f32) -> Self {
        let refused = live.iter().map(|one| !one.is_accepted(threshold));
        let bpcer = Rate::of_outcomes(refused);
        let apcer: Vec<(String, Rate)> = attacks
            .iter()
            .map(|species| (species.name.clone(), species.apcer(threshold)))
            .collect();
        let worst = worst(&apcer);
        let worst_rate = worst.map_or(Rate::of(0, 0), |place| apcer[place].1);
        let live_scores: Vec<f32> = live.iter().map(|one| one.score()).collect();
        let attack_scores: Vec<f32> = attacks.iter().flat_map(Species::scores).collect();
        Self {
            threshold,
            bpcer,
            acer: MeanRate::of(bpcer, worst_rate),
            apcer,
            worst,
            auc: auc(&live_scores, &attack_scores),
        }
    }

    /// APCER of the worst species.
    pub fn apcer_worst(&self) -> Rate {
        self.worst
            .map_or(Rate::of(0, 0), |place| self.apcer[place].1)
    }
}

impl Species {
    /// The liveness of every readable trial.
    pub fn scores(&self) -> impl Iterator<Item = f32> + '_ {
        let readable = self.outcomes.iter().filter(|one| one.is_readable());
        readable.map(|one| one.score())
    }

    /// The attacks that pass.
    pub fn apcer(&self, threshold: f32) -> Rate {
        Rate::of_outcomes(self.scores().map(|score| score >= threshold))
    }
}

/// The threshold with the lowest ACER on these very trials: what a threshold fixed beforehand is to
/// be compared with, never one to be used.
pub fn best_threshold(live: &[Outcome], attacks: &[Species]) -> Option<PadRates> {
    let mut thresholds: Vec<f32> = live
        .iter()
        .map(|one| one.score())
        .chain(attacks.iter().flat_map(Species::scores))
        .filter(|score| score.is_finite())
        .collect();
    thresholds.sort_by(f32::total_cmp);
    thresholds.dedup();
    let acer = |threshold: f32| {
        let refused = live.iter().filter(|one| !one.is_accepted(threshold));
        let bpcer = refused.count() as f64 / live.len().max(1) as f64;
        let apcer = attacks.iter().map(|species| {
            let trials = species.scores().count().max(1);
            species.scores().filter(|&score| score >= threshold).count() as f64 / trials as f64
        });
        bpcer + apcer.fold(0.0, f64::max)
    };
    let best = thresholds
        .into_iter()
        .map(|threshold| (acer(threshold), threshold))
        .min_by(|a, b| a.0.total_cmp(&b.0))?;
    Some(PadRates::at(live, attacks, best.1))
}

/// The median of frames' liveness as a session takes it; nothing where there is none.
pub fn median(mut scores: Vec<f32>) -> Option<f32> {
    scores.sort_by(f32::total_cmp);
    scores.get(scores.len() / 2).copied()
}

fn worst(apcer: &[(String, Rate)]) -> Option<usize> {
    let tried = apcer
        .iter()
        .enumerate()
        .filter_map(|(place, (_, rate))| Some((place, (rate.rate?, rate.high))));
    // With equal rates the one of which less is known is the worse.
    tried
        .max_by(|(_, a), (_, b)| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)))
        .map(|(place, _)| place)
}

#[cfg(test)]
mod tests {
    use super::*;
    use Outcome::{NoFace, Scored, Unreadable};

    fn species(name: &str, outcomes: &[Outcome]) -> Species {
        Species {
            name: name.to_owned(),
            outcomes: outcomes.to_vec(),
        }
    }

    fn counts(rate: Rate) -> (u64, u64) {
        (rate.errors, rate.trials)
    }

    #[test]
    fn whatever_cannot_be_judged_is_refused() {
        let live = [Scored(0.9), Scored(0.5), Scored(0.4), NoFace, Unreadable];
        let print = species("print", &[Scored(0.1), NoFace, Unreadable]);
        let screen = species("screen", &[Scored(0.6), Scored(0.5), Scored(0.2)]);
        let rates = PadRates::at(&live, &[print, screen], 0.5);
        assert_eq!(counts(rates.bpcer), (3, 5));
        assert_eq!(
            counts(rates.apcer[0].1),
            (0, 2),
            "the unreadable file is left out"
        );
        assert_eq!(counts(rates.apcer_worst()), (2, 3));
        assert_eq!(rates.worst, Some(1));
        assert_eq!(rates.acer.rate, Some(0.6_f64.midpoint(2.0 / 3.0)));
        assert_eq!((rates.acer.errors, rates.acer.trials), (5, 8));
    }

    #[test]
    fn of_equal_species_the_one_tried_less_is_the_worst() {
        let many = species("many", &[Scored(0.1); 50]);
        let few = species("few", &[Scored(0.1); 5]);
        let none = species("none", &[Unreadable]);
        let rates = PadRates::at(&[Scored(0.9)], &[many, few, none], 0.5);
        assert_eq!(rates.worst, Some(1));
        assert_eq!(rates.apcer[2].1.rate, None);
        assert_eq!(rates.auc, Some(1.0));
        let nothing = PadRates::at(&[Scored(0.9)], &[], 0.5);
        assert_eq!(
            (nothing.worst, nothing.acer.rate, nothing.auc),
            (None, None, None)
        );
    }

    #[test]
    fn the_best_threshold_is_as_good_as_any() {
        let live = [Scored(0.9), Scored(0.8), Scored(0.3)];
        let attacks = [species("print", &[Scored(0.2), Scored(0.4), NoFace])];
        let best = best_threshold(&live, &attacks).unwrap();
        assert_eq!(best.threshold, 0.3);
        assert_eq!(
            (counts(best.bpcer), counts(best.apcer_worst())),
            ((0, 3), (1, 3))
        );
        assert!(best_threshold(&[NoFace], &[]).is_none());
    }

    #[test]
    fn the_median_is_a_frame_of_the_clip() {
        assert_eq!(median(vec![0.9, 0.1, 0.5]), Some(0.5));
        assert_eq!(median(vec![0.9, 0.1]), Some(0.9));
        assert_eq!(median(Vec::new()), None);
    }
}
