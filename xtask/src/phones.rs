//! What can be said of real phones without their tools: that the build for them is of the sources
//! that are tested, and that the core's types hold for their processors.

use crate::shell::{Outcome, cargo, program, root, run, stage};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Component, Path, PathBuf};

/// 64-bit phones of both systems.
const TARGETS: [&str; 2] = ["aarch64-linux-android", "aarch64-apple-ios"];

/// The core but for what only runs with a network.
const CRATES: [&str; 7] = [
    "protocol",
    "session",
    "guidance",
    "roads",
    "paper",
    "inference",
    "vision",
];

/// Versions that stand in both builds, by the same name.
const VERSIONS: [&str; 3] = ["kotlin.version", "coroutines.version", "jna.version"];

/// What an Android build is made of.
#[derive(Debug, Default, PartialEq, Eq)]
struct Build {
    versions: BTreeMap<String, String>,
    sources: BTreeSet<PathBuf>,
    resources: BTreeSet<PathBuf>,
    manifest: PathBuf,
}

/// Compares the builds, and type-checks the core.
pub fn check() -> Outcome {
    stage("phones: one app in two builds", || {
        let (tested, shipped) = (tested()?, shipped()?);
        for folder in tested.resources.iter().chain([&tested.manifest]) {
            if !root().join("android").join(folder).exists() {
                return Err(format!("android/{} is not there", folder.display()));
            }
        }
        match tested == shipped {
            true => Ok(()),
            false => Err(format!(
                "android/gradle differs from what is tested:\n{shipped:#?}\n{tested:#?}"
            )),
        }
    })?;
    stage("phones: targets", || {
        run(program(
            "rustup",
            &[&["target", "add"], &TARGETS[..]].concat(),
        ))
    })?;
    let stand_in = StandIn::write()?;
    for target in TARGETS {
        stage(&format!("phones: types for {target}"), || {
            let packages = CRATES.map(|name| format!("lifecert-{name}"));
            let packages = packages.iter().flat_map(|name| ["--package", name]);
            // Nothing of it runs: optimising what builds it would take minutes.
            let fast = ["--config", "profile.dev.package.\"*\".opt-level=0"];
            let arguments = ["check", "--locked", "--target", target].into_iter();
            let mut check = cargo(&arguments.chain(fast).chain(packages).collect::<Vec<_>>());
            let variable = target.replace('-', "_");
            check.env(format!("CC_{variable}"), &stand_in.compiler);
            check.env(format!("AR_{variable}"), &stand_in.archiver);
            // Apple's tools would be asked for it; the stand-in looks at nothing in it.
            check.env("SDKROOT", root());
            run(check)
        })?;
    }
    println!(
        "types only: C and assembly (ring) were not compiled for phones, and nothing was linked"
    );
    Ok(())
}

/// Takes the place of a C compiler for a processor that this machine has none for. Types do not
/// depend on what it makes, and nothing that is checked is linked.
struct StandIn {
    compiler: PathBuf,
    archiver: PathBuf,
}

impl StandIn {
    fn write() -> Result<Self, String> {
        let folder = root().join("target/phones");
        fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
        let one = |name: &str, script: &str| -> Result<PathBuf, String> {
            let path = folder.join(name);
            fs::write(&path, script).map_err(|error| error.to_string())?;
            run(program("chmod", &["+x", &path.display().to_string()]))?;
            Ok(path)
        };
        Ok(Self {
            compiler: one(
                "cc",
                "#!/bin/sh\n\
                 while [ $# -gt 0 ]; do [ \"$1\" = -o ] && : > \"$2\"; shift; done; true\n",
            )?,
            archiver: one(
                "ar",
                "#!/bin/sh\n\
                 for name; do case \"$name\" in *.a) : > \"$name\" ;; esac; done\n",
            )?,
        })
    }
}

/// What Maven builds: the app and whatever of this repository it needs, but for tests.
fn tested() -> Result<Build, String> {
    let parent = read("android/pom.xml")?;
    let mut modules = BTreeMap::new();
    for folder in elements(&parent, "module") {
        let pom = read(&format!("android/{folder}/pom.xml"))?;
        // The first one names the parent.
        let name = elements(&pom, "artifactId").nth(1).unwrap_or_default();
        modules.insert(name.to_owned(), (folder.to_owned(), pom.clone()));
    }
    let mut sources = BTreeSet::new();
    let mut open = vec!["lifecert-impl".to_owned()];
    while let Some(name) = open.pop() {
        let (folder, pom) = modules.get(&name).ok_or(format!("no module {name}"))?;
        sources.extend(sources_of(folder, pom));
        open.extend(needed(pom, &parent));
    }
    Ok(Build {
        versions: versions(|name| elements(&parent, name).next().map(str::to_owned))?,
        sources,
        resources: BTreeSet::from(["impl/src/main/res".into()]),
        manifest: "impl/src/main/AndroidManifest.xml".into(),
    })
}

