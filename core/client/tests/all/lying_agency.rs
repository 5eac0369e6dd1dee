//! What a device believes: challenges and receipts of the pinned agency, for what was asked.

use crate::office::{Answer, NOW_MS, Office, Phone, connection, ok, problem, serve};
use lifecert_client::{Agency, ClientError, Decision};
use lifecert_protocol::http::{CHALLENGES, ClaimAnswer, HELLO, StatusAnswer};
use lifecert_protocol::{
    Challenge, ChallengeMode, Channel, ClaimId, DeviceRequest, Digest, ErrorCode, KeyId, PersonRef,
    Purpose, Receipt, ReceiptId, Signed, Verdict,
};
use std::sync::{Arc, Mutex};

/// Asks an office for a challenge that signs with `signer` what `lie` makes of an honest one.
async fn asked(
    office: &Office,
    signer: &Office,
    lie: fn(&mut Challenge),
) -> Result<Challenge, ClientError> {
    let (host, signer) = (office.clone(), signer.clone());
    let address = serve(move |path, body| match path {
        HELLO => host.hello(),
        CHALLENGES => {
            let request: DeviceRequest = Signed::read(body).unwrap().peek().unwrap();
            let asked = (Purpose::Certify, ChallengeMode::Online);
            let mut challenge = host.challenge(asked, Some(request.person), request.key, 1);
            lie(&mut challenge);
            Some((200, signer.key.sign_message(&challenge).unwrap()))
        }
        _ => None,
    })
    .await;
    let phone = Phone::new(office, &address);
    let agency = phone.agency(&phone.binding);
    let checked = agency
        .challenge(phone.asker(), ChallengeMode::Online)
        .await?;
    assert!(
        checked.server_ahead_ms < 0,
        "the office's clock stands in 2023"
    );
    Ok(checked.challenge)
}

#[tokio::test]
async fn a_challenge_counts_only_as_it_was_asked_for() {
    let office = Office::new();
    assert!(asked(&office, &office, |_| {}).await.is_ok());
    let lies: [fn(&mut Challenge); 8] = [
        |challenge| challenge.agency = "elsewhere".parse().unwrap(),
        |challenge| challenge.server = "other.example".into(),
        |challenge| challenge.purpose = Purpose::Bind,
        |challenge| challenge.mode = ChallengeMode::Offline,
        |challenge| challenge.person = Some(PersonRef::random()),
        |challenge| challenge.key = KeyId::from_bytes([9; 32]),
        |challenge| challenge.expires_at_ms = challenge.issued_at_ms,
        |challenge| challenge.expires_at_ms = NOW_MS - 1,
    ];
    for (n, lie) in lies.into_iter().enumerate() {
        let result = asked(&office, &office, lie).await;
        assert_eq!(result, Err(ClientError::Untrusted), "lie {n}");
    }
    let result = asked(&office, &Office::new(), |_| {}).await;
    assert_eq!(result, Err(ClientError::Untrusted), "another key signed");
}

#[tokio::test]
async fn another_key_than_the_pinned_one_is_not_greeted() {
    let (office, other) = (Office::new(), Office::new());
    let host = other.clone();
    let address = serve(move |_, _| host.hello()).await;
    let phone = Phone::new(&office, &address);
    let agency = phone.agency(&phone.binding);
    assert_eq!(agency.hello().await, Err(ClientError::Untrusted));
    assert_eq!(
        agency.status(phone.asker()).await,
        Err(ClientError::Untrusted)
    );

    let meet = async |key| Agency::meet(connection(&address), key).await;
    let named = office.key.public().id();
    assert_eq!(
        meet(Some(named)).await.unwrap_err(),
        ClientError::Untrusted,
        "the letter names another key"
    );
    let met = meet(Some(other.key.public().id())).await.unwrap();
    assert_eq!(met.pinned(), other.pinned());
    assert!(meet(None).await.is_ok());
}

/// Submits a claim to an office that accepts it with what the lies make of an honest receipt and
/// answer, signed by the pinned key or by another.
async fn submitted(
    key_is_pinned: bool,
    lie_in_receipt: fn(&mut Receipt),
    lie_in_answer: fn(&mut ClaimAnswer),
) -> Result<Decision, ClientError> {
    let office = Office::new();
    let answer: Arc<Mutex<Answer>> = Arc::default();
    let given = answer.clone();
    let address = serve(move |_, _| given.lock().unwrap().clone()).await;
    let phone = Phone::new(&office, &address);
    let claim = phone.any_claim(&office, 1);
    let mut receipt = office.receipt(&claim);
    lie_in_receipt(&mut receipt);
    let signer = if key_is_pinned { office } else { Office::new() };
    let mut accepted = signer.accept(&receipt);
    lie_in_answer(&mut accepted);
    *answer.lock().unwrap() = ok(&accepted);
    phone.agency(&phone.binding).submit(&claim).await
}

