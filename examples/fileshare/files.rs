//! The files of a node: one directory, which no name leads out of.
//!
//! The confinement is cap-std's, which resolves every name step by step below the open directory: neither `..` nor a
//! link leads out, at whatever place in the name, and not even one that is put there meanwhile.

use std::fs::File;
use std::io;
use std::path::{Component, Path};

use cap_std::ambient_authority;
use cap_std::fs::Dir;
use cap_tempfile::TempFile;
use tiny_xmlrpc::Fault;

use crate::faults::{denied, failed, not_found};

pub(crate) struct Files {
    root: Dir,
}

impl Files {
    pub(crate) fn open(directory: &Path) -> io::Result<Self> {
        let root = Dir::open_ambient_dir(directory, ambient_authority())
            .map_err(|error| io::Error::new(error.kind(), format!("{}: {error}", directory.display())))?;
        Ok(Self { root })
    }

    /// Opens a file.
    pub(crate) fn read(&self, name: &str) -> Result<File, Fault> {
        check(name)?;
        // Asked before it is opened: to open a pipe is to wait for who writes to it.
        let is_file = self.root.metadata(name).map_err(|error| fault(name, &error))?.is_file();
        if !is_file {
            return Err(not_found(name));
        }
        Ok(self.root.open(name).map_err(|error| fault(name, &error))?.into_std())
    }

    /// Whether a file is there, and how many bytes it has.
    pub(crate) fn size(&self, name: &str) -> Option<u64> {
        Some(self.read(name).ok()?.metadata().ok()?.len())
    }

    /// The names of the files in the directory itself, sorted.
    pub(crate) fn names(&self) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in self.root.entries()? {
            let name = entry?.file_name().to_string_lossy().into_owned();
            if self.read(&name).is_ok() {
                names.push(name);
            }
        }
        names.sort_unstable();
        Ok(names)
    }

    /// A new file, without a name where the system can do that. It is gone when it is dropped, or its process ends.
    pub(crate) fn temporary(&self) -> Result<TempFile<'_>, Fault> {
        TempFile::new(&self.root).map_err(failed)
    }

    /// Gives a file that is whole its name, in place of what had it.
    pub(crate) fn keep(&self, file: TempFile<'_>, name: &str) -> Result<(), Fault> {
        check(name)?;
        let kept = match Path::new(name).parent() {
            Some(parent) if parent != Path::new("") => self.root.create_dir_all(parent),
            _ => Ok(()),
        };
        kept.and_then(|()| file.replace(name)).map_err(|error| match is_outside(&error) {
            true => outside(name),
            false => failed(error),
        })
    }
}

/// Hidden files are nobody's business; and a name without any part is none.
fn check(name: &str) -> Result<(), Fault> {
    let is_hidden = |part| matches!(part, Component::Normal(part) if part.as_encoded_bytes().starts_with(b"."));
    match Path::new(name).components().any(is_hidden) || name.is_empty() {
        true => Err(denied(format_args!("{name:?} is not shared"))),
        false => Ok(()),
    }
}

fn outside(name: &str) -> Fault {
    denied(format_args!("{name:?} leads out of the directory"))
}

/// Whether it was not the system that refused.
fn is_outside(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::PermissionDenied && error.raw_os_error().is_none()
}

/// Why a file can't be had.
fn fault(name: &str, error: &io::Error) -> Fault {
    match error.kind() {
        _ if is_outside(error) => outside(name),
        io::ErrorKind::PermissionDenied => denied(format_args!("{name:?} may not be read")),
        // A name with a NUL or one that is too long is no file's.
        _ => not_found(name),
    }
}
