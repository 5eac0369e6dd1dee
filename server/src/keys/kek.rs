//! The key-encryption key: what wraps the agency's sealing keys, and where it lives.
//!
//! It is asked once when the server starts and once when the keys are wrapped anew, so it may live
//! far away: in a file on another medium, or in a key management service behind a command.

use super::files::{read_private, write_new_private};
use super::sealed_column::{Place, SealingKey};
use lifecert_protocol::{AgencyId, Digest, random_bytes};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use zeroize::Zeroizing;

/// A key of 32 bytes, zeroised on drop.
pub type KeyBytes = Zeroizing<[u8; 32]>;

/// Why a key-encryption key did not do its work. It never holds a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KekError {
    /// There is none where it should be.
    #[error("the key-encryption key is not there")]
    Missing,
    /// What is there is no key, or cannot be read or written.
    #[error("the key-encryption key cannot be read")]
    Unreadable,
    /// The agency's keys were wrapped under another one, or what was wrapped has been changed.
    #[error("the agency's keys are wrapped under another key-encryption key")]
    Other,
    /// The command could not be run, failed, or answered something that is no key.
    #[error("the command of the key-encryption key failed")]
    Command,
}

/// What a wrapped key is for; bound in, so that one cannot stand in for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyContext<'a> {
    /// Whose key.
    pub agency: &'a AgencyId,
    /// What it does: the name of its row's purpose.
    pub purpose: &'a str,
    /// Which generation of it.
    pub generation: u32,
}

impl std::fmt::Display for KeyContext<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}/{}", self.agency, self.purpose, self.generation)
    }
}

/// A key-encryption key, wherever it lives.
pub trait KeyEncryption: Send + Sync + std::fmt::Debug {
    /// Makes the key if there is none. Called only while nothing is wrapped under it.
    ///
    /// # Errors
    /// [`KekError`].
    fn prepare(&self) -> Result<(), KekError>;

    /// A name that stands beside what it wrapped; it says nothing about the key.
    ///
    /// # Errors
    /// [`KekError`].
    fn id(&self) -> Result<String, KekError>;

