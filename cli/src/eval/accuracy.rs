//! Accuracy over folds, each judged by the threshold that serves the others best.

use super::rate::Rate;

/// Accuracy over folds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Accuracy {
    /// Mean share of pairs judged rightly.
    pub mean: f64,
    /// Standard deviation over the folds; 0 for one fold.
    pub deviation: f64,
    /// The pairs judged wrongly, of all folds together.
    pub errors: Rate,
}

/// The accuracy over folds of (similarities of same pairs, similarities of different pairs).
///
/// The threshold of a fold is the best one of all other folds together; a single fold has nothing
/// but itself to choose by.
pub fn accuracy(folds: &[(Vec<f32>, Vec<f32>)]) -> Accuracy {
    let judged: Vec<(usize, usize)> = (0..folds.len())
        .map(|held_out| {
            let others = folds
                .iter()
                .enumerate()
                .filter(|(at, _)| folds.len() == 1 || *at != held_out)
                .map(|(_, fold)| fold);
            let (same, different) = &folds[held_out];
            let right = count_right(&folds[held_out], best_threshold(others));
            (right, same.len() + different.len())
        })
        .collect();
    let shares: Vec<f64> = judged
        .iter()
        .map(|&(right, pairs)| right as f64 / pairs.max(1) as f64)
        .collect();
    let count = shares.len().max(1) as f64;
    let mean = shares.iter().sum::<f64>() / count;
    let squares: f64 = shares.iter().map(|share| (share - mean).powi(2)).sum();
    let deviation = (squares / (count - 1.0).max(1.0)).sqrt();
    let right: usize = judged.iter().map(|&(right, _)| right).sum();
    let pairs: usize = judged.iter().map(|&(_, pairs)| pairs).sum();
    Accuracy {
        mean,
        deviation,
        errors: Rate::of((pairs - right) as u64, pairs as u64),
    }
}

fn count_right((same, different): &(Vec<f32>, Vec<f32>), threshold: f32) -> usize {
    let matched = same
        .iter()
        .filter(|&&similarity| similarity >= threshold)
        .count();
    let apart = different
        .iter()
        .filter(|&&similarity| similarity < threshold)
        .count();
    matched + apart
}

/// The threshold that judges most pairs rightly, in the middle of the gap where there is one.
fn best_threshold<'a>(folds: impl Iterator<Item = &'a (Vec<f32>, Vec<f32>)>) -> f32 {
    let mut scores: Vec<(f32, bool)> = Vec::new();
    for (same, different) in folds {
        scores.extend(same.iter().map(|&similarity| (similarity, true)));
        scores.extend(different.iter().map(|&similarity| (similarity, false)));
    }
    scores.sort_by(|a, b| a.0.total_cmp(&b.0));
    // Everything matches at first; each step up takes one score away from the matches.
    let mut right = scores.iter().filter(|(_, same)| *same).count();
    let (mut most, mut best) = (right, scores.first().map_or(0.0, |(lowest, _)| *lowest));
    for (at, (similarity, same)) in scores.iter().enumerate() {
        right = if *same { right - 1 } else { right + 1 };
        let above = scores
            .get(at + 1)
            .map_or(similarity.next_up(), |(next, _)| *next);
        if right > most && above > *similarity {
            let middle = similarity.midpoint(above);
            best = if middle.is_finite() && middle > *similarity {
                middle
            } else {
                above
            };
            most = right;
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::eval::NO_FACE;

    #[test]
    fn each_fold_is_judged_by_the_others() {
        let easy = (vec![0.6, 0.7], vec![0.1, 0.2]);
        // Chosen on the easy fold the threshold is 0.4, so this one has one of four wrong.
        let hard = (vec![0.3, 0.8], vec![0.1, 0.2]);
        let found = accuracy(&[easy, hard.clone()]);
        assert!((found.mean - 0.875).abs() < 1e-9 && (found.deviation - 0.1767).abs() < 1e-3);
        assert_eq!((found.errors.errors, found.errors.trials), (1, 8));
        let alone = accuracy(&[hard]);
        assert_eq!((alone.mean, alone.deviation), (1.0, 0.0));
    }

    #[test]
    fn the_threshold_is_as_good_as_any_other() {
        let mut random = Random(7);
        for _ in 0..50 {
            let list = |random: &mut Random, shift: u32| -> Vec<f32> {
                (0..20)
                    .map(|_| (random.below(10) + shift) as f32 / 20.0)
                    .collect()
            };
            let fold = (list(&mut random, 6), list(&mut random, 0));
            let found = count_right(&fold, best_threshold(std::iter::once(&fold)));
            let most = (-1..=40)
                .map(|step| count_right(&fold, (step as f32 + 0.5) / 40.0))
                .max()
                .unwrap();
            assert_eq!(found, most);
        }
    }

    #[test]
    fn a_pair_without_a_face_is_wrong_if_it_is_of_one_person() {
        let fold = (vec![0.6, NO_FACE], vec![0.1, NO_FACE]);
        assert_eq!(accuracy(&[fold]).mean, 0.75);
    }

    /// A small generator, so that the test needs no other crate.
    struct Random(u32);

    impl Random {
        fn below(&mut self, bound: u32) -> u32 {
            self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (self.0 >> 16) % bound
        }
    }
}
