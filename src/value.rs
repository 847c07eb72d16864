//! [`Value`]: any XML-RPC value, and [`Struct`], its members in order.

use alloc::string::String;
use alloc::vec::Vec;
use core::ops::Index;

use crate::{DateTime, Result};

/// Any value that XML-RPC can carry, the extensions of its peers included.
///
/// ```
/// use tiny_xmlrpc::{Struct, Value};
///
/// let arthur = Value::from(Struct::from_iter([
///     ("name", Value::from("Arthur")),
///     ("lines", Value::from(vec![1, 2, 3])),
/// ]));
/// assert_eq!(arthur["name"].as_str(), Some("Arthur"));
/// assert_eq!(arthur["lines"][2], Value::Int(3));
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub enum Value {
    /// `<nil/>`, an extension.
    #[default]
    Nil,
    /// `<boolean>`
    Boolean(bool),
    /// `<int>` or `<i4>`
    Int(i32),
    /// `<i8>`, an extension; also an `<int>` beyond 32 bits, which some peers send.
    I8(i64),
    /// `<double>`
    Double(f64),
    /// `<string>`
    String(String),
    /// `<dateTime.iso8601>`
    DateTime(DateTime),
    /// `<base64>`, decoded
    Base64(Vec<u8>),
    /// `<array>`
    Array(Vec<Value>),
    /// `<struct>`
    Struct(Struct),
    /// Apache's `<ex:biginteger>`: its digits.
    BigInteger(String),
    /// Apache's `<ex:bigdecimal>`: its digits.
    BigDecimal(String),
}

static NIL: Value = Value::Nil;

impl Value {
    /// The name of its type as error messages and signatures have it: that of its element, without a prefix.
    ///
    /// ```
    /// # use tiny_xmlrpc::Value;
    /// assert_eq!(Value::from("Lund").type_name(), "string");
    /// assert_eq!(Value::BigInteger("1".into()).type_name(), "biginteger");
    /// ```
    #[must_use]
    pub fn type_name(&self) -> &'static str {
        match self {
            Self::Nil => "nil",
            Self::Boolean(_) => "boolean",
            Self::Int(_) => "int",
            Self::I8(_) => "i8",
            Self::Double(_) => "double",
            Self::String(_) => "string",
            Self::DateTime(_) => "dateTime.iso8601",
            Self::Base64(_) => "base64",
            Self::Array(_) => "array",
            Self::Struct(_) => "struct",
            Self::BigInteger(_) => "biginteger",
            Self::BigDecimal(_) => "bigdecimal",
        }
    }

    /// Whether it is nil.
    ///
    /// ```
    /// # use tiny_xmlrpc::Value;
    /// assert!(Value::Nil.is_nil());
    /// assert!(!Value::from("").is_nil());
    /// ```
    #[must_use]
    pub fn is_nil(&self) -> bool {
        matches!(self, Self::Nil)
    }

    /// The boolean, if it is one. An `int` is none, not even 0 or 1.
    ///
    /// ```
    /// # use tiny_xmlrpc::Value;
    /// assert_eq!(Value::Boolean(true).as_bool(), Some(true));
    /// assert_eq!(Value::Int(1).as_bool(), None);
    /// ```
    #[must_use]
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Boolean(value) => Some(*value),
            _ => None,
        }
    }

    /// The integer, of 32 or 64 bits, if it is one.
    ///
    /// ```
    /// # use tiny_xmlrpc::Value;
    /// assert_eq!(Value::Int(-3).as_i64(), Some(-3));
    /// assert_eq!(Value::I8(5_000_000_000).as_i64(), Some(5_000_000_000));
    /// assert_eq!(Value::Double(3.0).as_i64(), None);
    /// ```
    #[must_use]
    pub fn as_i64(&self) -> Option<i64> {
        match self {
            Self::Int(value) => Some(i64::from(*value)),
            Self::I8(value) => Some(*value),
            _ => None,
        }
    }

    /// The number: a double, or an `int`, which has an exact one. An `i8` may have none, and gives nothing.
    ///
    /// ```
    /// # use tiny_xmlrpc::Value;
    /// assert_eq!(Value::Double(0.5).as_f64(), Some(0.5));
    /// assert_eq!(Value::Int(2).as_f64(), Some(2.0));
    /// assert_eq!(Value::I8(2).as_f64(), None);
    /// ```
    #[must_use]
    pub fn as_f64(&self) -> Option<f64> {
        match self {
            Self::Double(value) => Some(*value),
            Self::Int(value) => Some(f64::from(*value)),
            _ => None,
        }
    }

    /// The text, if it is a string.
    ///
    /// ```
    /// # use tiny_xmlrpc::Value;
    /// assert_eq!(Value::from("Lund").as_str(), Some("Lund"));
    /// assert_eq!(Value::from(7).as_str(), None);
    /// ```
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(value) => Some(value),
            _ => None,
        }
    }

    /// The bytes, if it is base64. A string has its own in [`as_str`](Self::as_str).
    ///
    /// ```
    /// # use tiny_xmlrpc::Value;
    /// assert_eq!(Value::Base64(vec![0, 255]).as_bytes(), Some(&[0, 255][..]));
    /// assert_eq!(Value::from("AP8=").as_bytes(), None);
    /// ```
    #[must_use]
    pub fn as_bytes(&self) -> Option<&[u8]> {
        match self {
            Self::Base64(value) => Some(value),
            _ => None,
        }
    }

    /// The date and time, if it is one.
    ///
    /// ```
    /// # use tiny_xmlrpc::{DateTime, Value};
    /// let moment = DateTime::new(1998, 7, 17, 14, 8, 55)?;
    /// assert_eq!(Value::from(moment).as_datetime(), Some(moment));
    /// # Ok::<(), tiny_xmlrpc::Error>(())
    /// ```
    #[must_use]
    pub fn as_datetime(&self) -> Option<DateTime> {
        match self {
            Self::DateTime(value) => Some(*value),
            _ => None,
        }
    }

    /// The items, if it is an array.
    ///
    /// ```
    /// # use tiny_xmlrpc::Value;
    /// let lines = Value::from(vec![1, 2, 3]);
    /// let sum: i64 = lines.as_array().unwrap_or_default().iter().filter_map(Value::as_i64).sum();
    /// assert_eq!(sum, 6);
    /// ```
    #[must_use]
    pub fn as_array(&self) -> Option<&[Value]> {
        match self {
            Self::Array(value) => Some(value),
            _ => None,
        }
    }

    /// The members, if it is a struct.
    ///
    /// ```
    /// # use tiny_xmlrpc::{Struct, Value};
    /// let point = Value::from(Struct::from_iter([("x", 3), ("y", 4)]));
    /// assert_eq!(point.as_struct().map(Struct::len), Some(2));
    /// assert!(Value::Nil.as_struct().is_none());
    /// ```
    #[must_use]
    pub fn as_struct(&self) -> Option<&Struct> {
        match self {
            Self::Struct(value) => Some(value),
            _ => None,
        }
    }

    /// The member of this name, if it is a struct that has one.
    ///
    /// Where one that is missing may pass for nil, an index is shorter.
    ///
    /// ```
    /// # use tiny_xmlrpc::{Struct, Value};
    /// let point = Value::from(Struct::from_iter([("x", 3), ("y", 4)]));
    /// assert_eq!(point.get("y"), Some(&Value::Int(4)));
    /// assert_eq!(point.get("z"), None);
    /// assert_eq!(point["z"], Value::Nil);
    /// ```
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.as_struct()?.get(name)
    }
}

