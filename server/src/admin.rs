//! What the office does at the terminal: policies, staff, roster, letters, devices.
//!
//! No id number stands in an argument: people are named by their random number or by a file.

use crate::Failure;
use crate::review_commands::{Review, propose_policy};
use crate::roster_commands::Roster;
use crate::staff_commands::StaffArguments;
use clap::{Subcommand, ValueEnum};
use indicatif::{ProgressBar, ProgressIterator, ProgressStyle};
use lifecert_protocol::{DeviceId, LetterLink, PersonRef};
use lifecert_server::id_number::{IdKind, IdNumber};
use lifecert_server::letters::{Letter, letter_html};
use lifecert_server::service::{DEFAULT_POLICY, Service, local_day};
use lifecert_server::store::{Coverage, Cycle, DeviceState, EvidencePolicy, Recheck, Unattested};
use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::str::FromStr;

#[derive(Subcommand)]
pub(crate) enum Admin {
    /// Names the agency and gives it its default policy.
    Init {
        /// As people know it.
        #[arg(long)]
        name: String,
        /// Printed on letters.
        #[arg(long)]
        office_phone: String,
    },
    /// Adds a dated policy row.
    Policy {
        /// Its name; only one named `demo` may accept unattested devices unseen.
        #[arg(long)]
        name: String,
        /// What becomes of good claims from unattested devices: refer, sample:PERMILLE, accept.
        #[arg(long, default_value = "refer")]
        below_hardware: Unattested,
        /// The same for claims made without a network.
        #[arg(long, default_value = "refer")]
        offline_below_hardware: Unattested,
        /// How long evidence counts: months:12, days:365, season:09-28.
        #[arg(long, default_value = "months:12")]
        cycle: Cycle,
        /// How many days before the due date one can certify.
        #[arg(long, default_value_t = 90)]
        window_days: u32,
        /// How many seconds an online challenge can be answered.
        #[arg(long, default_value_t = 600)]
        challenge_s: u32,
        /// Gentle actions asked for after each look (turn a little, open the mouth, ...), 0 to 3.
        #[arg(long, default_value_t = 0)]
        actions: u8,
        /// When claims of devices whose hardware is attested are looked at: at-once by the server,
        /// or later by a worker, from evidence that the person agreed to have kept under seal.
        #[arg(long, default_value = "at-once")]
        recheck: Recheck,
        /// How many in 1,000 of the claims left to workers are looked at, 10 to 1,000.
        #[arg(long, default_value_t = 1_000)]
        recheck_permille: u32,
        /// The same for keys in a trusted execution environment, which is less than a secure
        /// element; never fewer, by default as many.
        #[arg(long)]
        recheck_tee_permille: Option<u32>,
        /// The same for apps that App Attest speaks for; never fewer, by default as many.
        #[arg(long)]
        recheck_app_attest_permille: Option<u32>,
        /// How many days sealed evidence is kept, 1 to 180.
        #[arg(long, default_value_t = 30)]
        keep_evidence_days: u32,
        /// How many in 1,000 of the accepted claims of people who are helped a person looks at, 10
        /// to 1,000.
        #[arg(long, default_value_t = 100)]
        helper_permille: u32,
        /// So many days after somebody else last saw a person who is helped, their claims wait
        /// until somebody does again, 1 to 1,095.
        #[arg(long, default_value_t = EvidencePolicy::MOST_VOUCH_DAYS)]
        vouch_days: u32,
        /// Who proposes it; needed once two members of staff of the whole agency may agree to a
        /// policy. Then it counts when one of the others has approved it.
        #[arg(long, requires = "reason")]
        account: Option<String>,
        /// Why.
        #[arg(long, requires = "account")]
        reason: Option<String>,
        /// From when it counts, in milliseconds since 1970; at once by default.
        #[arg(long, default_value_t = 0)]
        from_ms: u64,
        /// Whose templates claims are compared with: those of the models in use, or those of
        /// --next-models. Devices need the same models.
        #[arg(long, value_enum, default_value = "current")]
        recognition: Recognition,
    },
    /// Says how far a change of the recognition model (--next-models) has come: who still lacks a
    /// template of the next model, and whether the model in use can be retired.
    Overlap,
    /// Members of staff: accounts with a role and an area, and tokens of counters.
    Staff(StaffArguments),
    #[command(flatten)]
    Review(Review),
    /// Takes a roster (CSV) in, whole or not at all; writes each person's number to a file.
    Import {
        /// The roster.
        #[arg(long)]
        roster: PathBuf,
        /// The policy that these people are under.
        #[arg(long, default_value = DEFAULT_POLICY)]
        policy: String,
        /// Only propose it, as this account, for another member of staff to approve.
        #[arg(long, requires = "reason", conflicts_with = "proposal")]
        account: Option<String>,
        /// Why; nothing about a person belongs in it.
        #[arg(long, requires = "account")]
        reason: Option<String>,
        /// The approved proposal of this roster.
        #[arg(long)]
        proposal: Option<String>,
        /// Where the numbers go: CSV, `row,person_ref`, in the roster's order.
        #[arg(long)]
        out: PathBuf,
    },
    /// Gives the number of the person with an id number.
    Find {
        /// The kind of the number.
        #[arg(long, value_enum, default_value = "resident")]
        kind: Kind,
        /// A file with the id number, as @FILE.
        #[arg(long)]
        id: String,
    },
    /// Prints letters with one-time codes, one page (HTML) a person.
    Letters {
        /// The folder for the pages.
        #[arg(long)]
        out: PathBuf,
        /// The address that devices reach this server by.
        #[arg(long)]
        server: String,
        /// To whom: a person's number or @FILE with one a line; everybody by default.
        #[arg(long)]
        person: Option<String>,
    },
    /// Prints everything that a person agreed to, as JSON, for the person.
    Consents {
        /// The person's number or @FILE.
        #[arg(long)]
        person: String,
    },
    /// Lets a waiting device in, or shuts a device out for good.
    Device {
        /// What to do.
        #[arg(value_enum)]
        action: DeviceAction,
        /// The person's number or @FILE.
        #[arg(long)]
        person: String,
        /// The device.
        #[arg(long)]
        device: DeviceId,
    },
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Kind {
    Resident,
    Passport,
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Recognition {
    Current,
    Next,
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum DeviceAction {
    Confirm,
    Revoke,
}

impl Admin {
    pub(crate) async fn run(self, service: &Service) -> Result<(), Failure> {
        match self {
            Admin::Init { name, office_phone } => service.set_up(&name, &office_phone).await?,
            Admin::Policy {
                name,
                below_hardware,
                offline_below_hardware,
                cycle,
                window_days,
                challenge_s,
                actions,
                recheck,
                recheck_permille,
                recheck_tee_permille,
                recheck_app_attest_permille,
                keep_evidence_days,
                helper_permille,
                vouch_days,
                account,
                reason,
                from_ms,
                recognition,
            } => {
                let mut policy = match recognition {
                    Recognition::Current => service.standard_policy(&name),
                    Recognition::Next => service.next_policy(&name)?,
                };
                policy.below_hardware = below_hardware;
                policy.offline_below_hardware = offline_below_hardware;
                policy.cycle = cycle;
                policy.window_days = window_days;
                policy.challenge_s = challenge_s;
                policy.capture.actions = actions;
                policy.from_ms = from_ms;
                let evidence = EvidencePolicy {
                    recheck,
                    recheck_permille,
                    tee_permille: recheck_tee_permille.unwrap_or(recheck_permille),
                    app_attest_permille: recheck_app_attest_permille.unwrap_or(recheck_permille),
                    keep_days: keep_evidence_days,
                    helper_permille,
                    vouch_days,
                };
                match account.zip(reason) {
                    Some((account, reason)) => {
                        propose_policy(service, (policy, evidence), (account, &reason)).await?;
                    }
                    None if service.two_decide_for_all().await? => {
                        return Err("two members of staff agree to policies here: name who \
                                    proposes it with --account and --reason"
                            .into());
                    }
                    None => {
                        let version = service.add_policy_with(policy, evidence).await?;
                        println!("policy {name} is version {version}");
                    }
                }
            }
            Admin::Overlap => overlap(service).await?,
            Admin::Staff(arguments) => arguments.run(service).await?,
            Admin::Review(command) => command.run(service).await?,
            Admin::Import {
                roster,
                policy,
                account,
                reason,
                proposal,
                out,
            } => {
                let roster = Roster::read(service, &roster, policy)?;
                match account.zip(reason) {
                    Some((account, reason)) => {
                        roster.propose(service, account, &reason).await?;
                    }
                    None => roster.import(service, proposal.as_deref(), &out).await?,
                }
            }
            Admin::Find { kind, id } => {
                let kind = match kind {
                    Kind::Resident => IdKind::Resident,
                    Kind::Passport => IdKind::Passport,
                };
                let path = id
                    .strip_prefix('@')
                    .ok_or("the id number goes into a file: --id @FILE")?;
                let typed = zeroize::Zeroizing::new(fs::read_to_string(path)?);
                let id = IdNumber::parse(kind, typed.trim(), today(service)?)?;
                println!("{}", service.find(&id).await?);
            }
            Admin::Letters {
                out,
                server,
                person,
            } => letters(service, &out, &server, person.as_deref()).await?,
            Admin::Consents { person } => {
                let mut all = BTreeMap::new();
                for person in people(&person)? {
                    all.insert(person.to_string(), service.consents(person).await?);
                }
                println!("{}", serde_json::to_string_pretty(&all)?);
            }
            Admin::Device {
                action,
                person,
                device,
            } => {
                let state = match action {
                    DeviceAction::Confirm => DeviceState::Bound,
                    DeviceAction::Revoke => DeviceState::Revoked,
                };
                for person in people(&person)? {
                    service.move_device(person, device, state).await?;
                }
            }
        }
        Ok(())
    }
}

async fn letters(
    service: &Service,
    out: &Path,
    server: &str,
    person: Option<&str>,
) -> Result<(), Failure> {
    let mut db = service.store().read().await?;
    let agency = db.agency().await?;
    let (agency_name, office_phone) = agency.ok_or("run `lifecert-server init` first")?;
    let people = match person {
        Some(person) => people(person)?,
        None => db.people().await?,
    };
    drop(db);
    let issued = service.issue_letters(&people).await?;
    let key = service.letter_key().await?;
    fs::create_dir_all(out)?;
    let style = ProgressStyle::with_template("{bar:40} {pos}/{len} letters")?;
    let bar = ProgressBar::new(issued.len() as u64).with_style(style);
    for letter in issued.iter().progress_with(bar) {
        let link = LetterLink::new(
            service.store().agency().clone(),
            server,
            key,
            letter.code.clone(),
        );
        let page = letter_html(&Letter {
            link: &link.map_err(|_| "the server's address cannot stand on a letter")?,
            agency_name: &agency_name,
            person_name: &letter.name,
            office_phone: &office_phone,
            valid_until: local_day(
                &service.standard_policy(DEFAULT_POLICY),
                letter.expires_at_ms,
            )?,
        });
        write_private(
            &out.join(format!("{}.html", letter.person)),
            page.as_bytes(),
        )?;
    }
    println!("{} letters in {}", issued.len(), out.display());
    Ok(())
}

async fn overlap(service: &Service) -> Result<(), Failure> {
    let overlap = service.overlap().await?;
    let overlap = overlap
        .ok_or("no other recognition model comes next: name its folder with --next-models")?;
    let Coverage { modelled, lacking } = overlap.coverage;
    println!("recognition model in use: {}", overlap.current);
    println!("recognition model that comes next: {}", overlap.next);
    println!(
        "people with a template: {modelled}, of these without one of the next model: {lacking}"
    );
    if !overlap.policies.is_empty() {
        let names = overlap.policies.join(", ");
        println!("policies that name the model in use: {names}");
    }
    if let Some(until_ms) = overlap.challenges_until_ms {
        let day = local_day(&service.standard_policy(DEFAULT_POLICY), until_ms)?;
        println!("challenges that name the model in use can be answered until {day}");
    }
    println!(
        "the model in use can be retired: {}",
        if overlap.is_over() { "yes" } else { "not yet" }
    );
    Ok(())
}

pub(crate) fn today(service: &Service) -> Result<jiff::civil::Date, Failure> {
    Ok(local_day(
        &service.standard_policy(DEFAULT_POLICY),
        service.now_ms(),
    )?)
}

/// A person's number, or those in a file, one a line.
pub(crate) fn people(text: &str) -> Result<Vec<PersonRef>, Failure> {
    let read = |text: &str| PersonRef::from_str(text.trim()).map_err(Failure::from);
    match text.strip_prefix('@') {
        None => Ok(vec![read(text)?]),
        Some(path) => {
            let lines = fs::read_to_string(path)?;
            lines
                .lines()
                .filter(|line| !line.trim().is_empty())
                .map(read)
                .collect()
        }
    }
}

/// Writes a file that only its owner can read: it names people or opens doors.
pub(crate) fn write_private(path: &Path, content: &[u8]) -> Result<(), Failure> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)?.write_all(content)?;
    Ok(())
}
