//! What the server has to refuse: claims, requests, consents and bindings.

use crate::change::{Changed, bits, bound, fields, payload, signed_anew, under_old_signature};
use crate::matrix::Matrix;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use lifecert_guidance::{ConsentText, Lang};
use lifecert_protocol::http::{self as wire, BindRequest, BindStart};
use lifecert_protocol::{
    Ask, Challenge, ChallengeMode, Claim, ClaimEnvelope, ClaimId, Consent, ConsentMeans,
    ConsentPurposes, DeviceRequest, Digest, Message, Relation, Signed, SoftwareKey, WIRE_VERSION,
};
use lifecert_server::store::{DeviceState, Unattested};
use lifecert_tests::desk::{Desk, Holder, claim, unlimited};
use lifecert_tests::modelled::{anothers_pictures, his_pictures};
use std::sync::Arc;
use tokio::task::JoinSet;

/// So many at a time: refusals are answered four times a second.
const AT_ONCE: usize = 24;

/// Fields of a claim that nobody but the challenge and the pictures decides; the rest is what the
/// device thinks, which is advice.
const CLAIM_BOUND: &[u32] = &[0, 2, 3, 4, 5, 6, 7, 8, 10, 11, 15, 17, 18];
/// Those of a device's request: everything but what is asked.
const REQUEST_BOUND: &[u32] = &[0, 1, 2, 3, 4, 5];
/// Those of a consent: everything but purposes, means and the device's clock.
const CONSENT_BOUND: &[u32] = &[0, 1, 2, 3, 4, 5, 6, 7, 8, 12];

struct Office {
    desk: Arc<Desk>,
    man: Holder,
    /// Another phone of his.
    second: Holder,
    other: Holder,
    stranger: SoftwareKey,
}

/// Runs every group against a server on this database.
pub async fn run(database: &str, matrix: &mut Matrix) {
    let desk = Desk::open(database, Some(1), unlimited()).await;
    let mut policy = desk.app.service.standard_policy("demo");
    policy.below_hardware = Unattested::Accept;
    policy.offline_below_hardware = Unattested::Accept;
    policy.window_days = 400;
    desk.app.service.add_policy(policy).await.expect("a policy");
    let man = desk.modelled("demo", his_pictures()).await;
    let office = Office {
        second: desk.device(man.person, DeviceState::Bound).await,
        other: desk.modelled("demo", anothers_pictures()).await,
        stranger: SoftwareKey::generate().expect("a key").0,
        man,
        desk: Arc::new(desk),
    };
    office.claims(matrix).await;
    let session = office.claims_in_the_wrong_place(matrix).await;
    office.requests(matrix).await;
    office.consents(session, matrix).await;
    office.bindings(matrix).await;
}

impl Office {
    async fn challenge(&self, holder: &Holder) -> Challenge {
        let asked = self.desk.challenge(holder, ChallengeMode::Online).await;
        asked.expect("a challenge").0
    }

    /// Sends each, several at once; a case for each.
    async fn send(&self, path: &'static str, forged: Vec<Changed>, matrix: &mut Matrix) {
        let mut waiting = forged.into_iter();
        let mut sent = JoinSet::new();
        loop {
            while sent.len() < AT_ONCE
                && let Some(Changed { name, bytes }) = waiting.next()
            {
                let desk = self.desk.clone();
                sent.spawn(async move { (name, desk.post(path, &bytes).await) });
            }
            let Some(answer) = sent.join_next().await else {
                break;
            };
            let (name, answer) = answer.expect("an answer");
            matrix.case(&name, is_refused(&answer));
        }
    }

    async fn one(&self, path: &'static str, name: &str, bytes: Vec<u8>, matrix: &mut Matrix) {
        let name = name.to_owned();
        self.send(path, vec![Changed { name, bytes }], matrix).await;
    }

