//! Published material: the makers' own roots, and attestations of real phones.
//!
//! `cargo xtask setup` brings both; where they are absent these tests say so and show nothing. What
//! the project's own authority attests, and every step broken once, stands in the tests'
//! `attest.rs`.

use super::*;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use std::cell::Cell;
use std::path::PathBuf;

/// When the certificates of the samples counted: 2025-01-08 (under the RSA root) and 2026-04-26
/// (under the P-384 root).
const THEN_MS: [u64; 2] = [1_736_294_400_000, 1_777_161_600_000];

fn folder() -> PathBuf {
    concat!(env!("CARGO_MANIFEST_DIR"), "/../../attestation").into()
}

/// The configuration of the repository with the app of the samples; nothing where roots are absent.
fn trust() -> Option<Trust> {
    let text = std::fs::read_to_string(folder().join(CONFIGURATION)).unwrap();
    let configuration: Configuration = toml::from_str(&text).unwrap();
    let read = |entry| Root::read(&folder(), entry).unwrap();
    let roots: Option<Vec<_>> = configuration.root.iter().map(read).collect();
    if roots.is_none() {
        println!("the roots are absent: nothing is shown");
    }
    let signers = [hex::decode(
        "f0fd6c5b410f25cb25c3b53346c8972fae30f8ee7411df910480ad6b2d60db83",
    )];
    let signers: Vec<_> = signers.into_iter().map(Result::unwrap).collect();
    let app = |package: &str| AndroidApp {
        package: package.into(),
        signers: signers.clone(),
    };
    Some(Trust {
        roots: roots?,
        android: vec![app("com.google.android.gms"), app("com.google.android.gsf")],
        ..Trust::default()
    })
}

/// A chain that a phone made, and the challenge that it answered.
struct Sample {
    attestation: Attestation,
    key: PublicKey,
    challenge: Nonce,
    then_ms: u64,
}

fn samples() -> Vec<Sample> {
    let text = std::fs::read_to_string(folder().join("samples/android-key.py"));
    let Ok(text) = text else {
        println!("the samples are absent: nothing is shown");
        return Vec::new();
    };
    let values = |name: &str| -> Vec<Vec<u8>> {
        let named = format!("\"{name}\": \"");
        let parts = text.split(&named).skip(1);
        let texts = parts.filter_map(|part| part.split('"').next());
        texts
            .map(|text| URL_SAFE_NO_PAD.decode(text).unwrap())
            .collect()
    };
    let (objects, answered) = (values("attestationObject"), values("clientDataJSON"));
    let parts = objects.iter().zip(&answered).zip(THEN_MS);
    parts
        .map(|((object, answered), then_ms)| sample(object, answered, then_ms))
        .collect()
}

/// WebAuthn's object holds the same chain in `attStmt`; the challenge is the digest of what it
/// answers.
fn sample(object: &[u8], answered: &[u8], then_ms: u64) -> Sample {
    let mut decoder = minicbor::Decoder::new(object);
    let mut chain: Vec<Vec<u8>> = Vec::new();
    for _ in 0..decoder.map().unwrap().unwrap() {
        if decoder.str().unwrap() != "attStmt" {
            decoder.skip().unwrap();
            continue;
        }
        for _ in 0..decoder.map().unwrap().unwrap() {
            if decoder.str().unwrap() != "x5c" {
                decoder.skip().unwrap();
                continue;
            }
            for _ in 0..decoder.array().unwrap().unwrap() {
                chain.push(decoder.bytes().unwrap().to_vec());
            }
        }
    }
    let key = chain::Certificate::read(&chain[0]).ok().unwrap().p256_key();
    Sample {
        key: key.unwrap(),
        then_ms,
        challenge: Nonce::from_bytes(*Digest::of(answered).as_bytes()),
        attestation: Attestation::Android {
            chain: chain.into_iter().map(Into::into).collect(),
        },
    }
}