/// The member of this name; nil where there is none, or no struct.
impl Index<&str> for Value {
    type Output = Value;

    fn index(&self, name: &str) -> &Value {
        self.get(name).unwrap_or(&NIL)
    }
}

/// The item at this place; nil where there is none, or no array.
impl Index<usize> for Value {
    type Output = Value;

    fn index(&self, at: usize) -> &Value {
        self.as_array().and_then(|items| items.get(at)).unwrap_or(&NIL)
    }
}

macro_rules! from {
    ($($from:ty => |$value:ident| $into:expr;)*) => {$(
        impl From<$from> for Value {
            fn from($value: $from) -> Self {
                $into
            }
        }
    )*};
}

from! {
    bool => |value| Self::Boolean(value);
    i8 => |value| Self::Int(value.into());
    u8 => |value| Self::Int(value.into());
    i16 => |value| Self::Int(value.into());
    u16 => |value| Self::Int(value.into());
    i32 => |value| Self::Int(value);
    u32 => |value| Self::I8(value.into());
    i64 => |value| Self::I8(value);
    f32 => |value| Self::Double(value.into());
    f64 => |value| Self::Double(value);
    &str => |value| Self::String(value.into());
    String => |value| Self::String(value);
    DateTime => |value| Self::DateTime(value);
    &[u8] => |value| Self::Base64(value.into());
    Struct => |value| Self::Struct(value);
    () => |_value| Self::Nil;
}

impl<T: Into<Value>> From<Vec<T>> for Value {
    fn from(items: Vec<T>) -> Self {
        Self::Array(items.into_iter().map(Into::into).collect())
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Nil, Into::into)
    }
}

impl<T: Into<Value>> FromIterator<T> for Value {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        Self::Array(items.into_iter().map(Into::into).collect())
    }
}

