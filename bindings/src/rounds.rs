//! A clerk's day: what the roads' tasks ask for, and the pictures of the visit that is open, which
//! lie in memory until they are sealed.

use crate::app::App;
use crate::errors::LifecertError;
use lifecert_client::{ClerkDay, Credentials, wall_clock_ms};
use lifecert_protocol::{ErrorCode, PersonRef, Visit};
use lifecert_roads::{Clerk, Done, Sight, Task, Visitee};
use lifecert_vision::{FrameRef, Portrait, Portraits, encode_photo};
use std::sync::{Arc, MutexGuard, PoisonError};
use zeroize::Zeroizing;

/// The most bytes of the photo of a form: less than a visit holds.
const FORM_BYTES: usize = 2 * 1024 * 1024;

/// The day that is open, and what the visit that is open gave so far.
#[derive(Default)]
pub(crate) struct Rounds {
    day: Option<Arc<ClerkDay>>,
    /// Whose visit was finished since it was opened.
    done: Vec<PersonRef>,
    /// Whose visit is open.
    about: String,
    portraits: Option<Portraits>,
    pictures: Vec<Zeroizing<Vec<u8>>>,
    form: Option<Zeroizing<Vec<u8>>>,
    /// Whether the next frame is to be kept.
    takes_next: bool,
}

impl App {
    /// A task of a clerk's day; nothing for any other.
    pub(crate) async fn perform_for_clerk(
        &self,
        task: &Task,
    ) -> Result<Option<Done>, LifecertError> {
        let phone = &self.phone.phone;
        match task {
            Task::SignIn {
                address,
                account,
                password,
                code,
            } => {
                let credentials = Credentials {
                    account: account.clone(),
                    password: password.clone(),
                    code: code.clone(),
                };
                let day = phone.begin_day(address, credentials).await?;
                self.rounds().day = Some(Arc::new(day));
            }
            Task::KeepDay(pin) => {
                let rounds = self.rounds();
                let day = rounds.day.as_ref().ok_or(ErrorCode::RequestUnauthorised)?;
                phone.keep_day(day, pin)?;
            }
            Task::OpenDay(pin) => {
                let day = phone.open_day(pin, wall_clock_ms())?;
                self.rounds().day = Some(Arc::new(day));
            }
            Task::EndDay => {
                phone.forget_day()?;
                *self.rounds() = Rounds::default();
            }
            Task::OpenVisit(person) => {
                let mut rounds = self.rounds();
                if rounds.about != *person {
                    self.put_portraits_away(&mut rounds);
                    let (day, done) = (rounds.day.take(), std::mem::take(&mut rounds.done));
                    *rounds = Rounds {
                        day,
                        done,
                        about: person.clone(),
                        ..Rounds::default()
                    };
                }
            }
            Task::OpenModel(_) => {
                let mut rounds = self.rounds();
                self.put_portraits_away(&mut rounds);
                let portraits = Portraits::new(self.models.take()?);
                rounds.pictures.clear();
                rounds.portraits = Some(portraits);
            }
            Task::SealVisit(person) => self.seal(person)?,
            Task::SendVisits => {
                // Lent, so that nobody waits for the network who presses something, and a list that is
                // closed meanwhile stays closed.
                let day = self.rounds().day.clone();
                let day = day.ok_or(ErrorCode::RequestUnauthorised)?;
                let sent = phone.send_visits(&day).await?;
                let waiting = u32::try_from(sent.waiting).unwrap_or(u32::MAX);
                return Ok(Some(Done::Sent { waiting }));
            }
            _ => return Ok(None),
        }
        Ok(Some(Done::Fine))
    }

    /// Seals the visit that is open; its pictures lie nowhere else after that.
    fn seal(&self, person: &str) -> Result<(), LifecertError> {
        let person: PersonRef = crate::phone::read_person(person)?;
        let mut rounds = self.rounds();
        self.put_portraits_away(&mut rounds);
        let Rounds {
            day,
            done,
            pictures,
            form,
            ..
        } = &mut *rounds;
        let day = day.as_ref().ok_or(ErrorCode::RequestUnauthorised)?;
        let lent = |bytes: &Zeroizing<Vec<u8>>| bytes.to_vec().into();
        let visit = Visit {
            person,
            done_at_ms: wall_clock_ms(),
            pictures: pictures.iter().map(lent).collect(),
            form: form.as_ref().map(lent),
        };
        self.phone.phone.keep_visit(day, visit)?;
        done.push(person);
        pictures.clear();
        *form = None;
        Ok(())
    }

    /// A frame of a clerk's camera. Whether the page changed.
    pub(crate) fn see_for_clerk(
        &self,
        sight: Sight,
        frame: &FrameRef<'_>,
        at_ms: u64,
    ) -> Result<bool, LifecertError> {
        let mut rounds = self.rounds();
        if sight == Sight::Paper {
            if !std::mem::take(&mut rounds.takes_next) {
                return Ok(false);
            }
            rounds.form = Some(encode_photo(frame, FORM_BYTES)?);
            self.roads().form_is_taken();
            return Ok(true);
        }
        let Some(portraits) = &mut rounds.portraits else {
            return Ok(false);
        };
        let seen = portraits.look(frame, at_ms)?;
        let count = u32::try_from(portraits.count()).unwrap_or(u32::MAX);
        let whole = portraits.is_whole();
        if whole {
            self.put_portraits_away(&mut rounds);
        }
        let mut roads = self.roads();
        match seen {
            Portrait::Passed => return Ok(false),
            Portrait::Wanted(prompt) => roads.saw_portrait(Some(prompt), count),
            Portrait::Taken(_) => roads.saw_portrait(None, count),
        }
        if whole {
            roads.portraits_are_whole();
        }
        Ok(true)
    }

    /// The next frame is to be kept.
    pub(crate) fn take_next_frame(&self) {
        self.rounds().takes_next = true;
    }

    /// The pictures that were taken, out of the nets' hands.
    fn put_portraits_away(&self, rounds: &mut Rounds) {
        if let Some(portraits) = rounds.portraits.take() {
            let (pictures, analyzer) = portraits.into_parts();
            self.models.give_back(analyzer);
            rounds.pictures = pictures;
        }
    }

    /// The list is closed when the app goes into the background, but for a visit that is open.
    pub(crate) fn lock_rounds(&self) {
        if self.roads().lock_list() {
            *self.rounds() = Rounds::default();
        }
    }

    /// What there is of a clerk's day, for the roads.
    pub(crate) fn clerk_for_roads(&self) -> Result<Clerk, LifecertError> {
        let phone = &self.phone.phone;
        let rounds = self.rounds();
        let waiting = phone.waiting_visits()?;
        let has_day = phone.has_day()?;
        let list = rounds.day.as_ref().map(|day| {
            let visits = day.list.visits.iter().map(|due| Visitee {
                person: due.person.to_string(),
                name: due.name.clone(),
                work: due.work,
                done: rounds.done.contains(&due.person) || waiting.contains(&due.person),
            });
            visits.collect()
        });
        let taken = rounds.portraits.as_ref().map(Portraits::count);
        let pictures = taken.unwrap_or(rounds.pictures.len());
        Ok(Clerk {
            has_day,
            // Before it has a PIN the day is nobody's yet.
            list: list.filter(|_| has_day),
            waiting: u32::try_from(waiting.len()).unwrap_or(u32::MAX),
            pictures: u32::try_from(pictures).unwrap_or(u32::MAX),
            form: rounds.form.is_some(),
        })
    }

    fn rounds(&self) -> MutexGuard<'_, Rounds> {
        self.rounds.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
