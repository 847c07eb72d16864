//! What is wrong with a reply, or with the network → the error that says so.

use std::io;

use crate::http1::{BodyError, HeadError};
use crate::{Error, ErrorKind, Limit, Phase};

/// A network error of this phase. Whether the call may have been executed follows from the phase.
#[cold]
pub(crate) fn network(phase: Phase, doing: &str, source: io::Error) -> Error {
    use io::ErrorKind::{TimedOut, WouldBlock};
    let is_timeout = matches!(source.kind(), TimedOut | WouldBlock);
    let message = if is_timeout { format!("{doing} timed out") } else { format!("{doing} failed: {source}") };
    let error = Error::new(ErrorKind::Transport(phase), message)
        .with_executed(matches!(phase, Phase::Wait | Phase::Receive))
        .with_source(source);
    if is_timeout { error.with_timeout() } else { error }
}

/// Whether the other side has closed the connection.
pub(super) fn is_closed(error: &io::Error) -> bool {
    use io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, NotConnected, UnexpectedEof};
    matches!(error.kind(), BrokenPipe | ConnectionAborted | ConnectionReset | NotConnected | UnexpectedEof)
}

#[cold]
pub(super) fn reading(phase: Phase, error: io::Error) -> Error {
    if error.kind() == io::ErrorKind::UnexpectedEof {
        return ended(phase);
    }
    network(phase, if phase == Phase::Wait { "waiting for the reply" } else { "receiving the reply" }, error)
}

/// The connection ended before the reply did.
#[cold]
pub(super) fn ended(phase: Phase) -> Error {
    let message = match phase {
        Phase::Wait => "expected a reply, found the end of the connection",
        _ => "expected the rest of the reply, found the end of the connection",
    };
    Error::new(ErrorKind::Transport(phase), message).with_executed(true)
}

/// A reply that is not HTTP, or not the HTTP that this client speaks.
#[cold]
pub(super) fn not_http(message: &'static str) -> Error {
    Error::new(ErrorKind::Http, message).with_executed(true)
}

#[cold]
pub(super) fn refuse_head(error: HeadError) -> Error {
    let kind = if error.status == 431 { ErrorKind::Limit(Limit::Buffer) } else { ErrorKind::Http };
    Error::new(kind, format!("reply: {}", error.message)).with_executed(true)
}

#[cold]
pub(super) fn refuse_body(error: BodyError, limit: u64) -> Error {
    match error {
        BodyError::TooLarge => too_large(limit),
        BodyError::Malformed(message) => Error::new(ErrorKind::Http, format!("reply: {message}")).with_executed(true),
        BodyError::Truncated => ended(Phase::Receive),
    }
}

#[cold]
pub(super) fn too_large(limit: u64) -> Error {
    let message = format!("expected a reply of at most {limit} bytes, found more");
    Error::new(ErrorKind::Limit(Limit::Bytes), message).with_executed(true)
}

/// An error of the TLS handshake. A certificate is refused before anything of the request is sent; of other errors that cannot be known.
#[cfg(any(feature = "tls", feature = "ureq"))]
#[cold]
pub(super) fn refuse_tls(error: rustls::Error) -> Error {
    use rustls::Error::{InvalidCertificate, PeerIncompatible};
    let sent = !matches!(error, InvalidCertificate(_) | PeerIncompatible(_));
    let message = match &error {
        InvalidCertificate(rustls::CertificateError::UnknownIssuer) => {
            "the server's certificate was refused: expected an issuer that is trusted, found another".to_owned()
        }
        InvalidCertificate(reason) => format!("the server's certificate was refused: {reason}"),
        _ => format!("TLS failed: {error}"),
    };
    Error::new(ErrorKind::Transport(Phase::Tls), message).with_executed(sent).with_source(error)
}

#[cold]
pub(super) fn usage(message: impl Into<std::borrow::Cow<'static, str>>) -> Error {
    Error::new(ErrorKind::Usage, message)
}
