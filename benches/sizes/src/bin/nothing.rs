//! A program of the standard library alone: what the others are compared with.

fn main() {
    println!("5");
}
