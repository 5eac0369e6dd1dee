//! A phone: its folder, its keys and how agencies are reached, and on them the roads that every
//! shell walks: certifying online or from a challenge fetched ahead.
//!
//! It asks nothing of a person and shows nothing; whose face is looked at, and when, the shell
//! says.

use crate::{
    Agency, Asker, BindAttempt, Binding, Capture, CheckedChallenge, ClientError, Connection,
    ConnectionSettings, Cue, Device, KeyVault, Offline, SignedClaim, Submitted, submit_claim,
    wall_clock_ms,
};
use lifecert_protocol::{ChallengeMode, ErrorCode, KeyId, LetterCode, PersonRef};
use lifecert_vision::Embedding;
use std::sync::Arc;
use tokio::sync::Mutex;

/// A phone.
pub struct Phone {
    device: Device,
    offline: Offline,
    vault: Arc<dyn KeyVault>,
    settings: ConnectionSettings,
    /// One claim is not sent twice at the same time: the second answer would be that it is used.
    pub(crate) sending: Mutex<()>,
}

impl Phone {
    /// On a device's folder and its keys. The server of `settings` is spoken to for everybody who
    /// is bound here; where it is empty, each binding's own.
    pub fn new(
        device: Device,
        offline: Offline,
        vault: Arc<dyn KeyVault>,
        settings: ConnectionSettings,
    ) -> Self {
        Self {
            device,
            offline,
            vault,
            settings,
            sending: Mutex::new(()),
        }
    }

    /// The device's folder.
    pub fn device(&self) -> &Device {
        &self.device
    }

    /// What works without a network.
    pub fn offline(&self) -> &Offline {
        &self.offline
    }

    /// Its keys.
    pub fn vault(&self) -> &dyn KeyVault {
        &*self.vault
    }

    /// A connection to an address under the phone's settings.
    ///
    /// # Errors
    /// [`ClientError::Connection`].
    pub fn connect(&self, address: &str) -> Result<Connection, ClientError> {
        Connection::new(&ConnectionSettings {
            server: address.to_owned(),
            ..self.settings.clone()
        })
    }

    /// The agency of a binding.
    ///
    /// # Errors
    /// [`ClientError::Connection`].
    pub fn agency(&self, binding: &Binding) -> Result<Agency, ClientError> {
        match self.settings.server.as_str() {
            "" => self.own_agency(binding),
            server => Ok(Agency::known(self.connect(server)?, binding.pinned.clone())),
        }
    }

    /// The agency of a binding at its own address: people of several may be bound here.
    ///
    /// # Errors
    /// [`ClientError::Connection`].
    pub(crate) fn own_agency(&self, binding: &Binding) -> Result<Agency, ClientError> {
        let connection = self.connect(&binding.address)?;
        Ok(Agency::known(connection, binding.pinned.clone()))
    }

    /// The person's binding on this phone.
    ///
    /// # Errors
    /// [`ClientError::NotBound`], or a storage error.
    pub fn binding(&self, person: PersonRef) -> Result<Binding, ClientError> {
        let mut bound = self.device.bindings()?;
        bound.retain(|binding| binding.person == person);
        bound.sort_by_key(|binding| !self.is_here(&binding.address));
        bound.into_iter().next().ok_or(ClientError::NotBound)
    }

    /// The person's bindings, and those that wait and may be theirs.
    fn candidates(&self, person: PersonRef) -> Result<Vec<Binding>, ClientError> {
        let mut found = self.device.bindings()?;
        found.retain(|binding| binding.person == person);
        found.sort_by_key(|binding| !self.is_here(&binding.address));
        let waiting = self.device.pending()?.into_iter();
        let waiting = waiting.filter(|pending| self.is_here(&pending.address));
        found.extend(waiting.map(|pending| pending.of(person)));
        Ok(found)
    }

    fn is_here(&self, address: &str) -> bool {
        let server = self.settings.server.trim_end_matches('/');
        server.is_empty() || server == address.trim_end_matches('/')
    }

    /// Speaks to a person's agency in their name; keys that were met on the way are kept.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn ask<T>(
        &self,
        binding: &Binding,
        question: impl AsyncFnOnce(&Agency, Asker<'_>) -> Result<T, ClientError>,
    ) -> Result<T, ClientError> {
        let agency = self.agency(binding)?;
        let answer = question(&agency, self.asker(binding)).await;
        self.device.learn(&agency)?;
        answer
    }

    /// Somebody who asks by this phone.
    pub fn asker<'a>(&'a self, binding: &'a Binding) -> Asker<'a> {
        Asker {
            binding,
            vault: &*self.vault,
        }
    }

