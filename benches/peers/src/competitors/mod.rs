//! The codecs, each in a file of its own that turns a document into cases.

mod bare;
mod dxr;
mod ours;
mod python;
mod remote;
mod serde_xmlrpc;
mod xmlrpc;
mod xmlrpc_c;

use crate::case::{Case, Task};
use crate::documents::Document;

/// The codec that the others are compared with.
pub(crate) const OURS: &str = ours::NAME;

/// All codecs, in the order in which they are listed.
pub(crate) const NAMES: [&str; 9] = [
    ours::NAME,
    serde_xmlrpc::NAME,
    dxr::NAME,
    xmlrpc::NAME,
    xmlrpc_c::NAME,
    python::NAME,
    bare::QUICK_XML,
    bare::QUICK_XML_TEXT,
    bare::XMLPARSER,
];

/// Those that run in a process of their own.
pub(crate) const REMOTE: [&str; 2] = [xmlrpc_c::NAME, python::NAME];

/// The cases of one document, of the codecs and tasks that are wanted.
pub(crate) fn cases(document: &'static Document, codecs: &[&str], tasks: &[Task]) -> Vec<Case> {
    let wanted = |name: &str| codecs.contains(&name);
    let mut cases = Vec::new();
    if wanted(ours::NAME) {
        ours::cases(document, &mut cases);
    }
    if wanted(serde_xmlrpc::NAME) {
        serde_xmlrpc::cases(document, &mut cases);
    }
    if wanted(dxr::NAME) {
        dxr::cases(document, &mut cases);
    }
    if wanted(xmlrpc::NAME) {
        xmlrpc::cases(document, &mut cases);
    }
    if wanted(xmlrpc_c::NAME) {
        xmlrpc_c::cases(document, &mut cases);
    }
    if wanted(python::NAME) {
        python::cases(document, &mut cases);
    }
    bare::cases(document, &mut cases);
    cases.retain(|case| wanted(case.codec) && tasks.contains(&case.task));
    cases
}
