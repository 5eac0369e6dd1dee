//! What came out, with how sure one can be of it.

use serde_json::{Value, json};

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

/// The normal quantile of a two-sided confidence of 95 %.
const Z_95: f64 = 1.96;

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
        let (stills, living) = (self.count(What::Still), self.count(What::Living));
        stills.shown > 0 && stills.accepted == 0 && living.share() >= LIVING_ACCEPTED
    }

    /// As text.
    pub fn text(&self, seed: u64) -> String {
        let mut lines: Vec<String> = self.rows.iter().map(Row::text).collect();
        let (stills, living) = (self.count(What::Still), self.count(What::Living));
        lines.push(format!("\nseed {seed}"));
        lines.push(format!(
            "stills accepted: {} of {} (95 % confidence: at most {:.1} % would be)",
            stills.accepted,
            stills.shown,
            100.0 * stills.highest()
        ));
        lines.push(format!(
            "living accepted: {} of {}, {:.0} % (95 % confidence: at least {:.1} %), wanted {:.0} %",
            living.accepted,
            living.shown,
            100.0 * living.share(),
            100.0 * living.lowest(),
            100.0 * LIVING_ACCEPTED
        ));
        lines.push(if self.is_passed() { "passed" } else { "FAILED" }.to_owned());
        lines.join("\n")
    }

    /// As one object.
    pub fn object(&self, seed: u64) -> Value {
        let (stills, living) = (self.count(What::Still), self.count(What::Living));
        json!({
            "seed": seed,
            "passed": self.is_passed(),
            "stills": {
                "shown": stills.shown,
                "accepted": stills.accepted,
                "accepted_at_most_95": stills.highest(),
            },
            "living": {
                "shown": living.shown,
                "accepted": living.accepted,
                "accepted_at_least_95": living.lowest(),
            },
            "looks": self.rows.iter().map(Row::object).collect::<Vec<_>>(),
        })
    }

    fn count(&self, what: What) -> Count {
        let of = || self.rows.iter().filter(|row| row.what == what);
        Count {
            shown: of().count(),
            accepted: of().filter(|row| row.end.is_accepted()).count(),
        }
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

#[derive(Clone, Copy)]
struct Count {
    shown: usize,
    accepted: usize,
}

impl Count {
    fn share(self) -> f64 {
        self.accepted as f64 / self.shown.max(1) as f64
    }

    /// Upper end of the 95 % interval; the rule of three where none was accepted (Hanley and
    /// Lippman-Hand 1983), otherwise Wilson's (1927).
    fn highest(self) -> f64 {
        match self.accepted {
            0 => (3.0 / self.shown.max(1) as f64).min(1.0),
            _ => self.wilson(Z_95),
        }
    }

    /// Lower end of Wilson's 95 % interval.
    fn lowest(self) -> f64 {
        self.wilson(-Z_95)
    }

    fn wilson(self, z: f64) -> f64 {
        let (count, share) = (self.shown.max(1) as f64, self.share());
        let spread = (share * (1.0 - share) / count + z * z / (4.0 * count * count)).sqrt();
        ((share + z * z / (2.0 * count) + z * spread) / (1.0 + z * z / count)).clamp(0.0, 1.0)
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

    #[test]
    fn confidence_is_that_of_the_tables() {
        let none = Count {
            shown: 20,
            accepted: 0,
        };
        assert!((none.highest() - 0.15).abs() < 1e-9);
        let most = Count {
            shown: 30,
            accepted: 27,
        };
        assert!((most.lowest() - 0.744).abs() < 2e-3 && (most.highest() - 0.965).abs() < 2e-3);
    }
}