fn assess(trust: &Trust, sample: &Sample, now_ms: u64) -> Assessed {
    let wanted = Wanted {
        key: &sample.key,
        nonce: &Nonce::from_bytes([0; 32]),
        is_fresh: &|nonce| *nonce == sample.challenge,
        now_ms,
    };
    trust.assess(Some(&sample.attestation), &wanted)
}

#[test]
fn chains_of_real_phones_hold_under_the_published_roots() {
    let Some(trust) = trust() else { return };
    let samples = samples();
    assert!(samples.is_empty() || samples.len() == 2);
    for (number, sample) in samples.iter().enumerate() {
        let held = assess(&trust, sample, sample.then_ms);
        let Attestation::Android { chain } = &sample.attestation else {
            panic!("another kind");
        };
        // Without the root at its end it is the same chain.
        let short = Sample {
            attestation: Attestation::Android {
                chain: chain[..chain.len() - 1].to_vec(),
            },
            key: sample.key.clone(),
            ..*sample
        };
        assert_eq!(assess(&trust, &short, sample.then_ms), held);
        let mut changed = short;
        changed.challenge = Nonce::from_bytes([1; 32]);
        let other = assess(&trust, &changed, sample.then_ms);
        assert_eq!(other, Assessed::none(AttestationReason::Challenge));
        let late = assess(&trust, sample, sample.then_ms + 366 * 24 * 60 * 60 * 1_000);
        assert_eq!(late, Assessed::none(AttestationReason::Validity));
        assert_eq!(
            assess(&Trust::default(), sample, sample.then_ms),
            Assessed::none(AttestationReason::NotConfigured)
        );
        assert_eq!(held, Assessed::holds(Assurance::Tee), "sample {number}");
    }
}

#[test]
fn every_changed_byte_of_a_real_chain_is_noticed() {
    let (Some(trust), samples) = (trust(), samples()) else {
        return;
    };
    let Some(sample) = samples.first() else {
        return;
    };
    let Attestation::Android { chain } = &sample.attestation else {
        panic!("another kind");
    };
    let passed = Cell::new(0);
    // The root that was sent is not looked at beyond its key.
    for place in 0..chain.len() - 1 {
        for byte in (0..chain[place].len()).step_by(7) {
            let mut chain = chain.clone();
            chain[place][byte] ^= 1;
            let changed = Sample {
                attestation: Attestation::Android { chain },
                key: sample.key.clone(),
                ..*sample
            };
            let assessed = assess(&trust, &changed, sample.then_ms);
            assert_eq!(assessed.assurance, Assurance::None, "{place} {byte}");
            passed.set(passed.get() + 1);
        }
    }
    assert!(passed.get() > 300, "{}", passed.get());
}

#[test]
fn the_published_roots_sign_themselves_by_rsa_and_p384() {
    let Some(trust) = trust() else { return };
    assert_eq!(trust.android_roots().len(), 2);
    assert_eq!(trust.apple_roots().len(), 1);
    for root in &trust.roots {
        assert!(root.signs_itself());
    }
}

#[test]
fn a_root_is_the_one_that_was_written_down_or_absent() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    let entry = |digest: &str| {
        format!(
            "[[root]]\nkind = \"android\"\nfile = \"a.pem\"\nsha256 = \"{digest}\"\nsource = \"me\""
        )
    };
    let unreadable = Trust::open(folder.path()).err().unwrap();
    assert!(matches!(unreadable, TrustError::Unreadable(_)));
    let digest = "0".repeat(64);
    write(CONFIGURATION, &entry(&digest));
    assert!(Trust::open(folder.path()).unwrap().roots.is_empty());
    write(
        "a.pem",
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
    );
    let other = Trust::open(folder.path()).err().unwrap();
    assert!(matches!(other, TrustError::Fingerprint(_)), "{other}");
    let own = Digest::of(&[0; 3]).to_string();
    write(CONFIGURATION, &entry(&own));
    let none = Trust::open(folder.path()).err().unwrap();
    assert!(matches!(none, TrustError::Root(_)), "{none}");
    write(CONFIGURATION, "[[roots]]");
    assert!(matches!(
        Trust::open(folder.path()),
        Err(TrustError::Form(_))
    ));
}
