//! What was measured, as JSON and as text.

use lifecert_cli::eval::Operating;
use serde_json::{Map, Value, json};

use super::{ColumnRates, Measured, Side};
use crate::commands::eval::{to_value, unread_list};
use crate::commands::rounded;

impl Measured {
    pub(super) fn object(&self) -> Value {
        let mut object = json!({
            "pairs": self.pairs,
            "accuracy": self.accuracy.mean,
            "accuracy_sd": self.accuracy.deviation,
            "error_rate": self.accuracy.errors,
            "pictures": self.pictures,
            "people": self.people,
            "faces_not_found": self.no_face.len(),
            "no_face": self.no_face,
            "unreadable": self.unread,
            "failures_to_enrol": self.failures_to_enrol(),
            "impostor_pairs": self.single.impostors.pairs(),
            "fnmr_at_fmr": self.single.targets_object(),
            "at_shipped_threshold": self.single.shipped_object(),
            "pictures_a_side": 1,
            "mirrored_view": true,
            "code": null,
        });
        if let Some((sides, side)) = &self.several {
            let (templates, probes) = side.trials.sides();
            object["template_probe"] = json!({
                "template": sides.template,
                "probe": sides.probe,
                "people": side.trials.people(),
                "templates": templates,
                "probes": probes,
                "genuine_trials": side.genuine.len(),
                "impostor_pairs": side.impostors.pairs(),
                "fnmr_at_fmr": side.targets_object(),
                "at_shipped_threshold": side.shipped_object(),
            });
        }
        if let Some(groups) = &self.groups {
            object["groups"] = self.single.groups_object();
            if let Some((_, side)) = &self.several {
                object["template_probe"]["groups"] = side.groups_object();
            }
            object["groups_unknown_rows"] = to_value(&groups.unknown_rows);
            object["pictures_without_group"] = groups.without_row.into();
        }
        object
    }

    pub(super) fn text(&self) -> String {
        let mut lines = vec![
            format!("pairs              {}", self.pairs),
            format!(
                "accuracy           {:.2} % (standard deviation over folds {:.2} %)",
                100.0 * self.accuracy.mean,
                100.0 * self.accuracy.deviation
            ),
            format!("pairs judged wrong {}", self.accuracy.errors),
            format!("faces not found    {}", self.no_face.len()),
            format!("unreadable         {}", self.unread.len()),
            format!("failures to enrol  {}", self.failures_to_enrol()),
        ];
        let unread = unread_list(&self.unread);
        lines.extend(unread.iter().map(|one| format!("  {one}")));
        lines.push("\none picture a side, mean of the face and its mirror image".to_owned());
        lines.extend(self.single.lines());
        if let Some((sides, side)) = &self.several {
            let (templates, probes) = side.trials.sides();
            lines.push(format!(
                "\n{templates} templates of {} against {probes} probes of {}, {} people with trials \
                 of their own",
                sides.template,
                sides.probe,
                side.trials.people()
            ));
            lines.extend(side.lines());
        }
        lines.join("\n")
    }
}

impl Side {
    fn targets_object(&self) -> Value {
        let object = |at: &Operating| {
            json!({
                "threshold": at.threshold,
                "fnmr": at.fnmr.rate,
                "fnmr_rate": at.fnmr,
                "fmr_rate": at.fmr,
            })
        };
        let targets = self.targets.iter();
        let targets: Map<String, Value> = targets
            .map(|(name, at)| ((*name).to_owned(), json!(at.as_ref().map(object))))
            .collect();
        Value::Object(targets)
    }

    fn shipped_object(&self) -> Value {
        let object = |(name, _, at): &(String, f64, Operating)| {
            json!({
                "name": name,
                "threshold": rounded(at.threshold),
                "fnmr": at.fnmr,
                "fmr": at.fmr,
            })
        };
        json!(self.shipped.as_ref().map(object))
    }

    fn groups_object(&self) -> Value {
        let columns: Map<String, Value> = self
            .groups
            .iter()
            .map(|column| (column.name.clone(), column.object()))
            .collect();
        Value::Object(columns)
    }

    fn lines(&self) -> Vec<String> {
        let mut lines = vec![format!("impostor pairs     {}", self.impostors.pairs())];
        lines.extend(self.targets.iter().map(|(name, at)| match at {
            Some(at) => {
                let Operating {
                    threshold, fnmr, ..
                } = at;
                format!("FMR {name}: FNMR {fnmr} at threshold {threshold:.4}")
            }
            None => format!("FMR {name}: too few impostor pairs"),
        }));
        if let Some((name, _, at)) = &self.shipped {
            lines.push(format!(
                "shipped threshold {name} ({:.3}): FNMR {}; FMR {}",
                at.threshold, at.fnmr, at.fmr
            ));
        }
        for column in &self.groups {
            lines.extend(column.lines());
        }
        lines
    }
}

impl ColumnRates {
    fn object(&self) -> Value {
        let groups: Map<String, Value> = self
            .groups
            .iter()
            .map(|group| {
                let object = json!({
                    "people": group.people,
                    "fnmr": group.fnmr,
                    "fmr": group.fmr,
                    "too_few_trials": self.too_few(group).is_some(),
                    "note": self.too_few(group),
                });
                (group.group.clone(), object)
            })
            .collect();
        json!({
            "groups": groups,
            "fnmr_worst_to_best": self.fnmr_ratio(),
            "fmr_worst_to_best": self.fmr_ratio(),
        })
    }

    fn lines(&self) -> Vec<String> {
        let mut lines = vec![format!("by {} at that threshold:", self.name)];
        lines.extend(self.groups.iter().map(|group| {
            let note = self.too_few(group);
            let note = note.map_or_else(String::new, |note| format!(" ({note})"));
            format!(
                "  {}: {} people, FNMR {}, FMR {}{note}",
                group.group, group.people, group.fnmr, group.fmr
            )
        }));
        let ratio = |ratio: Option<f64>| match ratio {
            Some(ratio) => format!("{ratio:.2}"),
            None => "cannot be given".to_owned(),
        };
        lines.push(format!(
            "  worst to best: FNMR {}, FMR {}",
            ratio(self.fnmr_ratio()),
            ratio(self.fmr_ratio())
        ));
        lines
    }
}
