//! Calls too large to be held: parameters written as they go, results read as they come.

use std::cell::{Cell, RefCell};
use std::io::{self, Read};

use serde::de::DeserializeOwned;

use super::Client;
use super::call::begin_call;
use super::outgoing::Outgoing;
use super::refuse::usage;
use super::transport::LOOK;
use crate::{Counter, Error, Reader, Result, Sink, Writer};

/// What writes the parameters.
type Params<'c> = dyn FnMut(&mut Writer<&mut dyn Sink>) -> Result<()> + 'c;

/// What is told of a reply's bytes: how many have come, and how many there are.
type Progress<'c> = dyn FnMut(u64, Option<u64>) + 'c;

/// A call whose parameters, whose result, or both may be of any size: see [`Client::stream`].
///
/// ```
/// # use tiny_xmlrpc::{Client, Methods, client::Memory};
/// # let client = Client::over(Memory::new(|call| {
/// #     let mut methods = Methods::new();
/// #     methods.add("squares", |numbers: Vec<i64>| numbers.iter().map(|x| x * x).collect::<Vec<i64>>());
/// #     methods.respond(call)
/// # }));
/// let squares = client.stream("squares").params(|params| {
///     params.start_array()?;
///     (1..=100).try_for_each(|number| params.int(number))?;
///     params.end_array()
/// });
/// let sum = squares.receive(|reply| reply.items::<i64>()?.sum::<tiny_xmlrpc::Result<i64>>())?;
/// assert_eq!(sum, 338_350);
/// # Ok::<(), tiny_xmlrpc::Error>(())
/// ```
pub struct Streaming<'c> {
    client: &'c Client,
    method: &'c str,
    params: Option<Box<Params<'c>>>,
    progress: Option<Box<Progress<'c>>>,
    once: bool,
}

impl Client {
    /// A call in constant memory: its parameters are written to the connection as they are made, its result is
    /// read off it as it comes.
    ///
    /// ```
    /// use std::io::Read;
    /// use tiny_xmlrpc::{Binary, Client, Methods, client::Memory};
    ///
    /// # let client = Client::over(Memory::new(|call| {
    /// #     let mut methods = Methods::new();
    /// #     methods.add("sum", |numbers: Vec<i32>| numbers.iter().sum::<i32>());
    /// #     methods.add("numbers", |to: i32| (1..=to).collect::<Vec<i32>>());
    /// #     methods.add("put", |_name: String, file: Binary| file.len() as i32);
    /// #     methods.add("get", |_name: String| Binary::from(b"a large file".to_vec()));
    /// #     methods.respond(call)
    /// # }));
    /// // A large argument from an iterator.
    /// let sum: i32 = client.stream("sum").params(|params| {
    ///     params.start_array()?;
    ///     (1..=1000).try_for_each(|number| params.int(number))?;
    ///     params.end_array()
    /// }).call()?;
    /// assert_eq!(sum, 500_500);
    ///
    /// // One from any `Read`. This is done twice, the first time to count the bytes.
    /// let size: i32 = client.stream("put").params(|params| {
    ///     params.string("a.bin")?;
    ///     params.base64_from(&b"bytes of a file that is opened here"[..])
    /// }).call()?;
    /// # assert_eq!(size, 35);
    ///
    /// // A large array, item by item.
    /// let even = client.stream("numbers").params(|params| params.params(&(1000,))).receive(|reply| {
    ///     let mut even = 0;
    ///     for number in reply.items::<i32>()? {
    ///         even += i32::from(number? % 2 == 0);
    ///     }
    ///     Ok(even)
    /// })?;
    /// assert_eq!(even, 500);
    ///
    /// // A large base64 as a `Read`.
    /// let mut file = Vec::new();
    /// client.stream("get").params(|params| params.string("a.bin")).receive(|reply| {
    ///     std::io::copy(&mut reply.bytes()?, &mut file)?;
    ///     Ok(())
    /// })?;
    /// assert_eq!(file, b"a large file");
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    ///
    /// Which transport streams which way:
    ///
    /// | transport | request | reply |
    /// |---|---|---|
    /// | [`Kept`](super::Kept), [`Process`](super::Process) | in 32 KiB, or in chunks if it is written [once](Streaming::once) | by the window |
    /// | [`Scgi`](super::Scgi) | in 32 KiB, not once | by the window |
    /// | `Ureq` (feature `ureq`) | the same as the first, beyond 64 KiB with a thread | by the window |
    /// | [`Minreq`](super::Minreq), [`Memory`](super::Memory) | held | held |
    ///
    /// The [`Limits`](crate::Limits), of bytes and of text above all, hold for what is received: raise them for what is
    /// larger, and the [time-out](super::Options::timeout) too, which counts for all of the call.
    #[must_use]
    pub fn stream<'c>(&'c self, method: &'c str) -> Streaming<'c> {
        Streaming { client: self, method, params: None, progress: None, once: false }
    }
}

