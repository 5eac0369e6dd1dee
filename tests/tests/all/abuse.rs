//! What somebody who means no good can do: ask who is known, try without end, hold the server up.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use lifecert_client::{ClientError, Connection, ConnectionSettings};
use lifecert_protocol::http::{self as wire, BindStart, Hello, Problem};
use lifecert_protocol::{
    Ask, ChallengeMode, ClaimEnvelope, DeviceRequest, ErrorCode, LetterCode, PersonRef,
    SoftwareKey, Verdict,
};
use lifecert_server::http::{ANSWER_GRID, Bounds};
use lifecert_server::service::AccountRates;
use lifecert_server::store::DeviceState;
use lifecert_tests::database::{Engine, TestDatabase};
use lifecert_tests::desk::{Desk, Holder, claim, unlimited};
use lifecert_tests::office::{Office, text};
use lifecert_tests::on_both_engines;
use lifecert_tests::phone::plain_client;
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use std::fs;
use std::num::NonZeroU32;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

on_both_engines!(
    nobody_learns_whom_the_server_knows,
    challenges_collected_ahead_are_no_further_tries,
);

/// Everything that must look alike, by name: where it is sent, and the body.
async fn strangers(desk: &Desk) -> Vec<(&'static str, &'static str, Vec<u8>)> {
    let bound = desk.holder("default", DeviceState::Bound).await;
    let revoked = desk.holder("default", DeviceState::Revoked).await;
    let stranger = Holder {
        key: SoftwareKey::generate().unwrap().0,
        ..desk.holder("default", DeviceState::Bound).await
    };
    let (asked, _) = desk.challenge(&bound, ChallengeMode::Online).await.unwrap();
    let frames = [vec![1; 5_000], vec![2; 5_000]];
    let claimed = |holder: &Holder, signer: &SoftwareKey| {
        let mut claim = claim(&asked, &frames);
        claim.key = holder.key.public().id();
        claim.person = Some(holder.person);
        let signed = signer.sign_message(&claim).unwrap();
        ClaimEnvelope::new(signed, frames.to_vec()).to_bytes()
    };
    let asking = |holder: &Holder, person: PersonRef, signer: &SoftwareKey| {
        let request = DeviceRequest {
            person,
            ..desk.request(holder, Ask::Status)
        };
        signer.sign_message(&request).unwrap()
    };
    let service = &desk.app.service;
    let letter = service.issue_letters(&[bound.person]).await.unwrap();
    let right = letter[0].code.to_printed();
    let start = |code: String| {
        let start = BindStart {
            code,
            public_key: URL_SAFE_NO_PAD.encode(stranger.key.public().as_sec1()),
        };
        serde_json::to_vec(&start).unwrap()
    };
    let unknown = LetterCode::random().to_printed();
    let wrong = wrong_code(&right);
    let (b, k) = (&bound, &bound.key);
    vec![
        (
            "a letter that is not there",
            wire::BIND_CHALLENGE,
            start(unknown),
        ),
        ("a wrong code", wire::BIND_CHALLENGE, start(wrong.clone())),
        ("a wrong code once more", wire::BIND_CHALLENGE, start(wrong)),
        (
            "a claim of an unbound device",
            wire::CLAIMS,
            claimed(&stranger, &stranger.key),
        ),
        (
            "a claim of a revoked device",
            wire::CLAIMS,
            claimed(&revoked, &revoked.key),
        ),
        (
            "a claim that another key signed",
            wire::CLAIMS,
            claimed(b, &stranger.key),
        ),
        (
            "an unbound device",
            wire::REQUESTS,
            asking(&stranger, bound.person, &stranger.key),
        ),
        (
            "a revoked device",
            wire::REQUESTS,
            asking(&revoked, revoked.person, &revoked.key),
        ),
        (
            "another key",
            wire::REQUESTS,
            asking(b, bound.person, &stranger.key),
        ),
        (
            "an unknown person",
            wire::REQUESTS,
            asking(b, PersonRef::random(), k),
        ),
        (
            "another known person",
            wire::REQUESTS,
            asking(b, revoked.person, k),
        ),
        ("a challenge for an unbound device", wire::CHALLENGES, {
            let ask = Ask::Challenge {
                mode: ChallengeMode::Online,
            };
            stranger
                .key
                .sign_message(&desk.request(&stranger, ask))
                .unwrap()
        }),
    ]
}

