//! Which certificates were revoked: the status list that Google publishes for Android's, as a file
//! that the operator fetches anew. It is read again when it changed; one that is missing or old is
//! said once.

use lifecert_protocol::AttestationReason;
use serde::Deserialize;
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

/// What the configuration says of the list.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ListEntry {
    /// The file, beside the configuration unless its path is absolute.
    pub(super) file: PathBuf,
    /// After how many hours it is old.
    #[serde(default = "a_week")]
    max_age_h: u64,
}

fn a_week() -> u64 {
    168
}

#[derive(Deserialize)]
struct StatusFile {
    entries: HashMap<String, StatusEntry>,
}

#[derive(Deserialize)]
struct StatusEntry {
    status: String,
}

/// Reasons by serial numbers without leading zeros.
type Entries = HashMap<Vec<u8>, AttestationReason>;

/// A status list.
pub(super) struct StatusList {
    path: PathBuf,
    max_age: Duration,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    entries: Arc<Entries>,
    read: Option<SystemTime>,
    /// What was said last, so that it is said once.
    said: Option<&'static str>,
}

impl StatusList {
    pub(super) fn new(path: PathBuf, entry: &ListEntry) -> Self {
        let list = Self {
            path,
            max_age: Duration::from_secs(entry.max_age_h.saturating_mul(60 * 60)),
            state: Mutex::default(),
        };
        list.entries();
        list
    }

    /// Why one of these serial numbers no longer counts, if one does not.
    pub(super) fn revoked(&self, serials: &[&[u8]]) -> Option<AttestationReason> {
        let entries = self.entries();
        serials
            .iter()
            .find_map(|serial| entries.get(*serial))
            .copied()
    }

    /// The list as it is now. One that cannot be read leaves the last in force.
    fn entries(&self) -> Arc<Entries> {
        // What is replaced is replaced whole.
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let changed = std::fs::metadata(&self.path).and_then(|file| file.modified());
        let trouble = match changed {
            Err(_) => Some("is missing"),
            Ok(changed) => {
                let mut trouble = None;
                if state.read != Some(changed) {
                    match self.read() {
                        Some(entries) => {
                            state.entries = Arc::new(entries);
                            state.read = Some(changed);
                        }
                        None => trouble = Some("cannot be read"),
                    }
                }
                let old = changed.elapsed().is_ok_and(|age| age > self.max_age);
                trouble.or(old.then_some("is old"))
            }
        };
        if let Some(trouble) = trouble.filter(|_| state.said != trouble) {
            tracing::warn!("the list of revoked attestation certificates {trouble}");
        }
        state.said = trouble;
        state.entries.clone()
    }

    fn read(&self) -> Option<Entries> {
        let text = std::fs::read(&self.path).ok()?;
        entries(&text)
    }
}

/// Reads a list. An entry of a kind that is not known counts as revoked.
fn entries(text: &[u8]) -> Option<Entries> {
    let file: StatusFile = serde_json::from_slice(text).ok()?;
    let read = |(serial, entry): (String, StatusEntry)| {
        let digits = serial.trim_start_matches('0');
        let even = if digits.len() % 2 == 0 { "" } else { "0" };
        let serial = hex::decode(format!("{even}{digits}")).ok()?;
        let reason = match entry.status.as_str() {
            "SUSPENDED" => AttestationReason::Suspended,
            _ => AttestationReason::Revoked,
        };
        Some((serial, reason))
    };
    file.entries.into_iter().map(read).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_read_again_when_it_changed_and_stays_when_it_is_damaged() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("status.json");
        let entry = ListEntry {
            file: path.clone(),
            max_age_h: 1,
        };
        let list = StatusList::new(path.clone(), &entry);
        let (first, second) = (&[0x0c, 0xaf][..], &[0xbe, 0xef][..]);
        assert_eq!(list.revoked(&[first]), None);
        let write = |text: &str, age_s: u64| {
            std::fs::write(&path, text).unwrap();
            let time = SystemTime::now() - Duration::from_secs(age_s);
            let file = std::fs::File::options().write(true).open(&path).unwrap();
            file.set_modified(time).unwrap();
        };
        write(
            r#"{"entries":{"caf":{"status":"REVOKED","reason":"KEY_COMPROMISE"}}}"#,
            30,
        );
        assert_eq!(
            list.revoked(&[second, first]),
            Some(AttestationReason::Revoked)
        );
        write("{", 20);
        assert_eq!(list.revoked(&[first]), Some(AttestationReason::Revoked));
        write(r#"{"entries":{"00beef":{"status":"SUSPENDED"}}}"#, 10);
        assert_eq!(list.revoked(&[first]), None);
        assert_eq!(list.revoked(&[second]), Some(AttestationReason::Suspended));
        assert_eq!(list.state.lock().unwrap().said, None);
        write(r#"{"entries":{}}"#, 7_200);
        assert_eq!(list.revoked(&[second]), None);
        assert_eq!(list.state.lock().unwrap().said, Some("is old"));
        std::fs::remove_file(&path).unwrap();
        assert_eq!(list.revoked(&[second]), None);
        assert_eq!(list.state.lock().unwrap().said, Some("is missing"));
    }

    #[test]
    fn serials_that_are_no_numbers_are_not_a_list() {
        assert!(entries(br#"{"entries":{"xyz":{"status":"REVOKED"}}}"#).is_none());
        assert!(entries(br#"{"entries":{"A1":{"status":"REVOKED"}}}"#).is_some());
    }
}
