//! The whole road through the bindings, as an app walks it: a real server process, real faces, keys
//! behind the shell's vault.

use async_trait::async_trait;
use lifecert_bindings::consent::ConsentPurposes;
use lifecert_bindings::errors::LifecertError;
use lifecert_bindings::frame::PixelFormat;
use lifecert_bindings::models::Models;
use lifecert_bindings::phone::{Phone, PhoneSettings, letter_code, new_storage_key};
use lifecert_bindings::receipts::{Beside, KeyStanding};
use lifecert_bindings::session::{Answer, Cue, Phase, Session};
use lifecert_bindings::vault::{
    AppAttestation, KeySignature, KeyVault, NewKey, SignatureForm, VaultError,
};
use lifecert_bindings::vocabulary::{
    Channel, ConsentMeans, Language, Modality, Outcome, Prompt, Relation, Road,
};
use lifecert_client::{SealedFolder, SoftwareVault};
use lifecert_media::VideoReader;
use lifecert_protocol::{KeyId, PersonRef};
use lifecert_tests::office::{Office, models, text};
use lifecert_tests::on_both_engines;
use lifecert_tests::phone::{Phone as Program, clip, full_range};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tempfile::TempDir;

on_both_engines!(
    a_man_walks_the_whole_road,
    a_key_that_is_refused_or_a_call_that_is_given_up_loses_nothing,
    a_second_phone_learns_whose_it_is_once_it_is_let_in,
);

fn franck() -> PathBuf {
    clip("franck.mp4")
}

/// Keys as a shell holds them. A person may refuse their use, or never answer.
struct ShellVault {
    keys: SoftwareVault,
    refuses: AtomicBool,
    hangs: AtomicBool,
    _folder: TempDir,
}

impl ShellVault {
    fn new() -> Arc<Self> {
        let folder = tempfile::tempdir().unwrap();
        let sealed = SealedFolder::open(folder.path(), &[6; 32]).unwrap();
        Arc::new(Self {
            keys: SoftwareVault::new(sealed),
            refuses: AtomicBool::new(false),
            hangs: AtomicBool::new(false),
            _folder: folder,
        })
    }
}

#[async_trait]
impl KeyVault for ShellVault {
    fn attests(&self) -> Result<bool, VaultError> {
        Ok(false)
    }

    async fn generate(&self, _: Option<Vec<u8>>) -> Result<NewKey, VaultError> {
        let key = self.keys.generate().map_err(|_| VaultError::Unavailable)?;
        Ok(NewKey {
            public_key: key.as_sec1().to_vec(),
            chain: Vec::new(),
        })
    }

    async fn sign(&self, key: String, bytes: Vec<u8>) -> Result<KeySignature, VaultError> {
        if self.hangs.load(Ordering::SeqCst) {
            std::future::pending::<()>().await;
        }
        if self.refuses.load(Ordering::SeqCst) {
            return Err(VaultError::Cancelled);
        }
        let key: KeyId = key.parse().map_err(|_| VaultError::Unavailable)?;
        let signed = self.keys.sign(key, &bytes);
        let signed = signed.map_err(|_| VaultError::Unavailable)?;
        Ok(KeySignature {
            signature: signed.signature,
            form: SignatureForm::Raw,
        })
    }

    async fn destroy(&self, key: String) -> Result<(), VaultError> {
        let key: KeyId = key.parse().map_err(|_| VaultError::Unavailable)?;
        self.keys.destroy(key).map_err(|_| VaultError::Unavailable)
    }

    async fn attest_app(
        &self,
        _: String,
        _: Vec<u8>,
    ) -> Result<Option<AppAttestation>, VaultError> {
        Ok(None)
    }

    async fn assert_app(&self, _: String, _: Vec<u8>) -> Result<Option<Vec<u8>>, VaultError> {
        Err(VaultError::Unavailable)
    }
}

/// An office with one man, modelled, and an app that nobody is bound to.
struct Scene {
    office: Office,
    man: PersonRef,
    vault: Arc<ShellVault>,
    models: Arc<Models>,
    folder: TempDir,
    storage_key: Vec<u8>,
}