    /// Wraps a key.
    ///
    /// # Errors
    /// [`KekError`].
    fn wrap(&self, context: &KeyContext<'_>, key: &KeyBytes) -> Result<Vec<u8>, KekError>;

    /// Unwraps what [`wrap`](Self::wrap) gave for the same context.
    ///
    /// # Errors
    /// [`KekError`].
    fn unwrap(&self, context: &KeyContext<'_>, wrapped: &[u8]) -> Result<KeyBytes, KekError>;
}

/// A key-encryption key in a file of 32 bytes that only its owner can read.
#[derive(Debug, Clone)]
pub struct FileKek {
    path: PathBuf,
}

impl FileKek {
    /// The key in that file; the file may not be there yet.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    /// Where it lies.
    pub fn path(&self) -> &Path {
        &self.path
    }

    fn key(&self) -> Result<KeyBytes, KekError> {
        let bytes = read_private(&self.path).map_err(|_| KekError::Unreadable)?;
        let bytes = bytes.ok_or(KekError::Missing)?;
        let key: [u8; 32] = bytes[..].try_into().map_err(|_| KekError::Unreadable)?;
        Ok(Zeroizing::new(key))
    }

    fn sealing(&self) -> Result<SealingKey, KekError> {
        let key = self.key()?;
        SealingKey::new(0, &key).map_err(|_| KekError::Unreadable)
    }
}

impl KeyEncryption for FileKek {
    fn prepare(&self) -> Result<(), KekError> {
        match self.key() {
            Err(KekError::Missing) => {
                let key: KeyBytes = Zeroizing::new(random_bytes());
                write_new_private(&self.path, &key[..]).map_err(|_| KekError::Unreadable)
            }
            other => other.map(drop),
        }
    }

    fn id(&self) -> Result<String, KekError> {
        let key = self.key()?;
        let named = Zeroizing::new([b"lifecert/kek".as_slice(), &key[..]].concat());
        Ok(format!("file:{}", &Digest::of(&named).to_string()[..16]))
    }

    fn wrap(&self, context: &KeyContext<'_>, key: &KeyBytes) -> Result<Vec<u8>, KekError> {
        self.sealing()?
            .seal(&place(context, &context.generation.to_string()), &key[..])
            .map_err(|_| KekError::Unreadable)
    }

    fn unwrap(&self, context: &KeyContext<'_>, wrapped: &[u8]) -> Result<KeyBytes, KekError> {
        let opened = self
            .sealing()?
            .open(&place(context, &context.generation.to_string()), wrapped)
            .map_err(|_| KekError::Other)?;
        let key: [u8; 32] = opened[..].try_into().map_err(|_| KekError::Other)?;
        Ok(Zeroizing::new(key))
    }
}

/// A sealing key's place: its row is named by purpose and generation.
fn place<'a>(context: &KeyContext<'a>, generation: &'a str) -> Place<'a> {
    Place {
        agency: context.agency,
        table: "sealing_key",
        column: context.purpose,
        row: generation,
    }
}

/// A key-encryption key behind a program, for example a small script over a key management service.
///
/// `PROGRAM wrap CONTEXT` gets 32 bytes on its standard input and answers the wrapped key on its
/// standard output; `PROGRAM unwrap CONTEXT` gets the wrapped key and answers the 32 bytes. It ends
/// with 0 when all went well. CONTEXT is a text (`agency/purpose/generation`) to be bound in as
/// additional authenticated data. The program sets its own limits of time.
#[derive(Debug, Clone)]
pub struct CommandKek {
    program: PathBuf,
}

impl CommandKek {
    /// The most bytes of a wrapped key.
    const MAX_WRAPPED: usize = 16 * 1024;

    /// The key behind that program.
    pub fn new(program: impl Into<PathBuf>) -> Self {
        Self {
            program: program.into(),
        }
    }

    fn run(
        &self,
        verb: &str,
        context: &KeyContext<'_>,
        input: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, KekError> {
        let mut child = Command::new(&self.program)
            .args([verb, &context.to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|_| KekError::Command)?;
        // A program that does not read its input is known by what it answers.
        let _ = child.stdin.take().map(|mut stdin| stdin.write_all(input));
        let output = child.wait_with_output().map_err(|_| KekError::Command)?;
        let answer = Zeroizing::new(output.stdout);
        if output.status.success() && (1..=Self::MAX_WRAPPED).contains(&answer.len()) {
            Ok(answer)
        } else {
            Err(KekError::Command)
        }
    }
}

impl KeyEncryption for CommandKek {
    fn prepare(&self) -> Result<(), KekError> {
        Ok(())
    }

    fn id(&self) -> Result<String, KekError> {
        let name = self.program.file_name().ok_or(KekError::Missing)?;
        Ok(format!("command:{}", name.to_string_lossy()))
    }

    fn wrap(&self, context: &KeyContext<'_>, key: &KeyBytes) -> Result<Vec<u8>, KekError> {
        let wrapped = self.run("wrap", context, &key[..])?.to_vec();
        // What cannot be unwrapped again is noticed before anything rests on it.
        match self.unwrap(context, &wrapped) {
            Ok(again) if again == *key => Ok(wrapped),
            _ => Err(KekError::Command),
        }
    }

    fn unwrap(&self, context: &KeyContext<'_>, wrapped: &[u8]) -> Result<KeyBytes, KekError> {
        let answer = self.run("unwrap", context, wrapped)?;
        let key: [u8; 32] = answer[..].try_into().map_err(|_| KekError::Command)?;
        Ok(Zeroizing::new(key))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quanzhou() -> AgencyId {
        "quanzhou".parse().unwrap()
    }

    #[test]
    fn a_key_in_a_file_unwraps_its_own_and_nothing_else() {
        let temp = tempfile::tempdir().unwrap();
        let agency = quanzhou();
        let context = KeyContext {
            agency: &agency,
            purpose: "person-keys",
            generation: 1,
        };
        let kek = FileKek::new(temp.path().join("kek.key"));
        assert_eq!(kek.id(), Err(KekError::Missing));
        kek.prepare().unwrap();
        let id = kek.id().unwrap();
        kek.prepare().unwrap();
        assert_eq!(kek.id().unwrap(), id, "it is made once");
        let key = Zeroizing::new([9; 32]);
        let wrapped = kek.wrap(&context, &key).unwrap();
        assert_eq!(kek.unwrap(&context, &wrapped).unwrap(), key);
        let next = KeyContext {
            generation: 2,
            ..context
        };
        assert_eq!(kek.unwrap(&next, &wrapped), Err(KekError::Other));
        let other = FileKek::new(temp.path().join("other.key"));
        other.prepare().unwrap();
        assert_eq!(other.unwrap(&context, &wrapped), Err(KekError::Other));
        std::fs::write(temp.path().join("other.key"), b"short").unwrap();
        assert_eq!(other.unwrap(&context, &wrapped), Err(KekError::Unreadable));
    }

    #[cfg(unix)]
    #[test]
    fn a_key_behind_a_program_is_asked_for_and_checked() {
        use std::os::unix::fs::PermissionsExt;
        let temp = tempfile::tempdir().unwrap();
        let script = |name: &str, body: &str| {
            let path = temp.path().join(name);
            std::fs::write(&path, format!("#!/bin/sh\n{body}\n")).unwrap();
            std::fs::set_permissions(&path, PermissionsExt::from_mode(0o700)).unwrap();
            CommandKek::new(path)
        };
        let agency = quanzhou();
        let context = KeyContext {
            agency: &agency,
            purpose: "person-keys",
            generation: 1,
        };
        let key = Zeroizing::new([7; 32]);
        // Adds 128 to every byte: enough to see that the program's answer is what counts.
        let turns = script(
            "service",
            r"test $2 = quanzhou/person-keys/1 || exit 1
              LC_ALL=C tr '\000-\177\200-\377' '\200-\377\000-\177'",
        );
        let wrapped = turns.wrap(&context, &key).unwrap();
        assert_eq!(wrapped, [135; 32]);
        assert_eq!(turns.unwrap(&context, &wrapped).unwrap(), key);
        assert_eq!(turns.id().unwrap(), "command:service");
        for (name, body) in [
            ("fails", "exit 3"),
            ("says-nothing", "cat > /dev/null"),
            ("forgets", "head -c 31"),
        ] {
            assert_eq!(
                script(name, body).wrap(&context, &key),
                Err(KekError::Command),
                "{name}"
            );
        }
        let absent = CommandKek::new(temp.path().join("absent"));
        assert_eq!(absent.wrap(&context, &key), Err(KekError::Command));
    }
}
