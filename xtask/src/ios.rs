//! The iOS side as far as it runs on Linux: Swift's toolchain, the bindings' boundary, the kit and
//! whole roads against a real server; of what needs Apple's frameworks, the syntax.
//!
//! Debian has Swift from trixie on. On anything older it is put into a Debian of its own below
//! `target/ios`, and runs there with this repository bound to the same path. The mounts lie in a
//! mount namespace of the running program alone: they are gone when it ends, however it ends.

use crate::shell::{Outcome, cargo, exists, program, root, run, stage};
use crate::{bindings, setup};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The Debian that has Swift.
const RELEASE: &str = "trixie";

/// Its packages: Swift, what it links with, and what the tests' key store is made of.
const PACKAGES: [&str; 4] = ["swiftlang", "libc6-dev", "libstdc++-14-dev", "libssl-dev"];

/// Swift's own libraries, which Debian's loader does not look for by itself.
const LIBRARIES: &str = "/usr/libexec/swift/lib/swift/linux";

/// Mounts what is given up to `--` at the same path of another root, and runs the rest in it.
const ENTER: &str = r#"
set -e
other=$1; folder=$2; shift 2
mount -t proc proc "$other/proc"
while [ "$1" != -- ]; do mkdir -p "$other$1"; mount --rbind "$1" "$other$1"; shift; done
shift
exec chroot "$other" /usr/bin/env -C "$folder" "$@"
"#;

/// Where Swift runs.
enum Toolchain {
    /// On this machine as it is.
    Here,
    /// In a Debian below this folder.
    Within(PathBuf),
}

impl Toolchain {
    /// The one that is there.
    fn find() -> Option<Self> {
        if exists("swift") {
            return Some(Self::Here);
        }
        is_done("swift").then(|| Self::Within(debian()))
    }

    /// A program of the toolchain, to be run in a folder of this repository.
    fn program(&self, folder: &Path, arguments: &[&str]) -> Command {
        match self {
            Self::Here => {
                let mut command = program(arguments[0], &arguments[1..]);
                command.current_dir(folder);
                command
            }
            Self::Within(debian) => within(debian, folder, &bound(), arguments),
        }
    }
}

/// Brings Swift where it is not there; a machine that cannot have it is told so, and is no failure.
pub fn setup() -> Outcome {
    if Toolchain::find().is_some() {
        println!("Swift is there");
        return Ok(());
    }
    if let Some(why) = hindrance() {
        println!("iOS: left out, no toolchain ({why})");
        return Ok(());
    }
    let _alone = setup::alone("swift")?;
    fs::create_dir_all(folder()).map_err(|error| error.to_string())?;
    stage("iOS: a Debian of its own", || {
        once("base", || {
            setup::package("debootstrap", "debootstrap")?;
            if debian().exists() {
                // Half of it lies there from a time when the power went off.
                fs::remove_dir_all(debian()).map_err(|error| error.to_string())?;
            }
            let to = debian().display().to_string();
            run(program("debootstrap", &["--variant=minbase", RELEASE, &to]))
        })
    })?;
    stage("iOS: Swift", || {
        once("swift", || {
            let apt = |arguments: &[&str]| {
                let mut apt = within(&debian(), Path::new("/"), &[], arguments);
                apt.env("DEBIAN_FRONTEND", "noninteractive");
                run(apt)
            };
            apt(&["apt-get", "update", "-qq"])?;
            let install = ["apt-get", "install", "-y", "-q", "--no-install-recommends"];
            apt(&[&install[..], &PACKAGES].concat())?;
            apt(&["apt-get", "clean"])?;
            let listed = debian().join("etc/ld.so.conf.d/swift.conf");
            fs::write(listed, format!("{LIBRARIES}\n")).map_err(|error| error.to_string())?;
            apt(&["ldconfig"])?;
            apt(&["swift", "--version"])
        })
    })
}

/// The tests, where there is a toolchain; a word where there is none.
pub fn test_where_possible() -> Outcome {
    // It may be on its way: then it is waited for.
    drop(setup::alone("swift")?);
    match Toolchain::find() {
        Some(_) => test(),
        None => {
            println!("\niOS: left out, no toolchain: `cargo xtask ios setup` brings it");
            Ok(())
        }
    }
}

/// Builds the library, then compiles and tests the package.
pub fn test() -> Outcome {
    let toolchain = Toolchain::find()
        .ok_or("there is no Swift on this machine: `cargo xtask ios setup` brings it")?;
    setup::all()?;
    stage("programs that the tests run", || {
        let programs = ["lifecert", "lifecert-server", "county"];
        let programs = programs.iter().flat_map(|name| ["--bin", *name]);
        let workspace = ["build", "--workspace", "--lib", "--locked"].into_iter();
        run(cargo(&workspace.chain(programs).collect::<Vec<_>>()))
    })?;
    bindings::generate()?;
    swift(&toolchain)
}