    async fn claims(&self, matrix: &mut Matrix) {
        let (key, frames) = (&self.man.key, his_pictures());
        let challenge = self.challenge(&self.man).await;
        let honest = claim(&challenge, frames);
        let signed = key.sign_message(&honest).expect("signed");
        let says = payload(&signed);

        matrix.group("claim changed on its way");
        let changed = fields(&says).into_iter().map(|one| Changed {
            bytes: envelope(&under_old_signature(&signed, one.bytes), frames),
            ..one
        });
        self.send(wire::CLAIMS, changed.collect(), matrix).await;
        let bits = bits(&signed, 5).into_iter().map(|one| Changed {
            bytes: envelope(&one.bytes, frames),
            ..one
        });
        self.send(wire::CLAIMS, bits.collect(), matrix).await;

        matrix.group("claim signed anew by its phone");
        let anew = bound(fields(&says), CLAIM_BOUND).map(|one| Changed {
            bytes: envelope(&signed_anew(key, Claim::DOMAIN, one.bytes), frames),
            ..one
        });
        self.send(wire::CLAIMS, anew.collect(), matrix).await;

        matrix.group("claim with other pictures");
        let whole = envelope(&signed, frames);
        let around = fields(&whole);
        self.send(wire::CLAIMS, around, matrix).await;
        let swapped = envelope(&signed, anothers_pictures());
        self.one(wire::CLAIMS, "another's", swapped, matrix).await;

        matrix.group("claim of another kind or key");
        for domain in DOMAINS.iter().filter(|domain| **domain != Claim::DOMAIN) {
            let bytes = envelope(&signed_anew(key, domain, says.clone()), frames);
            self.one(wire::CLAIMS, domain, bytes, matrix).await;
        }
        let agency = self.desk.agency_key();
        let others = [
            ("his other phone", &self.second.key),
            ("another person", &self.other.key),
            ("a stranger", &self.stranger),
            ("the agency", &agency),
        ];
        for (name, key) in others {
            let signed = signed_anew(key, Claim::DOMAIN, says.clone());
            self.one(wire::CLAIMS, name, envelope(&signed, frames), matrix)
                .await;
            let named = Claim {
                key: key.public().id(),
                ..honest.clone()
            };
            let signed = key.sign_message(&named).expect("signed");
            self.one(wire::CLAIMS, name, envelope(&signed, frames), matrix)
                .await;
        }
        let answer = self.desk.post(wire::CLAIMS, &whole).await;
        matrix.honest(is_accepted(&answer));
    }

    /// Claims for challenges of other people, phones, purposes and times; gives the digest of the
    /// session that was accepted.
    async fn claims_in_the_wrong_place(&self, matrix: &mut Matrix) -> Digest {
        let frames = his_pictures();
        matrix.group("claim swapped or repeated");
        let own = self.challenge(&self.man).await;
        for (name, holder) in [
            ("of his other phone", &self.second),
            ("of another", &self.other),
        ] {
            let theirs = self.challenge(holder).await;
            // As it is, then with each of his own names put in.
            let mut claims = vec![claim(&theirs, frames); 4];
            claims[1].key = own.key;
            (claims[2].key, claims[2].person) = (own.key, own.person);
            (claims[3].challenge_id, claims[3].person) = (own.challenge_id, own.person);
            for claim in claims {
                let bytes = self.signed(&claim, frames);
                self.one(wire::CLAIMS, name, bytes, matrix).await;
            }
        }
        let mut mixed = claim(&own, frames);
        mixed.nonce = self.challenge(&self.man).await.nonce;
        let bytes = self.signed(&mixed, frames);
        self.one(wire::CLAIMS, "nonce of a later challenge", bytes, matrix)
            .await;

        // Once more, and the same challenge for a second claim.
        let honest = claim(&own, frames);
        let whole = self.signed(&honest, frames);
        let first = self.desk.post(wire::CLAIMS, &whole).await;
        matrix.honest(is_accepted(&first));
        let again = self.desk.post(wire::CLAIMS, &whole).await;
        let receipts = "SELECT receipt_id FROM receipt WHERE agency_id = $1 AND claim_id = $2";
        let mut db = self
            .desk
            .app
            .service
            .store()
            .read()
            .await
            .expect("a database");
        let of_it = vec![honest.claim_id.to_string().into()];
        let receipts = db.all(receipts, of_it).await.expect("rows").len();
        drop(db);
        matrix.case(
            "a second receipt for a repeated claim",
            again == first && receipts == 1,
        );
        let resigned = self.signed(&honest, frames);
        let again = self.desk.post(wire::CLAIMS, &resigned).await;
        matrix.case("a second receipt for another signature", again == first);
        let second = Claim {
            claim_id: ClaimId::random(),
            ..honest.clone()
        };
        let bytes = self.signed(&second, frames);
        self.one(
            wire::CLAIMS,
            "a second claim for one challenge",
            bytes,
            matrix,
        )
        .await;
        let taken = Claim {
            claim_id: honest.claim_id,
            ..claim(&self.challenge(&self.man).await, frames)
        };
        let bytes = self.signed(&taken, frames);
        self.one(wire::CLAIMS, "a claim id for other content", bytes, matrix)
            .await;

        // Out of order, too late, and for binding.
        let ahead = self
            .desk
            .challenge(&self.second, ChallengeMode::Offline)
            .await;
        let (ahead, _) = ahead.expect("a challenge");
        let next = self
            .desk
            .challenge(&self.second, ChallengeMode::Offline)
            .await;
        let (next, _) = next.expect("a challenge");
        assert!(ahead.sequence < next.sequence);
        let early = self
            .second
            .key
            .sign_message(&claim(&next, frames))
            .expect("signed");
        let bytes = envelope(&early, frames);
        self.one(wire::CLAIMS, "out of order", bytes, matrix).await;
        let late = claim(&self.challenge(&self.man).await, frames);
        self.desk.clock.advance(11 * 60 * 1_000);
        let bytes = self.signed(&late, frames);
        self.one(wire::CLAIMS, "too late", bytes, matrix).await;
        Signed::read(
            &ClaimEnvelope::from_bytes(&whole)
                .expect("an envelope")
                .claim,
        )
        .expect("a claim")
        .payload_digest()
    }

