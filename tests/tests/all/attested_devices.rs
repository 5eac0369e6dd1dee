//! What a level leads to, on real faces, over HTTP and on both engines: bound by the client's own
//! code, certified, asserted, lost and replaced.

use lifecert_client::{
    Agency, Asker, BindAttempt, Binding, Bound, Connection, ConnectionSettings, Decision, Device,
    KeyVault, SoftwareVault, StorageKey,
};
use lifecert_inference::ModelStore;
use lifecert_protocol::http::{DeviceEntry, EnrolRequest};
use lifecert_protocol::{
    Assurance, AttestationReason, ChallengeMode, ErrorCode, LetterCode, PersonRef, Receipt, Verdict,
};
use lifecert_server::recompute::Recompute;
use lifecert_server::roster;
use lifecert_server::store::{DeviceState, StaffRole};
use lifecert_tests::authority::{Authority, Hardware};
use lifecert_tests::desk::{Desk, unlimited};
use lifecert_tests::office::models;
use lifecert_tests::on_both_engines;
use lifecert_tests::phone::{Playback, clip, look_on};
use std::sync::{Arc, OnceLock};
use tempfile::TempDir;

on_both_engines!(
    a_secure_element_stands_in_the_receipt,
    a_phone_that_nothing_speaks_for_goes_on,
    an_apps_counter_only_grows,
    a_lost_phone_is_shut_out_and_the_next_needs_no_new_modelling,
);

/// An office, its authority, and a man on its roster whose face was modelled.
struct Scene {
    desk: Desk,
    authority: Arc<Authority>,
    man: PersonRef,
}

/// A phone in the man's hand.
struct Phone<V> {
    device: Device,
    vault: V,
    agency: Agency,
    _folder: TempDir,
}

impl Scene {
    async fn new(database: &str) -> Self {
        let authority = Arc::new(Authority::new());
        let (trust, _folder) = authority.trust();
        let desk = Desk::trusting(database, recompute(), unlimited(), trust).await;
        let service = &desk.app.service;
        let mut policy = service.standard_policy("default");
        policy.window_days = 400;
        service.add_policy(policy).await.unwrap();
        let csv = "name,id_kind,id_number,birth_date\nPerson 1,passport,E00000001,1940-01-02\n";
        let people = roster::read(csv.as_bytes(), jiff::civil::date(2026, 11, 24)).unwrap();
        let man = service.import(&people, "default").await.unwrap()[0].unwrap();
        let token = service.add_staff(StaffRole::Clerk).await.unwrap();
        let staff = service.staff(&token).await.unwrap();
        let pictures = ["franck_02221.jpg", "franck_02683.jpg", "franck_03909.jpg"];
        let pictures = pictures.map(|name| std::fs::read(clip(name)).unwrap().into());
        let request = EnrolRequest {
            person: man,
            pictures: pictures.into(),
        };
        service.enrol(&staff, request).await.unwrap();
        Self {
            desk,
            authority,
            man,
        }
    }

    async fn letter(&self) -> LetterCode {
        let issued = self.desk.app.service.issue_letters(&[self.man]).await;
        issued.unwrap().remove(0).code
    }

    async fn phone<V: KeyVault>(&self, vault: V) -> Phone<V> {
        let folder = tempfile::tempdir().unwrap();
        let key = StorageKey::from_bytes([9; 32]);
        let connection = Connection::new(&ConnectionSettings::new(self.desk.url())).unwrap();
        Phone {
            device: Device::open(folder.path(), key).unwrap(),
            vault,
            agency: Agency::meet(connection, None).await.unwrap(),
            _folder: folder,
        }
    }

    async fn bind<V: KeyVault>(&self, phone: &Phone<V>, code: &LetterCode) -> Binding {
        let here = (&phone.device, &phone.vault as &dyn KeyVault);
        let begun = BindAttempt::begin(&phone.agency, self.desk.url(), code.clone(), here).await;
        let attempt = begun.unwrap();
        let mut camera = Playback::open(&clip("franck.mp4"), 0);
        let (mut capture, claim) = look_on(attempt.challenge().clone(), &mut camera, here.1, None);
        let done = attempt.submit(&phone.device, here.1, &mut capture, claim);
        match done.await.unwrap().0 {
            Bound::Now(binding) => binding,
            other => panic!("{other:?}"),
        }
    }

    async fn certify<V: KeyVault>(
        &self,
        phone: &Phone<V>,
        binding: &Binding,
    ) -> Result<Decision, ErrorCode> {
        let vault: &dyn KeyVault = &phone.vault;
        let asker = Asker { binding, vault };
        let asked = phone.agency.challenge(asker, ChallengeMode::Online).await;
        let challenge = asked.map_err(|error| error.code())?.challenge;
        let mut camera = Playback::open(&clip("franck.mp4"), 0);
        let (_, claim) = look_on(challenge, &mut camera, vault, None);
        let sent = phone.agency.submit(&claim.asserted(vault).await).await;
        sent.map_err(|error| error.code())
    }

    async fn devices<V: KeyVault>(&self, phone: &Phone<V>, binding: &Binding) -> Vec<DeviceEntry> {
        let asker = Asker {
            binding,
            vault: &phone.vault,
        };
        phone.agency.status(asker).await.unwrap().devices
    }
}

/// The nets, loaded once for all tests.
fn recompute() -> Recompute {
    static LOADED: OnceLock<Recompute> = OnceLock::new();
    let load = || Recompute::load(&ModelStore::open(models()).unwrap(), None, 1).unwrap();
    LOADED.get_or_init(load).clone()
}

