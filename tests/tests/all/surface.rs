//! The server's HTTP surface as a stranger meets it: described, bounded, every failure a problem.

use lifecert_protocol::http::{
    self as wire, BindAnswer, BindRequest, BindStart, ClaimAnswer, DeviceAnswer, DeviceEntry,
    EnrolAnswer, EnrolRequest, ErasedAnswer, HistoryAnswer, HistoryEntry, Problem, RoadAnswer,
    StatusAnswer, staff,
};
use lifecert_protocol::{
    Assurance, AttestationReason, Channel, ClaimEnvelope, DeviceId, ErrorCode, Modality, PersonRef,
    ReceiptId, Road, Verdict, VisitId,
};
use lifecert_tests::database::{Engine, TestDatabase};
use lifecert_tests::office::Office;
use lifecert_tests::phone::{clip, plain_client};
use reqwest::{Client, RequestBuilder, Response};
use serde_json::{Value, json};

/// Sends a request that must fail; gives the problem.
async fn problem(request: RequestBuilder) -> Problem {
    problem_in(request.send().await.unwrap()).await
}

/// The same of a body that is too large. A server that has read enough answers and closes the
/// connection; a client that still sends may notice the one before the other, and tries again.
async fn problem_of_large(request: impl Fn() -> RequestBuilder) -> Problem {
    for _ in 0..20 {
        if let Ok(answer) = request().send().await {
            return problem_in(answer).await;
        }
    }
    panic!("the server never answers a body that is too large");
}

async fn problem_in(answer: Response) -> Problem {
    let media = answer.headers()["content-type"]
        .to_str()
        .unwrap()
        .to_owned();
    let (status, body) = (answer.status().as_u16(), answer.text().await.unwrap());
    assert_eq!(media, wire::PROBLEM, "{body}");
    let problem: Problem = serde_json::from_str(&body).unwrap();
    assert_eq!(problem.status, status);
    problem
}

async fn office() -> (TestDatabase, Office, Client) {
    let database = TestDatabase::new(Engine::Sqlite).await;
    let mut office = Office::new(&database);
    office.start();
    (database, office, plain_client())
}

/// The path of the log's first tile, which is partial.
async fn first_tile(office: &Office, client: &Client) -> String {
    let url = format!("{}/log/checkpoint", office.url());
    let answer = client.get(url).send().await.unwrap();
    assert_eq!(answer.headers()["cache-control"], "public, max-age=1");
    let checkpoint = answer.text().await.unwrap();
    let mut lines = checkpoint.lines();
    assert_eq!(lines.next(), Some("certify.quanzhou.example/log"));
    let size: u64 = lines.next().unwrap().parse().unwrap();
    assert!((1..256).contains(&size), "{size}");
    format!("0/000.p/{size}")
}

#[tokio::test]
async fn every_path_is_described_and_answers() {
    let (_database, office, client) = office().await;
    let url = |path: &str| format!("{}{path}", office.url());
    let openapi: Value = client
        .get(url("/openapi.json"))
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    let paths = openapi["paths"].as_object().unwrap();
    let ours = [
        wire::HELLO,
        wire::BIND_CHALLENGE,
        wire::BINDINGS,
        wire::CHALLENGES,
        wire::CLAIMS,
        wire::REQUESTS,
        wire::CONSENTS,
        wire::ENROLMENTS,
        staff::SESSION,
        staff::TASKS,
        staff::FILES,
        staff::PROPOSALS,
        staff::APPROVE,
        staff::REFUSE,
        staff::REVOKE,
        staff::ACCESS_LOG,
        staff::VISITS,
        "/log/checkpoint",
        "/log/witnessed",
        "/log/vkey",
        "/log/tile/{path}",
        wire::KEYS,
        "/openapi.json",
        "/metrics",
        "/healthz",
    ];
    let mut described: Vec<&str> = paths.keys().map(String::as_str).collect();
    let mut expected = ours.to_vec();
    described.sort_unstable();
    expected.sort_unstable();
    assert_eq!(described, expected);
    for (path, methods) in paths {
        for (method, described) in methods.as_object().unwrap() {
            if described["security"].is_array() {
                let method = method.to_uppercase().parse().unwrap();
                let stranger = client.request(method, url(path)).body("{}");
                let refused = problem(stranger).await;
                assert_eq!(refused.code, ErrorCode::RequestUnauthorised, "{path}");
            } else if method == "get" {
                // What an office logs at its set-up fills no tile.
                let path = path.replace("{path}", &first_tile(&office, &client).await);
                let answer = client.get(url(&path)).send().await.unwrap();
                assert!(answer.status().is_success(), "{path}");
            } else {
                let refused = problem(client.post(url(path)).body("no such message")).await;
                assert_ne!(refused.code, ErrorCode::RequestNotFound, "{path}");
                assert!(refused.status < 500, "{path}: {}", refused.code);
                let wrong = problem(client.get(url(path))).await;
                assert_eq!(wrong.code, ErrorCode::RequestNotFound, "GET {path}");
            }
        }
    }
    let nowhere = problem(client.get(url("/v1/people/450324194910010013"))).await;
    assert_eq!(nowhere.code, ErrorCode::RequestNotFound);
    assert!(
        !office.log().contains("450324194910010013"),
        "an unknown path is not logged as sent"
    );
}

