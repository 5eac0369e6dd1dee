//! The pairs file of Labeled Faces in the Wild: folds of same and different pairs.

use std::collections::HashMap;
use std::path::PathBuf;

use lifecert_protocol::ErrorCode;

/// A pairs file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pairs {
    /// Every picture that is named, once, in the order of appearance.
    pub pictures: Vec<PictureName>,
    /// The folds.
    pub folds: Vec<Fold>,
}

/// One fold.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Fold {
    /// Two pictures of one person each.
    pub same: Vec<Pair>,
    /// Pictures of two persons each.
    pub different: Vec<Pair>,
}

/// Places of two pictures in [`Pairs::pictures`].
pub type Pair = [usize; 2];

/// A picture's person and number.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PictureName {
    /// The person's folder.
    pub person: String,
    /// From 1.
    pub number: u32,
}

impl PictureName {
    /// Where it lies under the folder of all pictures: `Name/Name_0001.jpg`.
    pub fn path(&self) -> PathBuf {
        let Self { person, number } = self;
        PathBuf::from(person).join(format!("{person}_{number:04}.jpg"))
    }
}

/// A pairs file that cannot be understood.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line} of the pairs file: {reason}")]
pub struct PairsError {
    /// From 1.
    pub line: usize,
    /// What is wrong with it.
    pub reason: String,
}

impl PairsError {
    /// The stable code.
    pub const fn code(&self) -> ErrorCode {
        ErrorCode::RequestMalformed
    }
}

impl Pairs {
    /// Reads a pairs file: `folds n` (or `n` alone for one fold), then for each fold `n` lines
    /// `name a b` and `n` lines `name a other b`.
    ///
    /// # Errors
    /// [`PairsError`] with the first line that is not so; a name that would leave the folder of
    /// pictures is one.
    pub fn parse(text: &str) -> Result<Self, PairsError> {
        let mut lines = text
            .lines()
            .enumerate()
            .filter(|(_, line)| !line.trim().is_empty());
        let header = lines.next().map_or("", |(_, line)| line);
        let (folds, pairs) = parse_header(header)
            .ok_or_else(|| error(0, "expected the numbers of folds and of pairs"))?;
        let mut reader = Reader::default();
        let mut last = 0;
        for (at, line) in lines {
            reader.read(at, line, folds, pairs)?;
            last = at;
        }
        let full = |fold: &Fold| fold.same.len() == pairs && fold.different.len() == pairs;
        if reader.folds.len() != folds || !reader.folds.iter().all(full) {
            return Err(error(last, "the file ends before its last pair"));
        }
        Ok(Self {
            pictures: reader.pictures,
            folds: reader.folds,
        })
    }
}

fn parse_header(line: &str) -> Option<(usize, usize)> {
    let numbers: Vec<usize> = line
        .split_whitespace()
        .map(|word| word.parse().ok())
        .collect::<Option<_>>()?;
    match numbers.as_slice() {
        [pairs] => Some((1, *pairs)),
        [folds, pairs] => Some((*folds, *pairs)),
        _ => None,
    }
    .filter(|(folds, pairs)| *folds > 0 && *pairs > 0)
}

#[derive(Default)]
struct Reader {
    pictures: Vec<PictureName>,
    places: HashMap<PictureName, usize>,
    folds: Vec<Fold>,
}

impl Reader {
    fn read(
        &mut self,
        at: usize,
        line: &str,
        folds: usize,
        pairs: usize,
    ) -> Result<(), PairsError> {
        let words: Vec<&str> = line.split_whitespace().collect();
        let (a, b) = match words.as_slice() {
            [name, a, b] => ((*name, *a), (*name, *b)),
            [name, a, other, b] if name != other => ((*name, *a), (*other, *b)),
            [_, _, _, _] => return Err(error(at, "a pair of different people names one")),
            _ => return Err(error(at, "expected three or four words")),
        };
        let pair = [self.place(at, a)?, self.place(at, b)?];
        let is_same = words.len() == 3;
        let begins = self
            .folds
            .last()
            .is_none_or(|fold| fold.different.len() == pairs);
        if begins {
            self.folds.push(Fold::default());
        }
        let Some(fold) = self.folds.last_mut().filter(|_| is_same || !begins) else {
            return Err(error(at, "a fold begins with its same pairs"));
        };
        let list = if is_same {
            &mut fold.same
        } else {
            &mut fold.different
        };
        list.push(pair);
        let too_many = fold.same.len() > pairs || (!is_same && fold.same.len() < pairs);
        if too_many || self.folds.len() > folds {
            return Err(error(
                at,
                "not the number of pairs that the first line says",
            ));
        }
        Ok(())
    }

    fn place(&mut self, at: usize, (person, number): (&str, &str)) -> Result<usize, PairsError> {
        if person.starts_with('.') || person.contains(['/', '\\', ':']) {
            return Err(error(at, "a name that is no folder's"));
        }
        let number = number
            .parse()
            .map_err(|_| error(at, "a picture without a number"))?;
        let name = PictureName {
            person: person.to_owned(),
            number,
        };
        let next = self.pictures.len();
        let place = *self.places.entry(name.clone()).or_insert(next);
        if place == next {
            self.pictures.push(name);
        }
        Ok(place)
    }
}

fn error(at: usize, reason: &str) -> PairsError {
    PairsError {
        line: at + 1,
        reason: reason.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWO_FOLDS: &str = "2\t1\nAnn\t1\t2\nAnn\t1\tBob\t1\nBob\t1\t3\nBob\t3\tCy\t12\n";

    #[test]
    fn folds_and_pictures_are_read() {
        let pairs = Pairs::parse(TWO_FOLDS).unwrap();
        let first = Fold {
            same: vec![[0, 1]],
            different: vec![[0, 2]],
        };
        let second = Fold {
            same: vec![[2, 3]],
            different: vec![[3, 4]],
        };
        assert_eq!(pairs.folds, [first, second]);
        assert_eq!(pairs.pictures[4].path(), PathBuf::from("Cy/Cy_0012.jpg"));
    }

    #[test]
    fn one_fold_may_go_without_its_number() {
        let pairs = Pairs::parse("1\r\nAnn 1 2\r\nAnn 1 Bob 1\r\n").unwrap();
        assert_eq!(pairs.folds.len(), 1);
        assert_eq!(pairs.pictures.len(), 3);
    }

    #[test]
    fn what_does_not_fit_is_named_by_its_line() {
        let line = |text: &str| Pairs::parse(text).unwrap_err().line;
        assert_eq!(line(""), 1);
        assert_eq!(line("0 5\n"), 1);
        assert_eq!(line("one 5\n"), 1);
        assert_eq!(line("1 1\nAnn 1 x\n"), 2);
        assert_eq!(line("1 1\nAnn 1\n"), 2);
        assert_eq!(line("1 1\n../Ann 1 2\n"), 2);
        assert_eq!(line("1 1\nAnn 1 Bob 1\n"), 2);
        assert_eq!(line("1 1\nAnn 1 2\nAnn 1 Ann 2\n"), 3);
        assert_eq!(line("1 1\nAnn 1 2\nAnn 1 3\n"), 3);
        assert_eq!(line("1 2\nAnn 1 2\nAnn 1 Bob 1\n"), 3);
        assert_eq!(line("1 1\nAnn 1 2\n"), 2);
        assert_eq!(line("1 1\nAnn 1 2\nAnn 1 Bob 1\nAnn 1 2\n"), 4);
        assert_eq!(line("2 1\nAnn 1 2\nAnn 1 Bob 1\n"), 3);
    }
}
