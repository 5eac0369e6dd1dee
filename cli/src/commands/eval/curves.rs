//! DET and ROC curves of a report.

use lifecert_cli::eval::Point;
use lifecert_cli::eval::report::{Axis, Line, Lines, Report, Scale};

/// What stands on the two plots.
pub(super) struct Labels {
    /// Title of the DET plot.
    pub(super) det: &'static str,
    /// Title of the ROC plot.
    pub(super) roc: &'static str,
    /// What is wrongly accepted: the axis to the right.
    pub(super) accepted: &'static str,
    /// What is wrongly rejected.
    pub(super) rejected: &'static str,
    /// What is rightly accepted.
    pub(super) passed: &'static str,
    /// How the ROC plot's axis to the right is divided.
    pub(super) scale: Scale,
    /// The least that the DET plot shows of both errors.
    pub(super) least: (f64, f64),
}

/// Both plots, a line for each name.
pub(super) fn error_curves(report: &mut Report, labels: &Labels, points: &[(&str, Vec<Point>)]) {
    let lines = |of: fn(&Point) -> (f64, f64)| -> Vec<Line> {
        let lines = points.iter().map(|(name, points)| Line {
            name: (*name).to_owned(),
            points: points.iter().map(of).collect(),
        });
        lines.collect()
    };
    let axis = |label: &str, low, scale| Axis {
        label: label.to_owned(),
        low,
        high: 1.0,
        scale,
    };
    let (least_accepted, least_rejected) = labels.least;
    let det = Lines {
        x: axis(labels.accepted, least_accepted, Scale::Log),
        y: axis(labels.rejected, least_rejected, Scale::Log),
        lines: lines(|point| (point.false_accepts, point.false_rejects)),
    };
    report.lines(labels.det, &det);
    let low = match labels.scale {
        Scale::Log => least_accepted,
        Scale::Linear => 0.0,
    };
    let roc = Lines {
        x: axis(labels.accepted, low, labels.scale),
        y: axis(labels.passed, 0.0, Scale::Linear),
        lines: lines(|point| (point.false_accepts, 1.0 - point.false_rejects)),
    };
    report.lines(labels.roc, &roc);
}
