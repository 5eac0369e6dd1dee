//! The roster: a CSV file of people, read whole or not at all, with every fault named by its line.
//!
//! The first line names the columns, in any order: `name`, `id_kind` (`resident` or `passport`),
//! `id_number`, and, where they are known, `birth_date` (`1949-12-31` or `1949/12/31`; a passport
//! needs it, a resident's number holds it), `contact` (a phone number or an address) and `area`
//! (region, county, outlet: `52/5201/outlet-3`; only staff of that area see the person).

#![forbid(unsafe_code)]

mod area;
pub mod id_number;

pub use area::{Area, NotAnArea};

use crate::id_number::{BadIdNumber, IdKind, IdNumber, plausible_birth_date};
use csv::ByteRecord;
use jiff::civil::Date;
use lifecert_protocol::ErrorCode;
use std::collections::HashMap;
use std::fmt;

/// The largest file, in bytes: some 200,000 people.
pub const MAX_ROSTER_BYTES: usize = 16 * 1024 * 1024;

/// The longest field, in characters.
const MAX_FIELD_CHARS: usize = 100;

/// A column of the roster.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Column {
    /// Name as on the card.
    Name,
    /// `resident` or `passport`.
    IdKind,
    /// The id number.
    IdNumber,
    /// Date of birth.
    BirthDate,
    /// Phone number or address for announcements.
    Contact,
    /// Region, county and outlet.
    Area,
}

impl Column {
    const ALL: [Column; 6] = [
        Column::Name,
        Column::IdKind,
        Column::IdNumber,
        Column::BirthDate,
        Column::Contact,
        Column::Area,
    ];

    /// The name in the first line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Column::Name => "name",
            Column::IdKind => "id_kind",
            Column::IdNumber => "id_number",
            Column::BirthDate => "birth_date",
            Column::Contact => "contact",
            Column::Area => "area",
        }
    }

    const fn is_required(self) -> bool {
        matches!(self, Column::Name | Column::IdKind | Column::IdNumber)
    }
}

/// A person of the roster. It has no readable `Debug`.
pub struct RosterPerson {
    /// Name as on the card.
    pub name: String,
    /// The id number.
    pub id: IdNumber,
    /// Date of birth.
    pub birth_date: Date,
    /// Phone number or address for announcements.
    pub contact: Option<String>,
    /// Where they belong.
    pub area: Area,
}

impl fmt::Debug for RosterPerson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RosterPerson(..)")
    }
}

/// What is wrong, never with the value that is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FaultReason {
    /// The file is larger than [`MAX_ROSTER_BYTES`].
    #[error("the file is larger than 16 MB")]
    FileTooLarge,
    /// Bytes that are not UTF-8, for example GBK.
    #[error("the text is not UTF-8")]
    Encoding,
    /// The first line lacks this column.
    #[error("the first line lacks this column")]
    ColumnMissing,
    /// The first line names a column that is not known, so what stands in it would be lost.
    #[error("column {0} of the first line is not known")]
    ColumnUnknown(usize),
    /// The first line names this column twice.
    #[error("the first line names this column twice")]
    ColumnRepeated,
    /// More or fewer fields than columns.
    #[error("there are {found} fields for {expected} columns")]
    FieldCount {
        /// Fields on this line.
        found: usize,
        /// Columns of the first line.
        expected: usize,
    },
    /// A field that is needed is empty.
    #[error("the field is empty")]
    Empty,
    /// A field is too long; often a quotation mark that is not closed.
    #[error("the field is longer than 100 characters")]
    TooLong,
    /// A field holds a line break or another control character.
    #[error("the field holds a control character")]
    ControlCharacter,
    /// Neither `resident` nor `passport`.
    #[error("the kind is neither resident nor passport")]
    NotAKind,
    /// Not an id number of its kind.
    #[error("the number cannot be right: {0}")]
    Id(BadIdNumber),
    /// Not a date of birth.
    #[error("this is not a date of birth")]
    NotABirthDate,
    /// Not a path of places.
    #[error("this is not a path of places like 52/5201/outlet-3")]
    NotAnArea,
    /// Differs from the date in the id number.
    #[error("the date differs from the one in the id number")]
    BirthDateDiffers,
    /// The same id number stands on an earlier line.
    #[error("the same number stands on line {first_line}")]
    Duplicate {
        /// The earlier line, from 1.
        first_line: usize,
    },
}

/// A fault of the roster: where and what, never the value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RosterFault {
    /// The line, from 1.
    pub line: usize,
    /// The column, where it is one column's fault.
    pub column: Option<Column>,
    /// What is wrong.
    pub reason: FaultReason,
}

