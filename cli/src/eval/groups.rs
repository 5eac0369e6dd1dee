//! Groups of people (age band, sex, region) from a CSV file.

use std::collections::HashMap;

use lifecert_protocol::ErrorCode;

use super::pairs::PictureName;

/// The groups of each picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Groups {
    /// The columns, as the file names them.
    pub columns: Vec<Column>,
    /// First fields of rows that are no picture's and no person's, as they stand in the file.
    pub unknown_rows: Vec<String>,
    /// How many pictures no row speaks of.
    pub without_row: usize,
}

/// One column of groups.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its name, for example `age_band`.
    pub name: String,
    /// The group of each picture, in the order of the list; nothing where it is not known.
    pub of_picture: Vec<Option<String>>,
}

/// A CSV file that cannot be understood.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line} of the CSV file: {reason}")]
pub struct CsvError {
    /// From 1.
    pub line: u64,
    /// What is wrong with it.
    pub reason: String,
}

impl CsvError {
    /// The stable code.
    pub const fn code(&self) -> ErrorCode {
        ErrorCode::RequestMalformed
    }
}

impl Groups {
    /// Reads a CSV file with a line of column names: first a picture's path (`Ann/Ann_0001.jpg`, or
    /// its end) or a person's name, then one column a grouping. A picture's row counts before its
    /// person's; an empty field means not known.
    ///
    /// # Errors
    /// [`CsvError`] for a file that is no CSV, has no column of groups, gives two groups to one, or
    /// speaks of none of the pictures.
    pub fn read(text: &str, pictures: &[PictureName]) -> Result<Self, CsvError> {
        let (head, rows) = rows(text)?;
        let names: Vec<String> = head.into_iter().skip(1).collect();
        if names.is_empty() {
            return Err(error(1, "a column of groups is needed behind the first"));
        }
        let known = Known::of(pictures);
        let mut of_subject: HashMap<Subject<'_>, (u64, Vec<String>)> = HashMap::new();
        let mut unknown_rows = Vec::new();
        for (line, mut fields) in rows {
            let first = fields.remove(0);
            let Some(subject) = known.subject(&first) else {
                unknown_rows.push(first);
                continue;
            };
            match of_subject.get(&subject) {
                Some((other, groups)) if *groups != fields => {
                    return Err(error(line, &format!("other groups than on line {other}")));
                }
                Some(_) => {}
                None => {
                    of_subject.insert(subject, (line, fields));
                }
            }
        }
        if of_subject.is_empty() {
            return Err(error(1, "no row speaks of any of the pictures or people"));
        }
        let row = |at: usize| {
            let person = Subject::Person(&pictures[at].person);
            let row = of_subject
                .get(&Subject::Picture(at))
                .or_else(|| of_subject.get(&person));
            row.map(|(_, groups)| groups)
        };
        let of_picture = |column: usize| {
            let group = |at| row(at).map(|groups| groups[column].clone());
            (0..pictures.len())
                .map(|at| group(at).filter(|group| !group.is_empty()))
                .collect()
        };
        Ok(Self {
            columns: names
                .into_iter()
                .enumerate()
                .map(|(column, name)| Column {
                    name,
                    of_picture: of_picture(column),
                })
                .collect(),
            unknown_rows,
            without_row: (0..pictures.len()).filter(|&at| row(at).is_none()).count(),
        })
    }
}

impl Column {
    /// The groups that occur, in alphabetical order.
    pub fn groups(&self) -> Vec<&str> {
        let mut groups: Vec<&str> = self
            .of_picture
            .iter()
            .flatten()
            .map(String::as_str)
            .collect();
        groups.sort_unstable();
        groups.dedup();
        groups
    }

    /// Whether a picture is of a group.
    pub fn is_of(&self, picture: usize, group: &str) -> bool {
        self.of_picture[picture].as_deref() == Some(group)
    }
}

/// A line's number, from 1, and its fields.
pub(super) type Row = (u64, Vec<String>);

