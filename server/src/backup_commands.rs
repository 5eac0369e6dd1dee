//! `lifecert-server backup` and `restore`.

use crate::{Failure, Place};
use clap::Subcommand;
use lifecert_server::backup::{Manifest, Sources, backup, restore};
use lifecert_server::clock::{Clock, SystemClock};
use std::path::{Path, PathBuf};

#[derive(Subcommand)]
pub(crate) enum Backups {
    /// Copies the database, the log and sealed evidence into a folder, while the server may run;
    /// the secrets are not in it.
    Backup {
        /// A new folder.
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
        /// Another new folder, for the secrets: keep it where nobody has both.
        #[arg(long, value_name = "DIR")]
        secrets_out: Option<PathBuf>,
    },
    /// Puts a backup back where there is no database. The secrets have to be there before; a backup
    /// that is not the newest is not run, as that would fork the log.
    Restore {
        /// The backup's folder.
        #[arg(long, value_name = "DIR")]
        from: PathBuf,
    },
}

impl Backups {
    pub(crate) async fn run(self, place: &Place) -> Result<(), Failure> {
        match self {
            Backups::Backup { out, secrets_out } => {
                let store = place.store().await?;
                let sources = place.sources();
                let to = (out.as_path(), secrets_out.as_deref());
                let made = backup(&store, &sources, to, SystemClock.now_ms()).await?;
                println!("{} files in {}", made.files.len(), out.display());
                remind(place, &made, secrets_out.is_some());
                Ok(())
            }
            Backups::Restore { from } => bring_back(place, &from).await,
        }
    }
}

/// What is not in the folder, and would be missed.
fn remind(place: &Place, made: &Manifest, has_secrets: bool) {
    if !made.database {
        println!(
            "not in it: the database; now run pg_dump --format=custom, and keep both together"
        );
    }
    if !made.evidence {
        println!("not in it: sealed evidence, which lies in a bucket");
    }
    if !has_secrets {
        let secrets = place.secrets();
        println!(
            "not in it: the secrets in {}; keep a copy in another place",
            secrets.display()
        );
    }
    println!(
        "not in it: the second place, {}; never put it back to an older state",
        place.log_place().second.display()
    );
}

async fn bring_back(place: &Place, from: &Path) -> Result<(), Failure> {
    if !place.secrets().join("log.ed25519").is_file() {
        return Err("put the secrets back first: without them new ones would be made".into());
    }
    let database = place.database_file();
    let sources = place.sources();
    let back = restore(from, &place.agency, &sources, database.as_deref())?;
    println!("{} files are back or were there", back.files.len());
    // Says whether it is the newest: a server on an older one does not run either.
    place.log(place.store().await?).await?;
    println!("it is the newest that anybody has seen");
    Ok(())
}

impl Place {
    fn sources(&self) -> Sources {
        let folder = || self.data.join("evidence");
        let evidence = self.evidence.as_deref();
        Sources {
            log: self.log_place(),
            evidence: match evidence {
                Some(address) if address.contains("://") => None,
                address => Some(address.map_or_else(folder, PathBuf::from)),
            },
            secrets: self.secrets(),
        }
    }

    /// The database's file, where it is one.
    fn database_file(&self) -> Option<PathBuf> {
        let file = || Some(self.data.join("lifecert.sqlite"));
        self.database.as_ref().map_or_else(file, |address| {
            let path = address.strip_prefix("sqlite:")?;
            Some(PathBuf::from(path.trim_start_matches("//")))
        })
    }
}
