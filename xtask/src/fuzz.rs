//! `cargo xtask fuzz`: every parser of outside bytes, each for a while, from seeds made here.
//!
//! The targets lie in `fuzz/fuzz_targets` and suit `cargo fuzz` too. Its nightly compiler is not
//! needed for coverage alone, so they are built here with the same flags on the stable one.

mod log_texts;
mod seeds;

use crate::shell::{Outcome, cargo, program, root, run, stage};
use std::fs;
use std::io::Read;
use std::path::Path;
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
    seeds::write(&folder.join("seeds"))?;
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

fn make(folder: &Path) -> Outcome {
    fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))
}
