//! xmlrpc-c, the library for C, with its own copy of expat. Its program is compiled when the first document needs it.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use super::remote;
use crate::case::Case;
use crate::documents::Document;

pub(super) const NAME: &str = "xmlrpc-c";

pub(super) fn cases(document: &'static Document, cases: &mut Vec<Case>) {
    static PROGRAM: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    let command = PROGRAM.get_or_init(compile).as_ref().map(Command::new).map_err(String::clone);
    remote::cases(NAME, command, document, cases);
}

/// Compiles the program with what is installed here, beside this one in the target directory.
fn compile() -> Result<PathBuf, String> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/competitors/xmlrpc_c.c");
    let program = std::env::current_exe().map_err(|error| error.to_string())?.with_file_name("peers-xmlrpc_c");
    let flags = output(Command::new("xmlrpc-c-config").args(["--cflags", "--libs"]))?;
    output(Command::new("cc").arg("-O2").arg("-o").arg(&program).arg(source).args(flags.split_whitespace()))?;
    Ok(program)
}

fn output(command: &mut Command) -> Result<String, String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command.output().map_err(|error| format!("{name}: {error}"))?;
    if !output.status.success() {
        let reason = String::from_utf8_lossy(&output.stderr);
        return Err(format!("{name}: {}", reason.lines().next().unwrap_or("failed")));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
