//! Writes the Kotlin and Swift sides of the bindings from the built library; run by `cargo xtask
//! bindings`.
//!
//! It is a package of its own: as a program of the bindings it would have the whole core built once
//! more, with the generator's features.

fn main() {
    uniffi::uniffi_bindgen_main();
}
