//! Curves and histograms as SVG.
//!
//! Colours are place-holders that the page's style sheet replaces, for a light and a dark page
//! (see [`super::page`]).

use plotters::coord::Shift;
use plotters::coord::ranged1d::{AsRangedCoord, Ranged, ValueFormatter};
use plotters::prelude::*;

/// Size of a plot in units of the SVG; a page scales it to its width.
const SIZE: (u32, u32) = (960, 560);

const INK: RGBColor = RGBColor(0, 0, 1);
const RULE: RGBColor = RGBColor(0, 0, 2);
const BACK: RGBColor = RGBColor(0, 0, 3);
const SERIES: [RGBColor; 5] = [
    RGBColor(0, 0, 0x11),
    RGBColor(0, 0, 0x12),
    RGBColor(0, 0, 0x13),
    RGBColor(0, 0, 0x14),
    RGBColor(0, 0, 0x15),
];

/// Curves over two axes.
#[derive(Debug, Clone, PartialEq)]
pub struct Lines {
    /// From left to right.
    pub x: Axis,
    /// From bottom to top.
    pub y: Axis,
    /// Up to five are told apart by colour.
    pub lines: Vec<Line>,
}

/// One curve.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// What it is of.
    pub name: String,
    /// In the order in which they are joined; those outside of a logarithmic axis are moved to
    /// its end.
    pub points: Vec<(f64, f64)>,
}

/// An axis.
#[derive(Debug, Clone, PartialEq)]
pub struct Axis {
    /// What it shows, with the unit.
    pub label: String,
    /// The lowest value, above 0 on a logarithmic axis.
    pub low: f64,
    /// The highest value.
    pub high: f64,
    /// How values are spread.
    pub scale: Scale,
}

/// How values are spread over an axis.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scale {
    /// Evenly.
    Linear,
    /// By their logarithm.
    Log,
}

/// How often scores fall into bins of equal width, each series in per cent of its own sum.
#[derive(Debug, Clone, PartialEq)]
pub struct Histogram {
    /// What the scores are, with the unit.
    pub x_label: String,
    /// Where the first bin begins.
    pub low: f64,
    /// Where the last bin ends.
    pub high: f64,
    /// Names, and counts of as many bins each.
    pub series: Vec<(String, Vec<f64>)>,
}

impl Histogram {
    /// Counts scores into that many bins; scores outside are counted into the nearest one.
    pub fn count(scores: &[f32], low: f64, high: f64, bins: usize) -> Vec<f64> {
        let mut counts = vec![0.0; bins];
        for &score in scores {
            let place = (f64::from(score) - low) / (high - low) * bins as f64;
            counts[(place.max(0.0) as usize).min(bins - 1)] += 1.0;
        }
        counts
    }
}

/// Draws curves; nothing where no curve has a point.
pub(super) fn lines(plot: &Lines) -> Option<String> {
    if plot.lines.iter().all(|line| line.points.is_empty()) {
        return None;
    }
    // A little room below, or a power of ten at the very end would go without its number.
    let extent = |axis: &Axis| match axis.scale {
        Scale::Linear => axis.low..axis.high,
        Scale::Log => 0.999 * axis.low..axis.high,
    };
    let (x, y) = (extent(&plot.x), extent(&plot.y));
    drawn(|area| match (plot.x.scale, plot.y.scale) {
        (Scale::Linear, Scale::Linear) => draw_lines(area, plot, x, y),
        (Scale::Linear, Scale::Log) => draw_lines(area, plot, x, y.log_scale()),
        (Scale::Log, Scale::Linear) => draw_lines(area, plot, x.log_scale(), y),
        (Scale::Log, Scale::Log) => draw_lines(area, plot, x.log_scale(), y.log_scale()),
    })
}

/// Draws a histogram; nothing where nothing was counted.
pub(super) fn histogram(plot: &Histogram) -> Option<String> {
    let series: Vec<(&str, Vec<f64>)> = plot
        .series
        .iter()
        .filter_map(|(name, counts)| {
            let sum: f64 = counts.iter().sum();
            (sum > 0.0).then(|| {
                let shares = counts.iter().map(|count| 100.0 * count / sum);
                (name.as_str(), shares.collect())
            })
        })
        .collect();
    let highest = series
        .iter()
        .flat_map(|(_, shares)| shares)
        .fold(0.0_f64, |highest, &share| highest.max(share));
    if highest == 0.0 {
        return None;
    }
    drawn(|area| draw_histogram(area, plot, &series, 1.08 * highest))
}

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
type Drawn = Result<(), Box<dyn std::error::Error>>;

/// An SVG of what is drawn. A drawing can only fail by an axis without extent: it is left out.
fn drawn(draw: impl FnOnce(&Area<'_>) -> Drawn) -> Option<String> {
    let mut svg = String::new();
    let area = SVGBackend::with_string(&mut svg, SIZE).into_drawing_area();
    let result = draw(&area).and_then(|()| Ok(area.present()?));
    drop(area);
    result.ok().map(|()| svg)
}

fn text(size: u32) -> TextStyle<'static> {
    ("sans-serif", size).into_font().color(&INK)
}

