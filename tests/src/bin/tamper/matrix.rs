//! What was tried and what came of it.

use indicatif::ProgressBar;
use serde_json::{Value, json};

/// Everything tried so far.
pub struct Matrix {
    cases: u64,
    accepted: Vec<String>,
    broken: Vec<String>,
    groups: Vec<(&'static str, u64)>,
    bar: ProgressBar,
}

impl Matrix {
    /// Nothing yet; `quiet` shows no progress.
    pub fn new(quiet: bool) -> Self {
        let bar = if quiet {
            ProgressBar::hidden()
        } else {
            ProgressBar::new_spinner()
        };
        Self {
            cases: 0,
            accepted: Vec::new(),
            broken: Vec::new(),
            groups: Vec::new(),
            bar,
        }
    }

    /// Begins a group of cases.
    pub fn group(&mut self, name: &'static str) {
        self.groups.push((name, 0));
    }

    /// One case: something forged, and whether it was refused.
    pub fn case(&mut self, name: &str, refused: bool) {
        let (group, count) = self.groups.last_mut().expect("a group was begun");
        self.cases += 1;
        *count += 1;
        self.bar.set_message(format!("{} {group}", self.cases));
        self.bar.tick();
        if !refused {
            self.accepted.push(format!("{group}: {name}"));
        }
    }

    /// What nobody forged has to be taken, or the refusals of its group say nothing.
    pub fn honest(&mut self, taken: bool) {
        if !taken {
            let (group, _) = self.groups.last().expect("a group was begun");
            self.broken.push((*group).to_owned());
        }
    }

    /// Whether all was as it must be.
    pub fn holds(&self) -> bool {
        self.accepted.is_empty() && self.broken.is_empty() && self.cases > 0
    }

    /// One object: how many cases, how many were refused, which were not; in which groups the
    /// honest message was refused as well.
    pub fn json(&self) -> Value {
        let groups = self.groups.iter();
        let groups: serde_json::Map<_, _> = groups
            .map(|(name, count)| ((*name).to_owned(), json!(count)))
            .collect();
        json!({
            "cases": self.cases,
            "refused": self.cases - self.accepted.len() as u64,
            "accepted": self.accepted,
            "honest_refused": self.broken,
            "groups": groups,
        })
    }

    /// The same to read.
    pub fn print(&self) {
        self.bar.finish_and_clear();
        for (name, count) in &self.groups {
            println!("{count:>6}  {name}");
        }
        let refused = self.cases - self.accepted.len() as u64;
        println!("{refused} of {} refused", self.cases);
        for name in &self.accepted {
            println!("accepted: {name}");
        }
        for name in &self.broken {
            println!("refused although honest: {name}");
        }
    }
}
