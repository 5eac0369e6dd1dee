//! The report of what was measured.

use lifecert_cli::eval::pad::Outcome;
use lifecert_cli::eval::report::{Cell, Histogram, Report, Scale, Table};
use lifecert_cli::eval::species::untried;
use lifecert_cli::eval::{curve, percent};
use lifecert_inference::{ModelId, ModelStore};

use super::{Measured, Unit};
use crate::commands::eval::curves::{Labels, error_curves};
use crate::commands::eval::{models_table, shortened, unread_list};

const BINS: usize = 50;

pub(super) fn report(store: &ModelStore, measured: &Measured) -> Report {
    let mut report = Report::new("Liveness: what passes for a living person, and who is refused");
    let trial = match measured.unit {
        Unit::Frame => "A trial is a picture, or a frame of a clip at 8 frames a second.",
        Unit::Clip => {
            "A trial is a picture, or a clip by the median of its frames at 8 frames a second."
        }
    };
    report.text(format!(
        "{trial} APCER: attacks that pass; BPCER: living people who are refused (ISO/IEC 30107-3). \
         ACER is the mean of BPCER and of the APCER of the worst species. Intervals are 95 % \
         Clopper-Pearson intervals; trials that share a person or a clip are not independent, so \
         true intervals are wider."
    ));
    rates(&mut report, measured);
    curves(&mut report, measured);
    bad_input(&mut report, measured);
    report.heading("What was not tested");
    report.list(not_tested(measured));
    report.heading("To repeat it");
    report.command_line();
    let models = [ModelId::Detector, ModelId::Liveness, ModelId::Recognition];
    report.table(models_table(store, &models));
    report
}

fn rates(report: &mut Report, measured: &Measured) {
    report.heading("Rates");
    let rates = &measured.rates;
    report.text(format!(
        "A trial passes at liveness {:.4} and above ({}).",
        rates.threshold, measured.threshold_is
    ));
    let mut table = Table::new("Errors", &["kind", "what", "rate"]);
    table.row([
        Cell::text("BPCER"),
        Cell::text("living people"),
        rates.bpcer.into(),
    ]);
    for (place, (name, rate)) in rates.apcer.iter().enumerate() {
        let worst = if rates.worst == Some(place) {
            " (worst)"
        } else {
            ""
        };
        table.row([
            Cell::text("APCER"),
            Cell::text(format!("{name}{worst}")),
            (*rate).into(),
        ]);
    }
    for (name, rate) in measured.iapar.iter().flat_map(|iapar| &iapar.by_species) {
        table.row([Cell::text("IAPAR"), Cell::text(name), (*rate).into()]);
    }
    report.table(table);
    let share = |share: Option<f64>| share.map_or("-".to_owned(), percent);
    let mut text = format!(
        "ACER {} % ({} to {} %). AUC {}.",
        share(rates.acer.rate),
        percent(rates.acer.low),
        percent(rates.acer.high),
        rates.auc.map_or("-".to_owned(), |auc| format!("{auc:.4}"))
    );
    if let Some(best) = &measured.best {
        text += &format!(
            " The best threshold for these very trials, {:.4}, would have given {} %: it is stated \
             for comparison and used nowhere.",
            best.threshold,
            share(best.acer.rate)
        );
    }
    report.text(text);
    if let Some(iapar) = &measured.iapar {
        report.text(format!(
            "IAPAR: attacks that pass as living and match the person whom they show (similarity {:.3} \
             and above). {} people are enrolled from their living pictures; {} attacks show nobody \
             who is.",
            iapar.match_threshold, iapar.people_enrolled, iapar.without_person
        ));
    }
}

