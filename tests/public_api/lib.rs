//! A change of the public interface is seen: it changes the list that stands beside this file.
//!
//! With `UPDATE=1` in the environment the list is written anew.
#![cfg(test)]

#[path = "../support/peer.rs"]
#[allow(dead_code)]
mod peer;

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use public_api::Builder;

const LIST: &str = "public_api.txt";

#[test]
fn it_is_as_it_is_listed() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    // Toolchains are chosen by rustup, not by the variables that this process got from it.
    let cargo = || {
        let mut command = Command::new("cargo");
        command.arg("+nightly").env_remove("RUSTUP_TOOLCHAIN").env_remove("RUSTDOC").env_remove("RUSTC");
        command
    };
    if !peer::installed(cargo().arg("--version"), "the comparison of the public interface") {
        return;
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

    let items = Builder::from_rustdoc_json(target.join("doc/tiny_xmlrpc.json"))
        .omit_blanket_impls(true)
        .omit_auto_trait_impls(true)
        .omit_auto_derived_impls(true)
        .build()
        .expect("rustdoc's output is read: is there a version of `public-api` for this nightly?");
    // The guides are documentation, and there is nothing of them in a program.
    let found: Vec<String> = (items.items().map(ToString::to_string))
        .filter(|item| !item.starts_with("pub mod tiny_xmlrpc::guide"))
        .collect();
    assert!(found.iter().any(|item| item.contains("tiny_xmlrpc::Client::new")), "the list is not of this crate");

    let list = here.join(LIST);
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
