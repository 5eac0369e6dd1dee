//! Each entry against the row that it is about, each row against its entry.

use super::{LONGEST_PENDING_MS, Report, TOLERANCE_MS, receipts, staff};
use crate::error::ServiceError;
use crate::log::content;
use crate::store::{Db, DeviceState, EntryRow, Store, StoreError, VisitState};
use lifecert_protocol::log::{Leaf, LeafKind};

const STEP: u32 = 2_500;

/// What the source of an entry about an erased template begins with.
const TEMPLATE_OF: &str = "template:";

/// And about an erased visit.
const VISIT: &str = "visit:";

/// Checks entries and rows of a log of that size.
pub(super) async fn check(
    store: &Store,
    size: u64,
    now_ms: u64,
    report: &mut Report,
) -> Result<(), ServiceError> {
    let mut db = store.read().await?;
    let roles = staff::Roles::read(&mut db).await?;
    let keys = receipts::Keys::read(&db.entries_of(LeafKind::SigningKey).await?);
    let (mut from, mut before_ms) = (0, 0);
    while from < size {
        let entries = db.entries_from(from, STEP).await?;
        let Some(last) = entries.last().and_then(|entry| entry.index) else {
            break;
        };
        for entry in &entries {
            report.entries += 1;
            if entry.at_ms + TOLERANCE_MS < before_ms {
                report.find("entry-backdated", subject(entry));
            }
            before_ms = entry.at_ms;
            check_entry(&mut db, entry, report).await?;
            if entry.kind == LeafKind::Receipt {
                report.receipts += 1;
                receipts::check(&mut db, entry, &keys, report).await?;
            }
            if entry.kind == LeafKind::Decision {
                staff::check_decision(&mut db, entry, &roles, report).await?;
            }
        }
        from = last + 1;
    }
    for entry in db.pending_entries(STEP).await? {
        check_entry(&mut db, &entry, report).await?;
        if entry.at_ms + LONGEST_PENDING_MS < now_ms {
            report.find("entry-pending", subject(&entry));
        }
    }
    staff::check(&mut db, &roles, report).await?;
    for (table, id) in db.unlogged().await? {
        report.find("row-unlogged", format!("{table} {id}"));
    }
    Ok(())
}

fn subject(entry: &EntryRow) -> String {
    format!("{} {}", entry.kind, entry.source)
}

/// Makes an entry's leaf again from its row.
async fn check_entry(
    db: &mut Db,
    entry: &EntryRow,
    report: &mut Report,
) -> Result<(), ServiceError> {
    let contents = match contents(db, entry, report).await {
        Ok(Some(contents)) => contents,
        // What was put into a sealed row by another hand does not open there.
        Err(ServiceError::Store(StoreError::Sealed(_))) => Vec::new(),
        Err(error) => return Err(error),
        Ok(None) => {
            report.find("row-missing", subject(entry));
            return Ok(());
        }
    };
    if matches!(entry.kind, LeafKind::Enrolment | LeafKind::Renewal) {
        check_erasure(db, entry, report).await?;
    }
    let is_leaf = |(at_ms, content): &(u64, Vec<u8>)| {
        let leaf = Leaf::new(entry.kind, *at_ms, &entry.salt, content);
        *at_ms == entry.at_ms && leaf.to_bytes() == entry.leaf
    };
    if !contents.iter().any(is_leaf) {
        report.find("row-differs-from-entry", subject(entry));
    }
    Ok(())
}

/// Holds whether a template is erased against whether the log says so.
async fn check_erasure(
    db: &mut Db,
    entry: &EntryRow,
    report: &mut Report,
) -> Result<(), ServiceError> {
    let source = format!("{TEMPLATE_OF}{}", entry.source);
    let logged = db.log_entry(LeafKind::Erasure, &source).await?.is_some();
    let found = match db.template(&entry.source).await {
        Ok(found) => found,
        // Told as a row that differs from its entry.
        Err(StoreError::Sealed(_)) => return Ok(()),
        Err(error) => return Err(error.into()),
    };
    let Some(found) = found else { return Ok(()) };
    let is_erased = found.erased_at_ms.is_some();
    if is_erased && !logged {
        report.find("template-erased-unlogged", subject(entry));
    }
    if found.is_there && (is_erased || logged) {
        report.find("template-still-there", subject(entry));
    }
    Ok(())
}

