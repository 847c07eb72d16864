//! The examples as a user runs them.
#![allow(dead_code)]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::time::SystemTime;

/// The command that runs an example: its own program, so that ending the process ends the example.
pub(crate) fn example(name: &str) -> Command {
    example_with(name, "")
}

/// The same of an example that needs features beyond those that the crate has by default.
pub(crate) fn example_with(name: &str, features: &str) -> Command {
    // Tests that run at the same time build it once.
    static BUILDING: Mutex<()> = Mutex::new(());
    let _one = BUILDING.lock();
    let (program, sources) = (program(name), sources(name));
    // Where only a test was built, or the crate has changed since, there is none that counts.
    if modified(&program).is_none_or(|built| Some(built) <= sources) {
        build(name, features, &program);
    }
    Command::new(program)
}

/// Where `cargo test` builds it.
fn program(name: &str) -> PathBuf {
    let this = std::env::current_exe().unwrap();
    let profile = this.ancestors().nth(2).unwrap();
    profile.join("examples").join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
}

/// When its sources, or the crate's, were changed.
fn sources(name: &str) -> Option<SystemTime> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    // It is one file, or a directory of them.
    let own = [root.join(format!("examples/{name}.rs")), root.join(format!("examples/{name}"))];
    own.iter().map(|path| newest(path)).max()?.max(newest(&root.join("src")))
}

fn build(name: &str, features: &str, program: &Path) {
    let profile = program.ancestors().nth(2).unwrap();
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["build", "--quiet", "--features", features, "--example", name]).current_dir(env!("CARGO_MANIFEST_DIR"));
    cargo.arg("--target-dir").arg(profile.parent().unwrap());
    // The directory of the profile `dev` has a name of its own.
    let profile = profile.file_name().unwrap().to_str().unwrap();
    cargo.args(["--profile", if profile == "debug" { "dev" } else { profile }]);
    assert!(cargo.status().unwrap().success(), "{name} is not built");
}

fn modified(path: &Path) -> Option<SystemTime> {
    path.metadata().ok()?.modified().ok()
}

/// When the file, or the last one in the directory, was changed.
fn newest(path: &Path) -> Option<SystemTime> {
    match std::fs::read_dir(path) {
        Ok(entries) => entries.filter_map(|entry| newest(&entry.ok()?.path())).max(),
        Err(_) => modified(path),
    }
}
