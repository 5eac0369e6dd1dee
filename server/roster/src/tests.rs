use super::*;
use jiff::civil::date;

const TODAY: Date = date(2026, 6, 1);
const HEADER: &str = "name,id_kind,id_number,birth_date,contact\n";
const LI: &str = "11010519491231002X";
const QIN: &str = "450324194006153024";

fn faults(bytes: &[u8]) -> Vec<(usize, Option<Column>, FaultReason)> {
    read(bytes, TODAY)
        .unwrap_err()
        .into_iter()
        .map(|fault| (fault.line, fault.column, fault.reason))
        .collect()
}

/// The faults of one line under the usual header.
fn line_faults(line: &str) -> Vec<(Option<Column>, FaultReason)> {
    faults(format!("{HEADER}{line}\n").as_bytes())
        .into_iter()
        .map(|(at, column, reason)| {
            assert_eq!(at, 2);
            (column, reason)
        })
        .collect()
}

#[test]
fn a_roster_is_read_as_spreadsheets_write_it() {
    let text = format!(
        "\u{feff}ID_kind, name ,id_number,contact,birth_date\r\n\
         resident,李 秀英,{},\"1 Long Street, Quanzhou\",\r\n\
         \r\n\
         ,,,,\r\n\
         Resident,\"秦 \"\"老\"\" 五\",{QIN},,1940/6/15\r\n\
         passport,Rosa Mora,xd123456,+34 600 000 000,1951-03-07",
        LI.to_lowercase()
    );
    let people = read(text.as_bytes(), TODAY).unwrap();
    let seen: Vec<_> = people
        .iter()
        .map(|p| {
            let contact = p.contact.as_deref();
            (
                p.name.as_str(),
                p.id.kind(),
                p.id.as_str(),
                p.birth_date,
                contact,
            )
        })
        .collect();
    let street = Some("1 Long Street, Quanzhou");
    let phone = Some("+34 600 000 000");
    assert_eq!(
        seen,
        [
            ("李 秀英", IdKind::Resident, LI, date(1949, 12, 31), street),
            (
                "秦 \"老\" 五",
                IdKind::Resident,
                QIN,
                date(1940, 6, 15),
                None
            ),
            (
                "Rosa Mora",
                IdKind::Passport,
                "XD123456",
                date(1951, 3, 7),
                phone
            ),
        ]
    );
}

#[test]
fn only_the_needed_columns_are_needed() {
    let text = format!("name,id_kind,id_number\n李秀英,resident,{LI}\n");
    assert_eq!(read(text.as_bytes(), TODAY).unwrap().len(), 1);
    assert_eq!(read(HEADER.as_bytes(), TODAY).unwrap().len(), 0);
}

#[test]
fn all_faults_of_a_file_are_named_by_their_lines() {
    let text = format!(
        "{HEADER}\n\
         李秀英,resident,{LI},,\n\
         \n\
         秦五,resident,450324194006153027,,\n\
         \"王\n二\",resident,{QIN},,\n\
         李秀英,resident,{LI},,\n\
         ,resident,{QIN},1940-06-16,\n"
    );
    assert_eq!(
        faults(text.as_bytes()),
        [
            (
                5,
                Some(Column::IdNumber),
                FaultReason::Id(BadIdNumber::CheckCharacter)
            ),
            (6, Some(Column::Name), FaultReason::ControlCharacter),
            (
                8,
                Some(Column::IdNumber),
                FaultReason::Duplicate { first_line: 3 }
            ),
            (9, Some(Column::Name), FaultReason::Empty),
            (
                9,
                Some(Column::IdNumber),
                FaultReason::Duplicate { first_line: 6 }
            ),
            (9, Some(Column::BirthDate), FaultReason::BirthDateDiffers),
        ]
    );
    let windows = text.replace('\n', "\r\n");
    assert_eq!(faults(windows.as_bytes()), faults(text.as_bytes()));
    let marked = format!("\u{feff}{text}");
    assert_eq!(faults(marked.as_bytes()), faults(text.as_bytes()));
}

#[test]
fn other_encodings_are_named_by_line_and_column() {
    // "李秀英" in GBK.
    let mut gbk = HEADER.as_bytes().to_vec();
    gbk.extend_from_slice(format!("秦五,resident,{QIN},,\n").as_bytes());
    gbk.extend_from_slice(b"\xc0\xee\xd0\xe3\xd3\xa2,resident,11010519491231002X,,\n");
    assert_eq!(
        faults(&gbk),
        [(3, Some(Column::Name), FaultReason::Encoding)]
    );

    let utf16: Vec<u8> = [0xff, 0xfe]
        .into_iter()
        .chain(HEADER.encode_utf16().flat_map(u16::to_le_bytes))
        .collect();
    assert_eq!(faults(&utf16), [(1, None, FaultReason::Encoding)]);
}