fn software(folder: &TempDir) -> SoftwareVault {
    let device = Device::open(folder.path(), StorageKey::from_bytes([3; 32])).unwrap();
    device.software_vault().unwrap()
}

fn receipt<V>(phone: &Phone<V>, decision: &Decision) -> Receipt {
    assert_eq!(decision.outcome, Verdict::Accept, "{:?}", decision.code);
    let copy = decision.receipt.as_ref().unwrap();
    copy.verify(&phone.agency.pinned().key, 0).unwrap()
}

fn known(entry: &DeviceEntry) -> (&str, Assurance, Option<AttestationReason>) {
    (&entry.state, entry.assurance, entry.reason)
}

async fn a_secure_element_stands_in_the_receipt(database: &str) {
    let scene = Scene::new(database).await;
    let phone = scene.phone(Hardware::android(&scene.authority)).await;
    let binding = scene.bind(&phone, &scene.letter().await).await;
    let devices = scene.devices(&phone, &binding).await;
    let held = Some(AttestationReason::Holds);
    assert_eq!(known(&devices[0]), ("bound", Assurance::Strongbox, held));
    let decision = scene.certify(&phone, &binding).await.unwrap();
    assert_eq!(receipt(&phone, &decision).assurance, Assurance::Strongbox);
}

async fn a_phone_that_nothing_speaks_for_goes_on(database: &str) {
    let scene = Scene::new(database).await;
    let folder = tempfile::tempdir().unwrap();
    let phone = scene.phone(software(&folder)).await;
    let binding = scene.bind(&phone, &scene.letter().await).await;
    let devices = scene.devices(&phone, &binding).await;
    let absent = Some(AttestationReason::Absent);
    assert_eq!(known(&devices[0]), ("bound", Assurance::None, absent));
    // The policy has a person look at what comes from such a phone; nobody is turned away.
    let decision = scene.certify(&phone, &binding).await.unwrap();
    assert_eq!(decision.outcome, Verdict::Refer);
    assert_eq!(decision.code, Some(ErrorCode::ReviewRequired));
    // A phone of a maker that the office does not believe is no better, and no worse.
    let foreign = Arc::new(Authority::new());
    let service = &scene.desk.app.service;
    let moved = service.move_device(scene.man, binding.device, DeviceState::Revoked);
    moved.await.unwrap();
    scene.desk.clock.advance(60_000);
    let phone = scene.phone(Hardware::android(&foreign)).await;
    let binding = scene.bind(&phone, &scene.letter().await).await;
    let devices = scene.devices(&phone, &binding).await;
    let unknown = Some(AttestationReason::UnknownRoot);
    assert_eq!(known(&devices[0]), ("revoked", Assurance::None, absent));
    assert_eq!(known(&devices[1]), ("bound", Assurance::None, unknown));
}

async fn an_apps_counter_only_grows(database: &str) {
    let scene = Scene::new(database).await;
    let phone = scene.phone(Hardware::apple(&scene.authority)).await;
    let binding = scene.bind(&phone, &scene.letter().await).await;
    let devices = scene.devices(&phone, &binding).await;
    let held = Some(AttestationReason::Holds);
    assert_eq!(known(&devices[0]), ("bound", Assurance::AppAttest, held));
    for _ in 0..2 {
        let decision = scene.certify(&phone, &binding).await.unwrap();
        assert_eq!(receipt(&phone, &decision).assurance, Assurance::AppAttest);
    }
    // Without the app's word nothing speaks for the claim: a person looks at it.
    phone.vault.set_asserts(false);
    let decision = scene.certify(&phone, &binding).await.unwrap();
    assert_eq!(decision.outcome, Verdict::Refer);
    phone.vault.set_asserts(true);
    let decision = scene.certify(&phone, &binding).await.unwrap();
    assert_eq!(receipt(&phone, &decision).assurance, Assurance::AppAttest);
    phone.vault.stop_counting();
    let repeated = scene.certify(&phone, &binding).await;
    assert_eq!(repeated, Err(ErrorCode::ClaimReplayed));
}

async fn a_lost_phone_is_shut_out_and_the_next_needs_no_new_modelling(database: &str) {
    let scene = Scene::new(database).await;
    let service = &scene.desk.app.service;
    let lost = scene.phone(Hardware::android(&scene.authority)).await;
    let first = scene.bind(&lost, &scene.letter().await).await;
    let revoked = service
        .move_device(scene.man, first.device, DeviceState::Revoked)
        .await;
    revoked.unwrap();
    scene.desk.clock.advance(60_000);
    assert_eq!(
        scene.certify(&lost, &first).await.unwrap_err(),
        ErrorCode::AccessNotRecognised
    );
    let next = scene.phone(Hardware::android(&scene.authority)).await;
    let second = scene.bind(&next, &scene.letter().await).await;
    assert_ne!(first.key, second.key);
    let decision = scene.certify(&next, &second).await.unwrap();
    assert_eq!(receipt(&next, &decision).device_key, second.key);
    let held = Some(AttestationReason::Holds);
    let devices = scene.devices(&next, &second).await;
    assert_eq!(known(&devices[0]), ("revoked", Assurance::Strongbox, held));
    assert_eq!(known(&devices[1]), ("bound", Assurance::Strongbox, held));
    // The one template is still the clerk's.
    let mut db = service.store().read().await.unwrap();
    let model = service.standard_policy("default").capture.recognition_model;
    let templates = db.templates(scene.man, model).await.unwrap().unwrap();
    assert!(templates.current == templates.first);
}