#[tokio::test]
async fn bodies_are_bounded_and_garbage_is_named() {
    let (_database, office, client) = office().await;
    let post =
        |path: &str, body: Vec<u8>| client.post(format!("{}{path}", office.url())).body(body);
    for (path, bytes) in [
        (wire::CLAIMS, ClaimEnvelope::MAX_BYTES + 1),
        (wire::CHALLENGES, 20_000),
        (wire::REQUESTS, 20_000),
        (wire::BIND_CHALLENGE, 20_000),
        (wire::BINDINGS, BindRequest::MAX_BYTES + 1),
    ] {
        let large = problem_of_large(|| post(path, vec![0; bytes])).await;
        assert_eq!(large.code, ErrorCode::RequestTooLarge, "{path}");
    }
    let malformed = problem(post(wire::CLAIMS, b"garbage".to_vec())).await;
    assert_eq!(malformed.code, ErrorCode::ClaimMalformed);
    let empty = ClaimEnvelope::new(Vec::new(), Vec::new()).to_bytes();
    assert_eq!(
        problem(post(wire::CLAIMS, empty)).await.code,
        ErrorCode::ClaimMalformed
    );
    let start = json!({ "code": "wrong", "public_key": "AAAA" }).to_string();
    let keyless = problem(post(wire::BIND_CHALLENGE, start.into_bytes())).await;
    assert_eq!(keyless.code, ErrorCode::RequestMalformed);
}

#[tokio::test]
async fn a_clerk_needs_a_token_and_good_pictures() {
    let (_database, office, client) = office().await;
    let man = office.import(&["Test,passport,E1234567,1949-10-01,"], "default")[0];
    let token = std::fs::read_to_string(office.clerk_token()).unwrap();
    let enrol = |token: &str, person: PersonRef, pictures: Vec<Vec<u8>>| {
        let pictures = pictures.into_iter().map(Into::into).collect();
        client
            .post(format!("{}{}", office.url(), wire::ENROLMENTS))
            .bearer_auth(token)
            .body(EnrolRequest { person, pictures }.to_bytes())
    };
    let face = std::fs::read(clip("franck_02221.jpg")).unwrap();
    let stranger = problem(enrol("guess", man, vec![face.clone()])).await;
    assert_eq!(stranger.code, ErrorCode::RequestUnauthorised);
    let nobody = problem(enrol(&token, PersonRef::random(), vec![face.clone()])).await;
    assert_eq!(nobody.code, ErrorCode::RequestNotFound);
    let unsupported = problem(enrol(&token, man, vec![b"no picture".to_vec()])).await;
    assert_eq!(unsupported.code, ErrorCode::MediaUnsupported);
    let none = problem(enrol(&token, man, Vec::new())).await;
    assert_eq!(none.code, ErrorCode::RequestMalformed);
    // Three pictures of one man and one of somebody else: the odd one is left out and named.
    let other = std::fs::read(clip("audrey.jpg")).unwrap();
    let second = std::fs::read(clip("franck_02683.jpg")).unwrap();
    let third = std::fs::read(clip("franck_03909.jpg")).unwrap();
    let two = vec![face.clone(), other.clone(), second.clone()];
    let few = problem(enrol(&token, man, two)).await;
    assert_eq!(few.code, ErrorCode::EnrolmentTooFew);
    let answer = enrol(&token, man, vec![face, other, second, third])
        .send()
        .await
        .unwrap();
    let answer: EnrolAnswer = answer.json().await.unwrap();
    assert_eq!((answer.person, answer.pictures_used), (man, 3));
    assert_eq!(answer.left_out, [(1, ErrorCode::MatchNotSame)]);
}

