//! Apple App Attest: the nine steps over an attestation object, and the assertions of its key.
//!
//! The steps are numbered as in Apple's "Validating apps that connect to your server".

use super::apps::Environment;
use super::chain::{self, Certificate};
use super::{Assessed, Trust, Wanted};
use der::asn1::{ObjectIdentifier, OctetString};
use der::{Decode, Sequence};
use lifecert_protocol::{Assurance, AttestationReason, Digest, PublicKey, app_attest_digest};
use minicbor::Decoder;
use minicbor::decode::Error;
use ring::signature::{ECDSA_P256_SHA256_ASN1, UnparsedPublicKey};

/// The extension that holds the nonce.
const NONCE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113635.100.8.2");

const FORMAT: &str = "apple-appattest";

/// The most certificates that are read of an object.
const MOST_CERTIFICATES: u64 = 6;

/// `SEQUENCE { [1] EXPLICIT OCTET STRING }`.
#[derive(Sequence)]
struct NonceStatement {
    #[asn1(context_specific = "1", tag_mode = "EXPLICIT")]
    nonce: OctetString,
}

/// The level of an attestation object, or the first step that does not hold.
pub(super) fn assess(
    (key_id, object): (&[u8], &[u8]),
    trust: &Trust,
    wanted: &Wanted<'_>,
) -> Result<Assessed, AttestationReason> {
    let roots = trust.apple_roots();
    if roots.is_empty() || trust.apple_apps().is_empty() {
        return Err(AttestationReason::NotConfigured);
    }
    let object = Object::read(object).map_err(|_| AttestationReason::Malformed)?;
    let authenticator = AuthenticatorData::read(object.authenticator)?;
    // Step 1: the certificates.
    let chain = chain::verified(object.chain.into_iter(), &roots, (wanted.now_ms, NONCE))?;
    let serials: Vec<_> = chain.iter().map(Certificate::serial).collect();
    trust.revoked(&serials)?;
    // Steps 2 to 4: the nonce over our challenge and the authenticator's data.
    let expected = nonce(
        object.authenticator,
        &app_attest_digest(wanted.nonce, wanted.key),
    );
    let stated = chain[0]
        .extension(NONCE)?
        .ok_or(AttestationReason::Statement)?;
    let stated = NonceStatement::from_der(stated).map_err(|_| AttestationReason::Malformed)?;
    if stated.nonce.as_bytes() != expected.as_bytes() {
        return Err(AttestationReason::Challenge);
    }
    // Step 5: the key's name is its digest.
    let key = chain[0].p256_key().ok_or(AttestationReason::KeyName)?;
    if Digest::of(key.as_sec1()).as_bytes() != key_id {
        return Err(AttestationReason::KeyName);
    }
    // Step 6: our app.
    let mut apps = trust.apple_apps().iter();
    let app = apps.find(|app| app.id_hash.as_bytes() == authenticator.app_hash);
    let app = app.ok_or(AttestationReason::App)?;
    // Step 7: the counter has counted nothing yet.
    if authenticator.counter != 0 {
        return Err(AttestationReason::Counter);
    }
    // Steps 8 and 9: the environment, and the credential is the key.
    let (environment, credential) = authenticator.credential()?;
    if environment != marker(app.environment) {
        return Err(AttestationReason::Environment);
    }
    if credential != key_id {
        return Err(AttestationReason::Credential);
    }
    Ok(Assessed {
        app_key: Some(key),
        ..Assessed::holds(Assurance::AppAttest)
    })
}

/// Reads bytes as each part, for the fuzzer.
pub(super) fn read_parts(bytes: &[u8]) {
    let _ = (Object::read(bytes), read_assertion(bytes));
    let _ = NonceStatement::from_der(bytes);
    if let Ok(data) = AuthenticatorData::read(bytes) {
        let _ = data.credential();
    }
}

/// What became of an assertion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asserted {
    /// It holds, with this counter; whether that has grown is for the transaction to say.
    Counter(u32),
    /// It does not hold: nothing speaks for the claim's device.
    No,
}

/// Checks an assertion of a bound App Attest key over a claim's payload.
pub(super) fn assertion(
    bytes: &[u8],
    (key, payload): (&PublicKey, &Digest),
    trust: &Trust,
) -> Asserted {
    let Ok((signature, authenticator)) = read_assertion(bytes) else {
        return Asserted::No;
    };
    let Ok(data) = AuthenticatorData::read(authenticator) else {
        return Asserted::No;
    };
    let mut apps = trust.apple_apps().iter();
    let ours = apps.any(|app| app.id_hash.as_bytes() == data.app_hash);
    let signed = nonce(authenticator, payload);
    let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, key.as_sec1());
    if ours && key.verify(signed.as_bytes(), signature).is_ok() {
        Asserted::Counter(data.counter)
    } else {
        Asserted::No
    }
}