/// What of the tests is Swift's: the library and its sources lie there already.
fn swift(toolchain: &Toolchain) -> Outcome {
    stage("iOS: generated sources", sources)?;
    stage("iOS: syntax of what needs Apple's frameworks", || {
        let files = apple_only()?;
        println!("{} files", files.len());
        let files: Vec<&str> = files.iter().map(String::as_str).collect();
        let parse = [&["swiftc", "-frontend", "-parse"][..], &files].concat();
        run(toolchain.program(&package(), &parse))
    })?;
    let library = root().join("target/debug").display().to_string();
    let scratch = folder().join("build").display().to_string();
    let shared = [
        "--scratch-path",
        &scratch,
        "-Xlinker",
        "-L",
        "-Xlinker",
        &library,
        "-Xlinker",
        "-rpath",
        "-Xlinker",
        &library,
    ];
    stage("iOS: package", || {
        let build = [&["swift", "build", "--build-tests"][..], &shared].concat();
        run(toolchain.program(&package(), &build))
    })?;
    stage("iOS: boundary, kit and roads", || {
        // All tests are of the older kind; a run of the newer one would say that there are none.
        let only = ["swift", "test", "--skip-build", "--disable-swift-testing"];
        let test = [&only[..], &shared].concat();
        run(toolchain.program(&package(), &test))
    })
}

/// The Swift package.
fn package() -> PathBuf {
    root().join("ios")
}

fn folder() -> PathBuf {
    root().join("target/ios")
}

fn debian() -> PathBuf {
    folder().join(RELEASE)
}

fn mark(name: &str) -> PathBuf {
    folder().join(format!("{name}.done"))
}

fn is_done(name: &str) -> bool {
    mark(name).is_file()
}

/// Does something that is to be done once on a machine; what was broken off is done anew.
fn once(name: &str, work: impl FnOnce() -> Outcome) -> Outcome {
    if is_done(name) {
        println!("there already");
        return Ok(());
    }
    work()?;
    fs::write(mark(name), "").map_err(|error| error.to_string())
}

/// Why this machine cannot have a Debian within; nothing where it can.
fn hindrance() -> Option<&'static str> {
    if !exists("apt-get") {
        return Some("please install Swift 6 yourself: this machine is no Debian");
    }
    let mut may_mount = program(
        "unshare",
        &["--mount", "mount", "-t", "tmpfs", "no", "/mnt"],
    );
    let may_mount = may_mount.stdout(Stdio::null()).stderr(Stdio::null());
    let may_mount = may_mount.status().is_ok_and(|status| status.success());
    // Swift finds itself by /proc, which has to be mounted where it runs.
    (!may_mount).then_some("it needs root, and to be allowed to mount")
}

/// A program in another root, with folders of this one bound to the same paths.
fn within(other: &Path, folder: &Path, bound: &[PathBuf], arguments: &[&str]) -> Command {
    let mut command = program("unshare", &["--mount", "--propagation", "private"]);
    command.args(["sh", "-c", ENTER, "sh"]);
    command.arg(other).arg(folder).args(bound).arg("--");
    command.args(arguments);
    command
}

/// This repository, and what it reaches by links: a build or the models may lie elsewhere.
fn bound() -> Vec<PathBuf> {
    let linked = ["target", "target/debug", "models/node_modules"];
    let linked = linked
        .iter()
        .filter_map(|path| root().join(path).canonicalize().ok());
    let outside = linked.filter(|path| !path.starts_with(root()));
    std::iter::once(root()).chain(outside).collect()
}

/// Lays the generated sources where the package has them. What has not changed is not touched, or
/// all of it would be compiled anew.
pub fn sources() -> Outcome {
    let from = root().join("target/bindings/swift");
    let to = package().join("Generated");
    let read = |name: &str| {
        let path = from.join(name);
        fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))
    };
    // The generated map names Apple's own modules, which are not there on Linux.
    let map = "module LifecertCoreFFI {\n    header \"LifecertCoreFFI.h\"\n    link \
               \"lifecert_bindings\"\n    export *\n}\n";
    let files = [
        (
            "LifecertCore/LifecertCore.swift",
            read("LifecertCore.swift")?,
        ),
        (
            "LifecertCoreFFI/LifecertCoreFFI.h",
            read("LifecertCoreFFI.h")?,
        ),
        ("LifecertCoreFFI/module.modulemap", map.to_owned()),
    ];
    for (name, text) in files {
        let path = to.join(name);
        if fs::read_to_string(&path).is_ok_and(|there| there == text) {
            continue;
        }
        let written =
            fs::create_dir_all(path.parent().unwrap_or(&to)).and_then(|()| fs::write(&path, text));
        written.map_err(|error| format!("{}: {error}", path.display()))?;
    }
    Ok(())
}

/// The files that this machine cannot compile.
fn apple_only() -> Result<Vec<String>, String> {
    let mut files = Vec::new();
    for folder in ["Sources/LifecertApp", "App"] {
        let folder = package().join(folder);
        let listed = fs::read_dir(&folder).map_err(|error| error.to_string())?;
        let paths = listed.filter_map(|entry| Some(entry.ok()?.path()));
        let swift = paths.filter(|path| path.extension().is_some_and(|end| end == "swift"));
        files.extend(swift.map(|path| path.display().to_string()));
    }
    files.sort();
    Ok(files)
}
