//! Taking a roster in, by one operator in a new office, by two people after that.

use crate::Failure;
use crate::admin::{today, write_private};
use crate::review_commands::{By, show};
use lifecert_protocol::Digest;
use lifecert_server::roster::{self, RosterPerson};
use lifecert_server::service::Service;
use std::fs;
use std::path::Path;

/// A roster that reads well, and the policy that its people are to be under.
pub(crate) struct Roster {
    digest: Digest,
    people: Vec<RosterPerson>,
    policy: String,
}

impl Roster {
    pub(crate) fn read(service: &Service, file: &Path, policy: String) -> Result<Self, Failure> {
        let bytes = zeroize::Zeroizing::new(fs::read(file)?);
        match roster::read(&bytes, today(service)?) {
            Ok(people) => Ok(Self {
                digest: Digest::of(&bytes),
                people,
                policy,
            }),
            Err(faults) => {
                for fault in &faults {
                    eprintln!("{fault}");
                }
                Err(format!("{} faults, nobody was taken in", faults.len()).into())
            }
        }
    }

    pub(crate) async fn propose(
        &self,
        service: &Service,
        account: String,
        reason: &str,
    ) -> Result<(), Failure> {
        let session = By { account }.log_in(service).await?;
        let what = (&self.digest, self.policy.as_str(), self.people.len());
        let proposed = service.propose_roster(&session.actor, what, reason).await;
        service.log_out(&session.token).await?;
        show(&proposed?);
        Ok(())
    }

    pub(crate) async fn import(
        &self,
        service: &Service,
        proposal: Option<&str>,
        out: &Path,
    ) -> Result<(), Failure> {
        match proposal {
            Some(proposal) => {
                let about = (&self.digest, self.policy.as_str());
                service.roster_is_agreed(proposal, about).await?;
            }
            None if service.two_decide_for_all().await? => {
                return Err(
                    "two members of staff agree to rosters here: propose it with \
                            --account and --reason, and name the approved proposal with --proposal"
                        .into(),
                );
            }
            None => {}
        }
        let taken = service.import(&self.people, &self.policy).await?;
        let mut table = String::from("row,person_ref\n");
        for (row, person) in taken.iter().enumerate() {
            let person = person.map_or_else(|| "known".to_owned(), |person| person.to_string());
            table.push_str(&format!("{},{person}\n", row + 1));
        }
        write_private(out, table.as_bytes())?;
        let new = taken.iter().flatten().count();
        println!("{new} people taken in, {} were known", taken.len() - new);
        Ok(())
    }
}
