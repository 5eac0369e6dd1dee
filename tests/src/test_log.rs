//! A log for tests, made with the libraries' own functions: a key, entries, checkpoints, proofs and
//! the files that a server publishes. The program's tests use it too.

use std::fs;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::SigningKey;
use lifecert_protocol::log::{
    AddCheckpoint, Hash, Leaf, LeafKind, LogKey, SignedCheckpoint, TlogProof, tile_path,
};
use lifecert_protocol::{Salt, random_bytes};
use signed_note::{Note, StandardSigner, new_ed25519_verifier_key};
use tlog_tiles::{
    Checkpoint, Error, HashReader, Tile, prove_record, prove_tree, stored_hashes, tree_hash,
};

/// A log with a key of its own.
pub struct TestLog {
    /// Its verifier key as text.
    pub vkey: String,
    /// Its entries.
    pub entries: Vec<Vec<u8>>,
    signer: StandardSigner,
    stored: Vec<Hash>,
}

impl TestLog {
    /// An empty log.
    pub fn new(origin: &str) -> Self {
        let signing = SigningKey::from_bytes(&random_bytes());
        let vkey = new_ed25519_verifier_key(origin, &signing.verifying_key());
        let id = vkey.split('+').nth(1).expect("a vkey has an id").to_owned();
        let key = STANDARD.encode([&[1], signing.as_bytes().as_slice()].concat());
        let signer = StandardSigner::new(&format!("PRIVATE+KEY+{origin}+{id}+{key}"));
        Self {
            vkey,
            entries: Vec::new(),
            signer: signer.expect("the key was just made"),
            stored: Vec::new(),
        }
    }

    /// A log with so many entries of a policy that changes every second.
    pub fn of(origin: &str, entries: u64) -> Self {
        let mut log = Self::new(origin);
        for n in 0..entries {
            let salt = Salt::from_bytes([7; 32]);
            log.push(&Leaf::new(LeafKind::Policy, n * 1_000, &salt, b"policy").to_bytes());
        }
        log
    }

    /// Adds an entry; gives its place.
    pub fn push(&mut self, entry: &[u8]) -> u64 {
        let index = self.size();
        let new = stored_hashes(index, entry, self).expect("all hashes before are there");
        self.stored.extend(new);
        self.entries.push(entry.to_vec());
        index
    }

    /// Entries.
    pub fn size(&self) -> u64 {
        self.entries.len() as u64
    }

    /// Its public key.
    pub fn key(&self) -> LogKey {
        LogKey::parse(&self.vkey).expect("the key was made here")
    }

    /// The root when it had so many entries.
    pub fn root(&self, size: u64) -> Hash {
        tree_hash(size, self).expect("all hashes are there")
    }

    /// Its checkpoint of that size.
    pub fn checkpoint(&self, size: u64) -> SignedCheckpoint {
        self.sign(size, self.root(size))
    }

    /// Signs any root, as a log that lies does.
    pub fn sign(&self, size: u64, root: Hash) -> SignedCheckpoint {
        let origin = self.key().origin().to_owned();
        let checkpoint = Checkpoint::new(&origin, size, root, "").expect("a name");
        let mut note = Note::new(&checkpoint.to_bytes(), &[]).expect("plain text");
        note.add_sigs(&[&self.signer]).expect("a valid name");
        SignedCheckpoint::parse(&note.to_bytes()).expect("a checkpoint")
    }

    /// The proof that the entry at `index` stands in the tree of that size.
    pub fn proof(&self, index: u64, size: u64, extra: Option<&Salt>) -> TlogProof {
        TlogProof {
            extra: extra.map(|salt| salt.as_bytes().to_vec()),
            index,
            hashes: prove_record(size, index, self).expect("all hashes are there"),
            checkpoint: self.checkpoint(size),
        }
    }

    /// The request that a witness that knows `older` entries cosign that size.
    pub fn request(&self, older: u64, size: u64) -> AddCheckpoint {
        let proof = match older {
            0 => Vec::new(),
            _ => prove_tree(size, older, self).expect("all hashes are there"),
        };
        AddCheckpoint {
            old_size: older,
            proof,
            checkpoint: self.checkpoint(size),
        }
    }

    /// Writes what a server publishes: checkpoint, tiles, bundles.
    pub fn publish(&self, folder: &Path) {
        let write = |path: &str, bytes: &[u8]| {
            let path = folder.join(path);
            fs::create_dir_all(path.parent().expect("a folder")).expect("a writable folder");
            fs::write(path, bytes).expect("a writable folder");
        };
        write("checkpoint", &self.checkpoint(self.size()).to_bytes());
        for tile in Tile::new_tiles(8, 0, self.size()) {
            write(
                &tile_path(&tile),
                &tile.read_data(self).expect("all hashes"),
            );
            if tile.level() == 0 {
                let mut data = tile;
                data.set_is_data();
                let start = tile.level_index() as usize * 256;
                let entries = &self.entries[start..start + tile.width() as usize];
                let bundle: Vec<u8> = entries
                    .iter()
                    .flat_map(|entry| [&(entry.len() as u16).to_be_bytes(), &entry[..]].concat())
                    .collect();
                write(&tile_path(&data), &bundle);
            }
        }
    }
}

impl HashReader for TestLog {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<Hash>, Error> {
        let read = |index: &u64| self.stored.get(*index as usize).copied();
        let hashes: Option<Vec<Hash>> = indexes.iter().map(read).collect();
        hashes.ok_or(Error::IndexesNotInTree)
    }
}
