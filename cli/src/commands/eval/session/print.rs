//! What was measured, as JSON, text and a page.

use lifecert_cli::eval::Rate;
use lifecert_cli::eval::report::{Cell, Histogram, Report, Table};
use lifecert_cli::eval::species::{LIVING, untried};
use lifecert_inference::{ModelId, ModelStore};
use serde_json::{Map, Value, json};

use super::super::{models_table, shortened};
use super::clip::{Clip, Shown};
use super::{Counts, Results};

impl Counts {
    fn object(self) -> Value {
        json!({
            "accepted": self.accepted,
            "referred": self.referred,
            "refused": self.refused,
        })
    }
}

/// Rates that count a clip as an error: of the living one that is refused, or not accepted; of
/// attacks one that is accepted.
impl Counts {
    fn refused(self) -> Rate {
        Rate::of(self.refused, self.trials())
    }

    fn not_accepted(self) -> Rate {
        Rate::of(self.referred + self.refused, self.trials())
    }

    fn accepted(self) -> Rate {
        Rate::of(self.accepted, self.trials())
    }
}

impl Results {
    /// As one object.
    pub fn object(&self) -> Value {
        let species = |value: &dyn Fn(&str) -> Value| -> Map<String, Value> {
            let all = self.species.iter();
            all.map(|species| (species.clone(), value(species)))
                .collect()
        };
        let live = self.counts(None);
        let clips = self.clips.iter();
        let counting = clips
            .clone()
            .filter(|(clip, shown)| clip.species.is_none() || shown.unread.is_none());
        let unread = clips.clone().filter_map(|(clip, shown)| {
            let reason = shown.unread.as_ref()?;
            Some(json!({ "file": clip.source.path, "code": shown.code, "reason": reason }))
        });
        let noted = clips.filter(|(_, shown)| !shown.notes.is_empty());
        let mut object = json!({
            "live": live.object(),
            "attack": species(&|species| self.counts(Some(species)).object()),
            "clips": counting
                .map(|(clip, shown)| {
                    json!({
                        "file": clip.source.path,
                        "outcome": shown.outcome.as_str(),
                        "code": shown.code,
                        "cues": shown.cues,
                    })
                })
                .collect::<Vec<_>>(),
            "rates": {
                "live_refused": live.refused(),
                "live_not_accepted": live.not_accepted(),
                "live_extended": self.extended(),
                "attack_accepted": species(&|species| json!(self.counts(Some(species)).accepted())),
            },
            "unreadable": {
                "live": self.unread(None),
                "attack": species(&|species| json!(self.unread(Some(species)))),
            },
            "unread": unread.collect::<Vec<_>>(),
            "noted": noted
                .map(|(clip, shown)| json!({ "file": clip.source.path, "notes": shown.notes }))
                .collect::<Vec<_>>(),
            "others": self.others,
            "code": null,
        });
        if let Some(identity) = &self.identity {
            object["identity"] = identity.object();
        }
        object
    }

    /// As text.
    pub fn text(&self) -> String {
        let mut lines: Vec<String> = self.clips.iter().map(line).collect();
        for other in &self.others {
            lines.push(format!("neither picture nor clip: {other}"));
        }
        for (what, counts) in self.all_counts() {
            lines.push(format!("{what:<12} {}", counts.text()));
        }
        if !self.clips.is_empty() {
            lines.push(format!(
                "live refused       {}",
                self.counts(None).refused()
            ));
            lines.push(format!(
                "live not accepted  {}",
                self.counts(None).not_accepted()
            ));
            lines.push(format!("looks extended     {}", self.extended()));
        }
        for species in &self.species {
            let accepted = self.counts(Some(species)).accepted();
            lines.push(format!("{species} accepted  {accepted}"));
        }
        if let Some(identity) = &self.identity {
            lines.extend(identity.lines());
            let (missed, false_accepts) = (identity.not_accepted(), identity.falsely_accepted());
            lines.push(format!("not accepted in 2 tries  {missed}"));
            lines.push(format!("others accepted          {false_accepts}"));
        }
        lines.join("\n")
    }

