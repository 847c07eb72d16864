//! What a document holds, in a few figures: the quick check that a codec read all of it before it is timed.

use super::{Node, model};

/// Sums over a document's values.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    /// Values of every kind, containers included.
    pub(crate) values: u64,
    /// The sum of the ints.
    pub(crate) ints: i64,
    /// The bits of the doubles, folded with exclusive or.
    pub(crate) doubles: u64,
    /// Booleans that are true.
    pub(crate) truths: u64,
    /// Dates.
    pub(crate) dates: u64,
    /// Bytes of text in strings.
    pub(crate) text: u64,
    /// Bytes that came as base64.
    pub(crate) bytes: u64,
}

/// A result whose contents can be summed up.
pub(crate) trait Tallied {
    fn tally(&self, tally: &mut Tally);
}

impl Tally {
    pub(crate) fn of<T: Tallied + ?Sized>(value: &T) -> Self {
        let mut tally = Self::default();
        value.tally(&mut tally);
        tally
    }

    /// What differs from the document's own tally: an error if values are missing, a remark if only contents differ.
    pub(crate) fn compare(&self, expected: &Self) -> Result<Option<String>, String> {
        if self.values != expected.values {
            return Err(format!("{} values, not {}", self.values, expected.values));
        }
        let mut remarks = Vec::new();
        if self.ints != expected.ints {
            remarks.push("ints differ".to_owned());
        }
        if self.doubles != expected.doubles {
            remarks.push("doubles differ".to_owned());
        }
        if self.truths != expected.truths {
            remarks.push("booleans differ".to_owned());
        }
        for (what, found, wanted) in [
            ("dates", self.dates, expected.dates),
            ("bytes of text", self.text, expected.text),
            ("bytes of base64", self.bytes, expected.bytes),
        ] {
            if found != wanted {
                remarks.push(format!("{found} {what}, not {wanted}"));
            }
        }
        Ok((!remarks.is_empty()).then(|| remarks.join("; ")))
    }

    pub(crate) fn container(&mut self) {
        self.values += 1;
    }

    pub(crate) fn int(&mut self, value: i64) {
        self.values += 1;
        self.ints = self.ints.wrapping_add(value);
    }

    pub(crate) fn double(&mut self, value: f64) {
        self.values += 1;
        self.doubles ^= value.to_bits();
    }

    pub(crate) fn boolean(&mut self, value: bool) {
        self.values += 1;
        self.truths += u64::from(value);
    }

    pub(crate) fn date(&mut self) {
        self.values += 1;
        self.dates += 1;
    }

    pub(crate) fn string(&mut self, value: &str) {
        self.values += 1;
        self.text += value.len() as u64;
    }

    pub(crate) fn base64(&mut self, value: &[u8]) {
        self.values += 1;
        self.bytes += value.len() as u64;
    }
}

impl Tallied for i32 {
    fn tally(&self, tally: &mut Tally) {
        tally.int(i64::from(*self));
    }
}

impl Tallied for f64 {
    fn tally(&self, tally: &mut Tally) {
        tally.double(*self);
    }
}

impl Tallied for bool {
    fn tally(&self, tally: &mut Tally) {
        tally.boolean(*self);
    }
}

impl Tallied for String {
    fn tally(&self, tally: &mut Tally) {
        tally.string(self);
    }
}

impl Tallied for model::Text {
    fn tally(&self, tally: &mut Tally) {
        tally.string(&self.0);
    }
}

impl Tallied for model::Date {
    fn tally(&self, tally: &mut Tally) {
        tally.date();
    }
}

impl Tallied for model::Bytes {
    fn tally(&self, tally: &mut Tally) {
        tally.base64(&self.0);
    }
}

impl<T: Tallied> Tallied for Vec<T> {
    fn tally(&self, tally: &mut Tally) {
        tally.container();
        self.iter().for_each(|item| item.tally(tally));
    }
}

/// The params of the call document: each a value, the tuple itself is none.
impl<S: Tallied> Tallied for model::Params<S> {
    fn tally(&self, tally: &mut Tally) {
        self.0.tally(tally);
        self.1.tally(tally);
        self.2.tally(tally);
        self.3.tally(tally);
    }
}

impl<S: Tallied> Tallied for model::Sample<S> {
    fn tally(&self, tally: &mut Tally) {
        tally.container();
        self.id.tally(tally);
        self.name.tally(tally);
        self.ratio.tally(tally);
    }
}

impl<S: Tallied, D: Tallied> Tallied for model::Record<S, D> {
    fn tally(&self, tally: &mut Tally) {
        tally.container();
        self.id.tally(tally);
        self.level.tally(tally);
        self.ratio.tally(tally);
        self.weight.tally(tally);
        self.active.tally(tally);
        self.name.tally(tally);
        self.unit.tally(tally);
        self.place.tally(tally);
        self.note.tally(tally);
        self.changed.tally(tally);
    }
}

impl<S: Tallied> Tallied for model::Level<S> {
    fn tally(&self, tally: &mut Tally) {
        tally.container();
        self.id.tally(tally);
        self.name.tally(tally);
        self.items.tally(tally);
    }
}

impl Tallied for Node {
    fn tally(&self, tally: &mut Tally) {
        match self {
            Self::Int(value) | Self::I4(value) => value.tally(tally),
            Self::Double(value) => value.tally(tally),
            Self::Boolean(value) => value.tally(tally),
            Self::String(value) => value.tally(tally),
            Self::Date(value) => value.tally(tally),
            Self::Base64(value) => tally.base64(value),
            Self::Array(items) => items.tally(tally),
            Self::Params(items) => items.iter().for_each(|item| item.tally(tally)),
            Self::Struct(members) => {
                tally.container();
                members.iter().for_each(|(_, value)| value.tally(tally));
            }
        }
    }
}
