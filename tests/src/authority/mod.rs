//! A maker of phones: an authority of its own that attests keys, honestly or with one thing wrong.
//!
//! Nothing is kept: its keys live as long as the test.

mod android;
mod apple;
mod vault;

pub use android::Statement;
pub use apple::{AppKey, Object};
pub use vault::Hardware;

use lifecert_protocol::Digest;
use lifecert_server::attest::Trust;
use rcgen::{
    BasicConstraints, Certificate, CertificateParams, CustomExtension, DistinguishedName, DnType,
    IsCa, Issuer, KeyPair, KeyUsagePurpose, PKCS_ECDSA_P256_SHA256, PKCS_ECDSA_P384_SHA384,
    PublicKeyData, SerialNumber, SignatureAlgorithm, date_time_ymd,
};
use std::path::Path;
use tempfile::TempDir;

/// The package that the agency's app has.
pub const PACKAGE: &str = "example.quanzhou.lifecert";

/// SHA-256 of the certificate that signs it.
pub const SIGNER: [u8; 32] = [0xA5; 32];

/// The same app on the other system.
pub const APP_ID: &str = "TEAM123456.example.quanzhou.lifecert";

/// The serial number of the certificate of a key that was lost to a thief.
pub const LOST_SERIAL: u64 = 0xBAD5EED;

/// What is wrong with a chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Flaw {
    /// Nothing.
    #[default]
    None,
    /// The middle certificate is another authority's of the same name.
    ForeignMiddle,
    /// The certificate of the key names another issuer.
    OtherIssuer,
    /// The middle certificate may not sign.
    MiddleMayNotSign,
    /// The middle certificate says nothing of what it may do.
    MiddleWithoutConstraints,
    /// The middle certificate may have none below, and has one.
    TooDeep,
    /// The certificate of the key is not valid yet.
    NotYet,
    /// The middle certificate is not valid any more.
    MiddleOver,
    /// The certificate of the key has a critical extension that nobody knows.
    UnknownCondition,
    /// The certificate of the key has a serial number that was revoked.
    Lost,
    /// A byte of the signature is another.
    Damaged,
    /// The statement stands twice.
    Twice,
    /// There is no statement.
    Silent,
    /// The attested key signed one more certificate, with a statement of its own.
    Extended,
    /// The same by a key whose certificate lets it sign.
    ExtendedByCa,
}

/// The authority: a root on P-384 and one below it on P-384, as the makers have them.
pub struct Authority {
    root: Issuer<'static, KeyPair>,
    root_der: Vec<u8>,
    middle_key: KeyPair,
}

/// A point on P-256 to be certified; only its holder has the private half.
struct Point<'a>(&'a [u8; 65]);

impl PublicKeyData for Point<'_> {
    fn der_bytes(&self) -> &[u8] {
        self.0
    }

    fn algorithm(&self) -> &'static SignatureAlgorithm {
        &PKCS_ECDSA_P256_SHA256
    }
}

impl Authority {
    /// A new one.
    #[allow(clippy::new_without_default)]
    pub fn new() -> Self {
        let key = KeyPair::generate_for(&PKCS_ECDSA_P384_SHA384).expect("a key");
        let params = ca("Root", None);
        let root_der = params.self_signed(&key).expect("a root").der().to_vec();
        Self {
            root: Issuer::new(params, key),
            root_der,
            middle_key: KeyPair::generate_for(&PKCS_ECDSA_P384_SHA384).expect("a key"),
        }
    }

    /// Its root.
    pub fn root(&self) -> &[u8] {
        &self.root_der
    }

    /// A server's configuration that believes this root for both systems, and the agency's apps.
    pub fn trust(&self) -> (Trust, TempDir) {
        let folder = tempfile::tempdir().expect("a temporary folder");
        self.configure(folder.path());
        (Trust::open(folder.path()).expect("a configuration"), folder)
    }

