//! How the two kinds of error trade against each other as a threshold moves.

use super::impostors::Impostors;
use super::rate::Rate;

/// Points of a curve below the rates that thresholds are kept for, per tenfold rate.
const POINTS_PER_DECADE: i32 = 20;

/// The error rates at one threshold.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// A score at or above it is accepted.
    pub threshold: f32,
    /// The share of those to be refused that is accepted.
    pub false_accepts: f64,
    /// The share of those to be accepted that is refused.
    pub false_rejects: f64,
}

/// Among the scores of those to be accepted, the rate of those below a threshold.
pub fn below(genuine: &[f32], threshold: f32) -> Rate {
    Rate::of_outcomes(genuine.iter().map(|&score| score < threshold))
}

/// Among the scores of those to be refused, the rate of those at or above a threshold.
pub fn at_or_above(others: &[f32], threshold: f32) -> Rate {
    Rate::of_outcomes(others.iter().map(|&score| score >= threshold))
}

/// The curve of two lists of scores, from the lowest threshold to the highest; empty where either
/// list is.
pub fn curve(genuine: &[f32], others: &[f32]) -> Vec<Point> {
    if genuine.is_empty() || others.is_empty() {
        return Vec::new();
    }
    let (genuine, others) = (sorted(genuine), sorted(others));
    let mut thresholds: Vec<f32> = genuine.iter().chain(&others).copied().collect();
    thresholds.push(f32::INFINITY);
    thresholds.sort_by(f32::total_cmp);
    thresholds.dedup();
    thresholds
        .into_iter()
        .map(|threshold| Point {
            threshold,
            false_accepts: 1.0 - share_below(&others, threshold),
            false_rejects: share_below(&genuine, threshold),
        })
        .collect()
}

/// The curve of the similarities of one person's pictures against those of every cross-person pair,
/// from the lowest threshold to the highest.
pub fn curve_against(genuine: &[f32], impostors: &Impostors, kept_fmr: f64) -> Vec<Point> {
    let pairs = impostors.pairs() as f64;
    if genuine.is_empty() || pairs == 0.0 {
        return Vec::new();
    }
    let genuine = sorted(genuine);
    let point = |threshold, false_accepts| Point {
        threshold,
        false_accepts,
        false_rejects: share_below(&genuine, threshold),
    };
    // Coarse steps from the histogram, exact thresholds where they are kept.
    let mut above = 0;
    let mut coarse: Vec<Point> = impostors
        .histogram()
        .rev()
        .map(|(low, count)| {
            above += count;
            point(low, above as f64 / pairs)
        })
        .filter(|point| point.false_accepts > kept_fmr)
        .collect();
    coarse.reverse();
    let decades = pairs.log10().ceil() as i32 * POINTS_PER_DECADE;
    let exact = (0..decades).filter_map(|step| {
        let fmr = kept_fmr * 10_f64.powf(f64::from(-step) / f64::from(POINTS_PER_DECADE));
        let threshold = impostors.threshold(fmr)?;
        let rate = impostors.fmr(threshold)?.rate?;
        Some(point(threshold, rate))
    });
    coarse.extend(exact);
    coarse
}

/// The probability that a random one of those to be accepted scores above a random one of the
/// others, equal scores by half; nothing where either list is empty.
pub fn auc(genuine: &[f32], others: &[f32]) -> Option<f64> {
    if genuine.is_empty() || others.is_empty() {
        return None;
    }
    let others = sorted(others);
    let wins: f64 = genuine
        .iter()
        .map(|&score| {
            let below = others.partition_point(|&other| other < score);
            let up_to = others.partition_point(|&other| other <= score);
            below as f64 + 0.5 * (up_to - below) as f64
        })
        .sum();
    Some(wins / (genuine.len() as f64 * others.len() as f64))
}

fn sorted(scores: &[f32]) -> Vec<f32> {
    let mut sorted = scores.to_vec();
    sorted.sort_by(f32::total_cmp);
    sorted
}

fn share_below(sorted: &[f32], threshold: f32) -> f64 {
    sorted.partition_point(|&score| score < threshold) as f64 / sorted.len() as f64
}

#[cfg(test)]
mod tests {
    use super::super::impostors::{Faces, Wanted};
    use super::*;
    use crate::eval::NO_FACE;

    #[test]
    fn the_area_is_the_chance_of_the_right_order() {
        assert_eq!(auc(&[0.9, 0.8], &[0.1, 0.2]), Some(1.0));
        assert_eq!(auc(&[0.1], &[0.2, 0.9]), Some(0.0));
        assert_eq!(auc(&[0.5], &[0.5, 0.5]), Some(0.5));
        // Of six pairs four in the right order and one equal.
        assert_eq!(auc(&[0.3, 0.7, 0.9], &[0.7, 0.2]), Some(4.5 / 6.0));
        assert_eq!(auc(&[0.3], &[NO_FACE]), Some(1.0));
        assert_eq!(auc(&[], &[0.3]), None);
    }

    #[test]
    fn a_curve_leads_from_all_accepted_to_all_refused() {
        let points = curve(&[0.9, 0.4], &[0.1, 0.5, NO_FACE]);
        let ends = (points[0], points[points.len() - 1]);
        assert_eq!((ends.0.false_accepts, ends.0.false_rejects), (1.0, 0.0));
        assert_eq!((ends.1.false_accepts, ends.1.false_rejects), (0.0, 1.0));
        assert!(points.is_sorted_by(
            |a, b| a.false_accepts >= b.false_accepts && a.false_rejects <= b.false_rejects
        ));
        let middle = points.iter().find(|point| point.threshold == 0.5).unwrap();
        assert!((middle.false_accepts - 1.0 / 3.0).abs() < 1e-9 && middle.false_rejects == 0.5);
        assert_eq!(curve(&[], &[0.1]), []);
    }

    #[test]
    fn scores_at_the_threshold_are_accepted() {
        assert_eq!(below(&[0.5, NO_FACE, 0.2, 0.4], 0.4).rate, Some(0.5));
        assert_eq!(at_or_above(&[0.5, NO_FACE, 0.2, 0.4], 0.4).rate, Some(0.5));
        assert_eq!(below(&[NO_FACE], f32::MIN).rate, Some(1.0));
        assert_eq!(below(&[], 0.4).rate, None);
    }

    #[test]
    fn the_curve_against_impostors_has_their_rates() {
        let mut faces = Faces::new(16);
        for person in 0..60 {
            let angle = person as f32 / 10.0;
            let mut row = [0.0; 16];
            (row[0], row[1]) = (angle.cos(), angle.sin());
            faces.push(person, Some(&row));
        }
        let wanted = Wanted {
            highest_fmr: 1e-2,
            thresholds: Vec::new(),
        };
        let impostors = Impostors::within(&faces, &wanted, |_| {});
        let points = curve_against(&[0.9, 0.999], &impostors, 1e-2);
        assert!(
            points.is_sorted_by(
                |a, b| a.false_accepts >= b.false_accepts && a.threshold <= b.threshold
            )
        );
        assert!((points[0].false_accepts - 1.0).abs() < 1e-9);
        assert!(points.iter().any(|point| point.false_accepts <= 1e-2));
    }
}
