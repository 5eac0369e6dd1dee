//! Attestation of devices: every step broken once, and what a level leads to. The phones are made
//! by an authority of the test; their keys, chains and objects are real.

use lifecert_protocol::{
    Assurance, Attestation, AttestationReason as Reason, Digest, Nonce, PublicKey, SoftwareKey,
    app_attest_digest,
};
use lifecert_server::attest::{Asserted, Assessed, Trust, Wanted};
use lifecert_tests::authority::{APP_ID, AppKey, Authority, Flaw, Object, Statement};
use tempfile::TempDir;

/// 2026-11-24, noon on the agency's clock.
const NOW_MS: u64 = 1_795_492_800_000;

/// A server's view of one key that is to be bound.
struct Counter {
    authority: Authority,
    trust: Trust,
    key: PublicKey,
    nonce: Nonce,
    _folder: TempDir,
}

impl Counter {
    fn new() -> Self {
        let authority = Authority::new();
        let (trust, folder) = authority.trust();
        Self {
            authority,
            trust,
            key: key(),
            nonce: Nonce::random(),
            _folder: folder,
        }
    }

    fn assess(&self, sent: Option<&Attestation>) -> Assessed {
        let wanted = Wanted {
            key: &self.key,
            nonce: &self.nonce,
            is_fresh: &|nonce| *nonce == self.nonce,
            now_ms: NOW_MS,
        };
        self.trust.assess(sent, &wanted)
    }

    fn android(&self, change: impl FnOnce(&mut Statement)) -> (Assurance, Reason) {
        let mut statement = Statement::honest(&self.nonce);
        change(&mut statement);
        let sent = self.authority.android_attestation(&self.key, &statement);
        let assessed = self.assess(Some(&sent));
        (assessed.assurance, assessed.reason)
    }

    fn apple(&self, change: impl FnOnce(&mut Object)) -> (Assurance, Reason) {
        let mut object = Object::honest(&self.nonce, &self.key);
        change(&mut object);
        let sent = self.authority.apple(&AppKey::new(), &object);
        let assessed = self.assess(Some(&sent));
        (assessed.assurance, assessed.reason)
    }
}

fn key() -> PublicKey {
    let (key, _) = SoftwareKey::generate().unwrap();
    key.public().clone()
}

fn none(reason: Reason) -> (Assurance, Reason) {
    (Assurance::None, reason)
}

#[test]
fn a_good_android_phone_is_known_by_where_its_key_is() {
    let counter = Counter::new();
    let held = |assurance| (assurance, Reason::Holds);
    assert_eq!(counter.android(|_| {}), held(Assurance::Strongbox));
    let tee = counter.android(|one| (one.attestation_level, one.keymaster_level) = (1, 1));
    assert_eq!(tee, held(Assurance::Tee));
    // A statement is worth no more than where it was made, nor a key than where it is held.
    for levels in [(1, 2), (2, 1)] {
        let mixed = counter.android(|one| (one.attestation_level, one.keymaster_level) = levels);
        assert_eq!(mixed, held(Assurance::Tee));
    }
    let mut chain = counter
        .authority
        .android(&counter.key, &Statement::honest(&counter.nonce));
    chain.pop();
    let chain = chain.into_iter().map(Into::into).collect();
    let without_root = counter.assess(Some(&Attestation::Android { chain }));
    assert_eq!(
        (without_root.assurance, without_root.reason),
        held(Assurance::Strongbox)
    );
    assert_eq!(without_root.app_key, None);
}

