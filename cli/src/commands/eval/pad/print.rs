//! What was measured, as JSON and as text.

use std::cmp::Ordering;

use lifecert_cli::eval::Rate;
use serde_json::{Map, Value, json};

use super::{Iapar, Measured, Set, Unit};
use crate::commands::eval::{to_value, unread_list};
use crate::commands::rounded;

impl Measured {
    pub(super) fn object(&self) -> Value {
        let rates = &self.rates;
        json!({
            "unit": self.unit.name(),
            "threshold": rounded(rates.threshold),
            "bpcer": rates.bpcer,
            "apcer": rates.apcer.iter().map(|(name, rate)| (name.clone(), to_value(rate))).collect::<Map<_, _>>(),
            "apcer_worst": rates.apcer_worst(),
            "worst_species": rates.worst.map(|place| &rates.apcer[place].0),
            "acer": rates.acer,
            "auc": rates.auc,
            "at_best_threshold": self.best.as_ref().map(|best| json!({
                "threshold": best.threshold,
                "bpcer": best.bpcer,
                "apcer_worst": best.apcer_worst(),
                "acer": best.acer,
            })),
            "iapar": self.iapar.as_ref().map(Iapar::rates),
            "iapar_worst": self.iapar.as_ref().map(Iapar::worst),
            "identities": self.iapar.as_ref().map(Iapar::about),
            "files": self.by_set(|set| set.files.len().into()),
            "faces_not_found": self.by_set(|set| set.without_face().count().into()),
            "no_face": self.by_set(|set| to_value(set.without_face().collect::<Vec<_>>())),
            "unreadable_count": self.by_set(|set| set.unread().count().into()),
            "unreadable": self.by_set(|set| to_value(set.unread().collect::<Vec<_>>())),
            "clips_of_one_frame": self.by_set(|set| to_value(set.clips_of_one_frame().collect::<Vec<_>>())),
            "neither_picture_nor_clip": self.by_set(|set| to_value(&set.others)),
            "code": null,
        })
    }

    fn by_set(&self, value: impl Fn(&Set) -> Value) -> Value {
        let each = self.sets.iter();
        Value::Object(each.map(|set| (set.name.clone(), value(set))).collect())
    }

    pub(super) fn text(&self) -> String {
        let rates = &self.rates;
        let mut lines = vec![
            format!("trial      a {}", self.unit.name()),
            format!("threshold  {:.4} ({})", rates.threshold, self.threshold_is),
            format!("BPCER      {}", rates.bpcer),
        ];
        for (name, rate) in &rates.apcer {
            lines.push(format!("APCER      {rate}  {name}"));
        }
        if let Some(acer) = rates.acer.rate {
            lines.push(format!("ACER       {:.2} % (worst species)", 100.0 * acer));
        }
        if let Some(auc) = rates.auc {
            lines.push(format!("AUC        {auc:.4}"));
        }
        if let Some(iapar) = &self.iapar {
            for (name, rate) in &iapar.by_species {
                lines.push(format!("IAPAR      {rate}  {name}"));
            }
            lines.push(format!(
                "           {} people enrolled, {} attacks without an enrolled person",
                iapar.people_enrolled, iapar.without_person
            ));
        }
        for set in &self.sets {
            lines.push(format!(
                "{}: {} files, {} without a face, {} unreadable, {} clips of one frame, {} neither \
                 picture nor clip",
                set.name,
                set.files.len(),
                set.without_face().count(),
                set.unread().count(),
                set.clips_of_one_frame().count(),
                set.others.len()
            ));
            let unread: Vec<_> = set.unread().collect();
            lines.extend(unread_list(&unread).iter().map(|one| format!("  {one}")));
        }
        lines.join("\n")
    }
}

impl Unit {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Frame => "frame",
            Self::Clip => "clip",
        }
    }
}

impl Iapar {
    fn rates(&self) -> Value {
        let rates = self.by_species.iter();
        rates
            .map(|(name, rate)| (name.clone(), to_value(rate)))
            .collect()
    }

    fn worst(&self) -> Rate {
        let rates = self.by_species.iter().map(|(_, rate)| *rate);
        let tried = rates.filter(|rate| rate.trials > 0);
        tried
            .max_by(|a, b| a.rate.partial_cmp(&b.rate).unwrap_or(Ordering::Equal))
            .unwrap_or_else(|| Rate::of(0, 0))
    }

    fn about(&self) -> Value {
        json!({
            "match_threshold": rounded(self.match_threshold),
            "people_enrolled": self.people_enrolled,
            "attacks_without_person": self.without_person,
            "unknown_rows": self.unknown_rows,
        })
    }
}
