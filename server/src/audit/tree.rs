//! The three checkpoints, the tree of the database's leaves, the tiles that were published.

use super::Report;
use crate::error::ServiceError;
use crate::log::{LogError, LogFiles, LogKey, LogPlace, SignedCheckpoint, Tree, judge, read_text};
use crate::store::Store;

const STEP: u64 = 2_500;

/// Checks checkpoints, leaves and tiles; gives the size of the database's log.
pub(super) async fn check(
    store: &Store,
    key: &LogKey,
    place: &LogPlace,
    report: &mut Report,
) -> Result<u64, ServiceError> {
    let files = LogFiles::new(&place.folder);
    // The database is written first and read last: a server may run meanwhile.
    let published = files.checkpoint()?;
    let second = read_text(&place.second, "second place")?;
    let locked = store.read().await?.log_checkpoint().await?;
    let mut verified = |name: &str, text: Option<String>| match key.verify(&text?) {
        Ok(checkpoint) => Some(checkpoint),
        Err(_) => {
            report.find("checkpoint-not-genuine", name);
            None
        }
    };
    let published = verified("published", published);
    let second = verified("second place", second);
    let locked = verified("database", locked);
    if let Err(error) = judge(locked.as_ref(), published.as_ref(), second.as_ref()) {
        let finding = match error {
            LogError::RolledBack { .. } => "database-rolled-back",
            LogError::NoSecondPlace { .. } => "second-place-missing",
            _ => "log-forked",
        };
        report.find(finding, "checkpoint");
    }
    let size = locked.as_ref().map_or(0, |locked| locked.size);
    if size > 0 && published.is_none() {
        report.find("checkpoint-missing", "published");
    }
    let known = [
        ("published", published.as_ref()),
        ("second place", second.as_ref()),
        ("database", locked.as_ref()),
    ];
    grow(store, &files, (size, &known), report).await?;
    Ok(size)
}

/// Grows the tree from the database's leaves and holds it against what is known of it.
async fn grow(
    store: &Store,
    files: &LogFiles,
    (size, known): (u64, &[(&str, Option<&SignedCheckpoint>); 3]),
    report: &mut Report,
) -> Result<(), ServiceError> {
    let published = known[0].1.map_or(0, |published| published.size);
    let mut tree = Tree::default();
    while tree.size() < size {
        let stops = known
            .iter()
            .filter_map(|(_, checkpoint)| Some(checkpoint.as_ref()?.size));
        let stop = stops
            .filter(|stop| *stop > tree.size())
            .min()
            .unwrap_or(size);
        let most = (stop.min(size) - tree.size()).min(STEP);
        let mut db = store.read().await?;
        let entries = db.entries_from(tree.size(), most as u32).await?;
        let in_line = (tree.size()..).zip(&entries);
        let missing = in_line
            .clone()
            .find(|(index, entry)| entry.index != Some(*index));
        let missing = missing.map(|(index, _)| index);
        let short = (entries.len() as u64) < most;
        if let Some(index) = missing.or(short.then(|| tree.size() + entries.len() as u64)) {
            report.find("entry-missing", format!("entry {index}"));
            return Ok(());
        }
        let leaves: Vec<Vec<u8>> = entries.into_iter().map(|entry| entry.leaf).collect();
        let (next, tiles) = tree.append(&leaves)?;
        tree = next;
        for (tile, bytes) in &tiles {
            // Partial tiles count where a published checkpoint asks for them.
            let full = tile.width() == 256;
            let wanted = tree.size() == published || (full && tree.size() < published);
            if wanted && !files.read(tile).is_ok_and(|read| read.starts_with(bytes)) {
                report.find("tile-differs", LogFiles::name(tile));
            }
        }
        for (name, checkpoint) in known {
            if checkpoint
                .is_some_and(|one| one.size == tree.size() && tree.hash().ok() != Some(one.hash))
            {
                report.find("entries-differ-from-checkpoint", *name);
            }
        }
    }
    Ok(())
}