/// What an entry may commit to by its row as it is now: when, and what. Nothing where there is no
/// such row.
async fn contents(
    db: &mut Db,
    entry: &EntryRow,
    report: &mut Report,
) -> Result<Option<Vec<(u64, Vec<u8>)>>, ServiceError> {
    let source = entry.source.as_str();
    let found = match entry.kind {
        LeafKind::Receipt => {
            let row = db.receipt(source).await?;
            // Bytes that are no receipt differ from every entry.
            row.map(|row| content::receipt(&row.signed).into_iter().collect())
        }
        LeafKind::Enrolment | LeafKind::Renewal => db
            .template(source)
            .await?
            .filter(|found| content::template_kind(&found.row.origin) == entry.kind)
            .map(|found| {
                let of = (source, found.person);
                let content = content::template(of, &found.row, found.embedding);
                vec![(found.row.made_at_ms, content)]
            }),
        LeafKind::Binding => match db.device(source).await? {
            None => None,
            Some((row, made_ms)) => {
                let states = [DeviceState::Bound, DeviceState::Pending];
                let made = states.map(|state| (made_ms, content::binding(&row, state, made_ms)));
                let first = states.into_iter().zip(&made).find(|(_, (_, content))| {
                    Leaf::new(entry.kind, made_ms, &entry.salt, content).to_bytes() == entry.leaf
                });
                let logged = logged_state(db, source).await?;
                let logged = logged.or(first.map(|(state, _)| state));
                if logged.is_some_and(|logged| logged != row.state) {
                    report.find("device-state-unlogged", format!("device {source}"));
                }
                Some(made.into())
            }
        },
        LeafKind::Policy => {
            let version = source.parse().unwrap_or_default();
            match db.timed_policy(version).await? {
                None => None,
                Some((row, made_ms)) => {
                    let evidence = db.evidence_policy(version).await?;
                    let content = content::policy(&row, &evidence, made_ms)?;
                    Some(vec![(made_ms, content)])
                }
            }
        }
        LeafKind::StaffRole => {
            let staff_id = source.rsplit_once(':').map_or(source, |(id, _)| id);
            let row = db.staff_row(staff_id).await?;
            row.and_then(|_| state(source, entry.at_ms))
        }
        LeafKind::DeviceState => {
            let device_id = source.rsplit_once(':').map_or(source, |(id, _)| id);
            let row = db.device(device_id).await?;
            row.and_then(|_| state(source, entry.at_ms))
        }
        // These have no row of their own: the entry's source says it all.
        LeafKind::SigningKey | LeafKind::Manifest => state(source, entry.at_ms),
        LeafKind::Erasure if source.starts_with(TEMPLATE_OF) => {
            let found = db.template(&source[TEMPLATE_OF.len()..]).await?;
            found.and_then(|found| state(source, found.erased_at_ms.unwrap_or(entry.at_ms)))
        }
        // Whatever is left of a visit is its row.
        LeafKind::Erasure if source.starts_with(VISIT) => {
            let visit = source[VISIT.len()..].parse().ok();
            let row = match visit {
                Some(visit) => db.visit(visit).await?,
                None => None,
            };
            let erased = row.filter(|row| row.state == VisitState::Erased);
            erased.and_then(|_| state(source, entry.at_ms))
        }
        LeafKind::Erasure => {
            let claim = source.parse();
            let claim = claim.map_err(|_| ServiceError::Inconsistent("an entry"))?;
            let row = db.sealed(claim).await?;
            row.and_then(|row| Some(vec![(row.erased_at_ms?, content::erasure(&row).ok()?)]))
        }
        LeafKind::Revocation => {
            let row = db.revocation(source).await?;
            row.map(|row| vec![(row.at_ms, content::revocation(&row))])
        }
        LeafKind::Decision => {
            let row = db.proposal(source).await?;
            row.and_then(|row| {
                Some(vec![(
                    row.decided.as_ref()?.1,
                    content::decision(&row).ok()?,
                )])
            })
        }
    };
    Ok(found)
}

fn state(source: &str, at_ms: u64) -> Option<Vec<(u64, Vec<u8>)>> {
    let (thing, state) = source.rsplit_once(':')?;
    Some(vec![(at_ms, content::state(thing, state, at_ms))])
}

/// The state that a device was last brought into by an entry of the log.
async fn logged_state(db: &mut Db, device_id: &str) -> Result<Option<DeviceState>, ServiceError> {
    let mut last: Option<(u64, DeviceState)> = None;
    for state in [
        DeviceState::Bound,
        DeviceState::Pending,
        DeviceState::Revoked,
    ] {
        let source = content::state_source(device_id, state.as_str());
        if let Some(entry) = db.log_entry(LeafKind::DeviceState, &source).await? {
            let index = entry.index.unwrap_or(u64::MAX);
            if last.is_none_or(|(other, _)| other < index) {
                last = Some((index, state));
            }
        }
    }
    Ok(last.map(|(_, state)| state))
}
