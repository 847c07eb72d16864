//! A small generator with a fixed seed, so that every run measures the same bytes.

/// SplitMix64.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new() -> Self {
        Self(0x005e_ed0f_d0c5)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `bound`, which is not 0.
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    /// An int of any magnitude: as many short ones as long ones.
    pub(crate) fn int(&mut self) -> i32 {
        (self.next() as i32) >> self.below(31)
    }

    /// A double between -1000 and 1000, with all its digits or, every other time, with three decimals.
    pub(crate) fn double(&mut self) -> f64 {
        let value = (self.next() >> 11) as f64 / (1_u64 << 53) as f64 * 2000.0 - 1000.0;
        if self.below(2) == 0 { value } else { (value * 1000.0).round() / 1000.0 }
    }

    pub(crate) fn pick<'a>(&mut self, words: &[&'a str]) -> &'a str {
        let index = self.below(words.len() as u64) as usize;
        words.get(index).copied().unwrap_or("")
    }
}
