//! `lifecert-server keys new-root|new|end|list|sign|publish`: the keys that sign challenges and
//! receipts, under a root that stays offline.
//!
//! ```text
//! office's server                 the root's machine, without a network
//! keys new | end | list --out -->  keys sign --root --> keys publish (server)
//! ```

use crate::{Failure, Place};
use clap::Subcommand;
use lifecert_protocol::{KeyId, SoftwareKey};
use lifecert_server::clock::{Clock, SystemClock};
use lifecert_server::keys::{AgencyKeys, read_secret, write_new_secret};
use lifecert_server::service::{
    KeyChange, KeyDraft, Secret, draft_key_list, known_root, publish_key_list,
};
use std::path::{Path, PathBuf};

#[derive(Subcommand)]
pub(crate) enum SigningKeys {
    /// Makes the root that signs lists of keys, on a machine without a network. Its name goes on
    /// letters, and to everybody who checks receipts.
    NewRoot {
        /// Where the root goes: a file that only its owner can read.
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Makes a key that signs from a time on, and drafts the list with it. Nothing changes before
    /// that list is signed and published.
    New {
        /// In how many hours it begins.
        #[arg(long, default_value_t = 24)]
        in_hours: u32,
        /// In how many minutes more.
        #[arg(long, default_value_t = 0)]
        in_minutes: u32,
        /// The draft.
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Drafts a list in which a former key ended earlier, because somebody else may have it: what
    /// it signed after that counts no more.
    End {
        /// The key.
        #[arg(long)]
        key: KeyId,
        /// Its end, in milliseconds since 1970.
        #[arg(long, value_name = "MS")]
        at_ms: u64,
        /// The draft.
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Shows the keys on record; drafts a list of them where a file is named.
    List {
        /// The draft.
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Signs a draft with the root, on its machine; needs no database.
    Sign {
        /// The root.
        #[arg(long, value_name = "FILE")]
        root: PathBuf,
        /// The draft.
        #[arg(long, value_name = "FILE")]
        draft: PathBuf,
        /// The signed list.
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Publishes a signed list: servers go on to its keys, devices and verifiers are given it.
    Publish {
        /// The signed list.
        #[arg(long, value_name = "FILE")]
        list: PathBuf,
        /// The root's name; for the first list, and never again another.
        #[arg(long)]
        root: Option<KeyId>,
    },
}

impl SigningKeys {
    pub(crate) async fn run(self, place: &Place) -> Result<(), Failure> {
        match self {
            SigningKeys::NewRoot { out } => new_root(&out),
            SigningKeys::New {
                in_hours,
                in_minutes,
                out,
            } => {
                let minutes = u64::from(in_hours) * 60 + u64::from(in_minutes);
                let from_ms = SystemClock.now_ms() + minutes * 60_000;
                draft(place, KeyChange::New { from_ms }, Some(&out)).await
            }
            SigningKeys::End { key, at_ms, out } => {
                draft(place, KeyChange::End { key, at_ms }, Some(&out)).await
            }
            SigningKeys::List { out } => draft(place, KeyChange::Nothing, out.as_deref()).await,
            SigningKeys::Sign { root, draft, out } => sign(&root, &draft, &out),
            SigningKeys::Publish { list, root } => publish(place, &list, root).await,
        }
    }
}

fn new_root(out: &Path) -> Result<(), Failure> {
    let (root, document) = SoftwareKey::generate().map_err(|_| "no randomness")?;
    write_new_secret(out, &document)?;
    println!("{}", root.public().id());
    Ok(())
}

async fn draft(place: &Place, change: KeyChange, out: Option<&Path>) -> Result<(), Failure> {
    let store = place.store().await?;
    place.has(&store, &[Secret::Unlisted]).await?;
    let keys = AgencyKeys::open(&place.secrets())?;
    let drafted = draft_key_list(&store, &keys, (change, SystemClock.now_ms())).await?;
    show(&drafted);
    if let Some(out) = out {
        let mut text = serde_json::to_vec_pretty(&drafted)?;
        text.push(b'\n');
        std::fs::write(out, text)?;
        println!(
            "list {} is to be signed: {}",
            drafted.sequence,
            out.display()
        );
    }
    Ok(())
}

/// What a list says, for whoever signs it.
fn show(draft: &KeyDraft) {
    for key in &draft.keys {
        let end = key.valid_to_ms.map(|to_ms| to_ms.to_string());
        println!(
            "{} from {} to {}",
            key.key,
            key.valid_from_ms,
            end.as_deref().unwrap_or("open")
        );
    }
}

fn sign(root: &Path, draft: &Path, out: &Path) -> Result<(), Failure> {
    let document = read_secret(root)?.ok_or("there is no such root")?;
    let root = SoftwareKey::from_pkcs8(&document).map_err(|_| "the root is damaged")?;
    let draft: KeyDraft = serde_json::from_slice(&std::fs::read(draft)?)?;
    show(&draft);
    std::fs::write(out, draft.sign(&root, SystemClock.now_ms())?)?;
    println!("list {} of {} is signed", draft.sequence, draft.agency);
    Ok(())
}

async fn publish(place: &Place, list: &Path, root: Option<KeyId>) -> Result<(), Failure> {
    let signed = std::fs::read(list)?;
    let store = place.store().await?;
    place.has(&store, &[Secret::Unlisted]).await?;
    let keys = AgencyKeys::open(&place.secrets())?;
    let root = match (known_root(&store).await?, root) {
        (Some(known), Some(named)) if known != named => {
            return Err("lists here are signed by another root".into());
        }
        (Some(known), _) => known,
        (None, named) => named.ok_or("name the root of this first list: --root")?,
    };
    let now_ms = SystemClock.now_ms();
    let list = publish_key_list(&store, &keys, (&signed, root, now_ms)).await?;
    // What it changed goes into the log now, unless a server that runs does so.
    place.log(store).await?.settle().await?;
    println!("list {} is published", list.sequence);
    Ok(())
}
