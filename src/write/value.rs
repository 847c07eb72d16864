//! A whole [`Value`], with a stack of its own instead of recursion.

use alloc::vec::Vec;
use core::slice;

use super::{Sink, Writer};
use crate::text;
use crate::value::Members;
use crate::{Result, Struct, Value};

/// A container and what is left of it to be written.
#[derive(Clone)]
enum Open<'v> {
    Array(slice::Iter<'v, Value>),
    Struct(Members<'v>),
}

/// The containers around the present one. Those of ordinary depth need no allocation.
struct Outer<'v> {
    few: [Open<'v>; FEW],
    many: Vec<Open<'v>>,
    depth: usize,
}

const FEW: usize = 6;

impl<'v> Outer<'v> {
    fn new() -> Self {
        Self { few: core::array::from_fn(|_| Open::Array([].iter())), many: Vec::new(), depth: 0 }
    }

    #[inline]
    fn push(&mut self, open: Open<'v>) {
        match self.few.get_mut(self.depth) {
            Some(place) => *place = open,
            None => self.many.push(open),
        }
        self.depth += 1;
    }

    #[inline]
    fn pop(&mut self) -> Option<Open<'v>> {
        self.depth = self.depth.checked_sub(1)?;
        match self.few.get(self.depth) {
            Some(open) => Some(open.clone()),
            None => self.many.pop(),
        }
    }
}

/// What an item of an array takes at the least, but for a nil and a number of one digit.
const ITEM: usize = 32;

/// What the tags of an array and of a struct are on either side.
const ARRAY: (&[u8; 20], &[u8; 23]) = (b"<value><array><data>", b"</data></array></value>");
const STRUCT: (&[u8; 15], &[u8; 17]) = (b"<value><struct>", b"</struct></value>");

impl<S: Sink> Writer<S> {
    /// The element of any value. What a value holds is in order by itself, so the writer's state is not looked at.
    pub(super) fn value_element(&mut self, value: &Value) -> Result<()> {
        let mut open = match value {
            Value::Array(items) => self.open_array(items)?,
            Value::Struct(members) => self.open_struct(members)?,
            scalar => return self.scalar_element(scalar),
        };
        let mut outer = Outer::new();
        loop {
            let container = match &mut open {
                Open::Array(items) => self.items(items)?,
                Open::Struct(members) => self.members(members)?,
            };
            match container {
                Some(Value::Array(items)) => outer.push(core::mem::replace(&mut open, self.open_array(items)?)),
                Some(Value::Struct(members)) => outer.push(core::mem::replace(&mut open, self.open_struct(members)?)),
                _ => {
                    match open {
                        Open::Array(_) => self.sink.write(ARRAY.1)?,
                        Open::Struct(_) => self.sink.write(STRUCT.1)?,
                    }
                    match outer.pop() {
                        Some(around @ Open::Array(_)) => open = around,
                        Some(around @ Open::Struct(_)) => {
                            self.sink.write(b"</member>")?;
                            open = around;
                        }
                        None => return Ok(()),
                    }
                }
            }
        }
    }

    fn open_array<'v>(&mut self, items: &'v [Value]) -> Result<Open<'v>> {
        self.sink.reserve(items.len().saturating_mul(ITEM));
        self.sink.write(ARRAY.0)?;
        Ok(Open::Array(items.iter()))
    }

    fn open_struct<'v>(&mut self, members: &'v Struct) -> Result<Open<'v>> {
        self.sink.write(STRUCT.0)?;
        Ok(Open::Struct(members.members()))
    }

    /// Writes items up to the next one that is a container itself.
    fn items<'v>(&mut self, items: &mut slice::Iter<'v, Value>) -> Result<Option<&'v Value>> {
        for item in items {
            if let Value::Array(_) | Value::Struct(_) = item {
                return Ok(Some(item));
            }
            self.scalar_element(item)?;
        }
        Ok(None)
    }

    /// Writes members up to the next one whose value is a container; of that one the name.
    fn members<'v>(&mut self, members: &mut Members<'v>) -> Result<Option<&'v Value>> {
        for (name, value) in members {
            self.name_element(name, text::short_plain(name.as_bytes()).as_ref())?;
            if let Value::Array(_) | Value::Struct(_) = value {
                return Ok(Some(value));
            }
            self.scalar_element(value)?;
            self.sink.write(b"</member>")?;
        }
        Ok(None)
    }

    #[inline(always)]
    fn scalar_element(&mut self, value: &Value) -> Result<()> {
        match value {
            Value::Int(value) => self.int_element(*value),
            Value::String(value) => self.string_element(value),
            Value::Double(value) => self.double_element(*value),
            Value::Boolean(value) => self.boolean_element(*value),
            Value::DateTime(value) => self.datetime_element(*value),
            Value::Base64(bytes) => self.base64_element(bytes),
            Value::Nil => self.nil_element(),
            Value::I8(value) => self.i8_element(*value),
            Value::BigInteger(digits) => self.big_integer_element(digits),
            Value::BigDecimal(digits) => self.big_decimal_element(digits),
            Value::Array(_) | Value::Struct(_) => self.value_element(value),
        }
    }
}
