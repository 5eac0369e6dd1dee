//! What a registration's chain costs, beside the signatures in it.

use crate::{Figure, median, time_ms};
use lifecert_protocol::{Assurance, Nonce, SoftwareKey};
use lifecert_server::attest::Wanted;
use lifecert_tests::authority::{Authority, Statement};
use lifecert_tests::desk::NOW_MS;
use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P384_SHA384_ASN1, ECDSA_P384_SHA384_ASN1_SIGNING, EcdsaKeyPair, KeyPair,
    UnparsedPublicKey,
};

const TIMES: usize = 200;

/// A full Android chain (key, one authority, root; P-384), read and checked to its level, against
/// the two signatures in it.
pub fn registration() -> Vec<Figure> {
    let authority = Authority::new();
    let (trust, _folder) = authority.trust();
    let (key, _) = SoftwareKey::generate().expect("a key");
    let nonce = Nonce::random();
    let sent = authority.android_attestation(key.public(), &Statement::honest(&nonce));
    let wanted = Wanted {
        key: key.public(),
        nonce: &nonce,
        is_fresh: &|given| *given == nonce,
        now_ms: NOW_MS,
    };
    let whole = || {
        let assessed = trust.assess(Some(&sent), &wanted);
        assert_eq!(assessed.assurance, Assurance::Strongbox);
    };
    let whole_ms = median((0..TIMES).map(|_| time_ms(whole)).collect());
    let verify = bare();
    let bare_ms = median((0..TIMES).map(|_| time_ms(&verify)).collect());
    vec![
        Figure {
            name: "registration_chain_ms",
            value: whole_ms,
            reach: None,
            what: "an Android chain with its root, checked in full (ms)",
        },
        Figure {
            name: "registration_chain_ratio",
            value: whole_ms / bare_ms,
            reach: Some(3.0),
            what: "the same against its two bare signatures",
        },
    ]
}

/// Two signatures on P-384, as many as the chain has.
fn bare() -> impl Fn() {
    let (random, algorithm) = (SystemRandom::new(), &ECDSA_P384_SHA384_ASN1_SIGNING);
    let document = EcdsaKeyPair::generate_pkcs8(algorithm, &random).expect("a key");
    let pair = EcdsaKeyPair::from_pkcs8(algorithm, document.as_ref(), &random).expect("a key");
    let message = [7; 400];
    let signature = pair.sign(&random, &message).expect("a signature");
    move || {
        for _ in 0..2 {
            let key = UnparsedPublicKey::new(&ECDSA_P384_SHA384_ASN1, pair.public_key());
            key.verify(&message, signature.as_ref()).expect("good");
        }
    }
}