    /// Meets the agency at an address and begins a binding; `expected` is the key or root that the
    /// letter names.
    ///
    /// # Errors
    /// Those of [`Agency::meet`] and [`BindAttempt::begin`].
    pub async fn begin_binding(
        &self,
        address: &str,
        expected: Option<KeyId>,
        code: LetterCode,
    ) -> Result<BindAttempt, ClientError> {
        let agency = Agency::meet(self.connect(address)?, expected).await?;
        let here = (&self.device, self.vault());
        BindAttempt::begin(&agency, address, code, here).await
    }

    /// Asks for a challenge to be answered at once; a device that waited and has been let in
    /// meanwhile learns it this way.
    ///
    /// # Errors
    /// [`ClientError::NotBound`]; [`ClientError`].
    pub async fn online_challenge(
        &self,
        person: PersonRef,
    ) -> Result<(Binding, CheckedChallenge), ClientError> {
        let mut last = ClientError::NotBound;
        for binding in self.candidates(person)? {
            let agency = self.agency(&binding)?;
            let asker = self.asker(&binding);
            let answer = agency.challenge(asker, ChallengeMode::Online).await;
            self.device.learn(&agency)?;
            match answer {
                Ok(challenge) => {
                    self.device.keep(&binding)?;
                    return Ok((binding, challenge));
                }
                Err(error) if error.code() == ErrorCode::AccessNotRecognised => last = error,
                Err(error) => return Err(error),
            }
        }
        Err(last)
    }

    /// The earliest challenge that lies here; where there is none, the network is asked for some.
    ///
    /// # Errors
    /// [`ClientError::NotBound`]; [`ClientError`].
    pub async fn stored_challenge(
        &self,
        person: PersonRef,
    ) -> Result<(Binding, CheckedChallenge), ClientError> {
        let mut binding = self.binding(person)?;
        let challenge = match self.offline.next_challenge(&binding) {
            Err(ClientError::Unreachable) => {
                self.fetch_ahead(&binding).await?;
                // What was fetched may be signed by a key that was met just now.
                binding = self.binding(person)?;
                self.offline.next_challenge(&binding)?
            }
            stored => stored?,
        };
        Ok((binding, challenge))
    }

    /// A challenge to be answered at once, or, where the network is away, one that lies here.
    ///
    /// # Errors
    /// [`ClientError::Unreachable`] where there is neither; [`ClientError`].
    pub async fn challenge(
        &self,
        person: PersonRef,
    ) -> Result<(Binding, CheckedChallenge), ClientError> {
        match self.online_challenge(person).await {
            Err(ClientError::Unreachable) => {
                let binding = self.binding(person)?;
                let stored = self.offline.next_challenge(&binding)?;
                Ok((binding, stored))
            }
            answer => answer,
        }
    }

    /// Fetches challenges ahead for a person; gives how many lie here.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn fetch_ahead(&self, binding: &Binding) -> Result<usize, ClientError> {
        let fetching =
            async |agency: &Agency, asker: Asker<'_>| self.offline.fetch_ahead(agency, asker).await;
        self.ask(binding, fetching).await
    }

    /// What the look is compared with on this phone, where the policy says so.
    ///
    /// # Errors
    /// Those of [`Agency::template_for`].
    pub async fn template(
        &self,
        binding: &Binding,
        challenge: &CheckedChallenge,
    ) -> Result<Option<Embedding>, ClientError> {
        let agency = self.agency(binding)?;
        let policy = &challenge.challenge.policy;
        let here = (&self.device, self.asker(binding));
        agency.template_for(policy, here, wall_clock_ms()).await
    }

    /// Has the key sign what a [`Cue::Sign`] asks for.
    pub async fn sign(&self, capture: &mut Capture, sig_structure: &[u8]) -> Vec<Cue> {
        crate::sign(capture, self.vault(), sig_structure).await
    }

    /// Sends the claim of a [`Cue::Submit`] and keeps its receipt. What cannot be sent now waits in
    /// the outbox.
    pub async fn submit(
        &self,
        binding: &Binding,
        capture: &mut Capture,
        claim: SignedClaim,
    ) -> Submitted {
        let Ok(agency) = self.agency(binding) else {
            return self.keep(capture, claim).await;
        };
        let _alone = self.sending.lock().await;
        let reached = Some((&agency, self.vault()));
        let submitted = submit_claim(capture, claim, reached, (&self.device, &self.offline)).await;
        // A list of keys that was met and cannot be kept is met again.
        let _ = self.device.learn(&agency);
        submitted
    }

    /// Keeps the claim of a [`Cue::Submit`] to be sent later.
    pub async fn keep(&self, capture: &mut Capture, claim: SignedClaim) -> Submitted {
        submit_claim(capture, claim, None, (&self.device, &self.offline)).await
    }
}