impl Scene {
    fn new(database: &str) -> Self {
        let mut office = Office::at(database);
        office.allow_demo(&[]);
        let man = office.import(
            &["王福生,resident,450324194910010013,,0773-8001234"],
            "demo",
        )[0];
        office.start();
        let enrolled = Program::new().enrol(&office, man, &[&franck()]);
        assert_eq!(enrolled.exit, 0, "{enrolled:?}");
        Self {
            office,
            man,
            vault: ShellVault::new(),
            models: Models::open(text(&models()), None).unwrap(),
            folder: tempfile::tempdir().unwrap(),
            storage_key: new_storage_key(),
        }
    }

    /// The app, as after each start of it.
    fn app(&self) -> Arc<Phone> {
        self.app_in(&self.folder)
    }

    /// The same on another phone.
    fn app_in(&self, folder: &TempDir) -> Arc<Phone> {
        let settings = PhoneSettings {
            folder: text(folder.path()),
            app_version: "lifecert tests".into(),
            authorities_pem: None,
            pins: Vec::new(),
            tries: 1,
            timeout_s: 60,
        };
        let vault = self.vault.clone() as Arc<dyn KeyVault>;
        let key = self.storage_key.clone();
        Phone::open(settings, key, Some(vault), self.models.clone()).unwrap()
    }

    async fn bound(&self) -> Arc<Phone> {
        let app = self.app();
        let answer = self.bind(&app, 40).await;
        assert_eq!(answer.outcome, Outcome::Accepted, "{answer:?}");
        assert_eq!(answer.person, Some(self.man.to_string()));
        app
    }

    async fn bind(&self, app: &Phone, from_s: u64) -> Answer {
        let code = self.office.letter(self.man).to_printed();
        let code = letter_code(code.to_lowercase().replace('-', " ")).unwrap();
        let url = self.office.url().to_owned();
        let session = app.bind(url, None, code, Channel::Home, 0).await.unwrap();
        look(&session, from_s);
        let answer = session.finish().await.unwrap();
        assert_eq!(session.finish().await.unwrap(), answer, "it says so again");
        answer
    }

    async fn certify(&self, app: &Phone, from_s: u64) -> Arc<Session> {
        let session = app.certify(self.man.to_string(), Channel::Home, 0);
        let session = session.await.unwrap();
        look(&session, from_s);
        session
    }
}

/// Shows the man to a session until it is over, as a phone's camera would: full range, three
/// planes.
fn look(session: &Session, from_s: u64) {
    let mut video = VideoReader::open(&franck()).unwrap();
    while let Some(shown) = video.next_frame().unwrap() {
        if shown.at_ms < from_s * 1_000 {
            continue;
        }
        let (raw, at_ms) = (shown.raw, shown.at_ms - from_s * 1_000);
        let bytes = full_range(&raw);
        let side = |side: usize| u32::try_from(side).unwrap();
        let (width, height) = (side(raw.width), side(raw.height));
        let mut cues = session
            .push_frame(
                &bytes,
                width,
                height,
                width,
                PixelFormat::I420,
                0,
                false,
                at_ms,
            )
            .unwrap();
        let press = Cue::Prompt {
            prompt: Prompt::PressStart,
        };
        if session.phase() == Phase::Framing && cues.contains(&press) {
            cues.extend(session.start(at_ms));
        }
        if cues.contains(&Cue::Finish) {
            assert_eq!(session.phase(), Phase::Finishing);
            return;
        }
        assert_ne!(session.phase(), Phase::Ended, "{cues:?}");
    }
    panic!("the look did not end");
}

fn code<T>(result: Result<T, LifecertError>) -> String {
    result.err().map(|error| error.code()).unwrap_or_default()
}