/// The description of each body has exactly the fields that the body has.
#[test]
fn bodies_are_described_as_they_are() {
    let openapi: Value =
        serde_json::from_str(include_str!("../../../server/src/http/openapi.json")).unwrap();
    let device = DeviceId::random();
    let entry = HistoryEntry {
        modality: Modality::Face,
        channel: Channel::Home,
        assurance: Assurance::None,
        proved_from_ms: 1,
        proved_to_ms: 2,
    };
    let road = RoadAnswer {
        road: Road::Visit,
        asked_at_ms: 1,
    };
    let bodies = [
        (
            "BindStart",
            json!(BindStart {
                code: String::new(),
                public_key: String::new()
            }),
        ),
        (
            "BindAnswer",
            json!(BindAnswer {
                device,
                outcome: Verdict::Refer,
                code: None,
                person: None
            }),
        ),
        (
            "ClaimAnswer",
            json!(ClaimAnswer {
                outcome: Verdict::Refuse,
                code: None,
                receipt: None,
                identity_salt: None,
                log_proof: Some(String::new()),
                retry_after_s: None,
            }),
        ),
        (
            "StatusAnswer",
            json!(StatusAnswer {
                devices: Vec::new(),
                certified: true,
                receipt: Some(ReceiptId::random()),
                revoked_receipts: vec![ReceiptId::random()],
                valid_until_ms: None,
                window_opens_ms: 0,
                due_ms: 0,
                road: Some(road),
                office_phone: Some("0773 555 0100".to_owned()),
                under_review: false,
                pending_devices: vec![device],
            }),
        ),
        ("RoadAnswer", json!(road)),
        (
            "ErasedAnswer",
            json!(ErasedAnswer {
                templates: 1,
                devices: 1
            }),
        ),
        (
            "HistoryAnswer",
            json!(HistoryAnswer {
                evidence: vec![entry.clone()]
            }),
        ),
        (
            "DeviceEntry",
            json!(DeviceEntry {
                device,
                state: "bound".into(),
                assurance: Assurance::None,
                reason: Some(AttestationReason::Absent),
            }),
        ),
        ("HistoryEntry", json!(entry)),
        (
            "DeviceAnswer",
            json!(DeviceAnswer {
                device,
                bound: true
            }),
        ),
        (
            "EnrolAnswer",
            json!(EnrolAnswer {
                person: PersonRef::random(),
                pictures_used: 1,
                left_out: vec![(0, ErrorCode::FrameNoFace)],
            }),
        ),
        ("LogIn", json!(staff_bodies::log_in())),
        ("Session", json!(staff_bodies::session())),
        ("Tasks", json!(staff::Tasks { tasks: vec![] })),
        ("Task", json!(staff_bodies::task())),
        ("FileRequest", json!(staff_bodies::file_request())),
        ("PersonFile", json!(staff_bodies::file())),
        ("FileDevice", json!(staff_bodies::file().devices[0])),
        ("FileClaim", json!(staff_bodies::file().claims[0])),
        ("FileReceipt", json!(staff_bodies::file().receipts[0])),
        ("ProposalRequest", json!(staff_bodies::proposal_request())),
        ("Proposals", json!(staff::Proposals { proposals: vec![] })),
        ("Proposal", json!(staff_bodies::proposal())),
        (
            "Reason",
            json!(staff::Reason {
                reason: String::new()
            }),
        ),
        ("AccessRequest", json!(staff::AccessRequest::default())),
        ("Accesses", json!(staff::Accesses { accesses: vec![] })),
        ("Access", json!(staff_bodies::access())),
        ("VisitList", json!(staff_bodies::visits())),
        ("DueVisit", json!(staff_bodies::visits().visits[0])),
        (
            "VisitAnswer",
            json!(staff::VisitAnswer {
                visit: VisitId::random(),
                received_at_ms: 1,
            }),
        ),
        (
            "Problem",
            json!(Problem::new(ErrorCode::AttemptsPause, Some(30))),
        ),
    ];
    for (name, body) in bodies {
        let described = &openapi["components"]["schemas"][name]["properties"];
        let fields = |value: &Value| -> Vec<String> {
            let object = value
                .as_object()
                .unwrap_or_else(|| panic!("{name} is not described"));
            let mut fields: Vec<String> = object.keys().cloned().collect();
            fields.sort();
            fields
        };
        assert_eq!(fields(described), fields(&body), "{name}");
    }
}

