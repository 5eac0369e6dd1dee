//! The one table of what each role may do. docs/staff.md shows it; a test holds the two together.

use crate::store::StaffRole;

/// Something that a member of staff does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Models a person's face.
    Enrol,
    /// Erases a person's face, at the person's word.
    EraseFace,
    /// Visits people at home.
    Visit,
    /// Sees what waits for a person to look at.
    ReadTasks,
    /// Reads a person's file.
    ReadFile,
    /// Proposes to accept what a task is about.
    Propose,
    /// Approves or refuses what another one proposed.
    Decide,
    /// Opens sealed evidence.
    OpenEvidence,
    /// Revokes a receipt.
    Revoke,
    /// Proposes a change for many people at once.
    ProposeBulk,
    /// Approves or refuses such a change.
    DecideBulk,
    /// Reads who read which file and why.
    ReadAccessLog,
}

impl Action {
    /// What the table in the handbook calls it.
    const fn title(self) -> &'static str {
        match self {
            Action::Enrol => "model a face",
            Action::EraseFace => "erase a face (on record)",
            Action::Visit => "visit people at home (on record)",
            Action::ReadTasks => "see tasks",
            Action::ReadFile => "read a person's file (on record)",
            Action::Propose => "propose to accept by hand",
            Action::Decide => "approve or refuse another's proposal",
            Action::OpenEvidence => "open sealed evidence (on record)",
            Action::Revoke => "revoke a receipt",
            Action::ProposeBulk => "propose a change for many people",
            Action::DecideBulk => "approve or refuse such a change",
            Action::ReadAccessLog => "read who read what",
        }
    }
}

use StaffRole::{Administrator, Auditor, Clerk, Reviewer, Supervisor};

/// Who may do it.
const TABLE: [(Action, &[StaffRole]); 12] = [
    (Action::Enrol, &[Clerk]),
    (Action::EraseFace, &[Clerk, Reviewer, Supervisor]),
    (Action::Visit, &[Clerk]),
    (Action::ReadTasks, &[Clerk, Reviewer, Supervisor]),
    (Action::ReadFile, &[Clerk, Reviewer, Supervisor]),
    (Action::Propose, &[Clerk, Reviewer, Supervisor]),
    (Action::Decide, &[Reviewer, Supervisor]),
    (Action::OpenEvidence, &[Reviewer, Supervisor]),
    (Action::Revoke, &[Supervisor]),
    (Action::ProposeBulk, &[Supervisor, Administrator]),
    (Action::DecideBulk, &[Supervisor, Administrator]),
    (Action::ReadAccessLog, &[Auditor]),
];

/// Whether a role may do something.
pub fn may(role: StaffRole, action: Action) -> bool {
    TABLE
        .iter()
        .any(|(known, roles)| *known == action && roles.contains(&role))
}

/// The table as it stands in the handbook.
pub fn as_markdown() -> String {
    let names = StaffRole::ALL.map(StaffRole::as_str).join(" | ");
    let mut text = format!("| | {names} |\n|---|---|---|---|---|---|\n");
    for (action, roles) in TABLE {
        let cells = StaffRole::ALL.map(|role| if roles.contains(&role) { "yes" } else { "" });
        text.push_str(&format!("| {} | {} |\n", action.title(), cells.join(" | ")));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Written out once more by hand: a slip in the table is no slip here.
    #[test]
    fn the_truth_table_of_roles() {
        let rows = [
            (Action::Enrol, [true, false, false, false, false]),
            (Action::EraseFace, [true, true, true, false, false]),
            (Action::Visit, [true, false, false, false, false]),
            (Action::ReadTasks, [true, true, true, false, false]),
            (Action::ReadFile, [true, true, true, false, false]),
            (Action::Propose, [true, true, true, false, false]),
            (Action::Decide, [false, true, true, false, false]),
            (Action::OpenEvidence, [false, true, true, false, false]),
            (Action::Revoke, [false, false, true, false, false]),
            (Action::ProposeBulk, [false, false, true, false, true]),
            (Action::DecideBulk, [false, false, true, false, true]),
            (Action::ReadAccessLog, [false, false, false, true, false]),
        ];
        assert_eq!(rows.len(), TABLE.len());
        for (action, expected) in rows {
            let found = StaffRole::ALL.map(|role| may(role, action));
            assert_eq!(found, expected, "{action:?}");
        }
    }

    #[test]
    fn the_handbook_shows_this_table() {
        let handbook = include_str!("../../../../docs/staff.md");
        assert!(handbook.contains(&as_markdown()), "{}", as_markdown());
    }
}