fn curves(report: &mut Report, measured: &Measured) {
    report.heading("Curves");
    let live: Vec<f32> = measured.live.iter().map(|one| one.score()).collect();
    let scores = measured.attacks.iter();
    let scores: Vec<(&str, Vec<f32>)> = scores
        .map(|species| (species.name.as_str(), species.scores().collect()))
        .collect();
    let points = scores.iter();
    let points = points.map(|(name, scores)| (*name, curve(&live, scores)));
    let labels = Labels {
        det: "DET: living people refused against attacks that pass",
        roc: "ROC: living people who pass against attacks that pass",
        accepted: "APCER (share of attacks)",
        rejected: "BPCER (share of living)",
        passed: "living people who pass (share)",
        scale: Scale::Linear,
        least: (1e-3, 1e-3),
    };
    error_curves(report, &labels, &points.collect::<Vec<_>>());
    let found = |scores: &[f32]| {
        let found = scores.iter().copied().filter(|score| score.is_finite());
        Histogram::count(&found.collect::<Vec<f32>>(), 0.0, 1.0, BINS)
    };
    let mut series = vec![("living".to_owned(), found(&live))];
    series.extend(
        scores
            .iter()
            .map(|(name, scores)| ((*name).to_owned(), found(scores))),
    );
    let histogram = Histogram {
        x_label: "liveness (0 to 1)".to_owned(),
        low: 0.0,
        high: 1.0,
        series,
    };
    let caption = "Liveness; what shows no face has none";
    report.histogram(caption, &histogram);
}

fn bad_input(report: &mut Report, measured: &Measured) {
    report.heading("Files, and what could not be used");
    let head = [
        "folder",
        "files",
        "trials",
        "trials without a face",
        "unreadable",
        "clips of one frame",
        "other files",
    ];
    let mut table = Table::new("Files", &head);
    for set in &measured.sets {
        let outcomes = set.outcomes(measured.unit);
        let faceless = outcomes.iter().filter(|one| **one == Outcome::NoFace);
        table.row([
            Cell::text(&set.name),
            Cell::number(set.files.len()),
            Cell::number(outcomes.len()),
            Cell::number(faceless.count()),
            Cell::number(set.unread().count()),
            Cell::number(set.clips_of_one_frame().count()),
            Cell::number(set.others.len()),
        ]);
    }
    report.table(table);
    report.text(
        "What shows no face is refused: an error among the living, none among attacks. An \
         unreadable file counts as a living person refused, and is left out of attacks.",
    );
    for set in &measured.sets {
        let unread: Vec<_> = set.unread().collect();
        let named = |why: &'static str| {
            let set = &set.name;
            move |file: String| format!("{set}: {file}{why}")
        };
        report.list(unread_list(&unread).into_iter().map(named("")).collect());
        for (files, why) in [
            (set.without_face().collect::<Vec<_>>(), ": no face"),
            (set.clips_of_one_frame().collect(), ": a clip of one frame"),
            (
                set.others.iter().map(String::as_str).collect(),
                ": neither picture nor clip",
            ),
        ] {
            let files = files.into_iter().map(str::to_owned);
            report.list(shortened(files.map(named(why))));
        }
    }
    if let Some(iapar) = &measured.iapar {
        let rows = iapar.unknown_rows.iter();
        let rows = rows.map(|row| format!("identities: {row}: no such file in any folder"));
        report.list(shortened(rows));
    }
}

fn not_tested(measured: &Measured) -> Vec<String> {
    let mut list = vec![
        "Whole sessions, in which time tells a face from a picture of one: see eval session."
            .to_owned(),
        "Species of attack other than those named above; figures of one set do not travel to \
         another."
            .to_owned(),
        "Masks made to measure, and video injected behind the camera.".to_owned(),
        "People over 70, and any difference between groups of people.".to_owned(),
        "Whether the training data of the nets held any of these pictures.".to_owned(),
    ];
    let empty = measured.sets.iter().filter(|set| set.files.is_empty());
    list.extend(empty.map(|set| untried(&set.name)));
    if measured.iapar.is_none() {
        list.push("Whether attacks match the person they show: no --identities given.".to_owned());
    }
    list
}