/// Each path says that it may ask for a rest, and how long; those that work for somebody, or need
/// the database, say that they may be busy.
#[test]
fn rests_are_described() {
    let openapi: Value =
        serde_json::from_str(include_str!("../../../server/src/http/openapi.json")).unwrap();
    let described = |answer: &Value| {
        let name = answer["$ref"]
            .as_str()?
            .strip_prefix("#/components/responses/")?;
        Some(openapi["components"]["responses"][name].clone())
    };
    for (path, methods) in openapi["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let answers = &operation["responses"];
            let works = method == "post"
                || operation["security"].is_array()
                || [wire::KEYS, "/healthz"].contains(&path.as_str());
            assert_eq!(answers["503"].is_object(), works, "{method} {path}");
            for status in ["429", "503"].iter().take(1 + usize::from(works)) {
                let answer = described(&answers[status]);
                let answer = answer.unwrap_or_else(|| panic!("{status} of {method} {path}"));
                assert_eq!(answer["headers"]["Retry-After"]["required"], true);
                let body = &answer["content"]["application/problem+json"]["schema"];
                assert_eq!(body["$ref"], "#/components/schemas/Problem");
            }
        }
    }
}

/// One of each body of the staff's surface.
mod staff_bodies {
    use lifecert_protocol::http::staff::*;
    use lifecert_protocol::{
        Assurance, ClaimId, DeviceId, PersonRef, ReceiptId, Verdict, VisitWork,
    };

    pub fn log_in() -> LogIn {
        LogIn {
            account: String::new(),
            password: String::new(),
            code: String::new(),
            visits: true,
        }
    }

    pub fn session() -> Session {
        Session {
            token: String::new(),
            staff: String::new(),
            role: String::new(),
            area: String::new(),
            ends_ms: 1,
        }
    }

    pub fn visits() -> VisitList {
        VisitList {
            agency: "quanzhou".parse().unwrap(),
            server: String::new(),
            staff: String::new(),
            key: String::new(),
            visits: vec![DueVisit {
                person: PersonRef::random(),
                name: String::new(),
                work: VisitWork::Form,
                due_ms: 1,
            }],
        }
    }

    pub fn task() -> Task {
        Task {
            task: String::new(),
            person: PersonRef::random(),
            kind: String::new(),
            code: None,
            source: String::new(),
            created_at_ms: 1,
            proposal: None,
        }
    }

    pub fn file_request() -> FileRequest {
        FileRequest {
            person: None,
            id_kind: None,
            id_number: None,
            reason: String::new(),
        }
    }

    pub fn file() -> PersonFile {
        PersonFile {
            person: PersonRef::random(),
            name: String::new(),
            id_number: String::new(),
            contact: None,
            area: String::new(),
            valid_until_ms: None,
            due_ms: 1,
            devices: vec![FileDevice {
                device: DeviceId::random(),
                state: String::new(),
                assurance: Assurance::None,
            }],
            tasks: vec![],
            claims: vec![FileClaim {
                claim: ClaimId::random(),
                received_at_ms: 1,
                outcome: Verdict::Refer,
                code: None,
                numbers: String::new(),
            }],
            receipts: vec![FileReceipt {
                receipt: ReceiptId::random(),
                claim: ClaimId::random(),
                issued_at_ms: 1,
                valid_until_ms: 2,
                revoked_at_ms: None,
            }],
            evidence: vec![],
        }
    }

    pub fn proposal_request() -> ProposalRequest {
        ProposalRequest {
            task: None,
            end: vec![],
            reason: String::new(),
        }
    }

    pub fn proposal() -> Proposal {
        Proposal {
            proposal: String::new(),
            kind: String::new(),
            task: None,
            people: vec![],
            reason: String::new(),
            proposed_by: String::new(),
            proposed_at_ms: 1,
            state: String::new(),
            decided_by: None,
            receipt: None,
        }
    }

    pub fn access() -> Access {
        Access {
            staff: String::new(),
            person: PersonRef::random(),
            what: String::new(),
            reason: String::new(),
            at_ms: 1,
        }
    }
}