#[tokio::test]
async fn an_acceptance_counts_only_with_a_receipt_for_this_very_claim() {
    let decision = submitted(true, |_| {}, |_| {}).await.unwrap();
    assert_eq!(decision.outcome, Verdict::Accept);
    assert!(decision.receipt.unwrap().identity_salt().is_some());

    let lies: [fn(&mut Receipt); 6] = [
        |receipt| receipt.claim_id = ClaimId::random(),
        |receipt| receipt.claim_digest = Digest::of(b"another"),
        |receipt| receipt.person = PersonRef::random(),
        |receipt| receipt.device_key = KeyId::from_bytes([9; 32]),
        |receipt| receipt.agency = "elsewhere".parse().unwrap(),
        |receipt| receipt.channel = Channel::Counter,
    ];
    for (n, lie) in lies.into_iter().enumerate() {
        let result = submitted(true, lie, |_| {}).await;
        assert_eq!(result, Err(ClientError::Untrusted), "lie {n}");
    }
    let result = submitted(false, |_| {}, |_| {}).await;
    assert_eq!(result, Err(ClientError::Untrusted), "another key signed");

    let lies: [fn(&mut ClaimAnswer); 4] = [
        |answer| answer.receipt = None,
        |answer| answer.receipt = Some("no receipt".into()),
        |answer| answer.identity_salt = Some("no salt".into()),
        |answer| answer.outcome = Verdict::Refuse,
    ];
    for (n, lie) in lies.into_iter().enumerate() {
        let result = submitted(true, |_| {}, lie).await;
        assert_eq!(result, Err(ClientError::Untrusted), "lie {n}");
    }
}

#[tokio::test]
async fn a_request_whose_answer_was_lost_is_asked_again_with_another_nonce() {
    let office = Office::new();
    let (host, nonces) = (office.clone(), Arc::new(Mutex::new(Vec::new())));
    let seen = nonces.clone();
    let status = StatusAnswer {
        receipt: None,
        revoked_receipts: Vec::new(),
        devices: Vec::new(),
        certified: false,
        valid_until_ms: None,
        window_opens_ms: 0,
        due_ms: NOW_MS,
        road: None,
        office_phone: None,
        under_review: false,
        pending_devices: Vec::new(),
    };
    let said = status.clone();
    let address = serve(move |path, body| match path {
        HELLO => host.hello(),
        _ => {
            let request: DeviceRequest = Signed::read(body).unwrap().peek().unwrap();
            let mut seen = seen.lock().unwrap();
            let first = seen.is_empty();
            let known = seen.contains(&request.nonce);
            seen.push(request.nonce);
            match (first, known) {
                (true, _) => None,
                (false, true) => problem(401, ErrorCode::RequestUnauthorised),
                (false, false) => ok(&said),
            }
        }
    })
    .await;
    let phone = Phone::new(&office, &address);
    let agency = phone.agency(&phone.binding);
    assert_eq!(agency.status(phone.asker()).await, Ok(status));
    assert_eq!(nonces.lock().unwrap().len(), 3);
}

#[tokio::test]
async fn a_receipt_asked_for_once_more_is_that_receipt() {
    let office = Office::new();
    let answer: Arc<Mutex<Answer>> = Arc::default();
    let (host, given) = (office.clone(), answer.clone());
    let address = serve(move |path, _| match path {
        HELLO => host.hello(),
        _ => given.lock().unwrap().clone(),
    })
    .await;
    let phone = Phone::new(&office, &address);
    let receipt = office.receipt(&phone.any_claim(&office, 1));
    *answer.lock().unwrap() = ok(&office.accept(&receipt));
    let agency = phone.agency(&phone.binding);
    let copy = agency.receipt(phone.asker(), receipt.receipt_id).await;
    assert_eq!(
        copy.unwrap().verify(office.key.public(), NOW_MS),
        Ok(receipt)
    );
    let other = agency.receipt(phone.asker(), ReceiptId::random()).await;
    assert_eq!(other, Err(ClientError::Untrusted));
}
