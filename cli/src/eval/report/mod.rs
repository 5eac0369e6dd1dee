//! A report as one self-contained HTML page: text, tables and plots, nothing from the network.
//!
//! ```text
//! Report: title, then parts in the order in which they were added
//!   Plot --plotters--> SVG --+
//!   Table, text -------------+--maud--> page with its own style sheet, light and dark
//! ```

mod page;
mod plot;

use std::path::Path;

pub use plot::{Axis, Histogram, Line, Lines, Scale};

use super::rate::Rate;

/// A report to be written.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    title: String,
    parts: Vec<Part>,
}

#[derive(Debug, Clone, PartialEq)]
enum Part {
    Heading(String),
    Text(String),
    Command(String),
    List(Vec<String>),
    Table(Table),
    Figure { caption: String, svg: String },
}

/// A table with a heading for each column.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Table {
    /// What it shows.
    pub caption: String,
    /// Column names, with units.
    pub head: Vec<String>,
    /// Rows of as many cells.
    pub rows: Vec<Vec<Cell>>,
}

/// A cell of a table.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// Words, set to the left.
    Text(String),
    /// A number with its unit, set to the right.
    Number(String),
    /// A rate in per cent with its interval and counts.
    Rate(Rate),
}

impl Report {
    /// An empty report.
    pub fn new(title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            parts: Vec::new(),
        }
    }

    /// Adds a heading.
    pub fn heading(&mut self, text: impl Into<String>) {
        self.parts.push(Part::Heading(text.into()));
    }

    /// Adds a paragraph.
    pub fn text(&mut self, text: impl Into<String>) {
        self.parts.push(Part::Text(text.into()));
    }

    /// Adds a list; nothing where it is empty.
    pub fn list(&mut self, items: Vec<String>) {
        if !items.is_empty() {
            self.parts.push(Part::List(items));
        }
    }

    /// Adds a table.
    pub fn table(&mut self, table: Table) {
        self.parts.push(Part::Table(table));
    }

    /// Adds curves, for example DET or ROC; nothing where no line has a point.
    pub fn lines(&mut self, caption: impl Into<String>, lines: &Lines) {
        self.figure(caption, plot::lines(lines));
    }

    /// Adds a histogram; nothing where nothing was counted.
    pub fn histogram(&mut self, caption: impl Into<String>, histogram: &Histogram) {
        self.figure(caption, plot::histogram(histogram));
    }

    /// Adds the command line of this very process, to repeat the measurement.
    pub fn command_line(&mut self) {
        let words: Vec<String> = std::env::args_os()
            .enumerate()
            .map(|(place, word)| match place {
                0 => "lifecert".to_owned(),
                _ => quoted(&word.to_string_lossy()),
            })
            .collect();
        self.parts.push(Part::Command(words.join(" ")));
    }

    /// The page.
    pub fn to_html(&self) -> String {
        page::html(&self.title, &self.parts)
    }

    /// Writes the page.
    ///
    /// # Errors
    /// What the system says.
    pub fn write(&self, path: &Path) -> std::io::Result<()> {
        std::fs::write(path, self.to_html())
    }

    fn figure(&mut self, caption: impl Into<String>, svg: Option<String>) {
        let caption = caption.into();
        self.parts
            .extend(svg.map(|svg| Part::Figure { caption, svg }));
    }
}

/// A word as a shell takes it.
fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./=:,@%+".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

impl Table {
    /// A table without rows so far.
    pub fn new(caption: impl Into<String>, head: &[&str]) -> Self {
        Self {
            caption: caption.into(),
            head: head.iter().map(|&name| name.to_owned()).collect(),
            rows: Vec::new(),
        }
    }

    /// Adds a row.
    pub fn row(&mut self, cells: impl Into<Vec<Cell>>) {
        self.rows.push(cells.into());
    }
}

impl Cell {
    /// Words.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// A count or another number with its unit.
    pub fn number(number: impl ToString) -> Self {
        Self::Number(number.to_string())
    }
}

impl From<Rate> for Cell {
    fn from(rate: Rate) -> Self {
        Self::Rate(rate)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report() -> Report {
        let mut report = Report::new("Recognition <of> people");
        report.heading("Rates");
        report.text("Every pair & each picture.");
        report.list(vec!["faces over 70".to_owned()]);
        let mut table = Table::new("Errors", &["at", "rate"]);
        table.row([Cell::text("<script>"), Rate::of(0, 150).into()]);
        report.table(table);
        let axis = |label: &str| Axis {
            label: label.to_owned(),
            low: 1e-4,
            high: 1.0,
            scale: Scale::Log,
        };
        let line = Line {
            name: "one & one".to_owned(),
            points: vec![(1e-4, 0.2), (1e-2, 0.1), (1.0, 1e-4)],
        };
        let lines = Lines {
            x: axis("FMR (share)"),
            y: axis("FNMR (share)"),
            lines: vec![line],
        };
        report.lines("DET", &lines);
        let histogram = Histogram {
            x_label: "similarity".to_owned(),
            low: 0.0,
            high: 1.0,
            series: vec![("same".to_owned(), vec![1.0, 2.0, 1.0])],
        };
        report.histogram("Scores", &histogram);
        report
    }

    #[test]
    fn the_page_is_whole_and_needs_nothing_else() {
        let page = report().to_html();
        assert!(page.starts_with("<!DOCTYPE html>") && page.ends_with("</html>"));
        assert_eq!(page.matches("<svg").count(), 2);
        assert!(page.contains("Recognition &lt;of&gt; people") && page.contains("2.43"));
        assert!(page.contains("rule of three"), "nothing failed");
        for outside in ["<script", "<link", "src=", "href=", "url(", "@import"] {
            assert!(!page.contains(outside), "{outside}");
        }
        let addresses = page.matches("://").count();
        assert_eq!(
            addresses,
            page.matches("xmlns=\"http://www.w3.org/2000/svg\"").count()
        );
    }

    #[test]
    fn what_has_nothing_to_show_is_left_out() {
        let mut report = Report::new("Nothing");
        report.list(Vec::new());
        let axis = Axis {
            label: "x".to_owned(),
            low: 0.0,
            high: 1.0,
            scale: Scale::Linear,
        };
        let lines = Lines {
            x: axis.clone(),
            y: axis,
            lines: vec![Line {
                name: "none".to_owned(),
                points: Vec::new(),
            }],
        };
        report.lines("none", &lines);
        let histogram = Histogram {
            x_label: "x".to_owned(),
            low: 0.0,
            high: 1.0,
            series: vec![("none".to_owned(), vec![0.0, 0.0])],
        };
        report.histogram("none", &histogram);
        assert_eq!(report, Report::new("Nothing"));
    }

    #[test]
    fn words_are_quoted_as_a_shell_takes_them() {
        assert_eq!(quoted("--attack"), "--attack");
        assert_eq!(quoted("a b"), "'a b'");
        assert_eq!(quoted("it's"), r"'it'\''s'");
        assert_eq!(quoted(""), "''");
    }
}
