//! Receipts, what is on record, and reminders before the next time.

use crate::page::{Button, Kind, Mark, Page, Part, Press};
use crate::people::{HeldReceipt, OnRecord};
use crate::roads::Roads;
use crate::state::State;
use crate::task::Outward;
use lifecert_guidance::{Facts, Label, Screen};

/// Days before the deadline on which the phone reminds: a month, a week, a day.
const DAYS_BEFORE: [u64; 3] = [30, 7, 1];

const DAY_MS: u64 = 86_400_000;

impl Roads {
    pub(crate) fn draw_receipts(&self, state: &State) -> Page {
        match state {
            State::Receipts(person) => {
                let held = self.person(person).map_or(&[][..], |one| &one.receipts);
                let sheet = self.sheet_about(Screen::Receipts, person).sensitive();
                let sheet = sheet.line(self.nothing_in(held));
                held.iter()
                    .fold(sheet, |sheet, one| {
                        let text = self.line_until(Label::CountsUntil, one.until_ms);
                        let press = Press::Go(State::Receipt(person.clone(), one.receipt.clone()));
                        let button = Button::new(Label::Receipt, Kind::Choice, text, press);
                        sheet.row(button.detail(self.shown_by(&one.record)))
                    })
                    .done(true)
            }
            State::Receipt(person, receipt) => {
                let sheet = self.sheet_about(Screen::Receipt, person).sensitive();
                let sheet = match self.held(person, receipt) {
                    Some(held) => sheet
                        .line(self.line_until(Label::CountsUntil, held.until_ms))
                        .line(self.alive(&held.record))
                        .line(self.shown_by(&held.record)),
                    None => sheet,
                };
                sheet
                    .line(self.line_with(Label::ReceiptNumber, &short(receipt)))
                    .part(Part::Code(receipt.clone()))
                    .main(
                        Label::Share,
                        Press::Out(Outward::ShareReceipt(receipt.clone())),
                    )
                    .quiet(
                        Label::Print,
                        Press::Out(Outward::PrintReceipt(receipt.clone())),
                    )
                    .quiet(Label::Home, Press::Home)
                    .done(true)
            }
            State::History(person, records) => records
                .iter()
                .fold(
                    self.sheet_about(Screen::History, person)
                        .sensitive()
                        .line(self.nothing_in(records)),
                    |sheet, record| {
                        sheet.line(format!("{}\n{}", self.alive(record), self.shown_by(record)))
                    },
                )
                .main(Label::Done, Press::Back)
                .done(true),
            State::ReminderSet(person) => self
                .sheet_about(Screen::ReminderSet, person)
                .mark(Mark::Good)
                .main(Label::Home, Press::Home)
                .done(false),
            State::Reminder(person) => {
                let sheet = self.sheet_about(Screen::Reminder, person);
                let Some(due_ms) = self.reminded_of(person) else {
                    let nothing = self.words.label(Label::NothingYet, &Facts::default());
                    return sheet
                        .line(nothing)
                        .main(Label::Home, Press::Home)
                        .done(true);
                };
                let title = self.words.label(Label::CalendarTitle, &Facts::default());
                let days = DAYS_BEFORE.map(|days| due_ms.saturating_sub(days * DAY_MS));
                let ahead = days.into_iter().filter(|at_ms| *at_ms > self.now_ms);
                let remind = Outward::Remind {
                    person: person.clone(),
                    title: title.clone(),
                    at_ms: ahead.collect(),
                };
                // A month before: early enough for whoever needs another road.
                let at_ms = days[0].max(self.now_ms);
                sheet
                    .line(self.line_at(Label::DueBy, due_ms))
                    .main(Label::Notify, Press::Out(remind))
                    .quiet(
                        Label::Calendar,
                        Press::Out(Outward::Calendar { title, at_ms }),
                    )
                    .quiet(Label::Skip, Press::Back)
                    .done(true)
            }
            _ => self.sheet(Screen::Receipts).done(true),
        }
    }

    /// A reminder was set, or an entry written: the shell says so.
    pub fn reminder_is_set(&mut self) {
        if let State::Reminder(person) = self.place().clone() {
            self.go(State::ReminderSet(person));
        }
    }

    /// The day by which somebody should certify next: the office's, or the end of what counts now.
    fn reminded_of(&self, person: &str) -> Option<u64> {
        let person = self.person(person)?;
        let due_ms = person.due_ms.filter(|due_ms| *due_ms > self.now_ms);
        due_ms
            .max(person.certified_until_ms)
            .filter(|due_ms| *due_ms > self.now_ms)
    }

    pub(crate) fn held(&self, person: &str, receipt: &str) -> Option<&HeldReceipt> {
        let held = &self.person(person)?.receipts;
        held.iter().find(|held| held.receipt == receipt)
    }

    fn alive(&self, record: &OnRecord) -> String {
        let [from, to] =
            [record.from_ms, record.to_ms].map(|at_ms| self.words.moment(self.local(at_ms)));
        self.line_with(Label::AliveBetween, &format!("{from} – {to}"))
    }

    fn shown_by(&self, record: &OnRecord) -> String {
        let how = self.paper.modality(record.modality);
        self.line_with(Label::ShownBy, &how)
    }

    fn nothing_in<T>(&self, list: &[T]) -> Option<String> {
        let nothing = || self.words.label(Label::NothingYet, &Facts::default());
        list.is_empty().then(nothing)
    }
}

/// A receipt's number in groups of four, as it is read aloud.
fn short(receipt: &str) -> String {
    let digits: Vec<char> = receipt
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .collect();
    let groups = digits
        .chunks(4)
        .map(|group| group.iter().collect::<String>());
    groups.collect::<Vec<_>>().join(" ")
}
