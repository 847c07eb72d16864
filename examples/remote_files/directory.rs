//! One directory, and operations in it that cannot leave it.
//!
//! The confinement is cap-std's: every name is resolved step by step below the open directory, so that neither `..` nor a
//! link leads out, at whatever place in the name, and not even where a link is put in the way in the middle of a call.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use cap_std::ambient_authority;
use cap_std::fs::Dir;
use cap_tempfile::TempFile;
use tiny_xmlrpc::Fault;

/// The faults, by the numbers that Linux has for such errors.
const NOT_FOUND: i32 = 2;
const FAILED: i32 = 5;
const DENIED: i32 = 13;
const EXISTS: i32 = 17;
const NOT_A_DIRECTORY: i32 = 20;
const NOT_A_FILE: i32 = 21;

/// The directory that is served, with the one that is current.
pub(crate) struct Directory {
    root: Dir,
    /// Relative to the root, without links and `..`.
    current: Mutex<PathBuf>,
}

impl Directory {
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        let root = Dir::open_ambient_dir(path, ambient_authority())
            .map_err(|error| io::Error::new(error.kind(), format!("{}: {error}", path.display())))?;
        Ok(Self { root, current: Mutex::new(PathBuf::from(".")) })
    }

    pub(crate) fn current(&self) -> String {
        self.lock().to_string_lossy().into_owned()
    }

    pub(crate) fn list(&self, name: Option<&str>) -> Result<Vec<String>, Fault> {
        let name = name.unwrap_or(".");
        let listed = self.root.read_dir(self.path(name)).and_then(|entries| {
            let names = entries.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()));
            names.collect::<io::Result<Vec<String>>>()
        });
        let mut names = listed.map_err(|error| fault(name, &error))?;
        names.sort_unstable();
        Ok(names)
    }

    pub(crate) fn change(&self, name: Option<&str>) -> Result<(), Fault> {
        let Some(name) = name else {
            *self.lock() = PathBuf::from(".");
            return Ok(());
        };
        // Held for all of it, so that of two changes at once one comes after the other.
        let mut current = self.lock();
        let path = current.join(name);
        let path = self.root.open_dir(&path).and_then(|_| self.root.canonicalize(&path));
        *current = path.map_err(|error| fault(name, &error))?;
        Ok(())
    }

    pub(crate) fn make(&self, name: &str) -> Result<(), Fault> {
        self.root.create_dir(self.path(name)).map_err(|error| fault(name, &error))
    }

    /// What is at the target is replaced once the copy is whole, so that nobody sees a part of it and a file may be
    /// copied to itself.
    pub(crate) fn copy(&self, from: &str, to: &str) -> Result<(), Fault> {
        let source = self.path(from);
        // Asked before it is opened: to open a pipe is to wait for who writes to it.
        let metadata = self.root.metadata(&source).map_err(|error| fault(from, &error))?;
        if !metadata.is_file() {
            return Err(not_a_file(from));
        }
        let mut source_file = self.root.open(&source).map_err(|error| fault(from, &error))?;
        let target = self.target(&source, to)?;
        let (Some(parent), Some(name)) = (target.parent(), target.file_name()) else { return Err(not_a_file(to)) };
        let parent = if parent.as_os_str().is_empty() { Path::new(".") } else { parent };
        let copied = self.root.open_dir(parent).and_then(|parent| {
            let mut copy = TempFile::new(&parent)?;
            io::copy(&mut source_file, &mut copy)?;
            copy.as_file().set_permissions(metadata.permissions())?;
            copy.replace(name)
        });
        copied.map_err(|error| fault(to, &error))
    }

    /// The file that a copy of `source` to `to` is.
    fn target(&self, source: &Path, to: &str) -> Result<PathBuf, Fault> {
        let mut target = self.path(to);
        if self.root.metadata(&target).is_ok_and(|metadata| metadata.is_dir()) {
            target.push(source.file_name().unwrap_or_default());
        }
        match self.root.symlink_metadata(&target) {
            // Where it leads is what is replaced. One that leads nowhere, or out, is refused.
            Ok(metadata) if metadata.is_symlink() => {
                target = self.root.canonicalize(&target).map_err(|error| fault(to, &error))?;
            }
            Ok(metadata) if metadata.is_file() => {}
            Ok(_) => return Err(not_a_file(to)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(fault(to, &error)),
        }
        match self.root.metadata(&target) {
            Ok(metadata) if !metadata.is_file() => Err(not_a_file(to)),
            _ => Ok(target),
        }
    }

    /// A name as seen from the current directory. One from the root stays as it is, and is refused when it is used.
    fn path(&self, name: &str) -> PathBuf {
        self.lock().join(name)
    }

    fn lock(&self) -> MutexGuard<'_, PathBuf> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn not_a_file(name: &str) -> Fault {
    Fault::new(NOT_A_FILE, format!("{name:?} is not a file"))
}

/// What went wrong with a name, as a fault.
fn fault(name: &str, error: &io::Error) -> Fault {
    let (code, what) = match error.kind() {
        io::ErrorKind::NotFound => (NOT_FOUND, "is not there"),
        io::ErrorKind::AlreadyExists => (EXISTS, "is there already"),
        io::ErrorKind::NotADirectory => (NOT_A_DIRECTORY, "is not a directory"),
        // It was not the system that refused.
        io::ErrorKind::PermissionDenied if error.raw_os_error().is_none() => {
            (DENIED, "leads out of the directory that is served")
        }
        io::ErrorKind::PermissionDenied => (DENIED, "may not be used"),
        kind => return Fault::new(FAILED, format!("{name:?}: {kind}")),
    };
    Fault::new(code, format!("{name:?} {what}"))
}