    /// Writes that configuration into a folder.
    pub fn configure(&self, folder: &Path) {
        let write = |name: &str, text: &str| {
            std::fs::write(folder.join(name), text).expect("written");
        };
        let pem =
            base64::Engine::encode(&base64::engine::general_purpose::STANDARD, &self.root_der);
        let lines: Vec<_> = pem
            .as_bytes()
            .chunks(64)
            .map(String::from_utf8_lossy)
            .collect();
        let (begin, end) = ("-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----");
        write(
            "root.pem",
            &format!("{begin}\n{}\n{end}\n", lines.join("\n")),
        );
        let digest = Digest::of(&self.root_der);
        let root = |kind: &str| {
            format!(
                "[[root]]\nkind = \"{kind}\"\nfile = \"root.pem\"\nsha256 = \"{digest}\"\n\
                 source = \"a test\"\n"
            )
        };
        let signer = hex::encode(SIGNER);
        let text = format!(
            "{}{}[[android]]\npackage = \"{PACKAGE}\"\nsigners = [\"{signer}\"]\n\
             [[apple]]\napp_id = \"{APP_ID}\"\nenvironment = \"production\"\n\
             [revocation]\nfile = \"status.json\"\n",
            root("android"),
            root("apple"),
        );
        write("attestation.toml", &text);
        let status = format!("{{\"entries\":{{\"{LOST_SERIAL:x}\":{{\"status\":\"REVOKED\"}}}}}}");
        write("status.json", &status);
    }

    /// Certifies a point with an extension; gives the chain, with the root at its end.
    fn chain(&self, point: &[u8; 65], extension: (&[u64], Vec<u8>), flaw: Flaw) -> Vec<Vec<u8>> {
        let mut middle_params = ca("Middle", None);
        match flaw {
            Flaw::MiddleMayNotSign => {
                middle_params.is_ca = IsCa::ExplicitNoCa;
                middle_params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
            }
            Flaw::MiddleWithoutConstraints => middle_params.is_ca = IsCa::NoCa,
            Flaw::TooDeep => middle_params = ca("Middle", Some(0)),
            Flaw::MiddleOver => middle_params.not_after = date_time_ymd(2025, 1, 1),
            _ => {}
        }
        let middle = match flaw {
            Flaw::ForeignMiddle => middle_params.signed_by(&self.middle_key, &Self::new().root),
            _ => middle_params.signed_by(&self.middle_key, &self.root),
        };
        let middle = middle.expect("a certificate");
        let named = if flaw == Flaw::OtherIssuer {
            "Other"
        } else {
            "Middle"
        };
        let issuer = Issuer::new(ca(named, None), &self.middle_key);
        let mut below = issuer.signed(leaf(extension, flaw), point);
        let mut chain = vec![middle.der().to_vec(), self.root_der.clone()];
        if flaw == Flaw::TooDeep {
            let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).expect("a key");
            let lower = ca("Lower", None)
                .signed_by(&key, &issuer)
                .expect("a certificate");
            let lower_issuer = Issuer::new(ca("Lower", None), &key);
            below = lower_issuer.signed(leaf((&[2, 5, 29, 99], vec![5, 0]), Flaw::None), point);
            chain.insert(0, lower.der().to_vec());
        }
        let mut first = below.der().to_vec();
        if flaw == Flaw::Damaged
            && let Some(last) = first.last_mut()
        {
            *last ^= 1;
        }
        chain.insert(0, first);
        chain
    }
}

trait Signs {
    fn signed(&self, params: CertificateParams, point: &[u8; 65]) -> Certificate;
}

impl<S: rcgen::SigningKey> Signs for Issuer<'_, S> {
    fn signed(&self, params: CertificateParams, point: &[u8; 65]) -> Certificate {
        params
            .signed_by(&Point(point), self)
            .expect("a certificate")
    }
}

/// What the certificate of a key says.
fn leaf((oid, content): (&[u64], Vec<u8>), flaw: Flaw) -> CertificateParams {
    let mut params = named("Key");
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    let statement = CustomExtension::from_oid_content(oid, content);
    params.custom_extensions = match flaw {
        Flaw::Silent => Vec::new(),
        Flaw::Twice => vec![statement.clone(), statement],
        _ => vec![statement],
    };
    if flaw == Flaw::UnknownCondition {
        let mut unknown = CustomExtension::from_oid_content(&[1, 2, 3, 4], vec![5, 0]);
        unknown.set_criticality(true);
        params.custom_extensions.push(unknown);
    }
    if flaw == Flaw::ExtendedByCa {
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    }
    if flaw == Flaw::NotYet {
        params.not_before = date_time_ymd(2027, 1, 1);
    }
    let serial = if flaw == Flaw::Lost { LOST_SERIAL } else { 1 };
    params.serial_number = Some(SerialNumber::from(serial));
    params
}

fn ca(name: &str, depth: Option<u8>) -> CertificateParams {
    let mut params = named(name);
    params.is_ca = IsCa::Ca(depth.map_or(BasicConstraints::Unconstrained, |depth| {
        BasicConstraints::Constrained(depth)
    }));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    params
}

fn named(name: &str) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
    params.not_before = date_time_ymd(2020, 1, 1);
    params.not_after = date_time_ymd(2040, 1, 1);
    params
}
