//! Without a network: challenges fetched ahead and used in order, claims that wait and are sent.

use crate::office::{Answer, NOW_MS, Office, Phone, ok, problem, serve};
use lifecert_client::{ClientError, Fate, SignedClaim};
use lifecert_protocol::http::{CHALLENGES, CLAIMS, ClaimAnswer, HELLO};
use lifecert_protocol::{
    Ask, ChallengeMode, ClaimEnvelope, ClaimId, DeviceRequest, ErrorCode, Purpose, Signed, Verdict,
};
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

/// An office that gives challenges for `life_ms` and refuses a third one.
async fn giving(office: &Office, life_ms: u64) -> String {
    let (host, given) = (office.clone(), AtomicU64::new(0));
    serve(move |path, body| match path {
        HELLO => host.hello(),
        CHALLENGES => {
            let request: DeviceRequest = Signed::read(body).unwrap().peek().unwrap();
            let Ask::Challenge { mode } = request.ask else {
                return problem(400, ErrorCode::RequestMalformed);
            };
            let sequence = given.fetch_add(1, Ordering::SeqCst) + 9;
            if sequence > 10 {
                return problem(409, ErrorCode::ChallengeLimit);
            }
            let asked = (Purpose::Certify, mode);
            let mut challenge = host.challenge(asked, Some(request.person), request.key, sequence);
            challenge.expires_at_ms = NOW_MS + life_ms;
            Some((200, host.key.sign_message(&challenge).unwrap()))
        }
        _ => None,
    })
    .await
}

#[tokio::test]
async fn two_challenges_are_fetched_ahead_and_used_in_the_order_of_issue() {
    let office = Office::new();
    let phone = Phone::new(&office, &giving(&office, 14 * 24 * 3_600_000).await);
    let agency = phone.agency(&phone.binding);
    let offline = phone.device.offline(None).unwrap();
    let none = offline.next_challenge(&phone.binding).unwrap_err();
    assert_eq!(none.code(), ErrorCode::ServerUnreachable);
    for _ in 0..2 {
        let ahead = offline.fetch_ahead(&agency, phone.asker()).await;
        assert_eq!(ahead, Ok(2));
    }
    for sequence in [9, 10] {
        // As after a restart of the app.
        let offline = phone.device.offline(None).unwrap();
        let next = offline.next_challenge(&phone.binding).unwrap().challenge;
        assert_eq!(next.sequence, sequence);
        assert_eq!(next.mode, ChallengeMode::Offline);
        let claim = phone.claim(&next);
        offline.keep(&claim, next.sequence).unwrap();
    }
    assert!(offline.next_challenge(&phone.binding).is_err());
    assert_eq!(offline.waiting(), Ok(2));
    assert_eq!(
        offline.fetch_ahead(&agency, phone.asker()).await,
        Ok(0),
        "no more than two are open, those that wait included"
    );
}

#[tokio::test]
async fn a_challenge_whose_claim_waits_is_not_answered_twice_after_a_crash() {
    let office = Office::new();
    let phone = Phone::new(&office, &giving(&office, 14 * 24 * 3_600_000).await);
    let agency = phone.agency(&phone.binding);
    let offline = phone.device.offline(None).unwrap();
    offline.fetch_ahead(&agency, phone.asker()).await.unwrap();
    let folder = phone.temp.path().join("offline/challenges");
    let before: HashMap<_, _> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| (path.clone(), std::fs::read(path).unwrap()))
        .collect();
    let first = offline.next_challenge(&phone.binding).unwrap().challenge;
    offline.keep(&phone.claim(&first), first.sequence).unwrap();
    // The power went after the claim was kept and before its challenge was removed.
    for (path, bytes) in before {
        std::fs::write(path, bytes).unwrap();
    }
    let next = offline.next_challenge(&phone.binding).unwrap().challenge;
    assert_eq!(next.sequence, first.sequence + 1);
}

#[tokio::test]
async fn expired_and_damaged_challenges_make_room() {
    let office = Office::new();
    let phone = Phone::new(&office, &giving(&office, 14 * 24 * 3_600_000).await);
    let agency = phone.agency(&phone.binding);
    let offline = phone.device.offline(None).unwrap();
    offline.fetch_ahead(&agency, phone.asker()).await.unwrap();
    let folder = phone.temp.path().join("offline/challenges");
    let mut names: Vec<_> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    names.sort();
    std::fs::write(&names[0], b"damaged").unwrap();
    let next = offline.next_challenge(&phone.binding).unwrap().challenge;
    assert_eq!(next.sequence, 10, "a damaged one hides no other");
    let ahead = offline.fetch_ahead(&agency, phone.asker()).await;
    assert_eq!(ahead, Ok(1));
    assert!(!names[0].exists());
}

/// Three claims wait; the answers to them are to be given by the test.
struct Waiting {
    office: Office,
    phone: Phone,
    answers: Arc<Mutex<HashMap<ClaimId, Answer>>>,
    order: Arc<Mutex<Vec<ClaimId>>>,
    claims: Vec<SignedClaim>,
}

