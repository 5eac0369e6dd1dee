//! The report of what was measured.

use lifecert_cli::eval::report::{Cell, Histogram, Report, Scale, Table};
use lifecert_cli::eval::{FMR_TARGETS, Operating, Point, curve_against, percent};
use lifecert_inference::{ModelId, ModelStore};

use super::{ColumnRates, Measured, Side};
use crate::commands::eval::curves::{Labels, error_curves};
use crate::commands::eval::{models_table, shortened, unread_list};

/// Similarities below this are rare and all alike on a histogram.
const LOWEST_SIMILARITY: f32 = -0.4;
const BINS: usize = 70;

pub(super) fn report(store: &ModelStore, measured: &Measured) -> Report {
    let mut report = Report::new("Recognition: who is compared with whom, and how often it errs");
    report.text(format!(
        "{} pictures of {} people; {} pairs judged fold by fold; every pair of pictures of two \
         different people as an impostor. Intervals are 95 % Clopper-Pearson intervals; trials that \
         share a person are not independent, so true intervals are wider.",
        measured.pictures, measured.people, measured.pairs
    ));
    summary(&mut report, measured);
    report.heading("One picture a side");
    report.text("The mean of the face and its mirror image, on both sides.");
    side(&mut report, &measured.single);
    if let Some((sides, several)) = &measured.several {
        let (templates, probes) = several.trials.sides();
        report.heading(format!(
            "Templates of {} against probes of {}",
            sides.template, sides.probe
        ));
        report.text(format!(
            "Quality-weighted means of pictures that differ, as the server makes them. {templates} templates, {probes} \
             probes; {} people have trials of their own, in which no picture is on both sides.",
            several.trials.people()
        ));
        side(&mut report, several);
    }
    curves(&mut report, measured);
    bad_input(&mut report, measured);
    report.heading("What was not tested");
    report.list(not_tested(measured));
    report.heading("To repeat it");
    report.command_line();
    let models = [ModelId::Detector, ModelId::Landmarks, ModelId::Recognition];
    report.table(models_table(store, &models));
    report
}

fn summary(report: &mut Report, measured: &Measured) {
    let accuracy = &measured.accuracy;
    let mut table = Table::new("In short", &["what", "value"]);
    table.row([
        Cell::text("accuracy, mean over folds (standard deviation)"),
        Cell::number(format!(
            "{} % ({} %)",
            percent(accuracy.mean),
            percent(accuracy.deviation)
        )),
    ]);
    table.row([Cell::text("pairs judged wrongly"), accuracy.errors.into()]);
    table.row([
        Cell::text("failures to enrol: no face found, or unreadable"),
        measured.failures_to_enrol().into(),
    ]);
    report.table(table);
}

fn side(report: &mut Report, side: &Side) {
    let head = ["FMR at most", "threshold", "FNMR", "FMR there"];
    let mut table = Table::new("FNMR at thresholds that these pairs set", &head);
    for (name, at) in &side.targets {
        match at {
            Some(at) => table.row(rates_row(name, at)),
            None => table.row([
                Cell::text(*name),
                Cell::number("-"),
                Cell::number("too few pairs"),
                Cell::number("-"),
            ]),
        }
    }
    report.table(table);
    if let Some((name, fmr, at)) = &side.shipped {
        let head = ["threshold of the manifest", "similarity", "FNMR", "FMR"];
        let caption = format!("At the shipped threshold, meant for an FMR of {fmr:e}");
        let mut table = Table::new(caption, &head);
        table.row(rates_row(name, at));
        report.table(table);
    }
    for column in &side.groups {
        groups(report, column);
    }
}

fn rates_row(name: &str, at: &Operating) -> [Cell; 4] {
    [
        Cell::text(name),
        Cell::number(format!("{:.4}", at.threshold)),
        at.fnmr.into(),
        at.fmr.into(),
    ]
}

