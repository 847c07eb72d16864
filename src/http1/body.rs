//! Body bytes in their framing → body bytes, at any split.

use core::fmt;

use super::{Framing, is_field_byte, is_token};

/// Bytes of chunk extensions and trailers of one message: they are read past, so they are bounded only
/// against a peer that sends nothing else.
const MAX_EXTRAS: u16 = 4096;

/// Hexadecimal digits of a chunk's size, leading zeros counted: what 64 bits can have.
const MAX_DIGITS: u8 = 16;

/// Takes the framing off a body.
///
/// ```text
/// chunked-body = *chunk last-chunk trailer-section CRLF
/// chunk        = chunk-size [ chunk-ext ] CRLF chunk-data CRLF
/// last-chunk   = 1*"0" [ chunk-ext ] CRLF
/// ```
///
/// (RFC 9112, section 7.1.) Extensions and trailers are checked and dropped.
#[derive(Debug, Clone)]
pub(crate) struct Decoder {
    state: State,
    /// Body bytes that may still come, by the limit.
    allowed: u64,
    extras: u16,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// In a body of known length: bytes to come.
    Length(u64),
    UntilClose,
    /// In a chunk's size: its value and digits so far.
    Size(u64, u8),
    Extension(u64),
    SizeLf(u64),
    /// In a chunk: bytes to come.
    Data(u64),
    DataCr,
    DataLf,
    /// At the beginning of a trailer line.
    Trailer,
    TrailerName,
    TrailerValue,
    TrailerLf,
    LastLf,
    Done,
}

/// What a decoder made of some input.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Decoded<'a> {
    /// Input bytes that are dealt with; those behind them belong to the next step, or to the next message.
    pub(crate) consumed: usize,
    /// The body bytes among them.
    pub(crate) data: &'a [u8],
}

/// Why a body is refused. The connection closes after each of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BodyError {
    /// More bytes than the limit allows. Status 413.
    TooLarge,
    /// The framing is malformed. Status 400.
    Malformed(&'static str),
    /// The connection ended before the body did.
    Truncated,
}

impl fmt::Display for BodyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooLarge => "body larger than the limit",
            Self::Malformed(message) => message,
            Self::Truncated => "expected the rest of the body, found the end of the connection",
        })
    }
}

impl Decoder {
    /// A decoder for a body framed like this, of at most `limit` bytes (that many are still allowed).
    ///
    /// # Errors
    /// [`BodyError::TooLarge`], before anything is read, if the length says so.
    pub(crate) fn new(framing: Framing, limit: u64) -> Result<Self, BodyError> {
        let state = match framing {
            Framing::Length(length) if length > limit => return Err(BodyError::TooLarge),
            Framing::Length(0) => State::Done,
            Framing::Length(length) => State::Length(length),
            Framing::Chunked => State::Size(0, 0),
            Framing::UntilClose => State::UntilClose,
        };
        Ok(Self { state, allowed: limit, extras: MAX_EXTRAS })
    }

