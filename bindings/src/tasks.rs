//! The roads' tasks, each by one call of the phone.

use crate::app::App;
use crate::errors::LifecertError;
use crate::session::{Answer, Session};
use crate::vocabulary::{Channel, ConsentMeans, Language};
use lifecert_client::ClientError;
use lifecert_protocol::ErrorCode;
use lifecert_roads::{Done, HeldReceipt, OnRecord, Person, Task, Trouble};
use std::sync::Arc;

impl App {
    pub(crate) async fn perform(&self, task: &Task) -> Done {
        match self.performed(task).await {
            Ok(done) => done,
            Err(error) => Done::Failed(trouble(&error)),
        }
    }

    async fn performed(&self, task: &Task) -> Result<Done, LifecertError> {
        if let Some(done) = self.perform_for_clerk(task).await? {
            return Ok(done);
        }
        let phone = &self.phone;
        match task {
            Task::Refresh => {
                phone.sync().await?;
                phone.refresh_people().await?;
            }
            Task::Sync => {
                let waiting = phone.sync().await?.waiting;
                return Ok(Done::Sent { waiting });
            }
            Task::Bind {
                address,
                key,
                code,
                family,
            } => {
                let channel = channel(*family, false);
                let code = String::clone(code);
                let opened_ms = self.frames_clock_ms();
                let session = phone.bind(address.clone(), key.clone(), code, channel, opened_ms);
                return Ok(self.opened(task, session.await?));
            }
            Task::Certify {
                person,
                family,
                abroad,
            } => {
                let channel = channel(*family, *abroad);
                let session = phone.certify(person.clone(), channel, self.frames_clock_ms());
                return Ok(self.opened(task, session.await?));
            }
            Task::Practise => {
                let session = Session::practice(self.models.clone(), self.frames_clock_ms())?;
                return Ok(self.opened(task, session));
            }
            Task::Finish => {
                let Some(session) = self.session() else {
                    return Err(ErrorCode::SessionCancelled.into());
                };
                let answer = session.finish().await?;
                self.keep_session(None);
                return Ok(Done::Answered(answer.into()));
            }
            Task::Note {
                person,
                relation,
                name,
            } => {
                if let Some(relation) = relation {
                    phone.relate(person.clone(), (*relation).into())?;
                }
                if let Some(name) = name {
                    phone.name_person(person.clone(), name.clone())?;
                }
            }
            Task::Consent {
                person,
                purposes,
                relation,
            } => {
                let language = Language::from(self.roads().words().lang());
                let (purposes, relation) = ((*purposes).into(), relation.map(Into::into));
                let means = ConsentMeans::Touch;
                let given = phone.give_consent(person.clone(), language, purposes, means, relation);
                given.await?;
            }
            Task::Withdraw(person) => {
                phone.withdraw_consent(person.clone()).await?;
            }
            Task::AskRoad(person, road) => {
                phone.ask_other_road(person.clone(), (*road).into()).await?;
            }
            Task::History(person) => {
                let records = phone.history_records(person).await?;
                return Ok(Done::History(records));
            }
            Task::EraseHere(person) => phone.erase(person.clone()).await?,
            Task::EraseEverywhere(person) => {
                phone.erase_everywhere(person.clone()).await?;
            }
            Task::OtherPhone {
                person,
                device,
                theirs: true,
            } => {
                phone.confirm_device(person.clone(), device.clone()).await?;
            }
            Task::OtherPhone { person, device, .. } => {
                phone.revoke_device(person.clone(), device.clone()).await?;
            }
            // Those of a clerk's day are done above.
            Task::SignIn { .. }
            | Task::KeepDay(_)
            | Task::OpenDay(_)
            | Task::EndDay
            | Task::OpenVisit(_)
            | Task::OpenModel(_)
            | Task::SealVisit(_)
            | Task::SendVisits => {}
        }
        Ok(Done::Fine)
    }

    /// A look that was opened and is still waited for; another goes as it came.
    fn opened(&self, task: &Task, session: Arc<Session>) -> Done {
        let clock = session.clock_warning().and_then(|code| code.parse().ok());
        if self.waits_for(task) {
            self.keep_session(Some(session));
        } else {
            session.cancel();
        }
        Done::Opened { clock }
    }

    pub(crate) fn people_for_roads(&self) -> Result<Vec<Person>, LifecertError> {
        let here = self.phone.phone.people().map_err(LifecertError::from)?;
        let person = |one: lifecert_client::PersonHere| -> Result<Person, ClientError> {
            let held = self.phone.phone.receipts(one.person)?;
            let receipts = held.into_iter().map(|(receipt, _)| HeldReceipt {
                receipt: receipt.receipt_id.to_string(),
                record: OnRecord {
                    modality: receipt.modality,
                    from_ms: receipt.proved_from_ms,
                    to_ms: receipt.proved_to_ms,
                },
                until_ms: receipt.valid_until_ms,
            });
            let last = one.last.map(|last| last.answer);
            let asking = last.iter().flat_map(|last| &last.pending_devices);
            Ok(Person {
                person: one.person.to_string(),
                name: one.name,
                relation: one.relation,
                certified_until_ms: one.certified_until_ms,
                opens_ms: last.as_ref().map(|last| last.window_opens_ms),
                due_ms: last.as_ref().map(|last| last.due_ms),
                under_review: last.as_ref().is_some_and(|last| last.under_review),
                road: last
                    .as_ref()
                    .and_then(|last| last.road.map(|asked| asked.road)),
                asking_phones: asking.map(ToString::to_string).collect(),
                waiting: u32::try_from(one.waiting).unwrap_or(u32::MAX),
                receipts: receipts.collect(),
                office_phone: last.and_then(|last| last.office_phone),
            })
        };
        let people = here.into_iter().map(person).collect::<Result<_, _>>();
        people.map_err(LifecertError::from)
    }
}

fn channel(family: bool, abroad: bool) -> Channel {
    match (family, abroad) {
        (true, _) => Channel::Family,
        (false, true) => Channel::Abroad,
        (false, false) => Channel::Home,
    }
}

fn trouble(error: &LifecertError) -> Trouble {
    Trouble {
        // Every code comes from the list.
        code: error.code().parse().unwrap_or(ErrorCode::ServerInternal),
        rest_s: error.retry_after_s(),
    }
}

impl From<Answer> for lifecert_roads::Answer {
    fn from(answer: Answer) -> Self {
        let code = answer.code.and_then(|code| code.parse().ok());
        Self {
            outcome: answer.outcome.into(),
            trouble: code.map(|code| Trouble {
                code,
                rest_s: answer.retry_after_s,
            }),
            person: answer.person,
            receipt: answer.receipt,
        }
    }
}