impl RosterFault {
    /// The stable code.
    pub const fn code(&self) -> ErrorCode {
        match self.reason {
            FaultReason::FileTooLarge => ErrorCode::RequestTooLarge,
            FaultReason::Encoding => ErrorCode::RosterEncoding,
            FaultReason::Id(bad) => bad.code(),
            FaultReason::Duplicate { .. } => ErrorCode::RosterDuplicate,
            _ => ErrorCode::RosterBadLine,
        }
    }
}

impl fmt::Display for RosterFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}", self.line)?;
        if let Some(column) = self.column {
            write!(f, ", {}", column.as_str())?;
        }
        write!(f, ": {} ({})", self.reason, self.code())
    }
}

/// Reads a whole roster: UTF-8 with or without a byte order mark, any line ends, quoted fields,
/// empty lines left out. `today` is the day on the agency's clock, for dates of birth.
///
/// # Errors
/// Every fault of the file, in the order of its lines; then there are no people.
pub fn read(bytes: &[u8], today: Date) -> Result<Vec<RosterPerson>, Vec<RosterFault>> {
    let mut reading = Reading::default();
    if bytes.len() > MAX_ROSTER_BYTES {
        reading.fault(1, None, FaultReason::FileTooLarge);
        return Err(reading.faults);
    }
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut rows = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(text);
    let mut lines = Lines::new(text);
    let mut row = ByteRecord::new();
    let mut columns = None;
    let mut people = Vec::new();
    // The reader is over memory and takes any number of fields, so it meets no error of its own.
    while let Ok(true) = rows.read_byte_record(&mut row) {
        let start = row.position().map_or(0, csv::Position::byte);
        let line = lines.at(start);
        let Some(columns) = &columns else {
            let found = reading.columns(&row, line);
            if !reading.faults.is_empty() {
                break;
            }
            columns = Some(found);
            continue;
        };
        people.extend(reading.person(&row, columns, line, today));
    }
    if columns.is_none() && reading.faults.is_empty() {
        reading.missing_columns(&[], 1);
    }
    if reading.faults.is_empty() {
        Ok(people)
    } else {
        Err(reading.faults)
    }
}

/// What has been found so far.
#[derive(Default)]
struct Reading {
    faults: Vec<RosterFault>,
    first_lines: HashMap<IdNumber, usize>,
}

impl Reading {
    fn fault(&mut self, line: usize, column: Option<Column>, reason: FaultReason) {
        self.faults.push(RosterFault {
            line,
            column,
            reason,
        });
    }

    /// The columns that the first line names.
    fn columns(&mut self, row: &ByteRecord, line: usize) -> Vec<Column> {
        let mut columns = Vec::new();
        for (at, field) in row.iter().enumerate() {
            let Ok(name) = std::str::from_utf8(field) else {
                // Every column would be missing as well, which says nothing more.
                self.fault(line, None, FaultReason::Encoding);
                return Vec::new();
            };
            let name = name.trim().to_ascii_lowercase();
            match Column::ALL.into_iter().find(|known| known.as_str() == name) {
                Some(column) if columns.contains(&column) => {
                    self.fault(line, Some(column), FaultReason::ColumnRepeated);
                }
                Some(column) => columns.push(column),
                None => self.fault(line, None, FaultReason::ColumnUnknown(at + 1)),
            }
        }
        self.missing_columns(&columns, line);
        columns
    }

    fn missing_columns(&mut self, columns: &[Column], line: usize) {
        for column in Column::ALL {
            if column.is_required() && !columns.contains(&column) {
                self.fault(line, Some(column), FaultReason::ColumnMissing);
            }
        }
    }

