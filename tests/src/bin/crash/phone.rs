//! The phones of the load: each bound by the client's own code, with one look that serves for all
//! of its claims.

use lifecert_client::{
    Agency, Asker, BindAttempt, Binding, Bound, ClientError, Connection, ConnectionSettings,
    ConsentDraft, Device, KeyVault, SignedClaim, StorageKey,
};
use lifecert_guidance::{ConsentText, Lang};
use lifecert_protocol::{
    Challenge, ChallengeMode, Claim, ClaimId, ConsentMeans, ConsentPurposes, Digest, LetterCode,
    PersonRef, PublicKey,
};
use lifecert_tests::authority::{Authority, Hardware};
use lifecert_tests::office::Office;
use lifecert_tests::phone::{Playback, clip, look, look_on};
use lifecert_tests::resigned::{resealed, resigned};
use std::sync::Arc;
use tempfile::TempDir;

/// What speaks for a phone's key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Nothing: the server looks at each claim's key frames at once.
    Plain,
    /// A secure element: key frames go under seal, and a worker looks at some.
    SecureElement,
    /// App Attest: the same, and each claim carries an assertion that counts.
    AppAttest,
}

/// A phone in its person's hand.
pub struct Phone {
    binding: Binding,
    vault: Arc<dyn KeyVault>,
    look: SignedClaim,
    /// Those that its claims seal; none where they go in the clear.
    key_frames: Vec<Vec<u8>>,
    _folder: TempDir,
}

impl Phone {
    /// Binds a phone by a letter's code. Whom hardware speaks for agrees to all that can be agreed
    /// to, so that key frames leave under seal alone.
    pub async fn bound(
        office: &Office,
        (kind, authority): (Kind, &Arc<Authority>),
        (person, code): (PersonRef, LetterCode),
    ) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let device = Device::open(folder.path(), StorageKey::from_bytes([3; 32]));
        let device = device.expect("a device folder");
        let vault: Arc<dyn KeyVault> = match kind {
            Kind::Plain => Arc::new(device.software_vault().expect("its keys")),
            Kind::SecureElement => Arc::new(Hardware::android(authority)),
            Kind::AppAttest => Arc::new(Hardware::apple(authority)),
        };
        let binding = bind(office, (&device, &*vault), code).await;
        assert_eq!(binding.person, person);
        let agency = reached(&binding, office.url());
        let challenge = challenge(&agency, (&binding, &*vault)).await;
        let mut phone = Self {
            look: look(challenge.expect("a challenge"), &mut camera(), &*vault),
            binding,
            vault,
            key_frames: Vec::new(),
            _folder: folder,
        };
        if kind != Kind::Plain {
            phone.seal_from_now_on(&agency).await;
        }
        phone
    }

    /// Sends its look in the clear, agrees to evidence on the strength of it, and looks once more.
    async fn seal_from_now_on(&mut self, agency: &Agency) {
        let frames = self.look.envelope().key_frames.iter();
        self.key_frames = frames.map(|frame| frame.to_vec()).collect();
        let first = self.another_of(None).asserted(&*self.vault).await;
        let decision = agency.submit(&first).await.expect("an answer");
        let copy = decision.receipt.expect("a first receipt");
        let receipt = copy.verify(self.agency(), 0).expect("a receipt");
        let shown = ConsentText::current(Lang::ZhHans);
        let draft = ConsentDraft {
            text_version: shown.version,
            relation: None,
            text: shown.digest(),
            language: shown.lang.to_string(),
            purposes: ConsentPurposes {
                helper: false,
                embedding_leaves: true,
                key_frames_leave: true,
                evidence_kept: true,
            },
            means: ConsentMeans::Touch,
            session: receipt.claim_digest,
        };
        let asker = (&self.binding, &*self.vault);
        let given = agency.consent(asked_by(asker), draft).await;
        assert!(given.expect("an answer").consent.is_some());
        let challenge = challenge(agency, asker).await.expect("a challenge");
        let request = challenge.evidence.expect("evidence is asked for");
        assert!(request.sealed_only, "key frames leave under seal alone");
        self.look = look(challenge, &mut camera(), &*self.vault);
    }

    /// The agency's key.
    pub fn agency(&self) -> &PublicKey {
        &self.binding.pinned.key
    }

    /// The same look under a fresh challenge; nothing when the server is gone.
    pub async fn another(&self, url: &str) -> Option<SignedClaim> {
        let agency = reached(&self.binding, url);
        let challenge = challenge(&agency, (&self.binding, &*self.vault)).await;
        let claim = self.another_of(Some(&challenge.ok()?));
        Some(claim.asserted(&*self.vault).await)
    }

    /// The look, as the answer to a challenge or to its own.
    fn another_of(&self, challenge: Option<&Challenge>) -> SignedClaim {
        let answers = |claim: &mut Claim| {
            let Some(challenge) = challenge else {
                return;
            };
            claim.claim_id = ClaimId::random();
            claim.challenge_id = challenge.challenge_id;
            claim.nonce = challenge.nonce;
            claim.attempt = challenge.attempt;
        };
        match challenge.filter(|challenge| challenge.evidence.is_some()) {
            None => resigned(&*self.vault, &self.look, answers),
            Some(sealed) => {
                let digests = self.key_frames.iter().map(|frame| Digest::of(frame));
                let digests: Vec<Digest> = digests.collect();
                let names = |claim: &mut Claim| {
                    answers(claim);
                    claim.key_frames = digests;
                };
                let of = (&self.look, sealed);
                let envelope = resealed(&*self.vault, of, names, &self.key_frames);
                SignedClaim::read(envelope).expect("a claim")
            }
        }
    }
}

async fn bind(office: &Office, here: (&Device, &dyn KeyVault), code: LetterCode) -> Binding {
    let connection = Connection::new(&ConnectionSettings::new(office.url()));
    let agency = Agency::meet(connection.expect("a connection"), None).await;
    let agency = agency.expect("the agency");
    let attempt = BindAttempt::begin(&agency, office.url(), code, here).await;
    let attempt = attempt.expect("a challenge");
    let asked = attempt.challenge().clone();
    let (mut capture, claim) = look_on(asked, &mut camera(), here.1, None);
    let done = attempt.submit(here.0, here.1, &mut capture, claim).await;
    match done.expect("an answer").0 {
        Bound::Now(binding) => binding,
        other => panic!("not bound: {other:?}"),
    }
}

/// All phones look at the same man.
fn camera() -> Playback {
    Playback::open(&clip("franck.mp4"), 80)
}

fn asked_by<'a>((binding, vault): (&'a Binding, &'a dyn KeyVault)) -> Asker<'a> {
    Asker { binding, vault }
}

/// The agency at a server that may be gone; asked once.
fn reached(binding: &Binding, url: &str) -> Agency {
    let mut settings = ConnectionSettings::new(url);
    settings.tries = 1;
    let connection = Connection::new(&settings).expect("a connection");
    Agency::known(connection, binding.pinned.clone())
}

async fn challenge(
    agency: &Agency,
    asker: (&Binding, &dyn KeyVault),
) -> Result<Challenge, ClientError> {
    let asked = agency.challenge(asked_by(asker), ChallengeMode::Online);
    Ok(asked.await?.challenge)
}