/// The source folders of a module, as seen from android/.
fn sources_of(folder: &str, pom: &str) -> Vec<PathBuf> {
    let named: Vec<&str> = elements(pom, "sourceDir").collect();
    let usual = elements(pom, "sourceDirectory").collect();
    let named = if named.is_empty() { usual } else { named };
    let seen = |path: &str| match path.strip_prefix("${lifecert.target}/") {
        Some(rest) => Path::new("../target").join(rest),
        None => Path::new(folder).join(path.trim_start_matches("${project.basedir}/")),
    };
    named.into_iter().map(seen).collect()
}

/// The modules that one needs, but for tests.
fn needed(pom: &str, parent: &str) -> Vec<String> {
    let is_test = |dependency: &str| elements(dependency, "scope").next() == Some("test");
    let managed = |name: &str| {
        let mut managed = elements(parent, "dependency");
        managed.any(|one| elements(one, "artifactId").next() == Some(name) && is_test(one))
    };
    elements(pom, "dependency")
        .filter(|one| elements(one, "groupId").next() == Some("org.lifecert") && !is_test(one))
        .filter_map(|one| elements(one, "artifactId").next())
        .filter(|name| !managed(name))
        .map(str::to_owned)
        .collect()
}

/// What Gradle builds, by its properties.
fn shipped() -> Result<Build, String> {
    let text = read("android/gradle/gradle.properties")?;
    let properties: BTreeMap<&str, &str> = properties(&text).collect();
    let property = |name: &str| {
        let value = properties.get(name).copied();
        value.ok_or_else(|| format!("android/gradle/gradle.properties has no {name}"))
    };
    let folders = |name: &str| -> Result<BTreeSet<PathBuf>, String> {
        Ok(property(name)?.split(',').map(from_android).collect())
    };
    Ok(Build {
        versions: versions(|name| property(name).ok().map(str::to_owned))?,
        sources: folders("sources")?,
        resources: folders("resources")?,
        manifest: from_android(property("manifest")?),
    })
}

/// A path that is meant from android/gradle, as seen from android/.
fn from_android(path: &str) -> PathBuf {
    let mut seen = PathBuf::from("gradle");
    for part in Path::new(path.trim()).components() {
        match part {
            Component::ParentDir if seen.file_name().is_some() => {
                seen.pop();
            }
            part => seen.push(part),
        }
    }
    seen
}

fn versions(of: impl Fn(&str) -> Option<String>) -> Result<BTreeMap<String, String>, String> {
    let named = |name: &str| {
        let version = of(name).ok_or_else(|| format!("no {name}"))?;
        Ok((name.to_owned(), version))
    };
    VERSIONS.into_iter().map(named).collect()
}

fn properties(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| line.split_once('='))
}

/// The contents of every element of a name; our own build files nest none in one of the same name.
fn elements<'a>(text: &'a str, name: &str) -> impl Iterator<Item = &'a str> + use<'a> {
    let (begin, end) = (format!("<{name}>"), format!("</{name}>"));
    let mut rest = text;
    std::iter::from_fn(move || {
        let (_, after) = rest.split_once(&begin)?;
        let (inside, after) = after.split_once(&end)?;
        rest = after;
        Some(inside.trim())
    })
}

fn read(path: &str) -> Result<String, String> {
    fs::read_to_string(root().join(path)).map_err(|error| format!("{path}: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_builds_name_the_same() {
        let tested = tested().unwrap();
        assert_eq!(tested, shipped().unwrap());
        assert_eq!(tested.versions.len(), VERSIONS.len());
        let sources: Vec<_> = tested
            .sources
            .iter()
            .map(|path| path.to_str().unwrap())
            .collect();
        assert_eq!(
            sources,
            [
                "../target/bindings/kotlin",
                "api/src/main/kotlin",
                "bindings/src/main/kotlin",
                "impl/src/main/kotlin",
            ]
        );
    }

    #[test]
    fn modules_for_tests_are_left_out() {
        let parent = "<dependency><groupId>org.lifecert</groupId><artifactId>fake</artifactId>\
                      <scope>test</scope></dependency>";
        let pom = |scope: &str| {
            format!(
                "<dependency><groupId>org.lifecert</groupId><artifactId>api</artifactId>{scope}\
                 </dependency><dependency><groupId>org.lifecert</groupId>\
                 <artifactId>fake</artifactId></dependency><dependency><groupId>junit</groupId>\
                 <artifactId>junit</artifactId></dependency>"
            )
        };
        assert_eq!(needed(&pom(""), parent), ["api"]);
        assert!(needed(&pom("<scope>test</scope>"), parent).is_empty());
    }

    #[test]
    fn paths_are_seen_from_one_folder() {
        assert_eq!(from_android("../api/src"), Path::new("api/src"));
        assert_eq!(from_android("../../target/x"), Path::new("../target/x"));
        let pom = "<sourceDir>${project.basedir}/a</sourceDir><sourceDir>${lifecert.target}/b</sourceDir>";
        let seen = sources_of("m", pom);
        assert_eq!(seen, [Path::new("m/a"), Path::new("../target/b")]);
    }
}