async fn nobody_learns_whom_the_server_knows(database: &str) {
    let desk = Desk::open(database, None, unlimited()).await;
    let mut first: Option<Vec<u8>> = None;
    for (name, path, body) in strangers(&desk).await {
        let asked = Instant::now();
        let answer = desk.post(path, &body).await;
        let took = asked.elapsed();
        let shown = String::from_utf8_lossy(&answer).into_owned();
        assert!(shown.starts_with("HTTP/1.1 403"), "{name}: {shown}");
        assert!(
            shown.contains("\"access.not_recognised\""),
            "{name}: {shown}"
        );
        let expected = first.get_or_insert(answer.clone());
        assert_eq!(*expected, answer, "{name}: {shown}");
        // Not before its place on the grid; how long after it is the machine's business.
        assert!(took >= ANSWER_GRID, "{name} left after {took:?}");
    }
}

async fn challenges_collected_ahead_are_no_further_tries(database: &str) {
    let desk = Desk::open(database, None, unlimited()).await;
    let man = desk.holder("default", DeviceState::Bound).await;
    let mut asked = Vec::new();
    for _ in 0..6 {
        asked.push(desk.challenge(&man, ChallengeMode::Online).await.unwrap().0);
    }
    let frames = [vec![1; 5_000], vec![2; 5_000]];
    let last = asked.pop().unwrap();
    for challenge in &asked {
        refused_on_record(&desk, &man, challenge).await;
    }
    let claim = man.key.sign_message(&claim(&last, &frames)).unwrap();
    let envelope = ClaimEnvelope::new(claim, frames.to_vec()).to_bytes();
    let answer = desk.app.service.certify(&envelope).await.unwrap_err();
    assert_eq!(answer.code(), ErrorCode::AttemptsPause);
    assert_eq!(answer.retry_after_s(), Some(30));
    // Over the wire: the status, the header and the code.
    let shown = desk.post(wire::CLAIMS, &envelope).await;
    let shown = String::from_utf8(shown).unwrap();
    assert!(shown.starts_with("HTTP/1.1 429"), "{shown}");
    assert!(shown.to_lowercase().contains("retry-after: 30"), "{shown}");
    // Another person on another device is not held up by it.
    let other = desk.holder("default", DeviceState::Bound).await;
    desk.challenge(&other, ChallengeMode::Online).await.unwrap();
    // After the rest the same claim is looked at: it did not use its challenge up.
    desk.clock.advance(30_000);
    let later = desk.app.service.certify(&envelope).await;
    assert_ne!(
        later
            .map_err(|error| error.code())
            .map(|answer| answer.code),
        Err(ErrorCode::AttemptsPause)
    );
}

/// Puts a claim for that challenge on record, refused as of now.
async fn refused_on_record(desk: &Desk, man: &Holder, challenge: &lifecert_protocol::Challenge) {
    use lifecert_server::clock::Clock;
    use lifecert_server::error::ServiceError;
    let now_ms = desk.clock.now_ms();
    let row = lifecert_server::store::ClaimRow {
        claim_id: lifecert_protocol::ClaimId::random(),
        challenge_id: challenge.challenge_id,
        payload_digest: lifecert_protocol::Digest::of(challenge.challenge_id.as_bytes()),
        person: man.person,
        key: challenge.key,
        received_at_ms: now_ms,
        outcome: Verdict::Refuse,
        code: Some(ErrorCode::MatchNotSame),
        numbers: "{}".into(),
        answer: "{}".into(),
    };
    let done = async || -> Result<(), ServiceError> {
        lifecert_server::run_tx!(desk.app.service.store(), "test", |db| {
            db.use_challenge(challenge.challenge_id, now_ms).await?;
            Ok(db.add_claim(&row).await?)
        })
    };
    done().await.unwrap();
}

