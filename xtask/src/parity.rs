//! `docs/parity.md`: what each shell does of what the core can ask of it. The lists are the core's
//! own; whether a shell does something is read from its sources. What one leaves out fails the
//! check.

use crate::shell::{Outcome, root, stage};
use lifecert_guidance::Screen;
use lifecert_protocol::ErrorCode;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// What a shell has to do for each entry of a list of the core.
enum Duty {
    /// Decide what to do for it.
    Decide,
    /// Use it, or bring it about.
    Use,
}

/// The lists of the core that shells act by, as they stand in `bindings/api-surface.txt`.
const LISTS: [(&str, &str, Duty); 8] = [
    ("Outward", "What is done outside of the app", Duty::Decide),
    ("Kind", "Buttons", Duty::Decide),
    ("Mark", "What is felt, and the sign beside it", Duty::Decide),
    ("Sight", "What a camera looks at", Duty::Decide),
    ("Keys", "What something is typed with", Duty::Decide),
    ("Appearance", "Light and dark", Duty::Decide),
    ("Facing", "Cameras", Duty::Use),
    ("CameraTrouble", "What can happen to a camera", Duty::Use),
];

/// Fails when a shell leaves something out, or `docs/parity.md` differs.
pub fn check() -> Outcome {
    stage("parity of the shells", || {
        let written = fs::read_to_string(file()).map_err(|error| error.to_string())?;
        match table()? == written {
            true => Ok(()),
            false => Err(
                "docs/parity.md differs from what the shells do: run `cargo xtask \
                          parity write`"
                    .to_owned(),
            ),
        }
    })
}

/// Writes `docs/parity.md`; what a shell leaves out fails here too.
pub fn write() -> Outcome {
    fs::write(file(), table()?).map_err(|error| error.to_string())?;
    println!("written: {}", file().display());
    Ok(())
}

fn file() -> std::path::PathBuf {
    root().join("docs/parity.md")
}

/// A shell's sources, and those of its tests.
struct Shell {
    name: &'static str,
    sources: String,
    tests: String,
    /// Which entries of a list it decides about.
    decides: fn(&str, &str, &[String]) -> BTreeSet<String>,
    /// Whether it names an entry.
    names: fn(&str, &str, &str) -> bool,
}

fn shells() -> Result<[Shell; 2], String> {
    Ok([
        Shell {
            name: "Android",
            sources: texts("android/impl/src/main", "kt")?,
            tests: texts("android/impl/src/test", "kt")?,
            decides: |sources, list, entries| {
                let named = entries
                    .iter()
                    .filter(|entry| kotlin_names(sources, list, entry));
                named.cloned().collect()
            },
            names: kotlin_names,
        },
        Shell {
            name: "iOS",
            sources: texts("ios/Sources", "swift")?,
            tests: texts("ios/Tests", "swift")?,
            decides: |sources, _, entries| swift_decides(sources, entries),
            names: |sources, _, entry| has_word(sources, &format!(".{}", camel(entry))),
        },
    ])
}