#[test]
fn every_broken_step_of_an_android_chain_has_its_reason() {
    let counter = Counter::new();
    let software = |reason| (Assurance::Software, reason);
    let flawed = [
        (Flaw::None, (Assurance::Strongbox, Reason::Holds)),
        (Flaw::ForeignMiddle, none(Reason::UnknownRoot)),
        (Flaw::OtherIssuer, none(Reason::Chain)),
        (Flaw::Damaged, none(Reason::Chain)),
        (Flaw::MiddleMayNotSign, none(Reason::Constraints)),
        (Flaw::MiddleWithoutConstraints, none(Reason::Constraints)),
        (Flaw::TooDeep, none(Reason::Constraints)),
        (Flaw::UnknownCondition, none(Reason::Constraints)),
        (Flaw::Extended, none(Reason::Constraints)),
        (Flaw::ExtendedByCa, none(Reason::Statement)),
        (Flaw::Silent, none(Reason::Statement)),
        (Flaw::Twice, none(Reason::Statement)),
        (Flaw::NotYet, none(Reason::Validity)),
        (Flaw::MiddleOver, none(Reason::Validity)),
        (Flaw::Lost, none(Reason::Revoked)),
    ];
    for (flaw, expected) in flawed {
        assert_eq!(counter.android(|one| one.flaw = flaw), expected, "{flaw:?}");
    }
    type Change = fn(&mut Statement);
    let stated: [(&str, Change, (Assurance, Reason)); 15] = [
        (
            "another challenge",
            |one| one.challenge = vec![7; 32],
            none(Reason::Challenge),
        ),
        (
            "a short challenge",
            |one| one.challenge.truncate(31),
            none(Reason::Challenge),
        ),
        (
            "may encrypt too",
            |one| one.purposes = vec![0, 2],
            none(Reason::Purpose),
        ),
        (
            "may do nothing",
            |one| one.purposes.clear(),
            none(Reason::Purpose),
        ),
        ("was imported", |one| one.origin = 2, none(Reason::Purpose)),
        (
            "the system says so",
            |one| one.by_hardware = false,
            none(Reason::Purpose),
        ),
        (
            "another app",
            |one| one.packages = vec!["example.other".into()],
            none(Reason::App),
        ),
        (
            "an app beside",
            |one| one.packages.push("example.other".into()),
            none(Reason::App),
        ),
        ("no app", |one| one.packages.clear(), none(Reason::App)),
        (
            "another signer",
            |one| one.signers = vec![[1; 32]],
            none(Reason::App),
        ),
        (
            "a signer beside",
            |one| one.signers.push([1; 32]),
            none(Reason::App),
        ),
        ("no signer", |one| one.signers.clear(), none(Reason::App)),
        ("unlocked", |one| one.locked = false, software(Reason::Boot)),
        ("another system", |one| one.boot = 1, software(Reason::Boot)),
        (
            "says nothing of its start",
            |one| one.says_boot = false,
            software(Reason::Boot),
        ),
    ];
    for (what, change, expected) in stated {
        assert_eq!(counter.android(change), expected, "{what}");
    }
    for levels in [(0, 0), (0, 2), (2, 0)] {
        let soft = counter.android(|one| (one.attestation_level, one.keymaster_level) = levels);
        assert_eq!(soft, software(Reason::SoftwareKey));
    }
    let malformed = counter.android(|one| one.boot = 9);
    assert_eq!(malformed, none(Reason::Malformed));
}

#[test]
fn an_attestation_speaks_of_the_very_key_and_ends_at_a_configured_root() {
    let counter = Counter::new();
    let statement = Statement::honest(&counter.nonce);
    let other = counter.authority.android_attestation(&key(), &statement);
    assert_eq!(counter.assess(Some(&other)), Assessed::none(Reason::Key));
    // An authority of the same names that nobody configured.
    let foreign = Authority::new().android_attestation(&counter.key, &statement);
    assert_eq!(
        counter.assess(Some(&foreign)),
        Assessed::none(Reason::UnknownRoot)
    );
    // The root alone speaks of nobody's key.
    let chain = vec![counter.authority.root().to_vec().into()];
    let root = counter.assess(Some(&Attestation::Android { chain }));
    assert_eq!(root.assurance, Assurance::None);
    let empty = Attestation::Android { chain: Vec::new() };
    assert_eq!(
        counter.assess(Some(&empty)),
        Assessed::none(Reason::Malformed)
    );
    let noise = Attestation::Android {
        chain: vec![vec![0x30, 0x03, 1, 2, 3].into()],
    };
    assert_eq!(
        counter.assess(Some(&noise)),
        Assessed::none(Reason::Malformed)
    );
    assert_eq!(counter.assess(None), Assessed::none(Reason::Absent));
    let unconfigured = Counter {
        trust: Trust::default(),
        ..counter
    };
    for sent in [
        unconfigured
            .authority
            .android_attestation(&unconfigured.key, &statement),
        Attestation::Apple {
            key_id: vec![1; 32].into(),
            object: Vec::new().into(),
        },
    ] {
        let assessed = unconfigured.assess(Some(&sent));
        assert_eq!(assessed, Assessed::none(Reason::NotConfigured));
    }
}

