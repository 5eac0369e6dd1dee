//! Checkpoints (c2sp.org/tlog-checkpoint): a log's name, the size of its tree and its root, signed.

use super::cosignature::time;
use super::{Cosignature, Cosigner, Hash, LogError, LogKey, WitnessKey};
use signed_note::{Note, NoteError, Signature, Verifier, VerifierList};
use tlog_tiles::{Checkpoint, TreeProof, check_tree};

/// A checkpoint with its signatures, read but not yet verified.
#[derive(Debug, PartialEq)]
pub struct SignedCheckpoint {
    note: Note,
    checkpoint: Checkpoint,
}

const MALFORMED: LogError = LogError::Malformed("the checkpoint");

impl SignedCheckpoint {
    /// Reads a signed note whose text is a checkpoint.
    ///
    /// # Errors
    /// [`LogError::Malformed`].
    pub fn parse(bytes: &[u8]) -> Result<Self, LogError> {
        let note = Note::from_bytes(bytes).map_err(|_| MALFORMED)?;
        let checkpoint = Checkpoint::from_bytes(note.text()).map_err(|_| MALFORMED)?;
        // One text has one form: what is signed is what was understood.
        if checkpoint.to_bytes() == note.text() {
            Ok(Self { note, checkpoint })
        } else {
            Err(MALFORMED)
        }
    }

    /// The signed note's bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.note.to_bytes()
    }

    /// The log's name.
    pub fn origin(&self) -> &str {
        self.checkpoint.origin()
    }

    /// Entries in the tree.
    pub fn size(&self) -> u64 {
        self.checkpoint.size()
    }

    /// The root of the tree.
    pub fn root(&self) -> Hash {
        *self.checkpoint.hash()
    }

    /// Verifies that it is of this log and signed with its key. Signatures by keys that nobody
    /// named do not count, for or against.
    ///
    /// # Errors
    /// [`LogError::Origin`], [`LogError::Unsigned`], [`LogError::Signature`].
    pub fn verify(&self, log: &LogKey) -> Result<(), LogError> {
        if self.origin() != log.origin() {
            return Err(LogError::Origin(self.origin().to_owned()));
        }
        match self.signatures(vec![Box::new(log.verifier())])?.is_empty() {
            false => Ok(()),
            true => Err(LogError::Unsigned),
        }
    }

    /// The cosignatures by these witnesses, verified.
    ///
    /// # Errors
    /// [`LogError::Signature`] when one in the name of a known witness does not fit.
    pub fn cosignatures<'a>(
        &self,
        witnesses: impl IntoIterator<Item = &'a WitnessKey>,
    ) -> Result<Vec<Cosignature>, LogError> {
        let keys = witnesses.into_iter();
        let verifiers = keys
            .map(|key| Box::new(key.clone()) as Box<dyn Verifier>)
            .collect();
        let signatures = self.signatures(verifiers)?;
        let cosignatures = signatures.iter().map(|signature| Cosignature {
            witness: signature.name().to_owned(),
            at_s: time(signature.signature()),
        });
        Ok(cosignatures.collect())
    }

    /// The same checkpoint with the log's verified signature alone.
    ///
    /// # Errors
    /// [`LogError::Unsigned`], [`LogError::Signature`].
    pub fn only_signed_by(&self, log: &LogKey) -> Result<Self, LogError> {
        let signatures = self.signatures(vec![Box::new(log.verifier())])?;
        if signatures.is_empty() {
            return Err(LogError::Unsigned);
        }
        let note = Note::new(self.note.text(), &signatures).map_err(|_| MALFORMED)?;
        Self::parse(&note.to_bytes())
    }

    fn signatures(&self, by: Vec<Box<dyn Verifier>>) -> Result<Vec<Signature>, LogError> {
        match self.note.verify(&VerifierList::new(by)) {
            Ok((verified, _)) => Ok(verified),
            Err(NoteError::UnverifiedNote) => Ok(Vec::new()),
            Err(NoteError::InvalidSignature { name, .. }) => Err(LogError::Signature(name)),
            Err(_) => Err(MALFORMED),
        }
    }

    /// Verifies that the tree of `older` entries with root `older_root` is how this tree begins.
    ///
    /// # Errors
    /// [`LogError::Inconsistent`].
    pub fn verify_extends(
        &self,
        older: u64,
        older_root: Hash,
        proof: &TreeProof,
    ) -> Result<(), LogError> {
        let size = self.size();
        let fits = match older {
            // The empty tree is how every tree begins; there is nothing to prove.
            0 => older_root == tlog_tiles::EMPTY_HASH && proof.is_empty() && self.empty_is_empty(),
            _ => check_tree(proof, size, self.root(), older, older_root).is_ok(),
        };
        match fits {
            true => Ok(()),
            false => Err(LogError::Inconsistent { size, older }),
        }
    }

    fn empty_is_empty(&self) -> bool {
        self.size() > 0 || self.root() == tlog_tiles::EMPTY_HASH
    }

    /// Cosigns it at a time in seconds since 1970; gives the signature line. Whether it deserves
    /// that has to be settled before.
    pub fn cosign(&self, cosigner: &Cosigner, at_s: u64) -> Vec<u8> {
        cosigner.cosign(self.note.text(), at_s).to_bytes()
    }

    /// The same checkpoint with a witness's answer, lines of cosignatures, behind its signatures.
    ///
    /// # Errors
    /// [`LogError::Malformed`] when the lines are none; they are not verified here.
    pub fn with_cosignatures(&self, lines: &[u8]) -> Result<Self, LogError> {
        Self::parse(&[&self.to_bytes(), lines].concat())
    }
}