    /// The person on a line, or its faults.
    fn person(
        &mut self,
        row: &ByteRecord,
        columns: &[Column],
        line: usize,
        today: Date,
    ) -> Option<RosterPerson> {
        // Spreadsheets leave lines of bare commas behind.
        if row.iter().all(|field| field.trim_ascii().is_empty()) {
            return None;
        }
        if row.len() != columns.len() {
            let (found, expected) = (row.len(), columns.len());
            self.fault(line, None, FaultReason::FieldCount { found, expected });
            return None;
        }
        let before = self.faults.len();
        let mut fields: HashMap<Column, &str> = HashMap::new();
        for (column, field) in columns.iter().zip(row) {
            match clean(field, *column) {
                Ok(text) => {
                    fields.insert(*column, text);
                }
                Err(reason) => self.fault(line, Some(*column), reason),
            }
        }
        let field = |column| fields.get(&column).copied().filter(|text| !text.is_empty());
        let id = self.id(field(Column::IdKind), field(Column::IdNumber), line, today);
        let stated = field(Column::BirthDate);
        let birth_date = match (stated.map(|text| birth_date(text, today)), &id) {
            (Some(None), _) => Err(FaultReason::NotABirthDate),
            (Some(Some(stated)), Some(id)) if id.birth_date().is_some_and(|d| d != stated) => {
                Err(FaultReason::BirthDateDiffers)
            }
            (Some(stated), _) => Ok(stated),
            (None, Some(id)) if id.kind() == IdKind::Resident => Ok(id.birth_date()),
            // Already a fault of the field itself, or of the number.
            (None, _) if self.faults.len() > before => Ok(None),
            (None, _) => Err(FaultReason::Empty),
        };
        let birth_date = birth_date.unwrap_or_else(|reason| {
            self.fault(line, Some(Column::BirthDate), reason);
            None
        });
        let area = field(Column::Area).unwrap_or_default().parse();
        let area = area.unwrap_or_else(|_| {
            self.fault(line, Some(Column::Area), FaultReason::NotAnArea);
            Area::default()
        });
        if self.faults.len() > before {
            return None;
        }
        Some(RosterPerson {
            name: field(Column::Name)?.to_owned(),
            id: id?,
            birth_date: birth_date?,
            contact: field(Column::Contact).map(str::to_owned),
            area,
        })
    }

    /// The id number, if kind and number are there; they were found at fault before otherwise.
    fn id(
        &mut self,
        kind: Option<&str>,
        number: Option<&str>,
        line: usize,
        today: Date,
    ) -> Option<IdNumber> {
        let Ok(kind) = kind?.to_ascii_lowercase().parse::<IdKind>() else {
            self.fault(line, Some(Column::IdKind), FaultReason::NotAKind);
            return None;
        };
        let id = match IdNumber::parse(kind, number?, today) {
            Ok(id) => id,
            Err(bad) => {
                self.fault(line, Some(Column::IdNumber), FaultReason::Id(bad));
                return None;
            }
        };
        match self.first_lines.get(&id) {
            Some(first_line) => {
                let first_line = *first_line;
                self.fault(
                    line,
                    Some(Column::IdNumber),
                    FaultReason::Duplicate { first_line },
                );
            }
            None => {
                self.first_lines.insert(id.clone(), line);
            }
        }
        Some(id)
    }
}

/// A field as text without white space around it.
fn clean(field: &[u8], column: Column) -> Result<&str, FaultReason> {
    let text = std::str::from_utf8(field).map_err(|_| FaultReason::Encoding)?;
    let text = text.trim();
    if text.is_empty() && column.is_required() {
        Err(FaultReason::Empty)
    } else if text.chars().count() > MAX_FIELD_CHARS {
        Err(FaultReason::TooLong)
    } else if text.chars().any(char::is_control) {
        Err(FaultReason::ControlCharacter)
    } else {
        Ok(text)
    }
}

/// A date as people and spreadsheets write it: year, month, day, with `-` or `/`.
fn birth_date(text: &str, today: Date) -> Option<Date> {
    let parts: Vec<&str> = text.split(['-', '/']).collect();
    let [year, month, day] = parts.as_slice() else {
        return None;
    };
    let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    if year.len() != 4 || !parts.iter().all(|part| digits(part)) {
        return None;
    }
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
        .ok()
        .filter(|date| plausible_birth_date(*date, today))
}

/// Line numbers by the offset of a row: the CSV reader's own count begins a row at the empty lines
/// before it.
struct Lines<'a> {
    text: &'a [u8],
    counted: usize,
    line: usize,
}

impl<'a> Lines<'a> {
    fn new(text: &'a [u8]) -> Self {
        Self {
            text,
            counted: 0,
            line: 1,
        }
    }

    /// The line of the row that begins at `byte` or after the line ends there; offsets ascend.
    fn at(&mut self, byte: u64) -> usize {
        let mut start = usize::try_from(byte).map_or(self.text.len(), |b| b.min(self.text.len()));
        while matches!(self.text.get(start), Some(b'\r' | b'\n')) {
            start += 1;
        }
        let passed = self.text.get(self.counted..start).unwrap_or_default();
        self.line += passed.iter().filter(|byte| **byte == b'\n').count();
        self.counted = start.max(self.counted);
        self.line
    }
}

#[cfg(test)]
mod tests;
