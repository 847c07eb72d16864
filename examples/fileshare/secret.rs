//! The secret that tells a node's own prompt from everybody else.

use std::io;

/// How many letters it has.
const LENGTH: usize = 100;

const LETTERS: &[u8; 52] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

/// Random letters, from the system's generator.
pub(crate) fn letters() -> io::Result<String> {
    let mut letters = String::new();
    let mut bytes = [0; LENGTH];
    while letters.len() < LENGTH {
        getrandom::fill(&mut bytes).map_err(|error| io::Error::other(error.to_string()))?;
        // Four times 52. What is beyond would make the first letters likelier.
        let even = bytes.iter().filter(|&&byte| byte < 208);
        letters.extend(even.map(|&byte| char::from(LETTERS[usize::from(byte) % LETTERS.len()])));
    }
    letters.truncate(LENGTH);
    Ok(letters)
}

/// Whether a guess is the secret. How long it takes does not tell how much of it was right.
pub(crate) fn is_right(secret: &str, guess: &str) -> bool {
    let differences = secret.bytes().zip(guess.bytes()).fold(0, |sum, (a, b)| sum | (a ^ b));
    secret.len() == guess.len() && differences == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_letters_and_never_the_same() {
        let (one, other) = (letters().unwrap(), letters().unwrap());
        assert!(one.len() == 100 && one.bytes().all(|byte| byte.is_ascii_alphabetic()));
        assert!(one != other && is_right(&one, &one.clone()) && !is_right(&one, &other));
        assert!(!is_right(&one, &one[..99]) && !is_right(&one, "") && !is_right(&one, &format!("{one}x")));
    }
}
