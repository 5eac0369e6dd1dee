//! What witnesses have cosigned, beside the published log: a file of its own, and the published
//! checkpoint for as long as it is the newest.

use super::error::LogError;
use super::key::SignedCheckpoint;
use super::sequencer::Log;
use lifecert_protocol::log::SignedCheckpoint as Note;
use std::sync::Arc;

impl Log {
    /// The newest checkpoint, with the cosignatures that are there.
    pub(super) fn newest_witnessed_or_published(&self) -> Option<Arc<SignedCheckpoint>> {
        let published = self.published.borrow().clone()?;
        let witnessed = self.witnessed.borrow().clone();
        let same = witnessed.filter(|known| known.size == published.size);
        Some(same.unwrap_or(published))
    }

    /// The newest checkpoint that enough witnesses have cosigned or, where there was none yet, that
    /// any has.
    pub fn witnessed(&self) -> Option<Arc<SignedCheckpoint>> {
        self.witnessed.borrow().clone()
    }

    /// Publishes a checkpoint with its cosignatures while it is the newest; where `keep` is set, it
    /// also takes the place of the one that was witnessed last.
    pub(super) async fn keep_cosigned(&self, cosigned: &Note, keep: bool) -> Result<(), LogError> {
        let text = String::from_utf8(cosigned.to_bytes());
        let text = text.map_err(|_| LogError::Damaged("a checkpoint"))?;
        let next = self.key.verify(&text)?;
        // Held while it writes, so that no older checkpoint takes the place of a newer one.
        let held = self.held.lock().await;
        let newest = held.as_ref().map(|held| held.locked.size);
        // Another process writes the log now, and asks for itself.
        let Some(newest) = newest else { return Ok(()) };
        let files = self.files.clone();
        let file = next.text.clone();
        let is_newest = next.size == newest;
        let written = tokio::task::spawn_blocking(move || {
            if keep {
                files.keep_witnessed(&file)?;
            }
            match is_newest {
                true => files.publish(&file),
                false => Ok(()),
            }
        });
        written
            .await
            .map_err(|_| LogError::Damaged("the writing"))??;
        let next = Arc::new(next);
        if is_newest {
            self.published.send_replace(Some(next.clone()));
        }
        if keep {
            self.witnessed.send_replace(Some(next));
        }
        Ok(())
    }

    /// What is in the file, if it is of this log.
    pub(super) fn witnessed_file(&self) -> Result<Option<SignedCheckpoint>, LogError> {
        let text = self.files.witnessed()?;
        text.map(|text| self.key.verify(&text)).transpose()
    }
}
