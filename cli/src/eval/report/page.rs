//! The page around text, tables and plots.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::{Cell, Part, Table};
use crate::eval::rate::{Rate, percent};

/// Colours of lines and bars are set here by the colours that the plots are drawn in (see
/// [`super::plot`]), so that one drawing suits a light and a dark page.
const STYLE: &str = "
:root { color-scheme: light dark;
  --back: #fdfdfb; --ink: #1c1e21; --soft: #5a6068; --rule: #d5d8dc; --band: #f1f3f4;
  --one: #0b62a8; --two: #c2410c; --three: #1a7f4b; --four: #8a3ab9; --five: #8a6d00; }
@media (prefers-color-scheme: dark) { :root {
  --back: #16181b; --ink: #ecedee; --soft: #a8aeb6; --rule: #3b4047; --band: #202429;
  --one: #6db3f2; --two: #ff9d6b; --three: #5fd39a; --four: #d3a0f5; --five: #e5c453; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 2rem 1.25rem 4rem; max-width: 62rem; background: var(--back);
  color: var(--ink); font: 1.125rem/1.55 system-ui, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif; }
h1 { font-size: 2.1rem; line-height: 1.2; margin: 0 0 1.5rem; }
h2 { font-size: 1.5rem; line-height: 1.25; margin: 3rem 0 .75rem; padding-top: .75rem;
  border-top: 2px solid var(--rule); }
p, ul { max-width: 46rem; margin: .75rem 0; } li { margin: .3rem 0; overflow-wrap: anywhere; }
pre { padding: 1rem; background: var(--band); border-radius: .5rem; font-size: 1rem;
  white-space: pre-wrap; overflow-wrap: anywhere; }
.wide { overflow-x: auto; margin: 1.5rem 0; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
caption { text-align: left; font-weight: 600; padding: .25rem 0 .5rem; }
th, td { text-align: left; vertical-align: top; padding: .5rem 1.25rem .5rem .25rem;
  border-bottom: 1px solid var(--rule); }
td { overflow-wrap: anywhere; min-width: 6rem; }
th { color: var(--soft); font-weight: 600; font-size: 1rem; }
.number { text-align: right; white-space: nowrap; }
.small { display: block; color: var(--soft); font-size: .95rem; white-space: nowrap; }
figure { margin: 1.75rem 0; } figcaption { font-weight: 600; margin-bottom: .5rem; }
svg { display: block; width: 100%; height: auto; }
svg text { font-family: inherit; }
svg [fill='#000001'] { fill: var(--ink); } svg [stroke='#000001'] { stroke: var(--soft); }
svg [stroke='#000002'] { stroke: var(--rule); } svg [fill='#000003'] { fill: var(--back); }
svg [stroke='#000011'] { stroke: var(--one); } svg [fill='#000011'] { fill: var(--one); }
svg [stroke='#000012'] { stroke: var(--two); } svg [fill='#000012'] { fill: var(--two); }
svg [stroke='#000013'] { stroke: var(--three); } svg [fill='#000013'] { fill: var(--three); }
svg [stroke='#000014'] { stroke: var(--four); } svg [fill='#000014'] { fill: var(--four); }
svg [stroke='#000015'] { stroke: var(--five); } svg [fill='#000015'] { fill: var(--five); }
@media print { body { font-size: 11pt; max-width: none; } figure, tr { break-inside: avoid; } }
";

/// The whole page.
pub(super) fn html(title: &str, parts: &[Part]) -> String {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                h1 { (title) }
                @for part in parts { (markup(part)) }
            }
        }
    }
    .into_string()
}

fn markup(part: &Part) -> Markup {
    html! {
        @match part {
            Part::Heading(text) => h2 { (text) },
            Part::Text(text) => p { (text) },
            Part::Command(line) => pre { (line) },
            Part::List(items) => ul { @for item in items { li { (item) } } },
            Part::Table(table) => (of_table(table)),
            Part::Figure { caption, svg } => figure {
                figcaption { (caption) }
                (PreEscaped(svg))
            },
        }
    }
}

fn of_table(table: &Table) -> Markup {
    let first = table.rows.first();
    let is_number = |column: usize| {
        let cell = first.and_then(|row| row.get(column));
        matches!(cell, Some(Cell::Number(_) | Cell::Rate(_)))
    };
    html! {
        div.wide {
            table {
                caption { (table.caption) }
                thead {
                    tr {
                        @for (column, name) in table.head.iter().enumerate() {
                            th scope="col" class=[is_number(column).then_some("number")] { (name) }
                        }
                    }
                }
                tbody {
                    @for row in &table.rows { tr { @for cell in row { (of_cell(cell)) } } }
                }
            }
        }
    }
}

fn of_cell(cell: &Cell) -> Markup {
    html! {
        @match cell {
            Cell::Text(text) => td { (text) },
            Cell::Number(number) => td.number { (number) },
            Cell::Rate(rate) => td.number { (of_rate(rate)) },
        }
    }
}

fn of_rate(rate: &Rate) -> Markup {
    let Some(value) = rate.rate else {
        return html! { "no trials" };
    };
    html! {
        (percent(value)) " %"
        span.small { (percent(rate.low)) " to " (percent(rate.high)) " %" }
        span.small { (grouped(rate.errors)) " of " (grouped(rate.trials)) }
        @if let Some(bound) = rate.rule_of_three() {
            span.small { "rule of three: below " (percent(bound)) " %" }
        }
    }
}

/// A count with its thousands set apart.
fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let first = digits.len() % 3;
    let mut groups: Vec<&str> = (first..digits.len())
        .step_by(3)
        .map(|at| &digits[at..at + 3])
        .collect();
    if first > 0 {
        groups.insert(0, &digits[..first]);
    }
    groups.join("\u{202f}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_set_apart() {
        assert_eq!(grouped(7), "7");
        assert_eq!(grouped(123), "123");
        assert_eq!(grouped(29_600_000), "29\u{202f}600\u{202f}000");
    }
}
