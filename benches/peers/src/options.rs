//! The command line.

use crate::case::Task;
use crate::{competitors, documents};

pub(crate) const HELP: &str = "\
usage: peers [--doc NAMES] [--only CODECS] [--task TASKS] [--rounds N] [--ms N]
       peers ... --instructions | --count N | --list | --dump

  --doc NAMES      only these documents, separated by commas
  --only CODECS    only these codecs
  --task TASKS     only these tasks
  --rounds N       how often each case has its turn (15)
  --ms N           how many milliseconds a turn takes at least (5)
  --instructions   count instructions with valgrind instead of timing
  --count N        run the one case that is left N times and print nothing else, for a profiler
  --list           say which cases there are
  --dump           print the documents";

pub(crate) enum Mode {
    Time,
    Instructions,
    Count(u64),
    List,
    Dump,
}

pub(crate) struct Options {
    pub(crate) documents: Vec<&'static str>,
    pub(crate) codecs: Vec<&'static str>,
    pub(crate) tasks: Vec<Task>,
    pub(crate) rounds: usize,
    pub(crate) milliseconds: u64,
    pub(crate) mode: Mode,
}

impl Options {
    pub(crate) fn parse(mut args: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut options = Self {
            documents: documents::NAMES.to_vec(),
            codecs: competitors::NAMES.to_vec(),
            tasks: Task::ALL.to_vec(),
            rounds: 15,
            milliseconds: 5,
            mode: Mode::Time,
        };
        while let Some(arg) = args.next() {
            let mut value = || args.next().ok_or_else(|| format!("{arg} needs a value"));
            match arg.as_str() {
                "--doc" => options.documents = choose(&value()?, &documents::NAMES, |name| *name)?,
                "--only" => options.codecs = choose(&value()?, &competitors::NAMES, |name| *name)?,
                "--task" => options.tasks = choose(&value()?, &Task::ALL, |task| task.name())?,
                "--rounds" => options.rounds = number(&value()?)?.max(1) as usize,
                "--ms" => options.milliseconds = number(&value()?)?,
                "--count" => options.mode = Mode::Count(number(&value()?)?),
                "--instructions" => options.mode = Mode::Instructions,
                "--list" => options.mode = Mode::List,
                "--dump" => options.mode = Mode::Dump,
                "--help" | "-h" => return Err(String::new()),
                _ => return Err(format!("unknown option {arg}")),
            }
        }
        Ok(options)
    }
}

fn number(text: &str) -> Result<u64, String> {
    text.parse().map_err(|_| format!("expected a number, found {text}"))
}

/// The members of `all` that are named in `list`.
fn choose<T: Copy>(list: &str, all: &[T], name: impl Fn(&T) -> &'static str) -> Result<Vec<T>, String> {
    let known = || all.iter().map(&name).collect::<Vec<_>>().join(", ");
    list.split(',')
        .map(|wanted| {
            let found = all.iter().find(|item| name(item) == wanted).copied();
            found.ok_or_else(|| format!("expected one of {}, found {wanted}", known()))
        })
        .collect()
}