/// The first line's fields and all other lines; every field without surrounding space.
pub(super) fn rows(text: &str) -> Result<(Vec<String>, Vec<Row>), CsvError> {
    let mut reader = csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let fields = |record: &csv::StringRecord| record.iter().map(str::to_owned).collect();
    let malformed = |why: csv::Error| {
        let line = why.position().map_or(1, csv::Position::line);
        error(line, &why.to_string())
    };
    let head: Vec<String> = fields(reader.headers().map_err(malformed)?);
    if head.is_empty() {
        return Err(error(1, "it is empty"));
    }
    let rows = reader.records().map(|record| {
        let record = record.map_err(malformed)?;
        let line = record.position().map_or(1, csv::Position::line);
        Ok((line, fields(&record)))
    });
    Ok((head, rows.collect::<Result<_, _>>()?))
}

pub(super) fn error(line: u64, reason: &str) -> CsvError {
    CsvError {
        line,
        reason: reason.to_owned(),
    }
}

/// Of what a row speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Subject<'a> {
    Picture(usize),
    Person(&'a str),
}

struct Known<'a> {
    people: HashMap<&'a str, &'a str>,
    pictures: HashMap<String, usize>,
}

impl<'a> Known<'a> {
    fn of(pictures: &'a [PictureName]) -> Self {
        let file = |picture: &PictureName| {
            let path = picture.path();
            path.file_name()
                .map(|name| name.to_string_lossy().into_owned())
        };
        Self {
            people: pictures
                .iter()
                .map(|picture| (picture.person.as_str(), picture.person.as_str()))
                .collect(),
            pictures: pictures
                .iter()
                .enumerate()
                .filter_map(|(at, picture)| Some((file(picture)?, at)))
                .collect(),
        }
    }

    fn subject(&self, field: &str) -> Option<Subject<'a>> {
        // Names of files hold their person's, so that the end of a path says everything.
        let file = field.rsplit(['/', '\\']).next().unwrap_or(field);
        if let Some(&picture) = self.pictures.get(file) {
            return Some(Subject::Picture(picture));
        }
        let spaced = field.replace(' ', "_");
        let person = self
            .people
            .get(field)
            .or_else(|| self.people.get(spaced.as_str()));
        person.map(|&person| Subject::Person(person))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pictures() -> Vec<PictureName> {
        [("Ann_Lee", 1), ("Ann_Lee", 2), ("Bob", 1)]
            .map(|(person, number)| PictureName {
                person: person.to_owned(),
                number,
            })
            .to_vec()
    }

    #[test]
    fn people_and_pictures_have_groups() {
        let text = "\u{feff}name,sex,age_band\nAnn Lee,f,30-39\n\
                    lfw/Ann_Lee/Ann_Lee_0002.jpg, f ,40-49\nCy,m,\nBob,m,\n";
        let found = Groups::read(text, &pictures()).unwrap();
        let column = |at: usize| {
            let groups = found.columns[at].of_picture.iter();
            groups.map(Option::as_deref).collect::<Vec<_>>()
        };
        assert_eq!(column(0), [Some("f"), Some("f"), Some("m")]);
        assert_eq!(column(1), [Some("30-39"), Some("40-49"), None]);
        assert_eq!(found.columns[1].groups(), ["30-39", "40-49"]);
        assert_eq!(found.unknown_rows, ["Cy"]);
        assert_eq!(found.without_row, 0);
    }

    #[test]
    fn what_does_not_fit_is_named_by_its_line() {
        let line = |text: &str| Groups::read(text, &pictures()).unwrap_err().line;
        assert_eq!(line(""), 1);
        assert_eq!(line("name\nBob\n"), 1);
        assert_eq!(line("name,sex\nCy,m\n"), 1, "nobody of the pictures");
        assert_eq!(line("name,sex\nBob,m\nAnn Lee\n"), 3, "a field is missing");
        assert_eq!(line("name,sex\nBob,m\nBob,f\n"), 3);
        assert!(Groups::read("name,sex\nBob,m\nBob,m\n", &pictures()).is_ok());
    }
}