    /// Takes the next run of body bytes off the front of `input`.
    ///
    /// Call it with what follows the consumed bytes until the input is empty or the body
    /// [is done](Self::is_done); it consumes something each time until then.
    ///
    /// # Errors
    /// If the body is refused; what was decoded before it in this call is lost.
    pub(crate) fn decode<'a>(&mut self, input: &'a [u8]) -> Result<Decoded<'a>, BodyError> {
        let mut consumed = 0_usize;
        while let Some((&byte, rest)) = input.get(consumed..).and_then(<[u8]>::split_first) {
            match self.state {
                State::Done => break,
                State::Length(left) => {
                    let data = self.take(input.get(consumed..).unwrap_or_default(), left)?;
                    let left = left.saturating_sub(data.len() as u64);
                    self.state = if left == 0 { State::Done } else { State::Length(left) };
                    return Ok(Decoded { consumed: consumed.saturating_add(data.len()), data });
                }
                State::Data(left) => {
                    let data = self.take(input.get(consumed..).unwrap_or_default(), left)?;
                    let left = left.saturating_sub(data.len() as u64);
                    self.state = if left == 0 { State::DataCr } else { State::Data(left) };
                    return Ok(Decoded { consumed: consumed.saturating_add(data.len()), data });
                }
                State::UntilClose => {
                    let data = self.take(input.get(consumed..).unwrap_or_default(), u64::MAX)?;
                    return Ok(Decoded { consumed: consumed.saturating_add(data.len()), data });
                }
                state => self.state = self.step(state, byte)?,
            }
            consumed = input.len().saturating_sub(rest.len());
        }
        Ok(Decoded { consumed, data: &[] })
    }

    /// How many of the next input bytes are body bytes for certain: they may be read to where body bytes go.
    pub(crate) fn data_ahead(&self) -> u64 {
        match self.state {
            State::Length(left) | State::Data(left) => left,
            State::UntilClose => u64::MAX,
            _ => 0,
        }
    }

    /// Whether the body is complete.
    pub(crate) fn is_done(&self) -> bool {
        self.state == State::Done
    }

    /// The connection ended.
    ///
    /// # Errors
    /// [`BodyError::Truncated`] if the body was not complete by that.
    pub(crate) fn end(&mut self) -> Result<(), BodyError> {
        if !matches!(self.state, State::Done | State::UntilClose) {
            return Err(BodyError::Truncated);
        }
        self.state = State::Done;
        Ok(())
    }

    /// The next `at_most` bytes, as far as they are there and allowed.
    fn take<'a>(&mut self, input: &'a [u8], at_most: u64) -> Result<&'a [u8], BodyError> {
        let size = usize::try_from(at_most).unwrap_or(usize::MAX).min(input.len());
        let data = input.get(..size).unwrap_or_default();
        self.allowed = self.allowed.checked_sub(data.len() as u64).ok_or(BodyError::TooLarge)?;
        Ok(data)
    }

    /// One byte between the runs of data.
    fn step(&mut self, state: State, byte: u8) -> Result<State, BodyError> {
        Ok(match (state, byte) {
            (State::Size(_, 0), b'\r' | b';') => return Err(BodyError::Malformed("expected a chunk size")),
            (State::Size(size, _), b'\r') => State::SizeLf(size),
            (State::Size(size, _), b';') => State::Extension(size),
            (State::Size(size, digits), digit) => {
                let value = char::from(digit).to_digit(16).ok_or(BodyError::Malformed("malformed chunk size"))?;
                if digits >= MAX_DIGITS {
                    return Err(BodyError::Malformed("chunk size with too many digits"));
                }
                let size = (size << 4) | u64::from(value);
                if size > self.allowed {
                    return Err(BodyError::TooLarge);
                }
                State::Size(size, digits.saturating_add(1))
            }
            (State::Extension(size), b'\r') => State::SizeLf(size),
            (State::Extension(size), byte) if is_field_byte(byte) => {
                self.spend()?;
                State::Extension(size)
            }
            (State::Extension(_), _) => return Err(BodyError::Malformed("malformed chunk extension")),
            (State::SizeLf(0), b'\n') => State::Trailer,
            (State::SizeLf(size), b'\n') => State::Data(size),
            (State::DataCr, b'\r') => State::DataLf,
            (State::DataLf, b'\n') => State::Size(0, 0),
            (State::DataCr | State::DataLf, _) => return Err(BodyError::Malformed("expected CRLF after a chunk")),
            (State::Trailer, b'\r') => State::LastLf,
            (State::TrailerName, b':') => State::TrailerValue,
            (State::Trailer | State::TrailerName, byte) if is_token(byte) => {
                self.spend()?;
                State::TrailerName
            }
            (State::TrailerValue, b'\r') => State::TrailerLf,
            (State::TrailerValue, byte) if is_field_byte(byte) => {
                self.spend()?;
                State::TrailerValue
            }
            (State::Trailer | State::TrailerName | State::TrailerValue, _) => {
                return Err(BodyError::Malformed("malformed trailer"));
            }
            (State::TrailerLf, b'\n') => State::Trailer,
            (State::LastLf, b'\n') => State::Done,
            (State::SizeLf(_) | State::TrailerLf | State::LastLf, _) => {
                return Err(BodyError::Malformed("expected LF after CR"));
            }
            // Runs of data are taken whole above.
            (state @ (State::Length(_) | State::UntilClose | State::Data(_) | State::Done), _) => state,
        })
    }

    fn spend(&mut self) -> Result<(), BodyError> {
        let over = BodyError::Malformed("chunk extensions or trailers larger than 4 KiB");
        self.extras = self.extras.checked_sub(1).ok_or(over)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests;
