//! Measures tiny_xmlrpc beside the other XML-RPC codecs: the same bytes, one run, all of them taking turns.
//!
//! ```text
//! document ──► cases (codec × task) ──► checked once ──► timed in rounds ──► weighed ──► tables
//! ```

mod callgrind;
mod case;
#[path = "../../ours/mod.rs"]
mod codec;
mod competitors;
#[path = "../../documents/mod.rs"]
mod documents;
mod heap;
mod measure;
mod options;
mod report;

use std::io::Write as _;
use std::process::ExitCode;

use documents::Document;
use options::{Mode, Options};
use report::Summary;

fn main() -> ExitCode {
    match Options::parse(std::env::args().skip(1)) {
        Ok(options) => match run(&options) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => fail(&error),
        },
        Err(error) => fail(&format!("{error}\n\n{}", options::HELP)),
    }
}

fn fail(error: &str) -> ExitCode {
    eprintln!("{error}");
    ExitCode::FAILURE
}

fn run(options: &Options) -> Result<(), String> {
    let mut summary = Summary::default();
    for name in &options.documents {
        let Some(document) = Document::new(name) else {
            return Err(format!("no document {name}"));
        };
        // Borrowed results live as long as the document; the process ends soon enough.
        let document: &'static Document = Box::leak(Box::new(document));
        let mut cases = competitors::cases(document, &options.codecs, &options.tasks);
        match options.mode {
            Mode::List => report::list(document, &cases),
            Mode::Dump => std::io::stdout().write_all(document.xml.as_bytes()).map_err(|error| error.to_string())?,
            Mode::Count(count) => measure::count(document, &mut cases, count)?,
            Mode::Instructions => report::instructions(document, &callgrind::instructions(document, &cases)),
            Mode::Time => {
                let rows = measure::rounds(document, &mut cases, options);
                report::table(document, &rows);
                summary.add(document, &rows);
            }
        }
    }
    summary.print();
    Ok(())
}
