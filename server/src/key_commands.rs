//! `lifecert-server keys`: what seals the database and what signs receipts.

use crate::signing_commands::SigningKeys;
use crate::{Failure, Place};
use clap::{Args, Subcommand};
use indicatif::{ProgressBar, ProgressStyle};
use lifecert_server::clock::{Clock, SystemClock};
use lifecert_server::keys::{CommandKek, FileKek, KeyEncryption};
use lifecert_server::service::{seal_old_rows, wrap_data_keys_anew};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Where the key-encryption key lives.
#[derive(Args)]
pub(crate) struct KekPlace {
    /// The key-encryption key: a file of 32 bytes [default: secrets/kek.key in the data folder].
    #[arg(long, global = true, env = "LIFECERT_KEK")]
    kek: Option<PathBuf>,
    /// A program that wraps and unwraps in place of that file: `PROGRAM wrap|unwrap CONTEXT`, bytes
    /// on standard input and output.
    #[arg(
        long,
        global = true,
        env = "LIFECERT_KEK_COMMAND",
        conflicts_with = "kek"
    )]
    kek_command: Option<PathBuf>,
}

impl KekPlace {
    pub(crate) fn open(&self, secrets: &Path) -> Arc<dyn KeyEncryption> {
        let usual = || secrets.join("kek.key");
        one_of(self.kek.clone(), self.kek_command.clone())
            .unwrap_or_else(|| Arc::new(FileKek::new(usual())))
    }
}

fn one_of(file: Option<PathBuf>, command: Option<PathBuf>) -> Option<Arc<dyn KeyEncryption>> {
    match (file, command) {
        (_, Some(program)) => Some(Arc::new(CommandKek::new(program))),
        (Some(file), None) => Some(Arc::new(FileKek::new(file))),
        (None, None) => None,
    }
}

#[derive(Subcommand)]
pub(crate) enum Keys {
    /// Seals names, id numbers, contacts and templates from before they were sealed. Stop the
    /// server first; stopped in the middle, it goes on when called again.
    Seal,
    /// Wraps the agency's keys under another key-encryption key. Start servers with the new one
    /// from then on; no person's row is touched.
    Rewrap {
        /// The new key-encryption key's file; made where there is none.
        #[arg(long, required_unless_present = "new_kek_command")]
        new_kek: Option<PathBuf>,
        /// The new key-encryption key's program.
        #[arg(long, conflicts_with = "new_kek")]
        new_kek_command: Option<PathBuf>,
    },
    /// Begins a new generation of the key that wraps people's data keys, and wraps them all anew.
    Renew,
    #[command(flatten)]
    Signing(SigningKeys),
}

impl Keys {
    pub(crate) async fn run(self, place: &Place) -> Result<(), Failure> {
        match self {
            Keys::Seal => seal(place).await,
            Keys::Rewrap {
                new_kek,
                new_kek_command,
            } => {
                let new = one_of(new_kek, new_kek_command).ok_or("name the new key")?;
                let old = place.kek.open(&place.secrets());
                let done = place.store().await?.rewrap(&*old, &*new).await?;
                println!("{done} keys wrapped anew; {} wraps them all now", new.id()?);
                Ok(())
            }
            Keys::Signing(command) => command.run(place).await,
            Keys::Renew => {
                let store = sealed_store(place).await?;
                let newest = store.read().await?.data_keys_before(u32::MAX).await?;
                let bar = bar(newest, "data keys")?;
                let generation = wrap_data_keys_anew(&store, |done| bar.inc(done)).await?;
                bar.finish_and_clear();
                println!("every data key is wrapped under generation {generation}");
                Ok(())
            }
        }
    }
}

async fn seal(place: &Place) -> Result<(), Failure> {
    let store = sealed_store(place).await?;
    let unsealed = store.read().await?.unsealed().await?;
    let bar = bar(unsealed.rows(), "rows")?;
    let now_ms = SystemClock.now_ms();
    let done = seal_old_rows(&store, now_ms, |done| bar.inc(done)).await?;
    bar.finish_and_clear();
    println!("{done} rows sealed");
    Ok(())
}

async fn sealed_store(place: &Place) -> Result<lifecert_server::store::Store, Failure> {
    let store = place.store().await?;
    Ok(store.with_kek(place.kek.open(&place.secrets())))
}

fn bar(len: u64, what: &str) -> Result<ProgressBar, Failure> {
    let style = ProgressStyle::with_template(&format!("{{bar:40}} {{pos}}/{{len}} {what}"))?;
    Ok(ProgressBar::new(len).with_style(style))
}
