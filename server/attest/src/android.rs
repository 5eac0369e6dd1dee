//! Android Key Attestation: who holds the key that is to be bound.

use super::apps::AndroidApp;
use super::chain::{self, Certificate};
use super::key_description::{
    Authorizations, KeyDescription, STATEMENT, SecurityLevel, VerifiedBoot,
};
use super::{Assessed, Trust, Wanted};
use lifecert_protocol::{Assurance, AttestationReason, Nonce};

/// To sign.
const SIGN: u64 = 2;

/// Made in the device, and never outside of it.
const GENERATED: u64 = 0;

/// The level of a chain, or the first thing that does not hold.
pub(super) fn assess<'a>(
    chain: impl Iterator<Item = &'a [u8]>,
    trust: &Trust,
    wanted: &Wanted<'_>,
) -> Result<Assessed, AttestationReason> {
    let roots = trust.android_roots();
    if roots.is_empty() || trust.android_apps().is_empty() {
        return Err(AttestationReason::NotConfigured);
    }
    let chain = chain::verified(chain, &roots, (wanted.now_ms, STATEMENT))?;
    let serials: Vec<_> = chain.iter().map(Certificate::serial).collect();
    trust.revoked(&serials)?;
    let value = statement(&chain)?;
    if chain[0].p256_key().as_ref() != Some(wanted.key) {
        return Err(AttestationReason::Key);
    }
    let description = KeyDescription::read(value)?;
    let nonce: Result<[u8; 32], _> = description.challenge.as_bytes().try_into();
    let nonce = nonce.map_err(|_| AttestationReason::Challenge)?;
    if !(wanted.is_fresh)(&Nonce::from_bytes(nonce)) {
        return Err(AttestationReason::Challenge);
    }
    let (hardware, software) = (description.hardware()?, description.software()?);
    let level = description
        .attestation_level
        .min(description.keymaster_level);
    let assurance = match level {
        SecurityLevel::Software => {
            return Ok(Assessed::software(AttestationReason::SoftwareKey));
        }
        SecurityLevel::TrustedEnvironment => Assurance::Tee,
        SecurityLevel::StrongBox => Assurance::Strongbox,
    };
    // What hardware does not enforce, whoever holds the phone may change.
    let signs_only = hardware.purposes.as_deref() == Some(&[SIGN]);
    if !signs_only || hardware.origin != Some(GENERATED) {
        return Err(AttestationReason::Purpose);
    }
    if !is_of(&software, &hardware, trust.android_apps()) {
        return Err(AttestationReason::App);
    }
    // On an unlocked phone the keystore is as good as ever, but not what asks it to sign.
    let started = hardware.root_of_trust.as_ref();
    let started = started.is_some_and(|root| root.locked && root.boot == VerifiedBoot::Verified);
    if !started {
        return Ok(Assessed::software(AttestationReason::Boot));
    }
    Ok(Assessed::holds(assurance))
}

/// The statement about the chain's first key. Whoever holds an attested key can sign certificates
/// with it and put any statement into them: only the one nearest to the root counts, so it has to
/// be the first certificate's, and the only one.
fn statement(chain: &[Certificate]) -> Result<&[u8], AttestationReason> {
    let (first, others) = chain.split_first().ok_or(AttestationReason::Malformed)?;
    for other in others {
        if other.extension(STATEMENT)?.is_some() {
            return Err(AttestationReason::Statement);
        }
    }
    first
        .extension(STATEMENT)?
        .ok_or(AttestationReason::Statement)
}

/// Whether one of the apps had the key made. The list that the system enforces names it, since the
/// system and not the hardware knows apps; a phone that did not start the maker's system is told
/// apart by its boot.
fn is_of(software: &Authorizations, hardware: &Authorizations, apps: &[AndroidApp]) -> bool {
    let named = software
        .application
        .as_ref()
        .or(hardware.application.as_ref());
    let Some(named) = named else { return false };
    let signed_by = |app: &AndroidApp| {
        let mut signers = named.signers.iter();
        !named.signers.is_empty() && signers.all(|one| app.signers.iter().any(|ours| ours == one))
    };
    let mut packages = named.packages.iter();
    !named.packages.is_empty()
        && packages.all(|package| {
            let mut apps = apps.iter();
            apps.any(|app| app.package.as_bytes() == package && signed_by(app))
        })
}
