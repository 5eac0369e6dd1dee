//! What members of staff do at the terminal of the server: each of them logs in for one command.

use crate::Failure;
use crate::staff_commands::secret;
use clap::{Args, Subcommand};
use lifecert_protocol::PersonRef;
use lifecert_protocol::http::staff::{AccessRequest, Proposal};
use lifecert_server::service::{LoggedIn, Service};
use lifecert_server::store::{EvidencePolicy, PolicyRow, SessionFor};

/// Who does it; their password and code are asked for, or come as lines of standard input.
#[derive(Args)]
pub(crate) struct By {
    /// The account.
    #[arg(long)]
    pub(crate) account: String,
}

#[derive(Subcommand)]
pub(crate) enum Review {
    /// Lists what waits for a person to look at.
    Tasks {
        #[command(flatten)]
        by: By,
    },
    /// Lists what was proposed and waits for a second person.
    Proposals {
        #[command(flatten)]
        by: By,
    },
    /// Proposes to accept what a task is about.
    Propose {
        #[command(flatten)]
        by: By,
        /// The task.
        #[arg(long)]
        task: String,
        /// Why; nothing about the person belongs in it.
        #[arg(long)]
        reason: String,
    },
    /// Proposes to end the certificates and devices of people who died or moved away.
    ProposeEnd {
        #[command(flatten)]
        by: By,
        /// The people: a number, or @FILE with one a line.
        #[arg(long)]
        people: String,
        /// Why; nothing about a person belongs in it.
        #[arg(long)]
        reason: String,
    },
    /// Approves what somebody else proposed.
    Approve {
        #[command(flatten)]
        by: By,
        /// The proposal.
        #[arg(long)]
        proposal: String,
    },
    /// Refuses a proposal.
    Refuse {
        #[command(flatten)]
        by: By,
        /// The proposal.
        #[arg(long)]
        proposal: String,
    },
    /// Puts a person on the list of those whom a clerk visits.
    PlanVisit {
        #[command(flatten)]
        by: By,
        /// The person.
        #[arg(long)]
        person: PersonRef,
    },
    /// Erases everything that the office has of a person's face, at the person's word.
    EraseFace {
        #[command(flatten)]
        by: By,
        /// The person.
        #[arg(long)]
        person: PersonRef,
        /// Why; nothing about the person belongs in it.
        #[arg(long)]
        reason: String,
    },
    /// Lists who read which file and why, newest first.
    AccessLog {
        #[command(flatten)]
        by: By,
        /// Of this person's file alone.
        #[arg(long)]
        person: Option<PersonRef>,
    },
}

impl Review {
    pub(crate) async fn run(self, service: &Service) -> Result<(), Failure> {
        let by = match &self {
            Review::Tasks { by }
            | Review::Proposals { by }
            | Review::Propose { by, .. }
            | Review::ProposeEnd { by, .. }
            | Review::Approve { by, .. }
            | Review::Refuse { by, .. }
            | Review::PlanVisit { by, .. }
            | Review::EraseFace { by, .. }
            | Review::AccessLog { by, .. } => by,
        };
        let session = by.log_in(service).await?;
        let done = self.act(service, &session).await;
        service.log_out(&session.token).await?;
        done
    }

    async fn act(&self, service: &Service, session: &LoggedIn) -> Result<(), Failure> {
        let actor = &session.actor;
        match self {
            Review::Tasks { .. } => {
                for task in service.tasks(actor).await?.tasks {
                    let code = task.code.map_or("", |code| code.as_str());
                    let (id, person, kind) = (task.task, task.person, task.kind);
                    println!("{id}  person {person}  {kind} {code}");
                }
            }
            Review::Proposals { .. } => {
                for proposal in service.proposals(actor).await?.proposals {
                    show(&proposal);
                }
            }
            Review::Propose { task, reason, .. } => {
                show(&service.propose(actor, (task, reason)).await?);
            }
            Review::ProposeEnd { people, reason, .. } => {
                let people = crate::admin::people(people)?;
                show(&service.propose_end(actor, &people, reason).await?);
            }
            Review::Approve { proposal, .. } => show(&service.approve(actor, proposal).await?),
            Review::Refuse { proposal, .. } => show(&service.refuse(actor, proposal).await?),
            Review::PlanVisit { person, .. } => service.plan_visit(actor, *person).await?,
            Review::EraseFace { person, reason, .. } => {
                let erased = service.erase_face(actor, *person, reason).await?;
                let (templates, devices) = (erased.templates, erased.devices);
                println!("erased: {templates} templates; {devices} devices shut out");
            }
            Review::AccessLog { person, .. } => {
                let request = AccessRequest {
                    person: *person,
                    before_ms: None,
                };
                for read in service.access_log(actor, &request).await?.accesses {
                    let (at_ms, staff, person) = (read.at_ms, read.staff, read.person);
                    let (what, reason) = (read.what, read.reason);
                    println!("{at_ms}  staff {staff}  person {person}  {what}: {reason}");
                }
            }
        }
        Ok(())
    }
}

/// Proposes a policy for somebody who logs in for it.
pub(crate) async fn propose_policy(
    service: &Service,
    policy: (PolicyRow, EvidencePolicy),
    (account, reason): (String, &str),
) -> Result<(), Failure> {
    let session = By { account }.log_in(service).await?;
    let proposed = service.propose_policy(&session.actor, policy, reason).await;
    service.log_out(&session.token).await?;
    show(&proposed?);
    Ok(())
}

impl By {
    pub(crate) async fn log_in(&self, service: &Service) -> Result<LoggedIn, Failure> {
        let password = secret("Password: ")?;
        let code = secret("Code: ")?;
        let purpose = SessionFor::Desk;
        Ok(service
            .log_in(&self.account, password, &code, purpose)
            .await?)
    }
}

pub(crate) fn show(proposal: &Proposal) {
    let (id, kind, state) = (&proposal.proposal, &proposal.kind, &proposal.state);
    let (by, reason) = (&proposal.proposed_by, &proposal.reason);
    println!("{id}  {kind} {state}  by {by}: {reason}");
    if let Some(receipt) = proposal.receipt {
        println!("receipt {receipt}");
    }
}