/// The whole file.
fn table() -> Result<String, String> {
    let shells = shells()?;
    let surface = root().join("bindings/api-surface.txt");
    let surface = fs::read_to_string(surface).map_err(|error| error.to_string())?;
    let mut missing = Vec::new();
    let mut text = String::from(
        "# What each shell does\n\nWritten by `cargo xtask parity write` from the core's lists and the \
         shells' sources, and checked by\n`cargo xtask test`: what a shell leaves out fails. Which page \
         follows which, its words and its buttons\ncome from the core, so that they are the same \
         everywhere. The web page is not there yet.\n",
    );
    // A screen is drawn where a test draws all of the core's gallery, which has every screen.
    let drawn = |shell: &Shell| has_word(&shell.tests, "gallery");
    let screens = Screen::ALL.iter().map(|screen| screen.as_str().to_owned());
    let screens: Vec<String> = screens.collect();
    section(
        &mut text,
        &mut missing,
        &shells,
        "Screens",
        &screens,
        |shell, _| drawn(shell),
    );
    for (list, title, duty) in LISTS {
        let entries = entries(&surface, &format!("enum {list}: "));
        if entries.is_empty() {
            return Err(format!("bindings/api-surface.txt has no list {list}"));
        }
        section(
            &mut text,
            &mut missing,
            &shells,
            title,
            &entries,
            |shell, entry| match duty {
                Duty::Decide => (shell.decides)(&shell.sources, list, &entries).contains(entry),
                Duty::Use => (shell.names)(&shell.sources, list, entry),
            },
        );
    }
    let settings = entries(&surface, "record Preferences: ");
    section(
        &mut text,
        &mut missing,
        &shells,
        "Settings",
        &settings,
        |shell, entry| has_word(&shell.sources, &format!(".{}", camel(entry))),
    );
    // Errors come as pages; what cannot be opened at all has a page of its own.
    let failed = |shell: &Shell| has_word(&shell.sources, "pageOfFailedOpening");
    let codes: Vec<String> = ErrorCode::ALL
        .iter()
        .map(|code| code.as_str().to_owned())
        .collect();
    section(
        &mut text,
        &mut missing,
        &shells,
        "Errors",
        &codes,
        |shell, _| failed(shell),
    );
    match missing.is_empty() {
        true => Ok(text),
        false => Err(format!("left out: {}", missing.join(", "))),
    }
}

/// A table of one list; what a shell leaves out is noted.
fn section(
    text: &mut String,
    missing: &mut Vec<String>,
    shells: &[Shell],
    title: &str,
    entries: &[String],
    does: impl Fn(&Shell, &String) -> bool,
) {
    text.push_str(&format!("\n## {title}\n\n| what |"));
    for shell in shells {
        text.push_str(&format!(" {} |", shell.name));
    }
    text.push_str(" web |\n|---|");
    text.push_str(&"---|".repeat(shells.len()));
    text.push_str("---|\n");
    for entry in entries {
        text.push_str(&format!("| `{entry}` |"));
        for shell in shells {
            let is_there = does(shell, entry);
            text.push_str(if is_there { " yes |" } else { " no |" });
            if !is_there {
                missing.push(format!("{entry} ({title}) on {}", shell.name));
            }
        }
        text.push_str(" not yet |\n");
    }
}

/// The entries of a list of the exported items: `enum Kind: 00 Main` is one.
fn entries(surface: &str, of: &str) -> Vec<String> {
    let lines = surface.lines().filter_map(|line| line.strip_prefix(of));
    let named = lines.filter_map(|line| line.split_whitespace().nth(1));
    named
        .map(|name| name.trim_end_matches(':').to_owned())
        .collect()
}

/// All sources of a kind below a folder.
fn texts(folder: &str, end: &str) -> Result<String, String> {
    let mut text = String::new();
    add_texts(&root().join(folder), end, &mut text)
        .map_err(|error| format!("{folder}: {error}"))?;
    Ok(text)
}

fn add_texts(folder: &Path, end: &str, text: &mut String) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            add_texts(&path, end, text)?;
        } else if path.extension().is_some_and(|found| found == end) {
            text.push_str(&fs::read_to_string(&path)?);
            text.push('\n');
        }
    }
    Ok(())
}

/// Kotlin names an entry with its list: `Kind.MAIN`, `Outward.ShareReceipt`.
fn kotlin_names(sources: &str, list: &str, entry: &str) -> bool {
    let shouted: String = entry
        .char_indices()
        .fold(String::new(), |mut text, (at, letter)| {
            if at > 0 && letter.is_uppercase() {
                text.push('_');
            }
            text.extend(letter.to_uppercase());
            text
        });
    [entry, &shouted]
        .iter()
        .any(|name| has_word(sources, &format!("{list}.{name}")))
}