/// The members of a struct, in the order in which they came.
///
/// Of two members of one name the later one counts and keeps the earlier one's place, as Python's
/// dictionaries have it. A look-up by name goes through the members one by one.
///
/// ```
/// use tiny_xmlrpc::{Struct, Value};
///
/// let mut person = Struct::from_iter([("name", Value::from("Arthur")), ("age", Value::from(42))]);
/// person.insert("towel", true);
/// assert_eq!(person["age"], Value::Int(42));
/// assert!(person["ship"].is_nil());
/// let names: Vec<&str> = person.iter().map(|(name, _)| name).collect();
/// assert_eq!(names, ["name", "age", "towel"]);
/// ```
#[derive(Debug, Clone, Default)]
pub struct Struct {
    members: Vec<(String, Value)>,
}

pub(crate) type Members<'a> = core::slice::Iter<'a, (String, Value)>;

/// Up to this many members are compared each with each when duplicates are looked for.
const FEW: usize = 16;

impl Struct {
    /// No members.
    ///
    /// ```
    /// # use tiny_xmlrpc::Struct;
    /// let mut point = Struct::new();
    /// point.insert("x", 3);
    /// assert_eq!(point, Struct::from_iter([("x", 3)]));
    /// ```
    #[must_use]
    pub const fn new() -> Self {
        Self { members: Vec::new() }
    }

    /// How many members there are.
    ///
    /// ```
    /// # use tiny_xmlrpc::Struct;
    /// assert_eq!(Struct::from_iter([("x", 3), ("y", 4), ("x", 5)]).len(), 2);
    /// ```
    #[must_use]
    pub fn len(&self) -> usize {
        self.members.len()
    }

    /// Whether there are none.
    ///
    /// ```
    /// # use tiny_xmlrpc::Struct;
    /// assert!(Struct::new().is_empty());
    /// assert!(!Struct::from_iter([("x", 3)]).is_empty());
    /// ```
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    /// The value of this member, if there is one.
    ///
    /// ```
    /// # use tiny_xmlrpc::{Struct, Value};
    /// let point = Struct::from_iter([("x", 3), ("y", 4)]);
    /// assert_eq!(point.get("x"), Some(&Value::Int(3)));
    /// assert_eq!(point.get("z"), None);
    /// ```
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.members.iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }

    /// The value of this member, to change it.
    ///
    /// ```
    /// # use tiny_xmlrpc::{Struct, Value};
    /// let mut point = Struct::from_iter([("x", 3), ("y", 4)]);
    /// if let Some(Value::Int(x)) = point.get_mut("x") {
    ///     *x += 10;
    /// }
    /// assert_eq!(point["x"], Value::Int(13));
    /// ```
    pub fn get_mut(&mut self, name: &str) -> Option<&mut Value> {
        self.members.iter_mut().find(|(known, _)| known == name).map(|(_, value)| value)
    }

    /// Sets a member, and gives back what stood there. One that is new comes last; one that is not keeps its place.
    ///
    /// ```
    /// # use tiny_xmlrpc::{Struct, Value};
    /// let mut point = Struct::from_iter([("x", 3)]);
    /// assert_eq!(point.insert("y", 4), None);
    /// assert_eq!(point.insert("x", 5), Some(Value::Int(3)));
    /// assert_eq!(point.iter().next(), Some(("x", &Value::Int(5))));
    /// ```
    pub fn insert(&mut self, name: impl Into<String>, value: impl Into<Value>) -> Option<Value> {
        let (name, value) = (name.into(), value.into());
        match self.get_mut(&name) {
            Some(known) => Some(core::mem::replace(known, value)),
            None => {
                self.members.push((name, value));
                None
            }
        }
    }

    /// Takes a member out; the others keep their order.
    ///
    /// ```
    /// # use tiny_xmlrpc::{Struct, Value};
    /// let mut point = Struct::from_iter([("x", 3), ("y", 4)]);
    /// assert_eq!(point.remove("x"), Some(Value::Int(3)));
    /// assert_eq!(point.remove("x"), None);
    /// assert_eq!(point.len(), 1);
    /// ```
    pub fn remove(&mut self, name: &str) -> Option<Value> {
        let at = self.members.iter().position(|(known, _)| known == name)?;
        Some(self.members.remove(at).1)
    }

    /// The members in order, as a type that has a name.
    pub(crate) fn members(&self) -> Members<'_> {
        self.members.iter()
    }

    /// The members in order.
    ///
    /// ```
    /// # use tiny_xmlrpc::Struct;
    /// let prices = Struct::from_iter([("tea", 3), ("towel", 42)]);
    /// let dearest = prices.iter().max_by_key(|(_, price)| price.as_i64());
    /// assert_eq!(dearest.map(|(name, _)| name), Some("towel"));
    /// ```
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &Value)> + DoubleEndedIterator {
        self.members.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// The members of a document as they came, duplicates among them.
    ///
    /// Sorts where there are many, so that a hostile document cannot make it quadratic.
    pub(crate) fn from_members(mut members: Vec<(String, Value)>) -> Self {
        let name = |at: usize| members.get(at).map(|(name, _)| name.as_str());
        let duplicates = if members.len() <= FEW {
            (1..members.len()).any(|b| (0..b).any(|a| name(a) == name(b)))
        } else {
            let mut order: Vec<usize> = (0..members.len()).collect();
            order.sort_unstable_by_key(|&at| name(at));
            order.windows(2).any(|pair| matches!(pair, &[a, b] if name(a) == name(b)))
        };
        if duplicates {
            members = Self::deduplicated(members);
        }
        Self { members }
    }

    #[cold]
    fn deduplicated(members: Vec<(String, Value)>) -> Vec<(String, Value)> {
        let mut places = alloc::collections::BTreeMap::new();
        let mut kept: Vec<(String, Value)> = Vec::new();
        for (name, value) in members {
            let place = *places.entry(name.clone()).or_insert(kept.len());
            match kept.get_mut(place) {
                Some((_, known)) => *known = value,
                None => kept.push((name, value)),
            }
        }
        kept
    }
}

