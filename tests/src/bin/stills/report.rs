//! What came out, with how sure one can be of it.

use serde_json::{Value, json};

use lifecert_cli::eval::Rate;
use lifecert_cli::look::End;

/// Who was shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// A picture.
    Still,
    /// A person.
    Living,
}

/// One look.
pub struct Row {
    /// Who was shown.
    pub what: What,
    /// Which file, and where in it.
    pub name: String,
    /// How the look ended.
    pub end: End,
}

/// Share of the living that must be accepted.
const LIVING_ACCEPTED: f64 = 0.8;

/// All looks.
pub struct Report {
    rows: Vec<Row>,
}

impl Report {
    /// Of those rows.
    pub fn new(mut rows: Vec<Row>) -> Self {
        rows.sort_by(|a, b| (a.what as u8, &a.name).cmp(&(b.what as u8, &b.name)));
        Self { rows }
    }

    /// Whether no still and enough of the living were accepted.
    pub fn is_passed(&self) -> bool {
        let (stills, living) = (self.accepted(What::Still), self.accepted(What::Living));
        stills.rate == Some(0.0) && living.rate >= Some(LIVING_ACCEPTED)
    }

    /// As text.
    pub fn text(&self, seed: u64) -> String {
        let mut lines: Vec<String> = self.rows.iter().map(Row::text).collect();
        let (stills, living) = (self.accepted(What::Still), self.accepted(What::Living));
        lines.push(format!("\nseed {seed}"));
        lines.push("share (95 % interval; accepted of shown)".to_owned());
        lines.push(format!("stills accepted: {stills}"));
        lines.push(format!(
            "living accepted: {living}, wanted {:.0} %",
            100.0 * LIVING_ACCEPTED
        ));
        lines.push(if self.is_passed() { "passed" } else { "FAILED" }.to_owned());
        lines.join("\n")
    }

    /// As one object.
    pub fn object(&self, seed: u64) -> Value {
        let (stills, living) = (self.accepted(What::Still), self.accepted(What::Living));
        json!({
            "seed": seed,
            "passed": self.is_passed(),
            "stills": {
                "shown": stills.trials,
                "accepted": stills.errors,
                "accepted_at_most_95": stills.high,
            },
            "living": {
                "shown": living.trials,
                "accepted": living.errors,
                "accepted_at_least_95": living.low,
            },
            "looks": self.rows.iter().map(Row::object).collect::<Vec<_>>(),
        })
    }

    /// The share that was accepted.
    fn accepted(&self, what: What) -> Rate {
        let of = self.rows.iter().filter(|row| row.what == what);
        Rate::of_outcomes(of.map(|row| row.end.is_accepted()))
    }
}

impl Row {
    fn text(&self) -> String {
        let what = match self.what {
            What::Still => "still ",
            What::Living => "living",
        };
        let end = match self.end {
            End::Judged {
                verdict, scores, ..
            } => {
                let life = scores
                    .life
                    .map_or_else(|| "-".into(), |life| format!("{:.4}", life.to_f32()));
                let live = scores.live.to_f32();
                format!("{:<7} live {live:.3}  life {life}", verdict.as_str())
            }
            End::Stopped { code } => format!("stopped {}", code.map_or("", |code| code.as_str())),
        };
        format!("{what}  {:<46}  {end}", self.name)
    }

    fn object(&self) -> Value {
        let (verdict, scores, code) = match self.end {
            End::Judged {
                verdict, scores, ..
            } => (Some(verdict.as_str()), Some(scores), None),
            End::Stopped { code } => (None, None, code),
        };
        json!({
            "still": self.what == What::Still,
            "name": self.name,
            "verdict": verdict,
            "live": scores.map(|scores| scores.live),
            "life": scores.and_then(|scores| scores.life),
            "code": code,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lifecert_protocol::{Score, Scores, Verdict};
    use lifecert_session::Cues;

    fn row(what: What, verdict: Verdict) -> Row {
        let scores = Scores {
            live: Score::from_parts(9_000),
            life: None,
            similarity: None,
            quality: Score::from_parts(5_000),
            good_frames: 100,
        };
        Row {
            what,
            name: "a".into(),
            end: End::Judged {
                verdict,
                scores,
                cues: Cues::default(),
            },
        }
    }

    fn report(stills: &[Verdict], living: &[Verdict]) -> Report {
        let stills = stills.iter().map(|&verdict| row(What::Still, verdict));
        let living = living.iter().map(|&verdict| row(What::Living, verdict));
        Report::new(stills.chain(living).collect())
    }

    #[test]
    fn one_accepted_still_or_too_few_living_fail() {
        use Verdict::{Accept, Refer, Refuse};
        let four_of_five = [Accept, Accept, Accept, Accept, Refer];
        assert!(report(&[Refer, Refuse], &four_of_five).is_passed());
        assert!(!report(&[Refer, Accept], &four_of_five).is_passed());
        assert!(!report(&[Refer], &[Accept, Accept, Accept, Refer]).is_passed());
        assert!(!report(&[], &four_of_five).is_passed());
        assert!(!report(&[Refer], &[]).is_passed());
    }

    /// The exact limits for 0 and 10 of 10 in tables of binomial confidence limits.
    #[test]
    fn a_report_says_how_sure_it_is() {
        let object = report(&[Verdict::Refer; 10], &[Verdict::Accept; 10]).object(1);
        let near = |value: &Value, expected: f64| {
            assert!((value.as_f64().unwrap() - expected).abs() < 1e-4, "{value}");
        };
        near(&object["stills"]["accepted_at_most_95"], 0.3085);
        near(&object["living"]["accepted_at_least_95"], 0.6915);
    }
}
