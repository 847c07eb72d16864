//! The examples as a user runs them.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

/// The command that runs an example.
pub(crate) fn example(name: &str) -> Command {
    if let Some(example) = built(name) {
        return Command::new(example);
    }
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["run", "--quiet", "--example", name, "--"]).current_dir(env!("CARGO_MANIFEST_DIR"));
    cargo
}

/// The example where `cargo test` has built it; `None` where only a test was built, or the crate has
/// changed since.
fn built(name: &str) -> Option<PathBuf> {
    let this = std::env::current_exe().unwrap();
    let profile = this.parent()?.parent()?;
    let example = profile.join("examples").join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    // It is one file, or a directory of them.
    let own = [root.join(format!("examples/{name}.rs")), root.join(format!("examples/{name}"))];
    let sources = own.iter().map(|path| newest(path)).max()?.max(newest(&root.join("src")));
    (modified(&example)? > sources?).then_some(example)
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
