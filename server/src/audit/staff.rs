//! Each member of staff against what the log last said of them, each decision by hand against the
//! roles of those who made it.

use super::Report;
use crate::error::ServiceError;
use crate::service::staff::permission::may;
use crate::service::staff::proposal_actions;
use crate::store::{Db, EntryRow, ProposalState, StaffRole};
use lifecert_protocol::log::LeafKind;
use std::collections::HashMap;

/// What the log says of everybody who is or was a member of staff, in its order.
pub(super) struct Roles(HashMap<String, Vec<(u64, String)>>);

impl Roles {
    pub(super) async fn read(db: &mut Db) -> Result<Self, ServiceError> {
        let mut entries = db.entries_of(LeafKind::StaffRole).await?;
        // What waits for its index comes last.
        entries.sort_by_key(|entry| (entry.index.unwrap_or(u64::MAX), entry.at_ms));
        let mut roles: HashMap<String, Vec<(u64, String)>> = HashMap::new();
        for EntryRow { source, at_ms, .. } in entries {
            let Some((staff_id, state)) = source.rsplit_once(':') else {
                continue;
            };
            let state = state.split_once('@').map_or(state, |(state, _)| state);
            let states = roles.entry(staff_id.to_owned()).or_default();
            states.push((at_ms, state.to_owned()));
        }
        Ok(Self(roles))
    }

    /// The role that somebody had at a time.
    fn role_at(&self, staff_id: &str, at_ms: u64) -> Option<StaffRole> {
        let states = self.0.get(staff_id)?;
        let (_, state) = states.iter().rfind(|(since_ms, _)| *since_ms <= at_ms)?;
        state.split(' ').next()?.parse().ok()
    }

    fn last(&self, staff_id: &str) -> Option<&str> {
        let (_, state) = self.0.get(staff_id)?.last()?;
        Some(state)
    }
}

/// Checks that two people made a decision by hand, and that each of them might by the role that the
/// log says they had then.
pub(super) async fn check_decision(
    db: &mut Db,
    entry: &EntryRow,
    roles: &Roles,
    report: &mut Report,
) -> Result<(), ServiceError> {
    // A row that is gone was found by its entry.
    let Some(row) = db.proposal(&entry.source).await? else {
        return Ok(());
    };
    let Some((decided_by, decided_at_ms)) = &row.decided else {
        return Ok(());
    };
    let approved = row.state == ProposalState::Approved;
    if approved && *decided_by == row.proposed_by {
        report.find(
            "decision-by-one-person",
            format!("proposal {}", entry.source),
        );
    }
    let (propose, decide) = proposal_actions(row.kind);
    let might = |staff_id: &str, at_ms, action| {
        let role = roles.role_at(staff_id, at_ms);
        role.is_some_and(|role| may(role, action))
    };
    if !might(&row.proposed_by, row.proposed_at_ms, propose)
        || !might(decided_by, *decided_at_ms, decide)
    {
        report.find(
            "decision-without-right",
            format!("proposal {}", entry.source),
        );
    }
    Ok(())
}

/// Checks that nobody has a role, or an area, that the log does not know of.
pub(super) async fn check(
    db: &mut Db,
    roles: &Roles,
    report: &mut Report,
) -> Result<(), ServiceError> {
    for row in db.all_staff().await? {
        // Who has no entry at all is found as a row without one.
        let said = roles.last(&row.staff_id);
        if said.is_some_and(|said| said != row.state()) {
            report.find("staff-role-unlogged", format!("staff {}", row.staff_id));
        }
    }
    Ok(())
}