impl<'c> Streaming<'c> {
    /// What writes the parameters, one after the other. Without it there are none.
    ///
    /// It is called twice, and has to write the same both times: first to count the bytes, since most servers want to
    /// know the length of a request before it comes. A call that is tried again calls it again.
    ///
    /// ```
    /// # use tiny_xmlrpc::{Binary, Client, Methods, client::Memory};
    /// # let client = Client::over(Memory::new(|call| {
    /// #     let mut methods = Methods::new();
    /// #     methods.add("put", |_name: String, file: Binary| file.len());
    /// #     methods.respond(call)
    /// # }));
    /// # let directory = tempfile::tempdir()?;
    /// # let path = directory.path().join("a.bin");
    /// # std::fs::write(&path, [7; 100_000])?;
    /// let size: u64 = client.stream("put").params(|params| {
    ///     params.string("a.bin")?;
    ///     params.base64_from(std::fs::File::open(&path)?)
    /// }).call()?;
    /// assert_eq!(size, 100_000);
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    #[must_use]
    pub fn params(mut self, write: impl FnMut(&mut Writer<&mut dyn Sink>) -> Result<()> + 'c) -> Self {
        self.params = Some(Box::new(write));
        self
    }

    /// Has the parameters written only once, for what cannot be read a second time. The request goes in chunks, which
    /// HTTP/1.1 has and many servers refuse (Python's, aria2's and Apache's among them); SCGI has none at all.
    ///
    /// ```
    /// # use tiny_xmlrpc::{Binary, Client, Methods, client::Memory};
    /// # let client = Client::over(Memory::new(|call| {
    /// #     let mut methods = Methods::new();
    /// #     methods.add("put", |file: Binary| file.len());
    /// #     methods.respond(call)
    /// # }));
    /// # let mut pipe = &b"what another program writes"[..];
    /// let size: u64 = client.stream("put").params(|params| params.base64_from(&mut pipe)).once().call()?;
    /// assert_eq!(size, 27);
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    #[must_use]
    pub fn once(mut self) -> Self {
        self.once = true;
        self
    }

    /// Tells how far the reply has come: the bytes of its document that were read, and how many it has where that is
    /// known before. Of a compressed one they are those that come out.
    ///
    /// It is called once the reply has turned out to be a result and no fault, and then for each piece of some KiB.
    ///
    /// ```
    /// # use tiny_xmlrpc::{Binary, Client, Methods, client::Memory};
    /// # let client = Client::over(Memory::new(|call| {
    /// #     let mut methods = Methods::new();
    /// #     methods.add("get", |_name: String| Binary::from(b"a large file".to_vec()));
    /// #     methods.respond(call)
    /// # }));
    /// let get = client.stream("get").params(|params| params.string("a.bin")).progress(|done, all| match all {
    ///     Some(all) => eprint!("\r{done} of {all} bytes"),
    ///     None => eprint!("\r{done} bytes"),
    /// });
    /// get.receive(|reply| Ok(std::io::copy(&mut reply.bytes()?, &mut std::io::sink())?))?;
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    #[must_use]
    pub fn progress(mut self, hook: impl FnMut(u64, Option<u64>) + 'c) -> Self {
        self.progress = Some(Box::new(hook));
        self
    }

    /// Makes the call and reads its result, which is held in memory.
    ///
    /// ```
    /// # use tiny_xmlrpc::{Client, Methods, client::Memory};
    /// # let client = Client::over(Memory::new(|call| {
    /// #     let mut methods = Methods::new();
    /// #     methods.add("count", |lines: Vec<String>| lines.len());
    /// #     methods.respond(call)
    /// # }));
    /// let count = client.stream("count").params(|params| {
    ///     params.start_array()?;
    ///     "one\ntwo\nthree".lines().try_for_each(|line| params.string(line))?;
    ///     params.end_array()
    /// });
    /// assert_eq!(count.call::<u64>()?, 3);
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    ///
    /// # Errors
    /// As those of [`receive`](Self::receive).
    pub fn call<R: DeserializeOwned>(self) -> Result<R> {
        self.receive(|reply| reply.read())
    }

