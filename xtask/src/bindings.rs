//! The bindings' generated side: built from the library, listed in `bindings/api-surface.txt`,
//! never checked in.

use crate::shell::{Outcome, cargo, program, root, run, stage};
use std::collections::BTreeSet;
use std::path::PathBuf;

/// Where generated sources go.
fn generated(language: &str) -> PathBuf {
    root().join("target/bindings").join(language)
}

/// The library as this machine's linker names it.
fn library() -> PathBuf {
    let (prefix, suffix) = (std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX);
    let name = format!("{prefix}lifecert_bindings{suffix}");
    root().join("target/debug").join(name)
}

/// Builds the library and writes the sources of both languages anew.
pub fn generate() -> Outcome {
    stage("bindings: library", || {
        // With the whole workspace: by itself it would have its libraries built with other
        // features.
        run(cargo(&["build", "--workspace", "--lib", "--locked"]))
    })?;
    stage("bindings: generator", || {
        let package = ["build", "--package", "lifecert-bindgen", "--locked"];
        let feature = ["--features", "bindgen"];
        // It runs for a moment: optimising it would take minutes.
        let fast = ["--config", "profile.dev.package.\"*\".opt-level=0"];
        run(cargo(&[&package[..], &feature, &fast].concat()))
    })?;
    stage("bindings: Kotlin and Swift", || {
        for language in ["kotlin", "swift"] {
            let out = generated(language);
            if out.exists() {
                // What is no longer exported must not stay.
                std::fs::remove_dir_all(&out).map_err(|error| error.to_string())?;
            }
            let generator = root().join("target/debug/uniffi-bindgen");
            run(program(
                &generator.display().to_string(),
                &[
                    "generate",
                    &library().display().to_string(),
                    "--config",
                    &root().join("bindings/uniffi.toml").display().to_string(),
                    "--language",
                    language,
                    "--no-format",
                    "--out-dir",
                    &out.display().to_string(),
                ],
            ))?;
        }
        Ok(())
    })
}

/// Writes `bindings/api-surface.txt` from what is generated.
pub fn write_surface() -> Outcome {
    generate()?;
    let path = surface_file();
    std::fs::write(&path, current()?).map_err(|error| error.to_string())?;
    println!("written: {}", path.display());
    Ok(())
}

/// Fails when the exported items differ from `bindings/api-surface.txt`.
pub fn check_surface() -> Outcome {
    generate()?;
    stage("bindings: exported items", || {
        let recorded =
            std::fs::read_to_string(surface_file()).map_err(|error| error.to_string())?;
        let current = current()?;
        let differs = difference(&recorded, &current);
        match differs.is_empty() {
            true => Ok(()),
            false => Err(format!(
                "bindings/api-surface.txt differs from what is exported; if that is meant, run \
                 `cargo xtask bindings surface`\n{}",
                differs.join("\n")
            )),
        }
    })
}

fn surface_file() -> PathBuf {
    root().join("bindings/api-surface.txt")
}

/// The exported items of the library.
fn current() -> Result<String, String> {
    let surface = root().join("target/debug/uniffi-surface");
    let library = library().display().to_string();
    let mut surface = program(&surface.display().to_string(), &[&library]);
    let output = surface.output().map_err(|error| error.to_string())?;
    match output.status.success() {
        true => Ok(String::from_utf8_lossy(&output.stdout).into_owned()),
        false => Err(String::from_utf8_lossy(&output.stderr).into_owned()),
    }
}

/// Lines that stand in one of the two alone, marked as a diff marks them.
fn difference(recorded: &str, current: &str) -> Vec<String> {
    let [was, is] = [recorded, current].map(|text| text.lines().collect::<BTreeSet<_>>());
    let gone = was.difference(&is).map(|line| format!("- {line}"));
    let fresh = is.difference(&was).map(|line| format!("+ {line}"));
    gone.chain(fresh).collect()
}
