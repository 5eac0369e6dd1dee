//! What a log and its witnesses say, said by a small log of its own.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::SigningKey;
use lifecert_protocol::log::{
    AddCheckpoint, Cosigner, Hash, Leaf, LeafKind, SignedCheckpoint, TlogProof,
};
use lifecert_protocol::{Salt, random_bytes};
use signed_note::{Note, StandardSigner, new_ed25519_verifier_key};
use tlog_tiles::{Checkpoint, node_hash, record_hash};

use super::seeds::text;
use crate::shell::Outcome;

const LOG: &str = "log.example";
const WITNESS: &str = "witness.example";

/// Hands out texts of every kind, each by its name; gives the text of a proof.
pub fn all(mut write: impl FnMut(&str, &[u8]) -> Outcome) -> Result<String, String> {
    let entry = |n| Leaf::new(LeafKind::Receipt, n, &Salt::random(), b"content").to_bytes();
    let hashes = [1, 2].map(|n| record_hash(&entry(n)));
    let signing = SigningKey::from_bytes(&random_bytes());
    let vkey = new_ed25519_verifier_key(LOG, &signing.verifying_key());
    let checkpoint = checkpoint(&signing, &vkey, node_hash(hashes[0], hashes[1]))?;
    write("checkpoint", &checkpoint.to_bytes())?;
    let cosigner = Cosigner::generate(WITNESS).map_err(text)?;
    let lines = checkpoint.cosign(&cosigner, 1);
    let cosigned = checkpoint.with_cosignatures(&lines).map_err(text)?;
    write("cosigned", &cosigned.to_bytes())?;
    let request = AddCheckpoint {
        old_size: 1,
        proof: vec![hashes[1]],
        checkpoint,
    };
    write("add-checkpoint", &request.to_bytes())?;
    let (log, witness) = (vkey.as_bytes(), cosigner.public().vkey());
    write("log-key", log)?;
    write("witness-key", witness.as_bytes())?;
    let policy = format!(
        "log {vkey}\nwitness bank {witness} https://{WITNESS}/\ngroup all 1 bank\nquorum all\n"
    );
    write("policy", policy.as_bytes())?;
    let proof = TlogProof {
        extra: Some(vec![7; 32]),
        index: 0,
        hashes: vec![hashes[1]],
        checkpoint: cosigned,
    };
    let proof = proof.to_text();
    write("proof", proof.as_bytes())?;
    Ok(proof)
}

/// Of a tree of two entries.
fn checkpoint(signing: &SigningKey, vkey: &str, root: Hash) -> Result<SignedCheckpoint, String> {
    let id = vkey.split('+').nth(1).unwrap_or_default();
    let key = STANDARD.encode([&[1], signing.as_bytes().as_slice()].concat());
    let signer = StandardSigner::new(&format!("PRIVATE+KEY+{LOG}+{id}+{key}"));
    let signer = signer.map_err(|_| "no key of a log")?;
    let checkpoint = Checkpoint::new(LOG, 2, root, "").map_err(|_| "no checkpoint")?;
    let note = Note::new(&checkpoint.to_bytes(), &[]);
    let mut note = note.map_err(|_| "no note")?;
    note.add_sigs(&[&signer]).map_err(|_| "no signature")?;
    SignedCheckpoint::parse(&note.to_bytes()).map_err(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use lifecert_protocol::log::{LogKey, WitnessKey, WitnessPolicy};

    #[test]
    fn each_text_is_what_it_is_named() {
        let mut names = Vec::new();
        let proof = all(|name, bytes| {
            let said = String::from_utf8_lossy(bytes);
            let read = match name {
                "checkpoint" | "cosigned" => SignedCheckpoint::parse(bytes).is_ok(),
                "add-checkpoint" => AddCheckpoint::parse(bytes).is_ok(),
                "log-key" => LogKey::parse(&said).is_ok(),
                "witness-key" => WitnessKey::parse(&said).is_ok(),
                "policy" => WitnessPolicy::parse(bytes).is_ok(),
                "proof" => TlogProof::parse(&said).is_ok(),
                _ => false,
            };
            assert!(read, "{name}: {said}");
            names.push(name.to_owned());
            Ok(())
        });
        assert!(TlogProof::parse(&proof.unwrap()).is_ok());
        assert_eq!(names.len(), 7);
    }
}
