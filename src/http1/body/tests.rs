use super::*;

type Outcome = Result<(Vec<u8>, Vec<u8>), BodyError>;

/// The body and what is left behind it, fed in pieces that end at the cuts.
fn feed(framing: Framing, limit: u64, input: &[u8], pieces: &[&[u8]]) -> Outcome {
    let mut decoder = Decoder::new(framing, limit)?;
    let mut body = Vec::new();
    let mut consumed = 0;
    for piece in pieces {
        let mut rest = *piece;
        while !rest.is_empty() && !decoder.is_done() {
            let step = decoder.decode(rest)?;
            assert!(step.consumed > 0);
            body.extend_from_slice(step.data);
            consumed += step.consumed;
            rest = &rest[step.consumed..];
        }
    }
    decoder.end()?;
    assert!(decoder.is_done());
    Ok((body, input[consumed..].to_vec()))
}

/// The same whole, at every split point and byte by byte.
fn decode(framing: Framing, limit: u64, input: &[u8]) -> Outcome {
    let whole = feed(framing, limit, input, &[input]);
    for at in 0..input.len() {
        let (first, second) = input.split_at(at);
        assert_eq!(feed(framing, limit, input, &[first, second]), whole, "split at {at}");
    }
    assert_eq!(feed(framing, limit, input, &input.chunks(1).collect::<Vec<_>>()), whole, "byte by byte");
    assert_eq!(feed(framing, limit, input, &input.chunks(3).collect::<Vec<_>>()), whole, "by three");
    whole
}

fn ok(body: &str, rest: &str) -> Outcome {
    Ok((body.into(), rest.into()))
}

fn chunked(input: &str) -> Outcome {
    decode(Framing::Chunked, 1000, input.as_bytes())
}

#[test]
fn takes_so_many_bytes() {
    assert_eq!(decode(Framing::Length(5), 5, b"hellorest"), ok("hello", "rest"));
    assert_eq!(decode(Framing::Length(5), 5, b"hello"), ok("hello", ""));
    assert_eq!(decode(Framing::Length(0), 5, b"rest"), ok("", "rest"));
    assert_eq!(decode(Framing::Length(5), 5, b"hell"), Err(BodyError::Truncated));
    assert_eq!(decode(Framing::Length(5), 5, b""), Err(BodyError::Truncated));
}

#[test]
fn takes_until_the_end() {
    assert_eq!(decode(Framing::UntilClose, 5, b"hello"), ok("hello", ""));
    assert_eq!(decode(Framing::UntilClose, 5, b""), ok("", ""));
    assert_eq!(decode(Framing::UntilClose, 4, b"hello"), Err(BodyError::TooLarge));
}

#[test]
fn takes_chunks() {
    assert_eq!(chunked("0\r\n\r\nrest"), ok("", "rest"));
    assert_eq!(chunked("5\r\nhello\r\n0\r\n\r\nrest"), ok("hello", "rest"));
    assert_eq!(chunked("1\r\nh\r\n0004\r\nello\r\n00\r\n\r\n"), ok("hello", ""));
    assert_eq!(chunked("a\r\n0123456789\r\nB\r\n0123456789a\r\n0\r\n\r\n"), ok("01234567890123456789a", ""));
    assert_eq!(chunked("2\r\n\r\n\r\n0\r\n\r\n"), ok("\r\n", ""));
    assert_eq!(chunked("5;a=b;c=\"d\"\r\nhello\r\n0;x\r\n\r\n"), ok("hello", ""));
    assert_eq!(chunked("1\r\nx\r\n0\r\nA: b\r\nC:\r\n\r\nrest"), ok("x", "rest"));
}

#[test]
fn refuses_malformed_chunks() {
    for input in [
        "\r\nhello",
        ";a\r\n",
        "+5\r\nhello\r\n0\r\n\r\n",
        "-5\r\nhello\r\n0\r\n\r\n",
        "0x5\r\nhello\r\n0\r\n\r\n",
        " 5\r\nhello\r\n0\r\n\r\n",
        "5 \r\nhello\r\n0\r\n\r\n",
        "5\t;a\r\nhello\r\n0\r\n\r\n",
        "5_0\r\n",
        "g\r\n",
        "5\nhello\r\n0\r\n\r\n",
        "5\rhello\r\n0\r\n\r\n",
        "5\r\nhello\n0\r\n\r\n",
        "5\r\nhello0\r\n\r\n",
        "5\r\nhello\rX0\r\n\r\n",
        "5\r\nhello!\r\n0\r\n\r\n",
        "5;a\nb\r\nhello\r\n0\r\n\r\n",
        "5;\0\r\nhello\r\n0\r\n\r\n",
        "5;a\r\rhello\r\n0\r\n\r\n",
        "5\r\nhello\r\n0\r\n\n",
        "5\r\nhello\r\n0\r\n\rX",
        "0\r\nGET / HTTP/1.1\r\n\r\n",
        "0\r\n: b\r\n\r\n",
        "0\r\nA : b\r\n\r\n",
        "0\r\n A: b\r\n\r\n",
        "0\r\nA: b\r\n c\r\n\r\n",
        "0\r\nA: b\n\r\n",
        "0\r\nA: b\rc\r\n\r\n",
        "0\r\nA: \0\r\n\r\n",
        "00000000000000000\r\n\r\n",
    ] {
        assert!(matches!(chunked(input), Err(BodyError::Malformed(_))), "{input:?} {:?}", chunked(input));
    }
    for input in ["", "5", "5\r\n", "5\r\nhell", "5\r\nhello\r\n", "5\r\nhello\r\n0\r\n", "0\r\n\r", "0\r\nA: b\r\n"] {
        assert_eq!(chunked(input), Err(BodyError::Truncated), "{input:?}");
    }
}

#[test]
fn bounds_the_body() {
    assert_eq!(Decoder::new(Framing::Length(1 << 50), 1 << 24).unwrap_err(), BodyError::TooLarge);
    assert_eq!(decode(Framing::Chunked, 5, b"5\r\nhello\r\n0\r\n\r\n"), ok("hello", ""));
    assert_eq!(decode(Framing::Chunked, 5, b"6\r\n"), Err(BodyError::TooLarge));
    assert_eq!(decode(Framing::Chunked, 5, b"3\r\nhel\r\n3\r\nlo!\r\n0\r\n\r\n"), Err(BodyError::TooLarge));
    assert_eq!(decode(Framing::Chunked, u64::MAX, b"ffffffffffffffff\r\nx"), Err(BodyError::Truncated));
    assert!(decode(Framing::Chunked, u64::MAX, b"1ffffffffffffffff\r\nx").is_err());
}

#[test]
fn bounds_extensions_and_trailers() {
    let extra = "x".repeat(usize::from(MAX_EXTRAS));
    for input in [format!("1;{extra}\r\nx\r\n0\r\n\r\n"), format!("1\r\nx\r\n0\r\n{extra}:\r\n\r\n")] {
        assert!(feed(Framing::Chunked, 10, input.as_bytes(), &[input.as_bytes()]).is_ok());
        let over = input.replacen("xxx", "xxxx", 1);
        assert!(feed(Framing::Chunked, 10, over.as_bytes(), &[over.as_bytes()]).is_err());
    }
    let many = "0\r\n".to_string() + &"A:b\r\n".repeat(usize::from(MAX_EXTRAS));
    assert!(feed(Framing::Chunked, 10, many.as_bytes(), &[many.as_bytes()]).is_err());
}
