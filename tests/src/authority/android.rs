//! Statements of an Android keystore.

use super::{Authority, Flaw, PACKAGE, SIGNER, Signs, ca, leaf};
use der::asn1::{Any, ContextSpecific, OctetString};
use der::{Encode, Tag, TagMode, TagNumber};
use lifecert_protocol::{Attestation, Nonce, PublicKey};
use rcgen::{Issuer, KeyPair};

const STATEMENT: [u64; 10] = [1, 3, 6, 1, 4, 1, 11129, 2, 1, 17];

/// What a keystore says of a key. [`Statement::honest`] is what a good phone says.
#[derive(Debug, Clone)]
pub struct Statement {
    /// Where the statement was made: 0 software, 1 trusted environment, 2 secure element.
    pub attestation_level: u8,
    /// Where the key is held.
    pub keymaster_level: u8,
    /// The challenge.
    pub challenge: Vec<u8>,
    /// What the key may do; 2 is to sign.
    pub purposes: Vec<u8>,
    /// Where the key comes from; 0 is made in the device.
    pub origin: u8,
    /// Whether purposes and origin are enforced by hardware.
    pub by_hardware: bool,
    /// Whether the phone is locked.
    pub locked: bool,
    /// How it started; 0 is verified.
    pub boot: u8,
    /// Whether it says how it started.
    pub says_boot: bool,
    /// Whose key it is.
    pub packages: Vec<String>,
    /// Who signed that.
    pub signers: Vec<[u8; 32]>,
    /// What else is wrong with the chain.
    pub flaw: Flaw,
}

impl Statement {
    /// Of a good phone with a secure element, over that challenge.
    pub fn honest(challenge: &Nonce) -> Self {
        Self {
            attestation_level: 2,
            keymaster_level: 2,
            challenge: challenge.as_bytes().to_vec(),
            purposes: vec![2],
            origin: 0,
            by_hardware: true,
            locked: true,
            boot: 0,
            says_boot: true,
            packages: vec![PACKAGE.into()],
            signers: vec![SIGNER],
            flaw: Flaw::None,
        }
    }

    /// The extension's value.
    pub fn to_der(&self) -> Vec<u8> {
        let key = [
            field(1, &set(self.purposes.iter().map(integer))),
            field(2, &integer(&3)),
            field(702, &integer(&self.origin)),
        ];
        let packages = self
            .packages
            .iter()
            .map(|package| sequence(&[octets(package.as_bytes()), integer(&7)]));
        let signers = self.signers.iter().map(|signer| octets(signer));
        let application = sequence(&[set(packages), set(signers)]);
        let mut software = vec![
            field(701, &integer(&9)),
            field(709, &octets(&application.to_der().expect("DER"))),
        ];
        let mut hardware = Vec::new();
        let place = if self.by_hardware {
            &mut hardware
        } else {
            &mut software
        };
        place.splice(0..0, key);
        if self.says_boot {
            let started = [
                octets(&[1; 32]),
                Any::new(Tag::Boolean, [if self.locked { 0xFF } else { 0 }]).expect("DER"),
                enumerated(self.boot),
                octets(&[2; 32]),
            ];
            hardware.push(field(704, &sequence(&started)));
        }
        // What later versions add is passed over.
        hardware.push(field(718, &integer(&20)));
        let all = [
            integer(&100),
            enumerated(self.attestation_level),
            integer(&100),
            enumerated(self.keymaster_level),
            octets(&self.challenge),
            octets(&[]),
            sequence(&software),
            sequence(&hardware),
        ];
        sequence(&all).to_der().expect("DER")
    }
}

impl Authority {
    /// Attests a key; the chain has the root at its end.
    pub fn android(&self, key: &PublicKey, statement: &Statement) -> Vec<Vec<u8>> {
        let flaw = statement.flaw;
        if ![Flaw::Extended, Flaw::ExtendedByCa].contains(&flaw) {
            return self.chain(key.as_sec1(), (&STATEMENT, statement.to_der()), flaw);
        }
        // A key that a good phone holds, and that signs for another what it likes.
        let attested = KeyPair::generate().expect("a key");
        let point = attested.public_key_raw().try_into().expect("a point");
        let mut chain = self.chain(point, (&STATEMENT, statement.to_der()), flaw);
        let issuer = Issuer::new(ca("Key", None), attested);
        let params = leaf((&STATEMENT, statement.to_der()), Flaw::None);
        chain.insert(0, issuer.signed(params, key.as_sec1()).der().to_vec());
        chain
    }

    /// The same as it is sent.
    pub fn android_attestation(&self, key: &PublicKey, statement: &Statement) -> Attestation {
        let chain = self.android(key, statement).into_iter().map(Into::into);
        Attestation::Android {
            chain: chain.collect(),
        }
    }
}

/// A whole number below 128.
fn integer(number: &u8) -> Any {
    Any::new(Tag::Integer, [*number]).expect("DER")
}

fn enumerated(number: u8) -> Any {
    Any::new(Tag::Enumerated, [number]).expect("DER")
}

fn octets(bytes: &[u8]) -> Any {
    Any::encode_from(&OctetString::new(bytes).expect("DER")).expect("DER")
}

fn sequence(parts: &[Any]) -> Any {
    together(Tag::Sequence, parts.iter().cloned())
}

fn set(parts: impl Iterator<Item = Any>) -> Any {
    together(Tag::Set, parts)
}

fn together(tag: Tag, parts: impl Iterator<Item = Any>) -> Any {
    let bytes: Vec<u8> = parts.flat_map(|part| part.to_der().expect("DER")).collect();
    Any::new(tag, bytes).expect("DER")
}

fn field(number: u32, value: &Any) -> Any {
    let field = ContextSpecific {
        tag_number: TagNumber(number),
        tag_mode: TagMode::Explicit,
        value: value.clone(),
    };
    Any::encode_from(&field).expect("DER")
}
