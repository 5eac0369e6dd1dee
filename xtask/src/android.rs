//! The Android side as far as it runs on a JVM: the bindings' boundary, and the app's modules.

use crate::shell::{Outcome, cargo, program, root, run, stage};
use crate::{bindings, setup};

/// Builds library and bindings, then compiles and tests all modules.
pub fn test() -> Outcome {
    setup::all()?;
    stage("set-up: JDK and Maven", setup::java)?;
    stage("programs that the tests run", || {
        let programs = ["lifecert", "lifecert-server", "county"];
        let programs = programs.iter().flat_map(|name| ["--bin", *name]);
        let workspace = ["build", "--workspace", "--lib", "--locked"].into_iter();
        run(cargo(&workspace.chain(programs).collect::<Vec<_>>()))
    })?;
    bindings::generate()?;
    stage("Android modules on the JVM", || {
        let mut maven = program("mvn", &["--batch-mode", "--no-transfer-progress", "verify"]);
        maven.current_dir(root().join("android"));
        run(maven)
    })
}
