//! One codec doing one thing to one document: how it is checked, timed and weighed.

use std::hint::black_box;
use std::time::{Duration, Instant};

use crate::documents::{Document, Tally};
use crate::heap::{self, Usage};

/// What is done to the document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Task {
    DecodeValue,
    DecodeTyped,
    /// Typed, with strings that may borrow from the document.
    DecodeBorrowed,
    /// The XML alone: no values come of it.
    DecodeBare,
    EncodeValue,
    EncodeTyped,
}

impl Task {
    pub(crate) const ALL: [Self; 6] = [
        Self::DecodeValue,
        Self::DecodeTyped,
        Self::DecodeBorrowed,
        Self::DecodeBare,
        Self::EncodeValue,
        Self::EncodeTyped,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::DecodeValue => "decode-value",
            Self::DecodeTyped => "decode-typed",
            Self::DecodeBorrowed => "decode-borrowed",
            Self::DecodeBare => "decode-bare",
            Self::EncodeValue => "encode-value",
            Self::EncodeTyped => "encode-typed",
        }
    }
}

/// Something that can be run any number of times.
pub(crate) trait Operation {
    /// Runs once and compares what came of it with the document: an error fails the case, a remark stands beside it.
    fn check(&mut self, expected: &Tally) -> Result<Option<String>, String>;

    /// The time that this many runs take, preparation left out and the dropping of results included.
    fn time(&mut self, runs: u64) -> Result<Duration, String>;

    /// The heap that one run takes until its result is there; `None` if it cannot be known.
    fn weigh(&mut self) -> Option<Usage>;
}

pub(crate) struct Case {
    pub(crate) codec: &'static str,
    pub(crate) task: Task,
    pub(crate) operation: Box<dyn Operation>,
}

impl Case {
    /// A case whose run needs nothing prepared.
    pub(crate) fn new<Out: 'static>(
        codec: &'static str,
        task: Task,
        mut run: impl FnMut() -> Result<Out, String> + 'static,
        tally: impl Fn(&Out) -> Tally + 'static,
    ) -> Self {
        Self::prepared(codec, task, || (), move |()| run(), tally)
    }

    /// A case whose run consumes an input that has to be made anew each time.
    pub(crate) fn prepared<In: 'static, Out: 'static>(
        codec: &'static str,
        task: Task,
        prepare: impl FnMut() -> In + 'static,
        run: impl FnMut(In) -> Result<Out, String> + 'static,
        tally: impl Fn(&Out) -> Tally + 'static,
    ) -> Self {
        Self { codec, task, operation: Box::new(Local { prepare, run, tally }) }
    }

    /// A case that writes a document; `run` may return any bytes.
    pub(crate) fn encode<Out: AsRef<[u8]> + 'static>(
        codec: &'static str,
        task: Task,
        document: &'static Document,
        run: impl FnMut() -> Result<Out, String> + 'static,
    ) -> Self {
        Self::new(codec, task, run, move |out: &Out| written(document, out.as_ref()))
    }
}

/// The tally of the document, with its values counted in the bytes that a codec wrote.
pub(crate) fn written(document: &Document, bytes: &[u8]) -> Tally {
    let values = bytes.windows(7).filter(|window| window == b"<value>").count();
    Tally { values: values as u64, ..document.tally }
}

struct Local<Prepare, Run, Summary> {
    prepare: Prepare,
    run: Run,
    tally: Summary,
}

impl<In, Out, Prepare, Run, Summary> Operation for Local<Prepare, Run, Summary>
where
    Prepare: FnMut() -> In,
    Run: FnMut(In) -> Result<Out, String>,
    Summary: Fn(&Out) -> Tally,
{
    fn check(&mut self, expected: &Tally) -> Result<Option<String>, String> {
        let out = (self.run)((self.prepare)())?;
        (self.tally)(&out).compare(expected)
    }

    fn time(&mut self, runs: u64) -> Result<Duration, String> {
        let inputs: Vec<In> = (0..runs).map(|_| (self.prepare)()).collect();
        measured(inputs, &mut self.run)
    }

    fn weigh(&mut self) -> Option<Usage> {
        let input = (self.prepare)();
        heap::start();
        let out = (self.run)(input);
        let usage = heap::stop();
        out.is_ok().then_some(usage)
    }
}

/// The timed loop, under a name of its own for the profilers.
#[inline(never)]
fn measured<In, Out>(inputs: Vec<In>, run: &mut impl FnMut(In) -> Result<Out, String>) -> Result<Duration, String> {
    let start = Instant::now();
    for input in inputs {
        drop(black_box(run(black_box(input))?));
    }
    Ok(start.elapsed())
}