async fn a_man_walks_the_whole_road(database: &str) {
    let scene = Scene::new(database);
    let man = scene.man.to_string();
    let nobody = scene.app().certify(man.clone(), Channel::Home, 0).await;
    assert_eq!(code(nobody), "device.not_bound");
    let app = scene.bound().await;
    assert_eq!(app.people().unwrap()[0].person, man);
    // The look that bound the phone is a look that was accepted: consent may rest on it at once. Nobody
    // helps yet, or chance would have the office look at what he does next.
    let alone = ConsentPurposes {
        helper: false,
        ..helper()
    };
    let early = app.give_consent(man.clone(), Language::En, alone, ConsentMeans::Touch, None);
    assert!(early.await.unwrap().consent.is_some());

    let session = scene.certify(&app, 80).await;
    assert_eq!(session.clock_warning(), None);
    let answer = session.finish().await.unwrap();
    assert_eq!(answer.outcome, Outcome::Accepted, "{answer:?}");
    let receipt = answer.receipt.unwrap();
    assert_eq!(app.waiting_claims(), Ok(0));

    // As after a restart: the receipt lies there, is shown and checked.
    let app = scene.app();
    let held = app.receipts(man.clone()).unwrap();
    assert_eq!((held.len(), &held[0].receipt), (1, &receipt));
    let beside = Beside {
        proof: true,
        salt: false,
    };
    let qr = app.receipt_qr(receipt.clone(), beside).unwrap();
    assert!(qr.svg.starts_with("<?xml") && qr.png.starts_with(b"\x89PNG"));
    let found = app.check_receipt(qr.text).unwrap();
    assert_eq!(found.receipt, held[0]);
    assert!(!found.expired && found.key != KeyStanding::Ended);
    let page = app
        .receipt_page(receipt.clone(), beside, Language::Es)
        .unwrap();
    assert!(page.contains(&receipt) && page.contains("<svg"));
    let file = app.receipt_file(receipt.clone()).unwrap();
    assert_eq!(app.check_receipt_file(file).unwrap().receipt, held[0]);
    assert_eq!(
        code(app.check_receipt("LIFECERT1:ABC".into())),
        "receipt.invalid"
    );
    let again = app.fetch_receipt(man.clone(), receipt).await.unwrap();
    assert_eq!(again, held[0]);

    // Where he stands, what he agrees to and takes back, whom the phone believes.
    let standing = app.standing(man.clone()).await.unwrap();
    assert!(standing.certified && standing.due_ms > 0 && !standing.under_review);
    assert_eq!(standing.devices[0].state, "bound");
    app.name_person(man.clone(), "爷爷".into()).unwrap();
    let here = &app.people().unwrap()[0];
    assert_eq!(
        (here.standing.as_ref(), here.name.as_deref()),
        (Some(&standing), Some("爷爷"))
    );
    assert_eq!(format!("{here:?} {here}"), "PersonHere(..) PersonHere(..)");
    let history = app.history(man.clone()).await.unwrap();
    assert_eq!(history[0].modality, Modality::Face);
    let relation = Some(Relation::Parent);
    let given = app.give_consent(
        man.clone(),
        Language::En,
        helper(),
        ConsentMeans::Touch,
        relation,
    );
    assert_eq!(given.await.unwrap().purposes, helper());
    assert_eq!(app.people().unwrap()[0].relation, relation);
    let road = app
        .ask_other_road(man.clone(), Road::Counter)
        .await
        .unwrap();
    assert_eq!(app.standing(man.clone()).await.unwrap().road, Some(road));
    assert_eq!(app.refresh_people().await.unwrap().len(), 0);
    let withdrawn = app.withdraw_consent(man.clone()).await.unwrap();
    assert_eq!(withdrawn.consent, None);
    assert_eq!(app.refresh_keys(man.clone()).await, Ok(0));

    // Challenges lie ahead; the network goes; the claim waits and is sent later.
    let mut scene = scene;
    let synced = app.sync().await.unwrap();
    assert_eq!(synced.ahead[0].challenges, 2, "{synced:?}");
    scene.office.kill();
    let away = scene.certify(&app, 90).await.finish().await.unwrap();
    assert_eq!(away.outcome, Outcome::Queued, "{away:?}");
    assert_eq!(away.code.as_deref(), Some("server.unreachable"));
    assert_eq!(app.waiting_claims(), Ok(1));
    assert_eq!(app.sync().await.unwrap().waiting, 1);
    drop(app);
    scene.office.start_where_it_was();
    let app = scene.app();
    let synced = app.sync().await.unwrap();
    assert_eq!(synced.claims[0].outcome, Outcome::Accepted, "{synced:?}");
    assert_eq!(synced.claims[0].person, Some(man.clone()));
    assert_eq!(app.receipts(man.clone()).unwrap().len(), 2);

    // He leaves: nothing of him stays.
    let erased = app.erase_everywhere(man.clone()).await.unwrap();
    assert_eq!((erased.templates, erased.devices), (1, 1));
    assert_eq!(app.people(), Ok(Vec::new()));
    assert_eq!(app.receipts(man.clone()), Ok(Vec::new()));
    assert_eq!(code(app.standing(man).await), "device.not_bound");
}