    /// As a page.
    pub fn report(&self, store: &ModelStore) -> Report {
        let mut report = Report::new("Sessions");
        report.text(
            "Each clip was shown from its start to the session that ships, under its standard \
             policy. A session ends as soon as it is content. A clip that is too short or cannot \
             be read counts as referred among the living, and is left out among attacks.",
        );
        let head = ["clips", "accepted", "referred", "refused", "unreadable"];
        let mut counts = Table::new("Outcomes", &head);
        for (what, count) in self.all_counts() {
            let unread = self.unread(Some(what).filter(|what| *what != LIVING));
            let numbers = [count.accepted, count.referred, count.refused, unread];
            let numbers = numbers.map(Cell::number);
            counts.row([vec![Cell::text(what)], numbers.to_vec()].concat());
        }
        report.table(counts);
        report.table(self.rates());
        self.histograms(&mut report);
        let mut clips = Table::new("Clips", &["file", "shows", "outcome", "reason", "notes"]);
        for (clip, shown) in &self.clips {
            let code = shown.code.map_or("", |code| code.as_str());
            let notes = match &shown.unread {
                Some(reason) => reason.clone(),
                None => shown.notes.join(", "),
            };
            clips.row([
                Cell::text(clip.source.path.display().to_string()),
                Cell::text(clip.species.as_deref().unwrap_or(LIVING)),
                Cell::text(shown.outcome.as_str()),
                Cell::text(code),
                Cell::text(notes),
            ]);
        }
        report.table(clips);
        if let Some(identity) = &self.identity {
            report.heading("Tries that went wrong, and clips that could not be used");
            report.list(shortened(identity.lines().into_iter()));
        }
        if !self.others.is_empty() {
            report.heading("Files that are neither picture nor clip");
            report.list(shortened(self.others.iter().cloned()));
        }
        report.table(models_table(
            store,
            &[ModelId::Recognition, ModelId::Liveness],
        ));
        report.heading("Not tested");
        report.text(
            "Loops longer than the look, clean injected videos and masks of more than paper. Clips \
             of one person are not independent: true intervals are wider.",
        );
        let is_empty = |name: &&String| {
            let mut clips = self.clips.iter();
            !clips.any(|(clip, _)| clip.species.as_ref() == Some(*name))
        };
        let empty = self.species.iter().filter(is_empty);
        report.list(empty.map(|name| untried(name)).collect());
        report.command_line();
        report
    }

    fn rates(&self) -> Table {
        let mut rates = Table::new("Rates with 95 % intervals", &["what", "rate"]);
        let live = self.counts(None);
        let mut row = |what: String, rate: Rate| rates.row([Cell::text(what), Cell::Rate(rate)]);
        row("living, refused".into(), live.refused());
        row("living, not accepted".into(), live.not_accepted());
        row("living, look extended".into(), self.extended());
        for species in &self.species {
            let accepted = self.counts(Some(species)).accepted();
            row(format!("{species}, accepted"), accepted);
        }
        if let Some(identity) = &self.identity {
            row(
                "true person, not accepted in 2 tries".into(),
                identity.not_accepted(),
            );
            row(
                "somebody else, accepted".into(),
                identity.falsely_accepted(),
            );
        }
        rates
    }

    /// One histogram for each of the session's cues that lies between 0 and 1.
    fn histograms(&self, report: &mut Report) {
        const BINS: usize = 20;
        const SHARES: [&str; 6] = [
            "life",
            "live",
            "live_second",
            "quality",
            "repeat",
            "texture",
        ];
        let mut names: Vec<&String> = self
            .clips
            .iter()
            .flat_map(|(_, shown)| shown.cues.keys())
            .filter(|name| SHARES.contains(&name.as_str()))
            .collect();
        names.sort();
        names.dedup();
        for name in names {
            let counts = |species: Option<&str>| {
                let values = self
                    .of(species)
                    .filter_map(|shown| shown.cues.get(name)?.as_f64());
                let scores: Vec<f32> = values.map(|value| value as f32).collect();
                Histogram::count(&scores, 0.0, 1.0, BINS)
            };
            let mut series = vec![(LIVING.to_owned(), counts(None))];
            for species in &self.species {
                series.push((species.clone(), counts(Some(species))));
            }
            let histogram = Histogram {
                x_label: format!("{name} (0 to 1)"),
                low: 0.0,
                high: 1.0,
                series,
            };
            report.histogram(format!("Cue {name}"), &histogram);
        }
    }

    fn all_counts(&self) -> Vec<(&str, Counts)> {
        let species = self.species.iter();
        let attacks = species.map(|species| (species.as_str(), self.counts(Some(species))));
        let live = (!self.clips.is_empty()).then(|| (LIVING, self.counts(None)));
        live.into_iter().chain(attacks).collect()
    }
}

impl Counts {
    fn text(self) -> String {
        format!(
            "accepted {}, referred {}, refused {}",
            self.accepted, self.referred, self.refused
        )
    }
}

fn line((clip, shown): &(Clip, Shown)) -> String {
    let what = clip.species.as_deref().unwrap_or(LIVING);
    let file = clip.source.path.display();
    let outcome = shown.outcome.as_str();
    let code = shown.code.map_or("", |code| code.as_str());
    let cues = shown
        .cues
        .iter()
        .map(|(name, value)| format!("{name} {value}"));
    let notes = shown.notes.iter().map(|note| (*note).to_owned());
    let notes: Vec<String> = cues.chain(notes).chain(shown.unread.clone()).collect();
    format!(
        "{what:<8} {outcome:<9} {file}  {code}  {}",
        notes.join(", ")
    )
}
