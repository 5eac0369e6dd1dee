//! The Android side as far as it runs on a JVM: the bindings' boundary, and the app's modules.

use crate::shell::{Outcome, program, root, run, stage};
use crate::{bindings, setup};

/// Builds library and bindings, then compiles and tests all modules.
pub fn test() -> Outcome {
    setup::all()?;
    stage("set-up: JDK and Maven", setup::java)?;
    bindings::generate()?;
    stage("Android modules on the JVM", || {
        let mut maven = program("mvn", &["--batch-mode", "--no-transfer-progress", "verify"]);
        maven.current_dir(root().join("android"));
        run(maven)
    })
}