fn draw_lines<X, Y>(area: &Area<'_>, plot: &Lines, x: X, y: Y) -> Drawn
where
    X: AsRangedCoord<Value = f64>,
    Y: AsRangedCoord<Value = f64>,
    X::CoordDescType: Ranged<ValueType = f64> + ValueFormatter<f64>,
    Y::CoordDescType: Ranged<ValueType = f64> + ValueFormatter<f64>,
{
    let mut chart = ChartBuilder::on(area)
        .margin(16)
        .margin_right(36)
        .x_label_area_size(68)
        .y_label_area_size(104)
        .build_cartesian_2d(x, y)?;
    chart
        .configure_mesh()
        .x_desc(&plot.x.label)
        .y_desc(&plot.y.label)
        .x_label_formatter(&|value| shown(*value, plot.x.scale))
        .y_label_formatter(&|value| shown(*value, plot.y.scale))
        .axis_style(INK)
        .bold_line_style(RULE)
        .light_line_style(BACK.mix(0.0))
        .label_style(text(20))
        .axis_desc_style(text(22))
        .draw()?;
    for (line, colour) in plot.lines.iter().zip(SERIES.iter().cycle()) {
        let points = line
            .points
            .iter()
            .map(|&(x, y)| (within(&plot.x, x), within(&plot.y, y)));
        chart
            .draw_series(LineSeries::new(points, colour.stroke_width(3)))?
            .label(&line.name)
            .legend(|(x, y)| key((x, y), *colour));
    }
    chart
        .configure_series_labels()
        // Where such curves leave room: DET falls to the right, ROC rises at the left.
        .position(match plot.y.scale {
            Scale::Log => SeriesLabelPosition::UpperRight,
            Scale::Linear => SeriesLabelPosition::LowerRight,
        })
        .margin(12)
        .legend_area_size(34)
        .label_font(text(20))
        .background_style(BACK.filled())
        .border_style(RULE)
        .draw()?;
    Ok(())
}

fn key((x, y): (i32, i32), colour: RGBColor) -> Rectangle<(i32, i32)> {
    Rectangle::new([(x, y - 3), (x + 26, y + 3)], colour.filled())
}

fn draw_histogram(
    area: &Area<'_>,
    plot: &Histogram,
    series: &[(&str, Vec<f64>)],
    highest: f64,
) -> Drawn {
    let mut chart = ChartBuilder::on(area)
        .margin(16)
        .margin_right(36)
        .x_label_area_size(68)
        .y_label_area_size(104)
        .build_cartesian_2d(plot.low..plot.high, 0.0..highest)?;
    chart
        .configure_mesh()
        .disable_x_mesh()
        .x_desc(&plot.x_label)
        .y_desc("share of each kind (%)")
        .x_label_formatter(&|value| shown(*value, Scale::Linear))
        .y_label_formatter(&|value| shown(*value, Scale::Linear))
        .axis_style(INK)
        .bold_line_style(RULE)
        .light_line_style(BACK.mix(0.0))
        .label_style(text(20))
        .axis_desc_style(text(22))
        .draw()?;
    for ((name, shares), colour) in series.iter().zip(SERIES.iter().cycle()) {
        let width = (plot.high - plot.low) / shares.len() as f64;
        let bar = |(bin, share): (usize, &f64)| {
            let left = plot.low + width * bin as f64;
            Rectangle::new(
                [(left, 0.0), (left + width, *share)],
                colour.mix(0.35).filled(),
            )
        };
        chart.draw_series(shares.iter().enumerate().map(bar))?;
        let outline = shares.iter().enumerate().flat_map(|(bin, &share)| {
            let left = plot.low + width * bin as f64;
            [(left, share), (left + width, share)]
        });
        chart
            .draw_series(LineSeries::new(outline, colour.stroke_width(2)))?
            .label(*name)
            .legend(|(x, y)| key((x, y), *colour));
    }
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::UpperMiddle)
        .margin(12)
        .legend_area_size(34)
        .label_font(text(20))
        .background_style(BACK.filled())
        .border_style(RULE)
        .draw()?;
    Ok(())
}

fn within(axis: &Axis, value: f64) -> f64 {
    value.clamp(axis.low, axis.high)
}

/// A number beside an axis: powers of ten on a logarithmic one, at most three places otherwise.
fn shown(value: f64, scale: Scale) -> String {
    if scale == Scale::Log && value < 0.01 {
        return format!("{value:.0e}");
    }
    let text = format!("{value:.3}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_beside_an_axis_are_short() {
        assert_eq!(shown(0.0001, Scale::Log), "1e-4");
        assert_eq!(shown(0.01, Scale::Log), "0.01");
        assert_eq!(shown(1.0, Scale::Log), "1");
        assert_eq!(shown(0.25, Scale::Linear), "0.25");
        assert_eq!(shown(0.0, Scale::Linear), "0");
        assert_eq!(shown(20.0, Scale::Linear), "20");
    }

    #[test]
    fn scores_fall_into_bins() {
        let scores = [-1.0, 0.0, 0.24, 0.25, 0.99, 1.0, f32::NEG_INFINITY];
        assert_eq!(Histogram::count(&scores, 0.0, 1.0, 4), [4.0, 1.0, 0.0, 2.0]);
    }

    #[test]
    fn an_axis_without_extent_draws_nothing_and_breaks_nothing() {
        let plot = Histogram {
            x_label: "x".to_owned(),
            low: 0.0,
            high: 0.0,
            series: vec![("a".to_owned(), vec![1.0])],
        };
        histogram(&plot);
    }
}
