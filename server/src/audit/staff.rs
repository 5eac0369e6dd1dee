//! Each member of staff against what the log last said of them.

use super::Report;
use crate::error::ServiceError;
use crate::store::{Db, EntryRow};
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

    fn last(&self, staff_id: &str) -> Option<&str> {
        let (_, state) = self.0.get(staff_id)?.last()?;
        Some(state)
    }
}

/// Checks that nobody has a role, or an area, that the log does not know of.
pub(super) async fn check(db: &mut Db, report: &mut Report) -> Result<(), ServiceError> {
    let roles = Roles::read(db).await?;
    for row in db.all_staff().await? {
        // Who has no entry at all is found as a row without one.
        let said = roles.last(&row.staff_id);
        if said.is_some_and(|said| said != row.state()) {
            report.find("staff-role-unlogged", format!("staff {}", row.staff_id));
        }
    }
    Ok(())
}