#[test]
fn the_first_line_names_the_columns() {
    let missing = |column| (1, Some(column), FaultReason::ColumnMissing);
    let all = [Column::Name, Column::IdKind, Column::IdNumber].map(missing);
    assert_eq!(faults(b""), all);
    assert_eq!(faults(b"\n\n"), all);
    assert_eq!(
        faults(b"name,phone,id_kind,name\n"),
        [
            (1, None, FaultReason::ColumnUnknown(2)),
            (1, Some(Column::Name), FaultReason::ColumnRepeated),
            missing(Column::IdNumber),
        ]
    );
}

#[test]
fn each_bad_field_is_named() {
    let long = "長".repeat(101);
    let open = format!("\"李秀英,resident,{LI},,\n{}", "a,b\n".repeat(100));
    let one = |column, reason| vec![(Some(column), reason)];
    let rows = [
        (
            format!("{long},resident,{LI},,"),
            one(Column::Name, FaultReason::TooLong),
        ),
        (
            format!("李,booklet,{LI},,"),
            one(Column::IdKind, FaultReason::NotAKind),
        ),
        (
            format!("李,,{LI},,"),
            one(Column::IdKind, FaultReason::Empty),
        ),
        (
            "李,resident,,,".into(),
            one(Column::IdNumber, FaultReason::Empty),
        ),
        (
            "李,resident,4.5E+17,,".into(),
            one(Column::IdNumber, FaultReason::Id(BadIdNumber::Form)),
        ),
        (
            "Rosa,passport,XD123456,,".into(),
            one(Column::BirthDate, FaultReason::Empty),
        ),
        (
            "Rosa,passport,XD123456,1951-02-29,".into(),
            one(Column::BirthDate, FaultReason::NotABirthDate),
        ),
        (
            "Rosa,passport,XD123456,2026-06-02,".into(),
            one(Column::BirthDate, FaultReason::NotABirthDate),
        ),
        (
            format!("李,resident,{LI},1949-+12-31,"),
            one(Column::BirthDate, FaultReason::NotABirthDate),
        ),
        (
            format!("李,resident,{LI},31.12.1949,"),
            one(Column::BirthDate, FaultReason::NotABirthDate),
        ),
        (
            format!("李,resident,{LI},,a\u{7}"),
            one(Column::Contact, FaultReason::ControlCharacter),
        ),
        (
            format!("李,resident,{LI}"),
            vec![(
                None,
                FaultReason::FieldCount {
                    found: 3,
                    expected: 5,
                },
            )],
        ),
        (
            open,
            vec![(
                None,
                FaultReason::FieldCount {
                    found: 1,
                    expected: 5,
                },
            )],
        ),
    ];
    for (line, found) in rows {
        assert_eq!(line_faults(&line), found);
    }
}

#[test]
fn a_huge_file_is_not_read() {
    let huge = vec![b'\n'; MAX_ROSTER_BYTES + 1];
    assert_eq!(faults(&huge), [(1, None, FaultReason::FileTooLarge)]);
    assert_eq!(
        read(&huge, TODAY).unwrap_err()[0].code(),
        ErrorCode::RequestTooLarge
    );
}

#[test]
fn a_fault_has_a_code_and_shows_no_value() {
    let text = format!("{HEADER}李秀英,resident,{LI},,\n李秀英,resident,{LI},,\n,x,{LI},1,\n");
    let found = read(text.as_bytes(), TODAY).unwrap_err();
    let shown: Vec<_> = found.iter().map(RosterFault::to_string).collect();
    assert_eq!(
        shown,
        [
            "line 3, id_number: the same number stands on line 2 (roster.duplicate)",
            "line 4, name: the field is empty (roster.bad_line)",
            "line 4, id_kind: the kind is neither resident nor passport (roster.bad_line)",
            "line 4, birth_date: this is not a date of birth (roster.bad_line)",
        ]
    );
    let gbk = read(b"name\xc0\xee\n", TODAY).unwrap_err();
    assert_eq!(gbk[0].code(), ErrorCode::RosterEncoding);
    let bad = read(format!("{HEADER}李,resident,1,,\n").as_bytes(), TODAY).unwrap_err();
    assert_eq!(bad[0].code(), ErrorCode::RosterBadId);

    let people = read(
        format!("{HEADER}李秀英,resident,{LI},,1\n").as_bytes(),
        TODAY,
    );
    assert_eq!(format!("{people:?}"), "Ok([RosterPerson(..)])");
}