impl Waiting {
    async fn new() -> Self {
        let office = Office::new();
        let answers: Arc<Mutex<HashMap<ClaimId, Answer>>> = Arc::default();
        let order: Arc<Mutex<Vec<ClaimId>>> = Arc::default();
        let (said, seen) = (answers.clone(), order.clone());
        let address = serve(move |path, body| {
            assert_eq!(path, CLAIMS);
            let envelope = ClaimEnvelope::from_bytes(body).unwrap();
            let claim_id = SignedClaim::read(envelope).unwrap().claim().claim_id;
            seen.lock().unwrap().push(claim_id);
            said.lock().unwrap().get(&claim_id).cloned().flatten()
        })
        .await;
        let phone = Phone::new(&office, &address);
        let claims: Vec<SignedClaim> = (1..=3).map(|n| phone.any_claim(&office, n)).collect();
        let offline = phone.device.offline(None).unwrap();
        // Kept in another order than that of their challenges.
        for n in [2, 0, 1] {
            offline.keep(&claims[n], n as u64 + 1).unwrap();
        }
        Self {
            office,
            phone,
            answers,
            order,
            claims,
        }
    }

    fn id(&self, n: usize) -> ClaimId {
        self.claims[n].claim().claim_id
    }

    fn says(&self, n: usize, answer: Answer) {
        self.answers.lock().unwrap().insert(self.id(n), answer);
    }

    async fn send(&self) -> Vec<Fate> {
        let offline = self.phone.device.offline(None).unwrap();
        let connect = |binding: &_| Ok(self.phone.agency(binding));
        let here = (&self.phone.device, &self.phone.vault as &_);
        let sent = offline.send_waiting(here, connect).await;
        sent.unwrap().into_iter().map(|sent| sent.fate).collect()
    }

    fn waiting(&self) -> usize {
        self.phone.device.offline(None).unwrap().waiting().unwrap()
    }
}

#[tokio::test]
async fn claims_are_sent_in_order_and_one_that_is_not_wanted_blocks_no_other() {
    let test = Waiting::new().await;
    let receipt = test.office.receipt(&test.claims[2]);
    test.says(0, problem(410, ErrorCode::ChallengeExpired));
    let referred = ClaimAnswer {
        outcome: Verdict::Refer,
        code: Some(ErrorCode::ReviewRequired),
        receipt: None,
        identity_salt: None,
        log_proof: None,
        retry_after_s: None,
    };
    test.says(1, ok(&referred));
    test.says(2, ok(&test.office.accept(&receipt)));
    let fates = test.send().await;
    assert_eq!(*test.order.lock().unwrap(), [0, 1, 2].map(|n| test.id(n)));
    assert_eq!(fates[0], Fate::Refused(ErrorCode::ChallengeExpired));
    let outcomes: Vec<Verdict> = fates
        .iter()
        .filter_map(|fate| match fate {
            Fate::Decided(decision) => Some(decision.outcome),
            _ => None,
        })
        .collect();
    assert_eq!(outcomes, [Verdict::Refer, Verdict::Accept]);
    assert_eq!(test.waiting(), 0);
    assert_eq!(test.phone.device.receipts().unwrap(), [receipt.receipt_id]);
    let kept = test.phone.device.receipt(receipt.receipt_id).unwrap();
    let key = test.office.key.public();
    assert_eq!(kept.unwrap().verify(key, NOW_MS), Ok(receipt));
}

#[tokio::test]
async fn nothing_is_removed_before_its_last_word() {
    let test = Waiting::new().await;
    // A damaged file, a lie and a rest that is asked for.
    let outbox = test.phone.temp.path().join("offline/outbox");
    let damaged = outbox.join(format!("{:020}-{}.claim", 1, test.id(0)));
    std::fs::write(&damaged, b"damaged").unwrap();
    let mut lie = test.office.receipt(&test.claims[1]);
    lie.claim_id = ClaimId::random();
    test.says(1, ok(&test.office.accept(&lie)));
    test.says(2, problem(429, ErrorCode::AttemptsPause));
    assert_eq!(
        test.send().await,
        [
            Fate::Waits(ErrorCode::StorageUnreadable),
            Fate::Waits(ErrorCode::ServerUntrusted),
            Fate::Waits(ErrorCode::AttemptsPause),
        ]
    );
    assert_eq!(test.waiting(), 3);
    assert_eq!(test.phone.device.receipts().unwrap(), []);
}

#[tokio::test]
async fn a_server_that_is_away_is_asked_once() {
    let test = Waiting::new().await;
    let fates = test.send().await;
    assert_eq!(
        fates,
        [const { Fate::Waits(ErrorCode::ServerUnreachable) }; 3]
    );
    let asked = test.order.lock().unwrap().clone();
    assert!(asked.iter().all(|id| *id == test.id(0)), "{asked:?}");
    assert_eq!(test.waiting(), 3);
}

#[tokio::test]
async fn a_claim_of_nobody_here_waits() {
    let test = Waiting::new().await;
    test.phone.device.forget(test.phone.binding.key).unwrap();
    let fates = test.send().await;
    assert_eq!(fates, [const { Fate::Waits(ErrorCode::DeviceNotBound) }; 3]);
    assert_eq!(test.waiting(), 3);
    assert!(test.order.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_claim_that_cannot_be_kept_is_said_to_be_lost() {
    let office = Office::new();
    let phone = Phone::new(&office, "http://127.0.0.1:1");
    let offline = phone.device.offline(None).unwrap();
    let claim = phone.any_claim(&office, 1);
    std::fs::remove_dir(phone.temp.path().join("offline/outbox")).unwrap();
    let kept = offline.keep(&claim, 1);
    assert_eq!(kept, Err(ClientError::StorageUnreadable));
}
