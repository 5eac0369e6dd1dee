//! How an agency is met, and how its keys are followed from list to list.

use crate::{Agency, ClientError, Connection, ListOfKeys, Pinned};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use lifecert_protocol::http::{HELLO, Hello, KEYS};
use lifecert_protocol::{ErrorCode, KeyId, KeyList, PublicKey, Signed, WIRE_VERSION};
use std::sync::PoisonError;

impl Agency {
    /// Meets an agency for the first time; `expected` is what the letter names: the offline root
    /// that lists the agency's keys, or its one key. Where no letter says it, the root of the list
    /// that names the agency's key is believed, as that key is.
    ///
    /// # Errors
    /// [`ClientError::Untrusted`] when it is another key; [`ClientError`].
    pub async fn meet(
        connection: Connection,
        expected: Option<KeyId>,
    ) -> Result<Self, ClientError> {
        let hello: Hello = connection.fetch(HELLO).await?;
        let mut pinned = pinned(&hello)?;
        let key = pinned.key.id();
        if expected != Some(key) {
            let signed = connection.fetch_file(KEYS).await?.filter(|b| !b.is_empty());
            let root = expected.or_else(|| root_of(signed.as_deref()?));
            let list = signed.zip(root);
            let list = list.map(|(signed, root)| ListOfKeys::read(&signed, root, &pinned.agency));
            pinned.list = list.transpose()?;
            pinned.root = root.filter(|_| pinned.list.is_some());
            let vouched = pinned.list.is_some() || expected.is_none();
            if !vouched || pinned.key_at(key, hello.time_ms).is_none() {
                return Err(ClientError::Untrusted);
            }
        }
        Ok(Self::known(connection, pinned))
    }

    /// Greets the server.
    ///
    /// # Errors
    /// [`ClientError::Untrusted`] when it is not the pinned one any more.
    pub async fn hello(&self) -> Result<Hello, ClientError> {
        let hello: Hello = self.connection.fetch(HELLO).await?;
        let (met, known) = (pinned(&hello)?, self.pinned());
        let key = met.key.id();
        if hello.key_list.unwrap_or(0) > known.list_number() || !known.knows(key) {
            self.refresh_keys().await?;
        }
        let counts = self.pinned().key_at(key, hello.time_ms).is_some();
        if counts && met.agency == known.agency && met.server == known.server {
            Ok(hello)
        } else {
            Err(ClientError::Untrusted)
        }
    }

    /// Looks for a newer list of keys of the root that is believed.
    async fn refresh_keys(&self) -> Result<(), ClientError> {
        let Pinned { root, agency, .. } = self.pinned();
        let Some(root) = root else { return Ok(()) };
        let signed = self.connection.fetch_file(KEYS).await?;
        if let Some(signed) = signed.filter(|signed| !signed.is_empty()) {
            let list = ListOfKeys::read(&signed, root, &agency)?;
            let mut pinned = self.pinned.lock().unwrap_or_else(PoisonError::into_inner);
            pinned.take(list);
        }
        Ok(())
    }

    /// What is believed about a message: the list is looked for where its signer is a stranger.
    pub(crate) async fn believed(&self, signed: &[u8]) -> Result<Pinned, ClientError> {
        let signer = Signed::read(signed).map_err(|_| ClientError::Untrusted)?;
        let pinned = self.pinned();
        if pinned.knows(signer.signer()) {
            return Ok(pinned);
        }
        self.refresh_keys().await?;
        Ok(self.pinned())
    }
}

fn pinned(hello: &Hello) -> Result<Pinned, ClientError> {
    let point = URL_SAFE_NO_PAD
        .decode(&hello.agency_key)
        .map_err(|_| ClientError::Untrusted)?;
    if !hello.wire_versions.contains(&WIRE_VERSION) {
        return Err(ClientError::Problem {
            code: ErrorCode::ClaimVersion,
            retry_after_s: None,
        });
    }
    Ok(Pinned {
        agency: hello.agency.clone(),
        server: hello.server.clone(),
        key: PublicKey::from_sec1(&point).map_err(|_| ClientError::Untrusted)?,
        root: None,
        list: None,
    })
}

/// The root that a list names; who that is nobody has vouched for.
fn root_of(signed: &[u8]) -> Option<KeyId> {
    let list = KeyList::peek(signed).ok()?;
    Some(PublicKey::from_sec1(&list.root).ok()?.id())
}
