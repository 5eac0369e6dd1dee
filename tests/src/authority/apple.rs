//! Objects and assertions of App Attest.

use super::{APP_ID, Authority, Flaw};
use der::asn1::OctetString;
use der::{Encode, Sequence};
use lifecert_protocol::{Attestation, Digest, Nonce, PublicKey, app_attest_digest};
use minicbor::Encoder;
use rcgen::KeyPair;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair};

const NONCE: [u64; 7] = [1, 2, 840, 113635, 100, 8, 2];

const PRODUCTION: [u8; 16] = *b"appattest\0\0\0\0\0\0\0";

#[derive(Sequence)]
struct NonceStatement {
    #[asn1(context_specific = "1", tag_mode = "EXPLICIT")]
    nonce: OctetString,
}

/// An app's key, in the phone's secure enclave.
pub struct AppKey {
    pair: KeyPair,
}

/// What an object says. [`Object::honest`] is what a good phone says.
#[derive(Debug, Clone)]
pub struct Object {
    /// The app.
    pub app_id: String,
    /// The counter.
    pub counter: u32,
    /// Which environment.
    pub environment: [u8; 16],
    /// The digest that is attested.
    pub client_data: Digest,
    /// The credential's name in place of the key's.
    pub credential: Option<Vec<u8>>,
    /// The key's name, as the app says it, in place of the key's.
    pub key_name: Option<Vec<u8>>,
    /// The format.
    pub format: &'static str,
    /// What else is wrong with the chain.
    pub flaw: Flaw,
}

impl Object {
    /// Of a good phone, for the binding of a key.
    pub fn honest(nonce: &Nonce, key: &PublicKey) -> Self {
        Self::over(app_attest_digest(nonce, key))
    }

    /// The same over a digest that the app made.
    pub fn over(client_data: Digest) -> Self {
        Self {
            app_id: APP_ID.into(),
            counter: 0,
            environment: PRODUCTION,
            client_data,
            credential: None,
            key_name: None,
            format: "apple-appattest",
            flaw: Flaw::None,
        }
    }
}

impl AppKey {
    /// A new one.
    #[allow(clippy::new_without_default)]
    pub fn new() -> Self {
        Self {
            pair: KeyPair::generate().expect("a key"),
        }
    }

    /// Its name.
    pub fn name(&self) -> Vec<u8> {
        Digest::of(self.pair.public_key_raw()).as_bytes().to_vec()
    }

    /// Asserts a digest with a counter.
    pub fn assertion(&self, app_id: &str, counter: u32, client_data: &Digest) -> Vec<u8> {
        let mut data = Digest::of(app_id.as_bytes()).as_bytes().to_vec();
        data.push(0x40);
        data.extend(counter.to_be_bytes());
        let nonce = Digest::of(&[&data, client_data.as_bytes().as_slice()].concat());
        let random = SystemRandom::new();
        let document = self.pair.serialize_der();
        let algorithm = &ECDSA_P256_SHA256_ASN1_SIGNING;
        let pair = EcdsaKeyPair::from_pkcs8(algorithm, &document, &random).expect("a key");
        let signature = pair.sign(&random, nonce.as_bytes()).expect("a signature");
        let mut bytes = Vec::new();
        let mut encoder = Encoder::new(&mut bytes);
        let encoded = encoder
            .map(2)
            .and_then(|encoder| encoder.str("signature"))
            .and_then(|encoder| encoder.bytes(signature.as_ref()))
            .and_then(|encoder| encoder.str("authenticatorData"))
            .and_then(|encoder| encoder.bytes(&data))
            .is_ok();
        assert!(encoded);
        bytes
    }
}

impl Authority {
    /// Attests an app's key.
    pub fn apple(&self, app_key: &AppKey, object: &Object) -> Attestation {
        let name = app_key.name();
        let credential = object.credential.as_ref().unwrap_or(&name);
        let mut data = Digest::of(object.app_id.as_bytes()).as_bytes().to_vec();
        data.push(0x40);
        data.extend(object.counter.to_be_bytes());
        data.extend(object.environment);
        data.extend(
            u16::try_from(credential.len())
                .expect("short")
                .to_be_bytes(),
        );
        data.extend(credential);
        // The credential's public key follows; nobody reads it.
        data.extend([0xA0]);
        let nonce = Digest::of(&[&data, object.client_data.as_bytes().as_slice()].concat());
        let statement = NonceStatement {
            nonce: OctetString::new(nonce.as_bytes().as_slice()).expect("DER"),
        };
        let point = app_key.pair.public_key_raw().try_into().expect("a point");
        let extension = (NONCE.as_slice(), statement.to_der().expect("DER"));
        let chain = self.chain(point, extension, object.flaw);
        Attestation::Apple {
            key_id: object.key_name.clone().unwrap_or(name).into(),
            object: cbor(object.format, &chain[..chain.len() - 1], &data).into(),
        }
    }
}

/// An attestation object.
fn cbor(format: &str, chain: &[Vec<u8>], data: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes);
    let mut write = || -> Result<(), minicbor::encode::Error<std::convert::Infallible>> {
        encoder.map(3)?.str("fmt")?.str(format)?;
        encoder.str("attStmt")?.map(2)?.str("x5c")?;
        encoder.array(chain.len() as u64)?;
        for certificate in chain {
            encoder.bytes(certificate)?;
        }
        encoder.str("receipt")?.bytes(b"receipt")?;
        encoder.str("authData")?.bytes(data)?;
        Ok(())
    };
    write().expect("CBOR");
    bytes
}
