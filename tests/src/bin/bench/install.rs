//! The installed program: one whole run of `lifecert verify`, and the size on the disk.

use crate::{Figure, median, time_ms};
use lifecert_inference::ModelStore;
use lifecert_tests::office::{models, program};
use lifecert_tests::phone::clip;
use std::fs;
use std::process::{Child, Command, Stdio};

fn verify_command() -> Command {
    let mut command = Command::new(program("lifecert"));
    command
        .arg("verify")
        .args([clip("franck_02221.jpg"), clip("franck_03909.jpg")])
        .env("LIFECERT_MODELS", models())
        .stdout(Stdio::null());
    command
}

/// Time and memory of comparing two pictures, the whole process.
pub fn verify() -> Vec<Figure> {
    let run = || {
        let status = verify_command().status().expect("lifecert starts");
        assert!(status.success(), "two pictures of one man are one man");
    };
    run();
    let times = (0..11).map(|_| time_ms(run)).collect();
    let child = verify_command().spawn().expect("lifecert starts");
    vec![
        Figure {
            name: "verify_cold_ms",
            value: median(times),
            reach: Some(110.0),
            what: "lifecert verify A.jpg B.jpg, whole process, median of 11",
        },
        Figure {
            name: "verify_rss_mb",
            value: most_resident_mb(child),
            reach: Some(90.0),
            what: "the most memory that it holds at once",
        },
    ]
}

/// The high-water mark that the kernel keeps, read again and again until the process is gone.
fn most_resident_mb(mut child: Child) -> f64 {
    let status = format!("/proc/{}/status", child.id());
    let mut most_kb = 0.0_f64;
    while child.try_wait().expect("a child").is_none() {
        let text = fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kb = line.and_then(|line| line.trim().strip_suffix(" kB")?.trim().parse().ok());
        most_kb = most_kb.max(kb.unwrap_or(0.0));
    }
    most_kb / 1_024.0
}

/// Runtime library, nets in use, and the program without its symbols.
pub fn size() -> Figure {
    let store = ModelStore::open(models()).expect("the models");
    let manifest = store.manifest();
    let nets: u64 = store.in_use().map(|id| manifest.model(id).bytes).sum();
    let runtime = manifest.runtime_here().map_or(0, |entry| entry.bytes);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let stripped = folder.path().join("lifecert");
    let done = Command::new("strip")
        .arg("-o")
        .args([&stripped, &program("lifecert")])
        .status();
    let path = match done {
        Ok(status) if status.success() => stripped,
        // Without binutils the figure is the larger one, with symbols.
        _ => program("lifecert"),
    };
    let binary = fs::metadata(path).map_or(0, |file| file.len());
    Figure {
        name: "install_mb",
        value: (nets + runtime + binary) as f64 / 1e6,
        reach: Some(60.0),
        what: "runtime library, nets and stripped program",
    }
}