/// SHA-256 over the authenticator's data and the digest of what it answers.
fn nonce(authenticator: &[u8], client_data: &Digest) -> Digest {
    Digest::of(&[authenticator, client_data.as_bytes()].concat())
}

fn marker(environment: Environment) -> &'static [u8; 16] {
    match environment {
        Environment::Development => b"appattestdevelop",
        Environment::Production => b"appattest\0\0\0\0\0\0\0",
    }
}

/// An attestation object's parts.
struct Object<'a> {
    chain: Vec<&'a [u8]>,
    authenticator: &'a [u8],
}

impl<'a> Object<'a> {
    fn read(bytes: &'a [u8]) -> Result<Self, Error> {
        let mut decoder = Decoder::new(bytes);
        let (mut format, mut chain, mut authenticator) = (None, None, None);
        for _ in 0..entries(&mut decoder)? {
            let twice = match decoder.str()? {
                "fmt" => format.replace(decoder.str()?).is_some(),
                "attStmt" => chain.replace(certificates(&mut decoder)?).is_some(),
                "authData" => authenticator.replace(decoder.bytes()?).is_some(),
                _ => return Err(Error::message("an unknown field")),
            };
            if twice {
                return Err(Error::message("a field twice"));
            }
        }
        whole(&decoder, bytes)?;
        match (format, chain, authenticator) {
            (Some(FORMAT), Some(chain), Some(authenticator)) => Ok(Self {
                chain,
                authenticator,
            }),
            _ => Err(Error::message("not an App Attest object")),
        }
    }
}

fn certificates<'a>(decoder: &mut Decoder<'a>) -> Result<Vec<&'a [u8]>, Error> {
    let mut chain = Vec::new();
    for _ in 0..entries(decoder)? {
        if decoder.str()? != "x5c" {
            decoder.skip()?;
            continue;
        }
        let count = decoder.array()?.filter(|count| *count <= MOST_CERTIFICATES);
        let count = count.ok_or(Error::message("too many certificates"))?;
        if !chain.is_empty() {
            return Err(Error::message("a field twice"));
        }
        for _ in 0..count {
            chain.push(decoder.bytes()?);
        }
    }
    Ok(chain)
}

fn read_assertion(bytes: &[u8]) -> Result<(&[u8], &[u8]), Error> {
    let mut decoder = Decoder::new(bytes);
    let (mut signature, mut authenticator) = (None, None);
    for _ in 0..entries(&mut decoder)? {
        let twice = match decoder.str()? {
            "signature" => signature.replace(decoder.bytes()?).is_some(),
            "authenticatorData" => authenticator.replace(decoder.bytes()?).is_some(),
            _ => return Err(Error::message("an unknown field")),
        };
        if twice {
            return Err(Error::message("a field twice"));
        }
    }
    whole(&decoder, bytes)?;
    signature
        .zip(authenticator)
        .ok_or(Error::message("not an assertion"))
}

/// How many entries a map of a known length has.
fn entries(decoder: &mut Decoder<'_>) -> Result<u64, Error> {
    let count = decoder.map()?;
    count.ok_or(Error::message("a map without its length"))
}

fn whole(decoder: &Decoder<'_>, bytes: &[u8]) -> Result<(), Error> {
    if decoder.position() == bytes.len() {
        Ok(())
    } else {
        Err(Error::message("something follows"))
    }
}

/// The authenticator's data: SHA-256 of the app's id, a byte of flags, a counter, and at a binding
/// the environment and the credential's name.
struct AuthenticatorData<'a> {
    app_hash: &'a [u8],
    counter: u32,
    rest: &'a [u8],
}

impl<'a> AuthenticatorData<'a> {
    fn read(bytes: &'a [u8]) -> Result<Self, AttestationReason> {
        let parts = || {
            let (app_hash, rest) = bytes.split_at_checked(32)?;
            let (_flags, rest) = rest.split_first()?;
            let (counter, rest) = rest.split_first_chunk::<4>()?;
            Some(Self {
                app_hash,
                counter: u32::from_be_bytes(*counter),
                rest,
            })
        };
        parts().ok_or(AttestationReason::Malformed)
    }

    /// The marker of the environment, and the credential's name.
    fn credential(&self) -> Result<(&'a [u8; 16], &'a [u8]), AttestationReason> {
        let parts = || {
            let (environment, rest) = self.rest.split_first_chunk::<16>()?;
            let (length, rest) = rest.split_first_chunk::<2>()?;
            let length = usize::from(u16::from_be_bytes(*length));
            Some((environment, rest.get(..length)?))
        };
        parts().ok_or(AttestationReason::Malformed)
    }
}
