//! Whose faces the files show, from a CSV file.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use super::groups::{CsvError, error, rows};

/// A CSV file with the columns `file` and `person_id`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identities {
    rows: Vec<Identity>,
    /// Rows by the last part of their file's path.
    by_name: HashMap<String, Vec<usize>>,
}

/// A row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The file as it is given, with `/` between its parts.
    pub file: String,
    /// Whom it shows.
    pub person: String,
}

impl Identity {
    /// The file without the steps to other folders that it begins with.
    fn end(&self) -> &str {
        let mut path = self.file.as_str();
        while let Some(rest) = path.strip_prefix("./").or_else(|| path.strip_prefix("../")) {
            path = rest;
        }
        path
    }
}

impl Identities {
    /// Reads the file.
    ///
    /// # Errors
    /// [`CsvError`] for a file that is no CSV, lacks a column, has an empty field or lists a file
    /// twice.
    pub fn read(text: &str) -> Result<Self, CsvError> {
        let (head, lines) = rows(text)?;
        let place = |name: &str| {
            let place = head.iter().position(|column| column == name);
            place.ok_or_else(|| error(1, &format!("no column {name}")))
        };
        let (file, person) = (place("file")?, place("person_id")?);
        let (mut rows, mut by_name) = (Vec::new(), HashMap::<String, Vec<usize>>::new());
        let mut listed = HashSet::new();
        for (line, mut fields) in lines {
            let row = Identity {
                file: fields[file].replace('\\', "/"),
                person: std::mem::take(&mut fields[person]),
            };
            if row.file.is_empty() || row.person.is_empty() {
                return Err(error(line, "a file or a person is missing"));
            }
            if !listed.insert(row.file.trim_start_matches("./").to_owned()) {
                return Err(error(line, "this file is listed before"));
            }
            let name = row.file.rsplit('/').next().unwrap_or(&row.file).to_owned();
            by_name.entry(name).or_default().push(rows.len());
            rows.push(row);
        }
        Ok(Self { rows, by_name })
    }

    /// All rows, in the order of the file.
    pub fn rows(&self) -> &[Identity] {
        &self.rows
    }

    /// The row and the person of a file, given by its whole path: the row with most parts of the
    /// path, counted from its end, where no part differs. Nothing where there is none, or where
    /// rows equally long name two people.
    pub fn person(&self, path: &Path) -> Option<(usize, &str)> {
        let path = path.to_string_lossy().replace('\\', "/");
        let name = path.rsplit('/').next().unwrap_or(&path);
        let fits = |row: &usize| {
            path.strip_suffix(self.rows[*row].end())
                .is_some_and(|rest| rest.is_empty() || rest.ends_with('/'))
        };
        let rows = self.by_name.get(name)?.iter().copied();
        let fitting: Vec<usize> = rows.filter(fits).collect();
        let length = |row: &usize| self.rows[*row].end().len();
        let longest = fitting.iter().map(length).max()?;
        let mut best = fitting.into_iter().filter(|row| length(row) == longest);
        let first = best.next()?;
        let person = &self.rows[first].person;
        best.all(|row| self.rows[row].person == *person)
            .then_some((first, person.as_str()))
    }

    /// The files of the rows that are not among the given ones.
    pub fn others(&self, used: &[usize]) -> Vec<String> {
        let unused = (0..self.rows.len()).filter(|row| !used.contains(row));
        unused.map(|row| self.rows[row].end().to_owned()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_known_by_the_end_of_its_path() {
        let text = "person_id,file\n7,./live/a.mp4\n8,replay/a.mp4\n9,b.jpg\n5,gone.jpg\n";
        let found = Identities::read(text).unwrap();
        let person = |path: &str| found.person(Path::new(path)).map(|(_, person)| person);
        assert_eq!(person("/data/live/a.mp4"), Some("7"));
        assert_eq!(person("/data/replay/a.mp4"), Some("8"));
        assert_eq!(person("/data/other/a.mp4"), None);
        assert_eq!(
            person("olive/a.mp4"),
            None,
            "live is no end of a folder's name"
        );
        assert_eq!(person("live/deep/b.jpg"), Some("9"));
        assert_eq!(found.others(&[0, 1, 2]), ["gone.jpg"]);
    }

    #[test]
    fn two_people_for_one_file_are_none() {
        let text = "file,person_id\n../a.jpg,1\na.jpg,2\n../b.jpg,3\nb.jpg,3\n";
        let found = Identities::read(text).unwrap();
        assert_eq!(found.person(Path::new("x/a.jpg")), None);
        assert_eq!(found.person(Path::new("x/b.jpg")), Some((2, "3")));
        assert_eq!(found.rows()[0].file, "../a.jpg");
    }

    #[test]
    fn what_does_not_fit_is_named_by_its_line() {
        let line = |text: &str| Identities::read(text).unwrap_err().line;
        assert_eq!(line("file,who\na.jpg,1\n"), 1);
        assert_eq!(line("file,person_id\na.jpg,1\nb.jpg,\n"), 3);
        assert_eq!(line("file,person_id\na.jpg\n"), 2);
        assert_eq!(line("file,person_id\na.jpg,1\nb.jpg,1\n./a.jpg,1\n"), 4);
    }
}