/// Equal when the same names have equal values: the order does not count, as XML-RPC gives it no meaning.
impl PartialEq for Struct {
    fn eq(&self, other: &Self) -> bool {
        if self.len() != other.len() {
            return false;
        }
        if self.members.iter().zip(&other.members).all(|((a, _), (b, _))| a == b) {
            return self.members.iter().zip(&other.members).all(|((_, a), (_, b))| a == b);
        }
        let sorted = |members: &Vec<(String, Value)>| {
            let mut order: Vec<usize> = (0..members.len()).collect();
            order.sort_unstable_by_key(|&at| members.get(at).map(|(name, _)| name.clone()));
            order
        };
        sorted(&self.members)
            .into_iter()
            .zip(sorted(&other.members))
            .all(|(a, b)| self.members.get(a) == other.members.get(b))
    }
}

impl<N: Into<String>, V: Into<Value>> FromIterator<(N, V)> for Struct {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(members: I) -> Self {
        Self::from_members(members.into_iter().map(|(name, value)| (name.into(), value.into())).collect())
    }
}

impl IntoIterator for Struct {
    type Item = (String, Value);
    type IntoIter = alloc::vec::IntoIter<(String, Value)>;

    fn into_iter(self) -> Self::IntoIter {
        self.members.into_iter()
    }
}

/// The member of this name; nil where there is none.
impl Index<&str> for Struct {
    type Output = Value;

    fn index(&self, name: &str) -> &Value {
        self.get(name).unwrap_or(&NIL)
    }
}

/// Reads one value, whole, from a reader whose next event begins one.
impl TryFrom<&mut crate::Reader<'_>> for Value {
    type Error = crate::Error;

    fn try_from(reader: &mut crate::Reader<'_>) -> Result<Self> {
        reader.read_value()
    }
}

#[cfg(test)]
mod tests {
    use alloc::format;
    use alloc::vec;

    use super::*;

    #[test]
    fn the_last_duplicate_wins_in_the_first_place() {
        for count in [2usize, 40] {
            let names = (0..count).map(|i| format!("m{i}")).chain(["m0".into()]);
            let members = Struct::from_iter(names.zip(0..).map(|(name, at)| (name, Value::Int(at))));
            assert_eq!(members.len(), count);
            assert_eq!(members.iter().next(), Some(("m0", &Value::Int(i32::try_from(count).unwrap()))));
        }
    }

    #[test]
    fn equality_does_not_see_the_order() {
        let a = Struct::from_iter([("a", 1), ("b", 2)]);
        let b = Struct::from_iter([("b", 2), ("a", 1)]);
        assert_eq!(a, b);
        assert_ne!(a, Struct::from_iter([("a", 2), ("b", 1)]));
        assert_ne!(a, Struct::from_iter([("a", 1), ("c", 2)]));
    }

    #[test]
    fn members_come_and_go() {
        let mut members = Struct::new();
        assert_eq!(members.insert("a", 1), None);
        assert_eq!(members.insert("b", "x"), None);
        assert_eq!(members.insert("a", 2.5), Some(Value::Int(1)));
        assert_eq!(members["a"], Value::Double(2.5));
        assert_eq!(members["none"], Value::Nil);
        assert_eq!(members.remove("a"), Some(Value::Double(2.5)));
        assert_eq!(Vec::from_iter(members.iter()), vec![("b", &Value::String("x".into()))]);
    }
}