    /// Makes the call, and has `read` take what it wants of the result, of which the reader stands before the
    /// beginning. What it leaves is passed over and checked, so that a reply that breaks off is an error.
    ///
    /// While `read` runs, the connection is in use: other calls of the client go over others, but of a client
    /// [over](Client::over) one transport they wait, so `read` must not make any there.
    ///
    /// ```
    /// # use tiny_xmlrpc::{Client, Methods, client::Memory};
    /// # let client = Client::over(Memory::new(|call| {
    /// #     let mut methods = Methods::new();
    /// #     methods.add("numbers", || (1..=1000).collect::<Vec<i32>>());
    /// #     methods.respond(call)
    /// # }));
    /// // The first of them beyond 900; those behind it are passed over.
    /// let found = client.stream("numbers").receive(|reply| {
    ///     let mut numbers = reply.items::<i32>()?;
    ///     numbers.find(|number| !matches!(number, Ok(..=900))).transpose()
    /// })?;
    /// assert_eq!(found, Some(901));
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    ///
    /// # Errors
    /// As those of [`Client::call`], and those of `params` and `read`. An error while the reply comes, after `read`
    /// has begun, is not tried again.
    pub fn receive<T>(self, read: impl FnOnce(&mut Reader<'_>) -> Result<T>) -> Result<T> {
        let Self { client, method, mut params, mut progress, once } = self;
        let id = client.next_id();
        let mut write = |sink: &mut dyn Sink| {
            let mut writer = client.writer(sink);
            begin_call(&mut writer, method, id)?;
            if let Some(params) = &mut params {
                params(&mut writer)?;
            }
            writer.end()
        };
        let length = if once {
            None
        } else {
            let mut counter = Counter::default();
            write(&mut counter)?;
            Some(counter.bytes())
        };
        let mut read = Some(read);
        let mut result = None;
        client.pool().stream(method, &mut Outgoing::new(length, &mut write), &mut |head, body| {
            let read = read.take().ok_or_else(|| usage("expected one reply of the transport, found another"))?;
            let told = Told {
                hook: RefCell::new(progress.as_deref_mut()),
                done: Cell::new(0),
                all: head.content_length(),
                is_result: Cell::new(false),
            };
            let mut body = Noted { body, start: Vec::new(), told: &told };
            let value = (|| {
                let mut reader = client.stream_reader(head, &mut body, id)?;
                reader.begin_response()?.map_err(Error::from)?;
                told.begin();
                let value = read(&mut reader)?;
                reader.finish()?;
                Ok(value)
            })();
            // The server has answered: whatever is wrong with the answer, the call may have been executed.
            result = Some(value.map_err(|error| {
                head.not_a_response(error, &body.start, client.pool().expects()).with_executed(true)
            })?);
            Ok(())
        })?;
        result.ok_or_else(|| usage("expected a reply of the transport, found none"))
    }
}

impl std::fmt::Debug for Streaming<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Streaming").field("method", &self.method).field("once", &self.once).finish_non_exhaustive()
    }
}

/// Notes how a body begins, for the error that says what it is instead of a reply, and tells how far it has come.
struct Noted<'b, 'p> {
    body: &'b mut dyn Read,
    start: Vec<u8>,
    told: &'b Told<'b, 'p>,
}

/// How far a reply has come, and who wants to know.
struct Told<'b, 'p> {
    hook: RefCell<Option<&'b mut Progress<'p>>>,
    done: Cell<u64>,
    all: Option<u64>,
    is_result: Cell<bool>,
}

impl Told<'_, '_> {
    /// It is a result.
    fn begin(&self) {
        self.is_result.set(true);
        self.add(0);
    }

    /// So many bytes more have come.
    fn add(&self, bytes: usize) {
        self.done.set(self.done.get().saturating_add(bytes as u64));
        if let (true, Some(hook)) = (self.is_result.get(), &mut *self.hook.borrow_mut()) {
            hook(self.done.get(), self.all);
        }
    }
}

impl Read for Noted<'_, '_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.body.read(buffer)?;
        if length > 0 {
            self.told.add(length);
        }
        let room = LOOK.saturating_sub(self.start.len());
        self.start.extend_from_slice(buffer.get(..length.min(room)).unwrap_or_default());
        Ok(length)
    }
}
