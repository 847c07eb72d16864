//! What is public, by rustdoc's own account of the crate: a change of the interface is seen, since it changes the list that
//! stands beside this file, and so is an item without an example in its documentation.
//!
//! With `UPDATE=1` in the environment the list is written anew.
#![cfg(test)]

#[path = "../support/peer.rs"]
mod peer;

use std::collections::{BTreeSet, HashSet};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use public_api::{Builder, PublicApi, PublicItem};
use rustdoc_types::{Crate, ItemEnum};

const LIST: &str = "public_api.txt";

/// What rustdoc writes about the crate with all its features, made once for all tests; `None` where the toolchain for it
/// is missing.
fn rustdoc() -> Option<&'static Path> {
    static WRITTEN: OnceLock<Option<PathBuf>> = OnceLock::new();
    WRITTEN.get_or_init(run_rustdoc).as_deref()
}

fn run_rustdoc() -> Option<PathBuf> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    // Toolchains are chosen by rustup, not by the variables that this process got from it.
    let cargo = || {
        let mut command = Command::new("cargo");
        command.arg("+nightly").env_remove("RUSTUP_TOOLCHAIN").env_remove("RUSTDOC").env_remove("RUSTC");
        command
    };
    if !peer::installed(cargo().arg("--version"), "what is public, and whether it has examples") {
        return None;
    }
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or(here.join("target"), Into::into).join("public_api");
    let status = cargo()
        .args(["rustdoc", "--quiet", "--lib", "--all-features", "--manifest-path"])
        .arg(here.join("../../Cargo.toml"))
        .arg("--target-dir")
        .arg(&target)
        .args(["--", "-Z", "unstable-options", "--output-format", "json"])
        .status()
        .expect("cargo runs");
    assert!(status.success(), "rustdoc failed");
    Some(target.join("doc/tiny_xmlrpc.json"))
}

fn public_items(written: &Path) -> PublicApi {
    let items = Builder::from_rustdoc_json(written)
        .omit_blanket_impls(true)
        .omit_auto_trait_impls(true)
        .omit_auto_derived_impls(true)
        .build()
        .expect("rustdoc's output is read: is there a version of `public-api` for this nightly?");
    let is_known = |item: &str| item.contains("tiny_xmlrpc::Client::new");
    assert!(items.items().any(|item| is_known(&item.to_string())), "the items are not of this crate");
    items
}

#[test]
fn it_is_as_it_is_listed() {
    let Some(written) = rustdoc() else { return };
    let items = public_items(written);
    // The guides are documentation, and there is nothing of them in a program.
    let found: Vec<String> = (items.items().map(ToString::to_string))
        .filter(|item| !item.starts_with("pub mod tiny_xmlrpc::guide"))
        .collect();

    let list = Path::new(env!("CARGO_MANIFEST_DIR")).join(LIST);
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&list, found.join("\n") + "\n").expect("the list is written");
    }
    let listed = std::fs::read_to_string(&list).expect("the list is there");
    let (listed, found): (BTreeSet<&str>, BTreeSet<&str>) =
        (listed.lines().collect(), found.iter().map(String::as_str).collect());
    let difference: Vec<String> = (listed.difference(&found).map(|item| format!("- {item}")))
        .chain(found.difference(&listed).map(|item| format!("+ {item}")))
        .collect();
    assert!(
        difference.is_empty(),
        "the public interface is not what {LIST} says (UPDATE=1 writes it anew):\n{}",
        difference.join("\n")
    );
}

/// Types, traits, functions, methods and macros. What implements a trait has its documentation there.
#[test]
fn every_item_has_an_example() {
    let Some(written) = rustdoc() else { return };
    let text = std::fs::read(written).expect("rustdoc's output is there");
    let about: Crate = serde_json::from_slice(&text).expect("it is of the version of `rustdoc-types`");
    let mut seen = HashSet::new();
    // Where it stands, if it lacks one. What is public by several paths counts by one of them.
    let lacking = |public: &PublicItem| {
        let parent = public.parent_id().and_then(|id| about.index.get(&id));
        let implements = parent.is_some_and(|it| matches!(&it.inner, ItemEnum::Impl(one) if one.trait_.is_some()));
        let item = about.index.get(&public.id()).filter(|_| !implements)?;
        let lacks_one = wants_example(&item.inner) && !item.docs.as_deref().is_some_and(has_example);
        (lacks_one && seen.insert(public.id())).then(|| match &item.span {
            Some(span) => format!("{}:{}: {public}", span.filename.display(), span.begin.0),
            None => public.to_string(),
        })
    };
    let missing: BTreeSet<String> = public_items(written).items().filter_map(lacking).collect();
    assert!(
        missing.is_empty(),
        "{} public items have no example:\n{}",
        missing.len(),
        Vec::from_iter(missing).join("\n")
    );
}

fn wants_example(item: &ItemEnum) -> bool {
    matches!(
        item,
        ItemEnum::Struct(_)
            | ItemEnum::Enum(_)
            | ItemEnum::Union(_)
            | ItemEnum::TypeAlias(_)
            | ItemEnum::Trait(_)
            | ItemEnum::Function(_)
            | ItemEnum::Macro(_)
    )
}

/// Whether there is a block of Rust that is at least compiled.
fn has_example(docs: &str) -> bool {
    let is_rust = |word: &str| matches!(word, "" | "rust" | "no_run" | "should_panic") || word.starts_with("edition");
    let fences = docs.lines().filter_map(|line| line.trim_start().strip_prefix("```"));
    // Every other one ends a block.
    fences.step_by(2).any(|words| words.split(',').all(|word| is_rust(word.trim())))
}

#[test]
fn what_is_not_compiled_is_no_example() {
    for docs in ["Prose.", "```text\na\n```", "```toml\n```\n\n```sh\n```", "```ignore\nf();\n```"] {
        assert!(!has_example(docs), "{docs}");
    }
    for docs in ["Prose.\n\n```\nf();\n```", "```text\na\n```\n\n```no_run\nf();\n```", "```rust,should_panic\n```"] {
        assert!(has_example(docs), "{docs}");
    }
}