    fn signed(&self, claim: &Claim, frames: &[Vec<u8>]) -> Vec<u8> {
        envelope(&self.man.key.sign_message(claim).expect("signed"), frames)
    }

    async fn requests(&self, matrix: &mut Matrix) {
        let key = &self.man.key;
        let request = self.desk.request(&self.man, Ask::Status);
        let signed = key.sign_message(&request).expect("signed");
        matrix.group("request changed on its way");
        self.send(wire::REQUESTS, kept(&signed), matrix).await;
        matrix.group("request signed anew by its phone");
        let fresh = || self.desk.request(&self.man, Ask::Status);
        let anew = each_fresh(fresh, key, REQUEST_BOUND);
        self.send(wire::REQUESTS, anew, matrix).await;
        matrix.group("request about somebody else, or repeated");
        let about = [
            DeviceRequest {
                person: self.other.person,
                ..self.desk.request(&self.man, Ask::History)
            },
            self.desk.request(
                &self.man,
                Ask::RevokeDevice {
                    device_id: self.other.device,
                },
            ),
            self.desk.request(
                &self.man,
                Ask::ConfirmDevice {
                    device_id: self.other.device,
                },
            ),
            DeviceRequest {
                key: self.other.key.public().id(),
                ..self.desk.request(&self.man, Ask::WithdrawConsent)
            },
        ];
        for request in about {
            let bytes = key.sign_message(&request).expect("signed");
            self.one(wire::REQUESTS, "of another", bytes, matrix).await;
        }
        let answer = self.desk.post(wire::REQUESTS, &signed).await;
        matrix.honest(!is_refused(&answer));
        self.one(wire::REQUESTS, "the same again", signed, matrix)
            .await;
        let old = key.sign_message(&self.desk.request(&self.man, Ask::Status));
        self.desk.clock.advance(11 * 60 * 1_000);
        self.one(wire::REQUESTS, "an old nonce", old.expect("signed"), matrix)
            .await;
    }

    async fn consents(&self, session: Digest, matrix: &mut Matrix) {
        let (key, text) = (&self.man.key, ConsentText::current(Lang::ZhHans));
        let consent = || {
            let request = self.desk.request(&self.man, Ask::Status);
            Consent {
                version: WIRE_VERSION,
                agency: request.agency,
                server: request.server,
                person: self.man.person,
                key: key.public().id(),
                nonce: request.nonce,
                text_version: text.version,
                text: text.digest(),
                language: text.lang.to_string(),
                purposes: ConsentPurposes::default(),
                means: ConsentMeans::Spoken,
                given_at_ms: 1,
                session,
                relation: Some(Relation::Parent),
            }
        };
        let signed = key.sign_message(&consent()).expect("signed");
        matrix.group("consent changed on its way");
        self.send(wire::CONSENTS, kept(&signed), matrix).await;
        matrix.group("consent signed anew by its phone");
        let anew = each_fresh(consent, key, CONSENT_BOUND);
        self.send(wire::CONSENTS, anew, matrix).await;
        matrix.group("message at the wrong door");
        let doors = [
            wire::REQUESTS,
            wire::CHALLENGES,
            wire::CLAIMS,
            wire::BINDINGS,
        ];
        for door in doors {
            self.one(door, "a consent", signed.clone(), matrix).await;
        }
        let request = self.desk.request(&self.man, Ask::Status);
        let request = key.sign_message(&request).expect("signed");
        let doors = [
            wire::CONSENTS,
            wire::CHALLENGES,
            wire::CLAIMS,
            wire::BINDINGS,
        ];
        for door in doors {
            self.one(door, "a request", request.clone(), matrix).await;
        }
        let answer = self.desk.post(wire::CONSENTS, &signed).await;
        matrix.honest(!is_refused(&answer));
        matrix.group("consent repeated");
        self.one(wire::CONSENTS, "the same again", signed, matrix)
            .await;
    }