#[tokio::test]
async fn an_account_and_an_address_have_their_share() {
    let few = |count| NonZeroU32::new(count).unwrap();
    let rates = AccountRates {
        key: few(4),
        letter: few(3),
        staff: few(3),
    };
    let bounds = Bounds {
        address_per_minute: few(30),
        trusted_proxies: vec!["127.0.0.0/8".parse().unwrap()],
        ..Bounds::default()
    };
    let database = TestDatabase::new(Engine::Sqlite).await;
    let desk = Desk::open(database.address(), None, (rates, bounds)).await;
    let man = desk.holder("default", DeviceState::Bound).await;
    let client = plain_client();
    let status = async |from: &str| {
        let request = man
            .key
            .sign_message(&desk.request(&man, Ask::Status))
            .unwrap();
        let url = format!("{}{}", desk.url(), wire::REQUESTS);
        let sent = client
            .post(url)
            .header("x-forwarded-for", from)
            .body(request)
            .send();
        sent.await.unwrap()
    };
    for _ in 0..4 {
        assert_eq!(status("198.51.100.1").await.status(), 200);
    }
    // The device's share is used up, from whichever address it asks.
    let limited = status("198.51.100.2").await;
    assert_eq!(limited.status(), 429);
    let wait_s: u32 = limited.headers()["retry-after"]
        .to_str()
        .unwrap()
        .parse()
        .unwrap();
    assert!((1..=16).contains(&wait_s), "{wait_s}");
    let problem: Problem = limited.json().await.unwrap();
    assert_eq!(problem.code, ErrorCode::RequestRateLimited);
    assert_eq!(problem.retry_after_s, Some(wait_s));
    // A letter's share is used up whether or not there is such a letter.
    let code = LetterCode::random().to_printed();
    for n in 1..=4 {
        let start = BindStart {
            code: wrong_code(&code),
            public_key: URL_SAFE_NO_PAD.encode(man.key.public().as_sec1()),
        };
        let refused = desk
            .app
            .service
            .give_bind_challenge(&start)
            .await
            .unwrap_err();
        let expected = if n < 4 {
            ErrorCode::CodeInvalid
        } else {
            ErrorCode::RequestRateLimited
        };
        assert_eq!(refused.code(), expected, "try {n}");
    }
    // One address, whatever it writes before the proxy's own word, and not another.
    let hello = async |forwarded: &str| {
        let url = format!("{}{}", desk.url(), wire::HELLO);
        let sent = client.get(url).header("x-forwarded-for", forwarded).send();
        sent.await.unwrap().status().as_u16()
    };
    let mut answers = Vec::new();
    for n in 0..40 {
        answers.push(hello(&format!("192.0.2.{n}, 203.0.113.9")).await);
    }
    let taken = answers.iter().filter(|status| **status == 200).count();
    assert!((30..=31).contains(&taken), "{answers:?}");
    assert_eq!(answers.last(), Some(&429));
    assert_eq!(hello("203.0.113.10").await, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn slow_and_oversized_senders_hold_nobody_up() {
    let (rates, bounds) = unlimited();
    let bounds = Bounds {
        at_once: 8,
        bodies_at_once: 300,
        body: Duration::from_secs(2),
        ..bounds
    };
    let database = TestDatabase::new(Engine::Sqlite).await;
    let desk = Desk::open(database.address(), None, (rates, bounds)).await;
    let man = desk.holder("default", DeviceState::Bound).await;
    // Heads that never end, bodies that never end, bodies that are far too large.
    let mut slow = Vec::new();
    for n in 0..200 {
        let mut stream = TcpStream::connect(desk.address).await.unwrap();
        let part = if n % 2 == 0 {
            "POST /v1/claims HTTP/1.1\r\nhost: desk\r\nx-"
        } else {
            "POST /v1/claims HTTP/1.1\r\nhost: desk\r\ncontent-length: 100000\r\n\r\nabc"
        };
        stream.write_all(part.as_bytes()).await.unwrap();
        slow.push(stream);
    }
    let oversized: Vec<_> = (0..20)
        .map(|_| {
            let url = format!("{}{}", desk.url(), wire::CLAIMS);
            tokio::spawn(plain_client().post(url).body(vec![0; 8_000_000]).send())
        })
        .collect();
    // Meanwhile others are answered, each in well under a second.
    for _ in 0..20 {
        let asked = Instant::now();
        let request = man
            .key
            .sign_message(&desk.request(&man, Ask::Status))
            .unwrap();
        let url = format!("{}{}", desk.url(), wire::REQUESTS);
        let answer = plain_client().post(url).body(request).send().await.unwrap();
        assert_eq!(answer.status(), 200);
        assert!(
            asked.elapsed() < Duration::from_secs(5),
            "{:?}",
            asked.elapsed()
        );
    }
    for sent in oversized {
        // Refused, or cut off while it was still sending.
        if let Ok(answer) = sent.await.unwrap() {
            assert_eq!(answer.status(), 413);
        }
    }
    // A body that does not come is given up.
    let mut stalled = slow.swap_remove(1);
    let mut answer = Vec::new();
    let read = stalled.read_to_end(&mut answer);
    let read = tokio::time::timeout(Duration::from_secs(15), read).await;
    assert!(read.is_ok(), "the connection is closed or answered");
    let answer = String::from_utf8_lossy(&answer).into_owned();
    assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
}

#[tokio::test]
async fn more_work_than_can_be_done_is_told_to_come_back() {
    let (rates, bounds) = unlimited();
    let bounds = Bounds {
        at_once: 0,
        ..bounds
    };
    let database = TestDatabase::new(Engine::Sqlite).await;
    let desk = Desk::open(database.address(), None, (rates, bounds)).await;
    let answer = String::from_utf8(desk.post(wire::CLAIMS, b"x").await).unwrap();
    assert!(answer.starts_with("HTTP/1.1 503"), "{answer}");
    assert!(answer.to_lowercase().contains("retry-after: 2"), "{answer}");
    assert!(answer.contains("\"server.busy\""), "{answer}");
}

/// An authority and files of a certificate for `localhost`, in a folder.
fn certificates(office: &Office) -> Vec<u8> {
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = params.clone().self_signed(&key).unwrap();
    let issuer = Issuer::new(params, key);
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new(vec!["localhost".into()]).unwrap();
    let certificate = params.signed_by(&key, &issuer).unwrap();
    fs::write(office.path("tls.pem"), certificate.pem()).unwrap();
    fs::write(office.path("tls.key"), key.serialize_pem()).unwrap();
    authority.pem().into_bytes()
}

#[tokio::test]
async fn tls_is_spoken_and_its_files_are_read_again() {
    let database = TestDatabase::new(Engine::Sqlite).await;
    let mut office = Office::new(&database);
    let authority = certificates(&office);
    let (pem, key) = (text(&office.path("tls.pem")), text(&office.path("tls.key")));
    office.start_with(&["--tls-cert", &pem, "--tls-key", &key]);
    let url = office.url().replace("127.0.0.1", "localhost");
    assert!(url.starts_with("https://"), "{url}");
    let hello = async |authority: &[u8]| {
        let mut settings = ConnectionSettings::new(&url);
        settings.authorities_pem = Some(authority.to_vec());
        settings.tries = 1;
        let connection = Connection::new(&settings).unwrap();
        connection.fetch::<Hello>(wire::HELLO).await
    };
    assert_eq!(hello(&authority).await.unwrap().agency.as_str(), "quanzhou");
    let plain = plain_client()
        .get(url.replace("https", "http"))
        .send()
        .await;
    assert!(plain.is_err(), "plain HTTP is not spoken on the same port");
    // Another authority's certificate takes the place of the first without a restart.
    let fresh = certificates(&office);
    assert_eq!(hello(&fresh).await.unwrap_err(), ClientError::Untrusted);
    office.hang_up();
    let mut answered = hello(&fresh).await;
    for _ in 0..50 {
        if answered.is_ok() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
        answered = hello(&fresh).await;
    }
    answered.unwrap();
    assert_eq!(hello(&authority).await.unwrap_err(), ClientError::Untrusted);
}

#[tokio::test]
async fn plain_http_is_refused_where_others_can_listen_in() {
    let database = TestDatabase::new(Engine::Sqlite).await;
    let office = Office::new(&database);
    let refused = office
        .command(&["serve", "--listen", "0.0.0.0:0"])
        .output()
        .unwrap();
    assert!(!refused.status.success());
    let why = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(
        why.contains("--tls-cert") && why.contains("--behind-proxy"),
        "{why}"
    );
}

/// A code that finds the same letter and proves nothing.
fn wrong_code(right: &str) -> String {
    let other = LetterCode::random().to_printed();
    let body = format!("{}{}", &right[..4], &other[4..18]);
    "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
        .chars()
        .map(|check| format!("{body}{check}"))
        .find(|code| code.parse::<LetterCode>().is_ok())
        .expect("one check character fits")
}
