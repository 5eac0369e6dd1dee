//! From one signing key to the next under the offline root: while claims run, with a device that
//! follows, and without a way back.

use async_trait::async_trait;
use lifecert_client::{
    Agency, Asker, Binding, ClientError, Connection, ConnectionSettings, Device, DeviceSignature,
    KeyVault, ListOfKeys, SignedClaim, StorageKey,
};
use lifecert_protocol::http::EnrolRequest;
use lifecert_protocol::log::LeafKind;
use lifecert_protocol::{
    Assurance, ChallengeMode, ClaimEnvelope, DeviceId, ErrorCode, KeyId, PersonRef, PublicKey,
    Receipt, SignatureForm, Signed, SoftwareKey,
};
use lifecert_server::error::ServiceError;
use lifecert_server::keys::AgencyKeys;
use lifecert_server::service::{KeyChange, KeyDraft, draft_key_list, publish_key_list};
use lifecert_server::store::{DeviceRow, DeviceState, PolicyRow, StaffRole, Unattested};
use lifecert_server::{roster, run_tx};
use lifecert_tests::desk::{Desk, NOW_MS, claim, unlimited};
use lifecert_tests::look::key_frames;
use lifecert_tests::on_both_engines;
use std::fs;
use tempfile::TempDir;

on_both_engines!(a_new_key_takes_over_while_claims_run);

const MINUTE_MS: u64 = 60_000;

/// The key of a device, as a vault.
struct OneKey(SoftwareKey);

#[async_trait]
impl KeyVault for OneKey {
    async fn generate(&self) -> Result<PublicKey, ClientError> {
        Ok(self.0.public().clone())
    }

    async fn sign(&self, _: KeyId, bytes: &[u8]) -> Result<DeviceSignature, ClientError> {
        let signature = self.0.sign(bytes).map_err(|_| ClientError::Key)?;
        Ok(DeviceSignature {
            signature,
            form: SignatureForm::Raw,
        })
    }

    async fn destroy(&self, _: KeyId) -> Result<(), ClientError> {
        Ok(())
    }
}

/// An office with a root, and a man with a device that met it by that root.
struct Scene {
    desk: Desk,
    root: SoftwareKey,
    vault: OneKey,
    folder: TempDir,
    person: PersonRef,
    look: Vec<Vec<u8>>,
}

impl Scene {
    async fn open(database: &str) -> Self {
        let desk = Desk::open(database, Some(1), unlimited()).await;
        let service = &desk.app.service;
        service.log_start().await.unwrap();
        let demo = PolicyRow {
            below_hardware: Unattested::Accept,
            window_days: 400,
            ..service.standard_policy("demo")
        };
        service.add_policy(demo).await.unwrap();
        let csv =
            "name,id_kind,id_number,birth_date,contact\nPerson,passport,E00000001,1940-01-02,\n";
        let people = roster::read(csv.as_bytes(), jiff::civil::date(2026, 11, 24)).unwrap();
        let person = service.import(&people, "demo").await.unwrap()[0].unwrap();
        let look = key_frames("franck.mp4", 0);
        let staff = service.add_staff(StaffRole::Clerk).await.unwrap();
        let staff = service.staff(&staff).await.unwrap();
        let request = EnrolRequest {
            person,
            pictures: look.iter().cloned().map(Into::into).collect(),
        };
        service.enrol(&staff, request).await.unwrap();
        Self {
            desk,
            root: SoftwareKey::generate().unwrap().0,
            vault: OneKey(SoftwareKey::generate().unwrap().0),
            folder: TempDir::new().unwrap(),
            person,
            look,
        }
    }

    fn connection(&self) -> Connection {
        Connection::new(&ConnectionSettings::new(self.desk.url())).unwrap()
    }

    fn device(&self) -> Device {
        let key = StorageKey::in_file(&self.folder.path().join("storage.key")).unwrap();
        Device::open(self.folder.path(), key).unwrap()
    }

    /// Binds the device to an agency that it met.
    async fn bind(&self, agency: &Agency) {
        let key = self.vault.0.public();
        let row = DeviceRow {
            device: DeviceId::random(),
            person: self.person,
            key: key.id(),
            public_key: key.as_sec1().to_vec(),
            assurance: Assurance::None,
            reason: None,
            app_key: None,
            state: DeviceState::Bound,
        };
        let done = async || -> Result<(), ServiceError> {
            run_tx!(self.desk.app.service.store(), "test", |db| Ok(db
                .add_device(&row, NOW_MS)
                .await?))
        };
        done().await.unwrap();
        let binding = Binding {
            person: self.person,
            device: row.device,
            key: key.id(),
            address: self.desk.url(),
            pinned: agency.pinned(),
        };
        self.device().keep(&binding).unwrap();
    }

