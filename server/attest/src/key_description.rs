//! What an Android keystore states about a key: the extension 1.3.6.1.4.1.11129.2.1.17, read with
//! `der`.
//!
//! The lists of authorisations are open: each version adds fields. Those that matter here are
//! taken, each at most once, all others are passed over.

use der::asn1::{AnyRef, ObjectIdentifier, OctetStringRef};
use der::{Decode, Enumerated, Reader, Sequence, SliceReader, Tag, Tagged};
use lifecert_protocol::AttestationReason;

/// The extension.
pub(super) const STATEMENT: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.3.6.1.4.1.11129.2.1.17");

/// Where a key is held, or where a statement was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Enumerated)]
#[asn1(type = "ENUMERATED")]
#[repr(u8)]
pub(super) enum SecurityLevel {
    /// In the system.
    Software = 0,
    /// In a trusted execution environment.
    TrustedEnvironment = 1,
    /// In a secure element.
    StrongBox = 2,
}

/// How the device started.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enumerated)]
#[asn1(type = "ENUMERATED")]
#[repr(u8)]
pub(super) enum VerifiedBoot {
    /// The maker's system, unchanged.
    Verified = 0,
    /// A system that the owner signed.
    SelfSigned = 1,
    /// Whatever lay there.
    Unverified = 2,
    /// It did not pass.
    Failed = 3,
}

/// The statement.
#[derive(Sequence)]
pub(super) struct KeyDescription<'a> {
    pub(super) _version: u32,
    pub(super) attestation_level: SecurityLevel,
    pub(super) _keymaster_version: u32,
    pub(super) keymaster_level: SecurityLevel,
    pub(super) challenge: &'a OctetStringRef,
    pub(super) _unique_id: &'a OctetStringRef,
    software: AnyRef<'a>,
    hardware: AnyRef<'a>,
}

/// How the device was started, as its hardware saw it.
pub(super) struct RootOfTrust {
    pub(super) locked: bool,
    pub(super) boot: VerifiedBoot,
}

/// What a list of authorisations says, as far as it matters here.
#[derive(Default)]
pub(super) struct Authorizations {
    /// What the key may do: 2 is to sign.
    pub(super) purposes: Option<Vec<u64>>,
    /// Where the key comes from: 0 is made in the device.
    pub(super) origin: Option<u64>,
    pub(super) root_of_trust: Option<RootOfTrust>,
    pub(super) application: Option<Application>,
}

/// The app that had the key made, as the system (not the hardware) knows it.
pub(super) struct Application {
    pub(super) packages: Vec<Vec<u8>>,
    /// SHA-256 of the certificates that the packages are signed with.
    pub(super) signers: Vec<Vec<u8>>,
}

const PURPOSE: u32 = 1;
const ORIGIN: u32 = 702;
const ROOT_OF_TRUST: u32 = 704;
const APPLICATION: u32 = 709;

impl<'a> KeyDescription<'a> {
    /// Reads the extension's value.
    pub(super) fn read(bytes: &'a [u8]) -> Result<Self, AttestationReason> {
        Self::from_der(bytes).map_err(|_| AttestationReason::Malformed)
    }

    /// What the hardware enforces.
    pub(super) fn hardware(&self) -> Result<Authorizations, AttestationReason> {
        Authorizations::read(self.hardware)
    }

    /// What the system enforces.
    pub(super) fn software(&self) -> Result<Authorizations, AttestationReason> {
        Authorizations::read(self.software)
    }
}

impl Authorizations {
    fn read(list: AnyRef<'_>) -> Result<Self, AttestationReason> {
        Self::fields(list).map_err(|_| AttestationReason::Malformed)
    }

    fn fields(list: AnyRef<'_>) -> der::Result<Self> {
        let mut read = Self::default();
        for field in items(list, Tag::Sequence)? {
            let Tag::ContextSpecific { number, .. } = field.tag() else {
                return Err(field.tag().value_error().into());
            };
            let inner = || AnyRef::from_der(field.value());
            let twice = match number.value() {
                PURPOSE => {
                    let numbers = items(inner()?, Tag::Set)?;
                    let numbers = numbers.into_iter().map(|one| one.decode_as::<u64>());
                    read.purposes
                        .replace(numbers.collect::<der::Result<_>>()?)
                        .is_some()
                }
                ORIGIN => read.origin.replace(inner()?.decode_as()?).is_some(),
                ROOT_OF_TRUST => read
                    .root_of_trust
                    .replace(root_of_trust(inner()?)?)
                    .is_some(),
                APPLICATION => {
                    let bytes = inner()?.decode_as::<&OctetStringRef>()?;
                    read.application
                        .replace(application(bytes.as_bytes())?)
                        .is_some()
                }
                _ => false,
            };
            if twice {
                return Err(field.tag().value_error().into());
            }
        }
        Ok(read)
    }
}

/// Older versions end before the boot hash; what follows the state is passed over.
fn root_of_trust(value: AnyRef<'_>) -> der::Result<RootOfTrust> {
    let fields = items(value, Tag::Sequence)?;
    let [_, locked, boot, ..] = fields.as_slice() else {
        return Err(Tag::Sequence.length_error().into());
    };
    Ok(RootOfTrust {
        locked: locked.decode_as()?,
        boot: boot.decode_as()?,
    })
}

fn application(bytes: &[u8]) -> der::Result<Application> {
    let fields = items(AnyRef::from_der(bytes)?, Tag::Sequence)?;
    let [packages, signers] = fields.as_slice() else {
        return Err(Tag::Sequence.length_error().into());
    };
    let octets = |one: &AnyRef<'_>| {
        let bytes = one.decode_as::<&OctetStringRef>()?;
        Ok(bytes.as_bytes().to_vec())
    };
    let package = |one: &AnyRef<'_>| {
        let fields = items(*one, Tag::Sequence)?;
        octets(fields.first().ok_or(Tag::Sequence.length_error())?)
    };
    let packages = items(*packages, Tag::Set)?;
    let signers = items(*signers, Tag::Set)?;
    Ok(Application {
        packages: packages.iter().map(package).collect::<der::Result<_>>()?,
        signers: signers.iter().map(octets).collect::<der::Result<_>>()?,
    })
}

/// The values in a sequence or set. Sets are taken in any order: keystores do not all sort them.
fn items(value: AnyRef<'_>, tag: Tag) -> der::Result<Vec<AnyRef<'_>>> {
    value.tag().assert_eq(tag)?;
    let mut reader = SliceReader::new(value.value())?;
    let mut items = Vec::new();
    while !reader.is_finished() {
        items.push(reader.decode()?);
    }
    Ok(items)
}
