//! What came out: coefficients, each cue's worth, and how looks end under a fusion.

use std::collections::{BTreeMap, BTreeSet};

use lifecert_cli::eval::auc;
use lifecert_session::{Cues, Fusion};

use super::fit;
use super::looks::{Look, Outcome, policy};
use super::takes::What;

/// Species whose movement is that of a picture or comes again: what the fusion is fitted on. A clip
/// that is replayed moves as a person does; the nets are for that.
const OF_MOVEMENT: [&str; 6] = ["held", "shaken", "closer", "bent", "screen", "loop"];

const CUES: [&str; 4] = ["plane", "eyes", "mouth", "turn"];

/// Fits the fusion on looks at the moment at which each has the most fresh movement: a session that
/// ends as soon as it is content gives an attack every chance.
pub fn fitted<'a>(looks: impl Iterator<Item = &'a Look>) -> Option<Fusion> {
    let rows: Vec<([f32; 4], bool)> = looks
        .filter(|look| is_of_movement(look))
        .filter_map(|look| {
            let features = Fusion::features(look.best(|cues| cues.plane)?)?;
            Some((features, look.what == What::Living))
        })
        .collect();
    let coefficients = fit::logistic(&rows);
    let (bias, weights) = coefficients.split_last()?;
    let weights: Vec<f32> = weights.iter().map(|&weight| weight as f32).collect();
    Some(Fusion {
        weights: weights.try_into().ok()?,
        bias: *bias as f32,
    })
}

fn is_of_movement(look: &Look) -> bool {
    match &look.what {
        What::Living => true,
        What::Attack(species) => OF_MOVEMENT.contains(&species.as_str()),
    }
}

type Cue = fn(&Cues) -> Option<f32>;

/// Area under the ROC curve of each cue alone.
pub fn worth(looks: &[Look]) -> String {
    let cues: [(&str, Cue); 5] = [
        ("plane", |cues| cues.plane),
        ("eyes", |cues| cues.eyes),
        ("mouth", |cues| cues.mouth),
        ("turn", |cues| cues.turn),
        ("repeat", |cues| cues.repeat),
    ];
    let mut lines = vec!["cue      looks         AUC    loops alone".to_owned()];
    for (name, cue) in cues {
        let best = |look: &&Look| look.best(cue).and_then(cue);
        let of = |wanted: fn(&What) -> bool| -> Vec<f32> {
            let looks = looks.iter().filter(|look| is_of_movement(look));
            looks
                .filter(|look| wanted(&look.what))
                .filter_map(|look| best(&look))
                .collect()
        };
        let living = of(|what| *what == What::Living);
        let attacks = of(|what| *what != What::Living);
        let area = |attacks: &[f32]| {
            let area = auc(&living, attacks);
            area.map_or_else(|| "-".into(), |area| format!("{area:.4}"))
        };
        let loops = of(|what| *what == What::Attack("loop".into()));
        lines.push(format!(
            "{name:<8} {:>4} + {:>4}   {:<6}   {}",
            living.len(),
            attacks.len(),
            area(&attacks),
            area(&loops)
        ));
    }
    lines.join("\n")
}

/// A fusion in words.
pub fn coefficients(fusion: &Fusion) -> String {
    let weights = CUES.iter().zip(fusion.weights);
    let weights: Vec<String> = weights
        .map(|(cue, weight)| format!("{cue} {weight:.2}"))
        .collect();
    format!("{}, bias {:.2}", weights.join(", "), fusion.bias)
}

/// Looks, each with the fusion that is to judge it.
pub type Judged<'a> = Vec<(&'a Look, Fusion)>;

/// Each look with a fusion that was fitted without its kin.
pub fn cross_validated(looks: &[Look]) -> Option<Judged<'_>> {
    let all: BTreeSet<&str> = looks.iter().map(|look| look.kin.as_str()).collect();
    let mut judged = Vec::new();
    for one in all {
        let fusion = fitted(looks.iter().filter(|look| look.kin.as_str() != one))?;
        let left_out = looks.iter().filter(|look| look.kin.as_str() == one);
        judged.extend(left_out.map(|look| (look, fusion)));
    }
    Some(judged)
}

/// All looks with one fusion.
pub fn under<'a>(looks: &'a [Look], fusion: &Fusion) -> Judged<'a> {
    looks.iter().map(|look| (look, *fusion)).collect()
}

/// How far the living and attacks are apart: the lowest of the living and the highest of each
/// species, of the most evidence of life that each look came to.
pub fn margin(judged: &Judged<'_>) -> String {
    let mut best: BTreeMap<&What, Vec<f32>> = BTreeMap::new();
    for (look, fusion) in judged {
        let life = look.best(|cues| fusion.life(cues));
        if let Some(life) = life.and_then(|cues| fusion.life(cues)) {
            best.entry(&look.what).or_default().push(life);
        }
    }
    let mut lines = vec!["most evidence of life".to_owned()];
    for (what, mut lives) in best {
        lives.sort_by(f32::total_cmp);
        let (word, name) = match what {
            What::Living => ("lowest ", "living"),
            What::Attack(species) => {
                lives.reverse();
                ("highest", species.as_str())
            }
        };
        let lives: Vec<String> = lives
            .iter()
            .take(6)
            .map(|life| format!("{life:.3}"))
            .collect();
        lines.push(format!("{name:<12} {word} {}", lives.join(" ")));
    }
    lines.join("\n")
}

/// A table of ends by species, and the living that were not accepted and attacks that were.
pub fn ends(judged: &Judged<'_>, threshold: f32, names: bool) -> String {
    let ends: Vec<(&Look, Outcome)> = judged
        .iter()
        .map(|(look, fusion)| (*look, look.outcome(fusion, threshold)))
        .collect();
    let mut table: BTreeMap<&What, [usize; 4]> = BTreeMap::new();
    let shortest_ms = u64::from(policy().look_min_ms) + 250;
    let mut lines = vec!["             looks  accepted  referred  refused  longer".to_owned()];
    for (look, outcome) in &ends {
        let row = table.entry(&look.what).or_default();
        match outcome {
            Outcome::Accepted(after_ms) => {
                row[0] += 1;
                row[3] += usize::from(*after_ms > shortest_ms);
            }
            Outcome::Referred => row[1] += 1,
            Outcome::Refused => row[2] += 1,
        }
    }
    for (what, [accepted, referred, refused, longer]) in table {
        let name = match what {
            What::Living => "living",
            What::Attack(species) => species,
        };
        let all = accepted + referred + refused;
        lines.push(format!(
            "{name:<12} {all:>5}  {accepted:>8}  {referred:>8}  {refused:>7}  {longer:>6}"
        ));
    }
    if names {
        for (look, outcome) in &ends {
            let accepted = matches!(outcome, Outcome::Accepted(_));
            if accepted != (look.what == What::Living) {
                let best = look.best(|cues| cues.plane);
                let numbers = best.map_or_else(|| "abstains".into(), |cues| format!("{cues:?}"));
                lines.push(format!("  {:<44} {outcome:?}\n    {numbers}", look.name));
            }
        }
    }
    lines.join("\n")
}