#[test]
fn every_broken_step_of_app_attest_has_its_reason() {
    let counter = Counter::new();
    let object = Object::honest(&counter.nonce, &counter.key);
    let app_key = AppKey::new();
    let held = counter.assess(Some(&counter.authority.apple(&app_key, &object)));
    assert_eq!(
        (held.assurance, held.reason),
        (Assurance::AppAttest, Reason::Holds)
    );
    let bound = held.app_key.unwrap();
    assert_eq!(bound.id().as_bytes().as_slice(), app_key.name());

    type Change = fn(&mut Object);
    let broken: [(&str, Change, Reason); 14] = [
        ("1 signature", |one| one.flaw = Flaw::Damaged, Reason::Chain),
        (
            "1 root",
            |one| one.flaw = Flaw::ForeignMiddle,
            Reason::UnknownRoot,
        ),
        (
            "1 time",
            |one| one.flaw = Flaw::MiddleOver,
            Reason::Validity,
        ),
        (
            "1 may not sign",
            |one| one.flaw = Flaw::MiddleMayNotSign,
            Reason::Constraints,
        ),
        ("1 revoked", |one| one.flaw = Flaw::Lost, Reason::Revoked),
        (
            "2-4 challenge",
            |one| one.client_data = Digest::of(b"old"),
            Reason::Challenge,
        ),
        (
            "4 no nonce",
            |one| one.flaw = Flaw::Silent,
            Reason::Statement,
        ),
        (
            "5 key name",
            |one| one.key_name = Some(vec![1; 32]),
            Reason::KeyName,
        ),
        ("6 app", |one| one.app_id = "TEAM.other".into(), Reason::App),
        ("7 counter", |one| one.counter = 1, Reason::Counter),
        (
            "8 environment",
            |one| one.environment = *b"appattestdevelop",
            Reason::Environment,
        ),
        (
            "8 marker",
            |one| one.environment = [0; 16],
            Reason::Environment,
        ),
        (
            "9 credential",
            |one| one.credential = Some(vec![1; 32]),
            Reason::Credential,
        ),
        ("the format", |one| one.format = "packed", Reason::Malformed),
    ];
    for (what, change, reason) in broken {
        assert_eq!(counter.apple(change), none(reason), "{what}");
    }
    // What was attested for one key, or in one binding, counts in no other.
    let other = Object::honest(&counter.nonce, &key());
    let other = counter.assess(Some(&counter.authority.apple(&app_key, &other)));
    assert_eq!(other, Assessed::none(Reason::Challenge));
    let earlier = Object::honest(&Nonce::random(), &counter.key);
    let earlier = counter.assess(Some(&counter.authority.apple(&app_key, &earlier)));
    assert_eq!(earlier, Assessed::none(Reason::Challenge));
    for object in [&b""[..], b"\xA0", b"\xBF\xFF", b"\xA1\x63fmt\x01"] {
        let sent = Attestation::Apple {
            key_id: app_key.name().into(),
            object: object.to_vec().into(),
        };
        assert_eq!(
            counter.assess(Some(&sent)),
            Assessed::none(Reason::Malformed)
        );
    }
}

#[test]
fn an_assertion_is_of_the_bound_key_over_the_very_claim() {
    let counter = Counter::new();
    let (app_key, payload) = (AppKey::new(), Digest::of(b"claim"));
    let object = Object::honest(&counter.nonce, &counter.key);
    let bound = counter.assess(Some(&counter.authority.apple(&app_key, &object)));
    let bound = bound.app_key.unwrap();
    let check = |bytes: &[u8]| counter.trust.asserted(bytes, &bound, &payload);
    let good = app_key.assertion(APP_ID, 7, &payload);
    assert_eq!(check(&good), Asserted::Counter(7));
    let others = [
        app_key.assertion(APP_ID, 7, &Digest::of(b"another claim")),
        app_key.assertion("TEAM.other", 7, &payload),
        AppKey::new().assertion(APP_ID, 7, &payload),
        [good.as_slice(), &[0]].concat(),
        good[..good.len() - 1].to_vec(),
        Vec::new(),
    ];
    for other in others {
        assert_eq!(check(&other), Asserted::No);
    }
    for place in 0..good.len() {
        let mut changed = good.clone();
        changed[place] ^= 1;
        assert_eq!(check(&changed), Asserted::No, "byte {place}");
    }
    // A binding's digest is no claim's.
    assert_ne!(app_attest_digest(&counter.nonce, &counter.key), payload);
}