async fn a_key_that_is_refused_or_a_call_that_is_given_up_loses_nothing(database: &str) {
    let scene = Scene::new(database);
    let man = scene.man.to_string();
    let app = scene.bound().await;

    // Refused: the look is over, nothing was sent, and the next one goes through.
    let session = scene.certify(&app, 80).await;
    scene.vault.refuses.store(true, Ordering::SeqCst);
    let refused = session.finish().await.unwrap();
    assert_eq!(refused.outcome, Outcome::Stopped);
    assert_eq!(refused.code.as_deref(), Some("key.cancelled"));
    scene.vault.refuses.store(false, Ordering::SeqCst);

    // Given up while the key waits for its person; asked again, it goes on where it was.
    let session = scene.certify(&app, 80).await;
    scene.vault.hangs.store(true, Ordering::SeqCst);
    given_up(session.clone(), 300).await;
    assert_eq!(session.phase(), Phase::Finishing);
    scene.vault.hangs.store(false, Ordering::SeqCst);
    let answer = session.finish().await.unwrap();
    assert_eq!(answer.outcome, Outcome::Accepted, "{answer:?}");

    // Given up on the way: whenever that was, the claim counts once in the end.
    let mut receipts = app.receipts(man.clone()).unwrap().len();
    for pause_ms in [2, 30, 120] {
        let session = scene.certify(&app, 80).await;
        given_up(session.clone(), pause_ms).await;
        let answer = session.finish().await.unwrap();
        let settled = matches!(answer.outcome, Outcome::Accepted | Outcome::Queued);
        assert!(settled, "{answer:?}");
        app.sync().await.unwrap();
        assert_eq!(app.waiting_claims(), Ok(0));
        receipts += 1;
        assert_eq!(app.receipts(man.clone()).unwrap().len(), receipts);
    }
    let history = app.history(man).await.unwrap();
    assert_eq!(history.len(), receipts, "each claim counted once");
}

async fn a_second_phone_learns_whose_it_is_once_it_is_let_in(database: &str) {
    let scene = Scene::new(database);
    let (first, man) = (scene.bound().await, scene.man.to_string());
    let folder = tempfile::tempdir().unwrap();
    let second = scene.app_in(&folder);
    let waits = scene.bind(&second, 100).await;
    assert_eq!(waits.outcome, Outcome::Referred, "{waits:?}");
    assert_eq!(waits.code.as_deref(), Some("device.pending"));
    assert_eq!(waits.person, None);
    let synced = second.sync().await.unwrap();
    assert_eq!(
        (synced.bindings.len(), second.people()),
        (0, Ok(Vec::new()))
    );

    let standing = first.standing(man.clone()).await.unwrap();
    let waiting = second.waiting_devices().unwrap();
    assert_eq!(standing.pending_devices, [waiting[0].device.as_str()]);
    let device = waiting[0].device.clone();
    assert_eq!(
        first.confirm_device(man.clone(), device.clone()).await,
        Ok(true)
    );
    let synced = second.sync().await.unwrap();
    assert_eq!(synced.bindings[0].person, Some(man.clone()), "{synced:?}");
    assert_eq!(second.people().unwrap()[0].person, man);
    assert_eq!(second.waiting_devices(), Ok(Vec::new()));
    let answer = scene.certify(&second, 80).await.finish().await.unwrap();
    assert_eq!(answer.outcome, Outcome::Accepted, "{answer:?}");
    assert_eq!(first.revoke_device(man.clone(), device).await, Ok(false));
    let late = second.certify(man, Channel::Home, 0).await;
    assert_eq!(code(late), "access.not_recognised");
}

/// Begins to finish a session and gives it up.
async fn given_up(session: Arc<Session>, after_ms: u64) -> Option<Answer> {
    let patience = std::time::Duration::from_millis(after_ms);
    let finishing = tokio::time::timeout(patience, session.finish()).await;
    finishing.ok().map(Result::unwrap)
}

fn helper() -> ConsentPurposes {
    ConsentPurposes {
        helper: true,
        embedding_leaves: false,
        pictures_leave: false,
        evidence_kept: false,
    }
}