fn groups(report: &mut Report, column: &ColumnRates) {
    let head = [column.name.as_str(), "people", "FNMR", "FMR", "note"];
    let caption = format!("By {}, at the shipped threshold", column.name);
    let mut table = Table::new(caption, &head);
    for group in &column.groups {
        table.row([
            Cell::text(&group.group),
            Cell::number(group.people),
            group.fnmr.into(),
            group.fmr.into(),
            Cell::text(column.too_few(group).unwrap_or_default()),
        ]);
    }
    report.table(table);
    let ratio = |ratio: Option<f64>| match ratio {
        Some(ratio) => format!("{ratio:.2} times"),
        None => "cannot be given (fewer than two groups with enough trials, or none failed in \
                 the best)"
            .to_owned(),
    };
    report.text(format!(
        "Worst group over best: FNMR {}; FMR {}.",
        ratio(column.fnmr_ratio()),
        ratio(column.fmr_ratio())
    ));
}

fn curves(report: &mut Report, measured: &Measured) {
    report.heading("Curves");
    let mut sides = vec![("1 against 1".to_owned(), &measured.single)];
    if let Some((number, side)) = &measured.several {
        sides.push((
            format!("{} against {}", number.template, number.probe),
            side,
        ));
    }
    let kept = FMR_TARGETS[0].1;
    let points: Vec<(&str, Vec<Point>)> = sides
        .iter()
        .map(|(name, side)| {
            (
                name.as_str(),
                curve_against(&side.genuine, &side.impostors, kept),
            )
        })
        .collect();
    let labels = Labels {
        det: "DET: false non-matches against false matches",
        roc: "ROC: true matches against false matches",
        accepted: "FMR (share of impostor pairs)",
        rejected: "FNMR (share of genuine trials)",
        passed: "true match rate (share of genuine trials)",
        scale: Scale::Log,
        least: (1e-7, 1e-4),
    };
    error_curves(report, &labels, &points);
    for (name, side) in &sides {
        let (low, high) = (f64::from(LOWEST_SIMILARITY), 1.0);
        let mut impostors = vec![0.0; BINS];
        for (similarity, count) in side.impostors.histogram() {
            let place = (f64::from(similarity) + 0.0025 - low) / (high - low) * BINS as f64;
            impostors[(place.max(0.0) as usize).min(BINS - 1)] += count as f64;
        }
        let found: Vec<f32> = side
            .genuine
            .iter()
            .copied()
            .filter(|one| one.is_finite())
            .collect();
        let histogram = Histogram {
            x_label: "similarity (cosine, -1 to 1)".to_owned(),
            low,
            high,
            series: vec![
                (
                    "one person".to_owned(),
                    Histogram::count(&found, low, high, BINS),
                ),
                ("two people".to_owned(), impostors),
            ],
        };
        report.histogram(format!("Similarities, {name}"), &histogram);
    }
}

fn bad_input(report: &mut Report, measured: &Measured) {
    report.heading("What could not be used");
    let (unread, no_face) = (&measured.unread, &measured.no_face);
    report.text(format!(
        "{} pictures could not be read and {} show no face: each of their pairs of one person counts \
         as a false non-match, none of their pairs of two people as a false match.",
        unread.len(),
        no_face.len()
    ));
    report.list(unread_list(unread));
    report.list(shortened(
        no_face.iter().map(|name| format!("{name}: no face")),
    ));
    if let Some(groups) = &measured.groups {
        report.text(format!(
            "{} rows of the groups file are of no picture and no person of the pairs; {} pictures are \
             in no row.",
            groups.unknown_rows.len(),
            groups.without_row
        ));
        report.list(shortened(groups.unknown_rows.iter().cloned()));
    }
}

fn not_tested(measured: &Measured) -> Vec<String> {
    let mut list = vec![
        "People over 70: no set of their faces was measured unless a groups file above says so."
            .to_owned(),
        "Change over years, illness, bandages and masks.".to_owned(),
        "Twins and close relatives as impostors.".to_owned(),
        "Whether the person is alive or a picture is shown: see eval pad and eval session."
            .to_owned(),
        "Whether the training data of the nets, which their package does not state, held any of \
         these pictures."
            .to_owned(),
    ];
    if measured.groups.is_none() {
        list.push("Differences between groups of people: no groups file was given.".to_owned());
    }
    if measured.several.is_none() {
        list.push(
            "Templates of several pictures: --template and --probe were not given.".to_owned(),
        );
    }
    list
}