    async fn bindings(&self, matrix: &mut Matrix) {
        let service = &self.desk.app.service;
        let people = [self.man.person, self.other.person];
        let letters = service.issue_letters(&people).await.expect("letters");
        let (phone, _) = SoftwareKey::generate().expect("a key");
        let challenge = async |code: String| -> Challenge {
            let start = BindStart {
                code,
                public_key: URL_SAFE_NO_PAD.encode(phone.public().as_sec1()),
            };
            let signed = service
                .give_bind_challenge(&start)
                .await
                .expect("a challenge");
            Signed::read(&signed)
                .expect("signed")
                .peek()
                .expect("a challenge")
        };
        let codes: Vec<String> = letters.iter().map(|one| one.code.to_printed()).collect();
        let frames = his_pictures();
        let own = claim(&challenge(codes[0].clone()).await, frames);
        let theirs = claim(&challenge(codes[1].clone()).await, frames);
        let signed = phone.sign_message(&own).expect("signed");
        let request = |code: &str, signed: &[u8]| BindRequest {
            code: code.to_owned(),
            public_key: phone.public().as_sec1().to_vec().into(),
            envelope: ClaimEnvelope::new(signed.to_vec(), frames.clone()),
            attestation: None,
        };
        let whole = request(&codes[0], &signed);
        matrix.group("binding changed on its way");
        self.send(wire::BINDINGS, fields(&whole.to_bytes()), matrix)
            .await;
        let says = payload(&signed);
        let changed = fields(&says).into_iter().map(|one| Changed {
            bytes: request(&codes[0], &under_old_signature(&signed, one.bytes)).to_bytes(),
            ..one
        });
        self.send(wire::BINDINGS, changed.collect(), matrix).await;
        matrix.group("binding signed anew by its phone");
        let anew = bound(fields(&says), CLAIM_BOUND).map(|one| Changed {
            bytes: request(&codes[0], &signed_anew(&phone, Claim::DOMAIN, one.bytes)).to_bytes(),
            ..one
        });
        self.send(wire::BINDINGS, anew.collect(), matrix).await;
        matrix.group("binding swapped");
        let swapped = phone.sign_message(&theirs).expect("signed");
        let swaps = [
            ("another's challenge", request(&codes[0], &swapped)),
            ("another's letter", request(&codes[1], &signed)),
        ];
        for (name, request) in swaps {
            self.one(wire::BINDINGS, name, request.to_bytes(), matrix)
                .await;
        }
        self.one(
            wire::CLAIMS,
            "as a certification",
            envelope(&signed, frames),
            matrix,
        )
        .await;
        let answer = self.desk.post(wire::BINDINGS, &whole.to_bytes()).await;
        matrix.honest(!is_refused(&answer));
        let used = phone.sign_message(&Claim {
            claim_id: ClaimId::random(),
            ..own
        });
        let used = request(&codes[0], &used.expect("signed")).to_bytes();
        self.one(wire::BINDINGS, "a used letter", used, matrix)
            .await;
    }
}

const DOMAINS: [&str; 5] = [
    Challenge::DOMAIN,
    Claim::DOMAIN,
    DeviceRequest::DOMAIN,
    Consent::DOMAIN,
    lifecert_protocol::Receipt::DOMAIN,
];

/// A message with each of these fields changed, each time a new one whose nonce was not used,
/// signed anew.
fn each_fresh<T: Message>(
    message: impl Fn() -> T,
    key: &SoftwareKey,
    bound_fields: &'static [u32],
) -> Vec<Changed> {
    let changed = || {
        let signed = key.sign_message(&message()).expect("signed");
        bound(fields(&payload(&signed)), bound_fields)
    };
    let count = changed().count();
    let nth = |n| changed().nth(n).expect("as many each time");
    (0..count)
        .map(nth)
        .map(|one| Changed {
            bytes: signed_anew(key, T::DOMAIN, one.bytes),
            ..one
        })
        .collect()
}

/// A signed message with each field, and bits of it, changed under the old signature.
fn kept(signed: &[u8]) -> Vec<Changed> {
    let changed = fields(&payload(signed)).into_iter().map(|one| Changed {
        bytes: under_old_signature(signed, one.bytes),
        ..one
    });
    changed.chain(bits(signed, 3)).collect()
}

fn envelope(signed: &[u8], frames: &[Vec<u8>]) -> Vec<u8> {
    ClaimEnvelope::new(signed.to_vec(), frames.to_vec()).to_bytes()
}

/// Whether an answer takes nothing.
fn is_refused(answer: &[u8]) -> bool {
    !answer.starts_with(b"HTTP/1.1 2")
}

fn is_accepted(answer: &[u8]) -> bool {
    let accepts = br#""outcome":"accept""#;
    !is_refused(answer)
        && answer
            .windows(accepts.len())
            .any(|window| window == accepts)
}