    /// The device as it starts anew: what it knows is on its disk.
    fn started(&self) -> (Binding, Agency) {
        let binding = self.device().bindings().unwrap().remove(0);
        let agency = Agency::known(self.connection(), binding.pinned.clone());
        (binding, agency)
    }

    async fn draft(&self, change: KeyChange) -> Result<KeyDraft, ErrorCode> {
        let keys = AgencyKeys::open(self.desk.secrets()).unwrap();
        let now_ms = self.desk.app.service.now_ms();
        let store = self.desk.app.service.store();
        let draft = draft_key_list(store, &keys, (change, now_ms)).await;
        draft.map_err(|error| error.code())
    }

    fn sign(&self, draft: &KeyDraft) -> Vec<u8> {
        let now_ms = self.desk.app.service.now_ms();
        draft.sign(&self.root, now_ms).unwrap()
    }

    async fn publish(&self, list: &[u8]) -> Result<(), ErrorCode> {
        self.publish_under(list, self.root.public().id()).await
    }

    async fn publish_under(&self, list: &[u8], root: KeyId) -> Result<(), ErrorCode> {
        let keys = AgencyKeys::open(self.desk.secrets()).unwrap();
        let service = &self.desk.app.service;
        let done = publish_key_list(service.store(), &keys, (list, root, service.now_ms())).await;
        done.map_err(|error| error.code())?;
        service.refresh_signing_keys().await.unwrap();
        Ok(())
    }

    /// A challenge by the device, which learns what it meets.
    async fn challenge(&self) -> lifecert_protocol::Challenge {
        let (binding, agency) = self.started();
        let asker = Asker {
            binding: &binding,
            vault: &self.vault,
        };
        let challenge = agency.challenge(asker, ChallengeMode::Online).await;
        self.device().learn(&agency).unwrap();
        challenge.unwrap().challenge
    }

    /// A certification by the device; gives the receipt's bytes.
    async fn certify(&self) -> Vec<u8> {
        let challenge = self.challenge().await;
        let signed = self.vault.0.sign_message(&claim(&challenge, &self.look));
        let envelope = ClaimEnvelope::new(signed.unwrap(), self.look.clone());
        let (_, agency) = self.started();
        let claim = SignedClaim::read(envelope).unwrap();
        let decision = agency.submit(&claim).await.unwrap();
        self.device().learn(&agency).unwrap();
        let copy = decision.receipt.expect("a receipt");
        copy.bytes().unwrap()
    }
}

fn signer(receipt: &[u8]) -> KeyId {
    Signed::read(receipt).unwrap().signer()
}