/// The entries that Swift decides about: those of every `switch` that decides about this list
/// alone.
fn swift_decides(sources: &str, entries: &[String]) -> BTreeSet<String> {
    let mut decided = BTreeSet::new();
    for block in switches(sources) {
        let cases = block.lines().filter_map(|line| {
            let case = line.trim_start().strip_prefix("case ")?;
            Some(case.split(':').next().unwrap_or(case))
        });
        let labels: BTreeSet<String> = cases.flat_map(dotted).collect();
        let of = |entry: &&String| labels.contains(&camel(entry));
        let own: Vec<&String> = entries.iter().filter(of).collect();
        if !own.is_empty() && own.len() == labels.len() {
            decided.extend(own.into_iter().cloned());
        }
    }
    decided
}

/// What stands between the braces of each `switch`, those within another one too.
fn switches(sources: &str) -> Vec<&str> {
    let mut blocks = Vec::new();
    for (at, _) in sources.match_indices("switch ") {
        let Some(begin) = sources[at..].find('{').map(|found| at + found + 1) else {
            continue;
        };
        let mut depth = 1;
        for (length, letter) in sources[begin..].char_indices() {
            depth += match letter {
                '{' => 1,
                '}' => -1,
                _ => 0,
            };
            if depth == 0 {
                blocks.push(&sources[begin..begin + length]);
                break;
            }
        }
    }
    blocks
}

/// The names after a dot.
fn dotted(text: &str) -> Vec<String> {
    let parts = text.split('.').skip(1);
    let names = parts.map(|part| {
        let is_of_name = |letter: &char| letter.is_alphanumeric() || *letter == '_';
        part.chars().take_while(is_of_name).collect::<String>()
    });
    names.filter(|name| !name.is_empty()).collect()
}

/// `ShareReceipt` and `share_receipt` as Swift and Kotlin write members: `shareReceipt`.
fn camel(name: &str) -> String {
    let mut text = String::new();
    let mut large = false;
    for (at, letter) in name.char_indices() {
        match letter {
            '_' => large = true,
            _ if at == 0 => text.extend(letter.to_lowercase()),
            _ if large => {
                text.extend(letter.to_uppercase());
                large = false;
            }
            _ => text.push(letter),
        }
    }
    text
}

/// Whether a word stands there that does not go on.
fn has_word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let next = text[at + word.len()..].chars().next();
        !next.is_some_and(|letter| letter.is_alphanumeric() || letter == '_')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries_of(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn a_case_that_is_left_out_is_not_decided() {
        let kinds = entries_of(&["Main", "Choice", "Corner"]);
        let source = "switch kind {\ncase .main: a()\ncase .choice: b()\ndefault: c()\n}";
        assert_eq!(swift_decides(source, &kinds).len(), 2);
        let whole = source.replace("default", "case .corner");
        assert_eq!(swift_decides(&whole, &kinds).len(), 3);
    }

    #[test]
    fn a_switch_about_something_else_counts_nothing() {
        let sights = entries_of(&["Face", "Code"]);
        let keys = "switch keys {\ncase .code: a()\ncase .digits: b()\n}";
        assert!(swift_decides(keys, &sights).is_empty());
        let within = "switch a {\ncase .x:\nswitch b { \ncase .face, .code: c()\n}\n}";
        assert_eq!(swift_decides(within, &sights).len(), 2);
    }

    #[test]
    fn kotlin_names_entries_both_ways() {
        assert!(kotlin_names(
            "is Outward.SayAgain -> 1",
            "Outward",
            "SayAgain"
        ));
        assert!(kotlin_names(
            "CameraTrouble.NOT_HERE)",
            "CameraTrouble",
            "NotHere"
        ));
        assert!(!kotlin_names("Mark.GOODNESS", "Mark", "Good"));
    }

    #[test]
    fn the_surface_is_read_by_its_lines() {
        let surface = "enum Kind: 00 Main\nenum Kind: 01 Choice\nenum Kindred: 00 Other\n\
                       record Preferences: 01 text_size: UInt32\n";
        assert_eq!(
            entries(surface, "enum Kind: "),
            entries_of(&["Main", "Choice"])
        );
        assert_eq!(
            entries(surface, "record Preferences: "),
            entries_of(&["text_size"])
        );
        assert_eq!(camel("text_size"), "textSize");
        assert_eq!(camel("ShareReceipt"), "shareReceipt");
    }
}
