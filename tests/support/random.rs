//! Values at random: nested, of all the types that every peer knows, at the edges more often than chance has it.

use tiny_xmlrpc::{DateTime, Struct, Value};

/// SplitMix64: the same numbers from the same seed, everywhere.
pub(crate) struct Random(u64);

const TEXTS: [&str; 12] = [
    "<",
    ">",
    "&",
    "\"",
    "'",
    "]]>",
    "&amp;",
    "&#13;",
    "<![CDATA[x]]>",
    "\r\n",
    "e\u{301}",
    "\u{1f468}\u{200d}\u{1f469}",
];

const DOUBLES: [f64; 16] = [
    0.0,
    -0.0,
    1.0,
    0.1,
    1e15,
    1e16,
    1e21,
    1e22,
    1e-5,
    1e-7,
    5e-324,
    f64::MIN_POSITIVE,
    f64::EPSILON,
    f64::MAX,
    f64::INFINITY,
    f64::NAN,
];

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }

    /// A number below this one.
    fn below(&mut self, bound: u32) -> u32 {
        u32::try_from(self.next() % u64::from(bound)).unwrap()
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(u32::try_from(from.len()).unwrap()) as usize]
    }

    /// A value in which containers stand up to so deep.
    pub(crate) fn value(&mut self, depth: u32) -> Value {
        match self.below(if depth == 0 { 7 } else { 11 }) {
            0 => Value::Nil,
            1 => Value::Boolean(self.below(2) == 0),
            2 => Value::Int(self.int()),
            3 => Value::Double(self.double()),
            4 => Value::String(self.text()),
            5 => Value::DateTime(self.moment()),
            6 => Value::Base64((0..self.below(100)).map(|_| self.next().to_le_bytes()[0]).collect()),
            7 | 8 => Value::Array((0..self.below(6)).map(|_| self.value(depth - 1)).collect()),
            // The number keeps the names apart.
            _ => (0..self.below(6))
                .map(|number| (format!("{}{number}", self.text()), self.value(depth - 1)))
                .collect::<Struct>()
                .into(),
        }
    }

    fn int(&mut self) -> i32 {
        if self.below(3) == 0 {
            return self.pick(&[0, 1, -1, i32::MAX, i32::MIN, i32::MAX - 1, i32::MIN + 1]);
        }
        // Of all lengths, not mostly of the greatest.
        i32::from_ne_bytes(self.next().to_ne_bytes()[..4].try_into().unwrap()) >> self.below(32)
    }

    fn double(&mut self) -> f64 {
        match self.below(4) {
            0 => self.pick(&DOUBLES),
            1 => -self.pick(&DOUBLES),
            2 => f64::from(self.int()) / 100.0,
            _ => f64::from_bits(self.next()),
        }
    }

    fn moment(&mut self) -> DateTime {
        // The years 1 to 9999, which Python has.
        let seconds = i64::try_from(self.next() % 315_537_897_600).unwrap() - 62_135_596_800;
        DateTime::from_timestamp(seconds).unwrap()
    }

    pub(crate) fn text(&mut self) -> String {
        let mut text = String::new();
        for _ in 0..self.below(12) {
            match self.below(6) {
                0 => text.push_str(self.pick(&TEXTS)),
                1 => text.push(self.pick(&['\r', '\n', '\t', ' ', '\u{85}', '\u{2028}', '\u{fffd}', '\u{7f}'])),
                2 => text.push(self.character(0xa0, 0x3000)),
                3 => text.push(self.character(0x3000, 0xfffe)),
                4 => text.push(self.character(0x1_0000, 0x11_0000)),
                _ => text.push(self.character(0x20, 0x7f)),
            }
        }
        text
    }

    /// A character from this range, the surrogates left out.
    fn character(&mut self, from: u32, to: u32) -> char {
        char::from_u32(from + self.below(to - from)).unwrap_or('\u{20ac}')
    }
}
