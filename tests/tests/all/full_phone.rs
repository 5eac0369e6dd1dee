//! A helper's phone: it holds five people and no sixth. The phone counts, whatever the server's
//! database is, so that one engine shows it.

use lifecert_protocol::PersonRef;
use lifecert_tests::database::{Engine, TestDatabase};
use lifecert_tests::office::Office;
use lifecert_tests::phone::{Phone, Said, clip};

/// So many people's certifications may lie in one hand.
const MOST: usize = 5;

#[tokio::test]
async fn a_sixth_person_does_not_fit_on_a_phone() {
    let database = TestDatabase::new(Engine::Sqlite).await;
    let mut office = Office::new(&database);
    office.allow_demo(&[]);
    let lines: Vec<String> = (0..=MOST)
        .map(|number| format!("Person {number},passport,E123456{number},1949-10-01,"))
        .collect();
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    let people = office.import(&lines, "demo");
    office.start();
    let (video, phone, counter) = (clip("franck.mp4"), Phone::new(), Phone::new());
    // Somebody with the same face each time, which the server does not mind.
    let bind = |phone: &Phone, person: PersonRef| -> Said {
        phone.bind(&office, &office.letter(person), &video, 40)
    };
    for person in &people {
        let said = counter.enrol(&office, *person, &[&video]);
        assert_eq!(said.exit, 0, "{said:?}");
    }
    let (sixth, five) = people.split_last().unwrap();
    for person in five {
        let said = bind(&phone, *person);
        assert_eq!(said.exit, 0, "{said:?}");
    }
    let said = bind(&phone, *sixth);
    assert_eq!(said.field("code"), "device.full", "{said:?}");
    assert_ne!(said.exit, 0);
    // Nothing of the sixth is left on it, the other five are served as before, and any other phone
    // takes the sixth in.
    let bindings = phone.open().0.bindings().unwrap();
    assert_eq!(bindings.len(), MOST);
    assert!(bindings.iter().all(|binding| binding.person != *sixth));
    let said = phone.certify(&office, five[MOST - 1], (&video, 80), &[]);
    assert_eq!(said.field("outcome"), "accepted", "{said:?}");
    let said = bind(&Phone::new(), *sixth);
    assert_eq!(said.exit, 0, "{said:?}");
}