async fn a_new_key_takes_over_while_claims_run(database: &str) {
    let scene = Scene::open(database).await;
    let service = &scene.desk.app.service;
    let old = fs::read(scene.desk.secrets().join("agency.pkcs8")).unwrap();
    let old = SoftwareKey::from_pkcs8(&old).unwrap();
    let first = scene.sign(&scene.draft(KeyChange::Nothing).await.unwrap());
    scene.publish(&first).await.unwrap();

    // The letter names the root; another root's letter leads nowhere, none takes what it meets.
    let root = scene.root.public().id();
    assert_eq!(service.letter_key().await.unwrap(), root);
    let meet = async |named| Agency::meet(scene.connection(), named).await;
    let stranger = meet(Some(scene.vault.0.public().id())).await;
    assert_eq!(stranger.unwrap_err(), ClientError::Untrusted);
    assert_eq!(meet(None).await.unwrap().pinned().root, Some(root));
    let by_key = meet(Some(old.public().id())).await.unwrap().pinned();
    assert_eq!((by_key.root, by_key.key_at(root, 0)), (None, None));
    scene.bind(&meet(Some(root)).await.unwrap()).await;
    let before = scene.certify().await;
    assert_eq!(signer(&before), old.public().id());

    // What would leave a time without a key, or begin before everybody knows it, is not drafted.
    let now_ms = service.now_ms();
    let from_ms = now_ms + 11 * MINUTE_MS;
    let sooner = scene.draft(KeyChange::New { from_ms: now_ms }).await;
    assert_eq!(sooner.unwrap_err(), ErrorCode::PolicyInvalid);
    let end = KeyChange::End {
        key: old.public().id(),
        at_ms: from_ms,
    };
    let gap = scene.draft(end).await;
    assert_eq!(gap.unwrap_err(), ErrorCode::PolicyInvalid);
    let draft = scene.draft(KeyChange::New { from_ms }).await.unwrap();
    let new = draft.keys[1].key;
    let second = scene.sign(&draft);

    // Not newer, of another root, changed, or without a key that is on record: not published.
    let refused = |draft: &KeyDraft| scene.sign(draft);
    assert_eq!(
        scene.publish(&first).await,
        Err(ErrorCode::RequestMalformed)
    );
    let (other, _) = SoftwareKey::generate().unwrap();
    let foreign = draft.sign(&other, now_ms).unwrap();
    assert!(scene.publish(&foreign).await.is_err());
    let elsewhere = scene.publish_under(&foreign, other.public().id()).await;
    assert!(elsewhere.is_err(), "the root stays");
    let mut without = draft.clone();
    without.keys.remove(0);
    let mut moved = draft.clone();
    moved.keys[0].valid_from_ms = 1;
    let mut absent = draft.clone();
    absent.keys[1].key = other.public().id();
    absent.keys[1].public_key = hex::encode(other.public().as_sec1());
    for wrong in [&without, &moved, &absent] {
        let published = scene.publish(&refused(wrong)).await;
        assert_eq!(published, Err(ErrorCode::RequestMalformed));
    }
    let mut gap = draft.clone();
    gap.keys[0].valid_to_ms = Some(from_ms - 1);
    let published = scene.publish(&refused(&gap)).await;
    assert_eq!(published, Err(ErrorCode::PolicyInvalid));
    scene.publish(&second).await.unwrap();

    // Minute by minute across the change: every request is answered, and believed.
    let mut signed_by_new = 0;
    for _ in 0..13 {
        scene.challenge().await;
        service.refresh_signing_keys().await.unwrap();
        signed_by_new += u32::from(service.agency_key() == new);
        scene.desk.clock.advance(MINUTE_MS);
    }
    assert_eq!(signed_by_new, 2);
    let after = scene.certify().await;
    assert_eq!(signer(&after), new);

    // The former key's receipts of its time stay good; with a later date it signs for nobody.
    let (binding, _) = scene.started();
    let pinned = binding.pinned;
    assert_eq!(pinned.list.as_ref().unwrap().list().sequence, 2);
    let was: Receipt = pinned.verify_receipt(&before).unwrap();
    assert!(pinned.verify_receipt(&after).is_ok());
    let late = Receipt {
        proved_to_ms: from_ms,
        ..was.clone()
    };
    let late = old.sign_message(&late).unwrap();
    assert_eq!(pinned.verify_receipt(&late), Err(ErrorCode::ReceiptInvalid));

    // A device does not take an older list, nor one of another root; storing a binding that was
    // read before takes none back.
    let agency = "quanzhou".parse().unwrap();
    assert!(ListOfKeys::read(&foreign, root, &agency).is_err());
    let mut stale = scene.device().bindings().unwrap().remove(0);
    stale.pinned.list = Some(ListOfKeys::read(&first, root, &agency).unwrap());
    scene.device().keep(&stale).unwrap();
    assert_eq!(scene.started().0.pinned, pinned);

    // The former key was stolen before: what it signed since counts no more, once that is listed.
    let end = KeyChange::End {
        key: old.public().id(),
        at_ms: was.proved_to_ms,
    };
    let third = scene.sign(&scene.draft(end).await.unwrap());
    scene.publish(&third).await.unwrap();
    scene.challenge().await;
    let pinned = scene.started().0.pinned;
    assert_eq!(
        pinned.verify_receipt(&before),
        Err(ErrorCode::ReceiptInvalid)
    );
    assert!(pinned.verify_receipt(&after).is_ok());

    // Each change has its entry in line for the public log.
    let mut db = service.store().read().await.unwrap();
    let entries = db.entries_of(LeafKind::SigningKey).await.unwrap();
    assert_eq!(
        entries.len(),
        4,
        "two keys begin, one ends and ends earlier"
    );
}
