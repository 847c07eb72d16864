use super::*;

fn all(spool: &Spool) -> Vec<u8> {
    let mut bytes = Vec::new();
    spool.reader().read_to_end(&mut bytes).unwrap();
    assert_eq!(bytes.len() as u64, spool.len());
    bytes
}

/// What is in it is what a `Vec` would have, for any sizes of writes, thresholds and cuts.
#[test]
fn is_like_a_vec() {
    for threshold in [0, 1, 10, 1000, TAIL + 1] {
        for size in [1, 7, 999, TAIL - 1, TAIL, TAIL + 1] {
            let mut spool = Spool::new().with_threshold(threshold);
            let mut plain = Vec::new();
            for round in 0..40_u8 {
                let piece = alloc::vec![round; size + usize::from(round)];
                spool.write_all(&piece).unwrap();
                plain.extend_from_slice(&piece);
                if round % 7 == 3 {
                    assert_eq!(all(&spool), plain);
                    let less = plain.len() - plain.len() / 3;
                    spool.truncate(less as u64);
                    spool.truncate(u64::MAX);
                    plain.truncate(less);
                }
                assert!(!cfg!(feature = "spool") || spool.memory() <= 2 * threshold.max(TAIL));
            }
            assert_eq!(all(&spool), plain);
            assert_eq!(spool.as_slice().is_none(), cfg!(feature = "spool") && plain.len() > threshold);
            let mut bytes = Vec::new();
            spool.into_reader().read_to_end(&mut bytes).unwrap();
            assert_eq!(bytes, plain);
        }
    }
}

#[test]
fn comes_back_to_memory() {
    let mut spool = Spool::new().with_threshold(10);
    spool.write_all(&[1; 100]).unwrap();
    spool.truncate(0);
    assert!(spool.is_empty());
    spool.write_all(b"0123456789").unwrap();
    assert_eq!(spool.as_slice(), Some(&b"0123456789"[..]));
    assert_eq!(spool.into_vec().unwrap(), b"0123456789");
}

#[test]
fn has_a_limit() {
    for threshold in [2, 100] {
        let mut spool = Spool::new().with_threshold(threshold).with_limit(10);
        spool.write_all(b"0123456789").unwrap();
        let error = Error::from(spool.write_all(b"x").unwrap_err());
        assert_eq!(error.kind(), ErrorKind::Limit(Limit::Bytes));
        assert_eq!(error.to_string(), "expected at most 10 bytes, found more");
        assert_eq!(all(&spool), b"0123456789");
        spool.truncate(9);
        spool.write_all(b"x").unwrap();
        assert_eq!(all(&spool), b"012345678x");
    }
}

#[test]
fn several_readers_do_not_disturb_each_other_nor_the_writer() {
    let mut spool = Spool::new().with_threshold(0);
    let bytes: Vec<u8> = (0..200_000_u32).map(|number| number as u8).collect();
    spool.write_all(&bytes[..100_000]).unwrap();
    let mut piece = [0; 10];
    spool.reader().read_exact(&mut piece).unwrap();
    spool.write_all(&bytes[100_000..]).unwrap();
    let mut readers = [spool.reader(), spool.reader()];
    for at in (0..200_000).step_by(10) {
        for reader in &mut readers {
            reader.read_exact(&mut piece).unwrap();
            assert_eq!(piece, bytes[at..at + 10]);
        }
    }
}

#[test]
fn gives_the_bytes_of_a_file() {
    let path = std::env::current_exe().unwrap();
    let spool = Spool::from_file(File::open(&path).unwrap()).unwrap();
    assert!(spool.as_slice().is_none());
    assert!(all(&spool) == std::fs::read(&path).unwrap());
    assert!(spool.into_vec().is_err());
    #[cfg(unix)]
    assert!(Spool::from_file(File::open(path.parent().unwrap()).unwrap()).is_err());
}

/// The same as [`is_like_a_vec`], with the base64 of files between.
#[test]
fn has_files_in_base64_between_what_is_written() {
    let size = 1000;
    let contents: Vec<u8> = (0..size).map(|number| (number % 251) as u8).collect();
    let letters = base64_simd::STANDARD.encode_to_string(&contents).into_bytes();
    for threshold in [0, 10, 1335, 1336, usize::MAX] {
        let mut spool = Spool::new().with_threshold(threshold);
        let mut plain = Vec::new();
        for round in 0..40_u8 {
            let piece = alloc::vec![round; usize::from(round) * 10];
            spool.write_all(&piece).unwrap();
            plain.extend_from_slice(&piece);
            if round % 3 == 1 {
                let mut file = tempfile::tempfile().unwrap();
                file.write_all(&contents).unwrap();
                spool.put_base64(file).unwrap();
                plain.extend_from_slice(&letters);
            }
            assert!(all(&spool) == plain, "{threshold} {round}");
            for at in [0, 1, plain.len() / 2, plain.len().saturating_sub(1)] {
                let mut byte = [0];
                let count = spool.read_at(at as u64, &mut byte).unwrap();
                assert_eq!((count == 1).then_some(byte[0]), plain.get(at).copied());
            }
            if round % 7 == 6 {
                let less = plain.len() - plain.len() / usize::from(round);
                spool.truncate(less as u64);
                spool.truncate(u64::MAX);
                plain.truncate(less);
            }
            assert!(!cfg!(feature = "spool") || spool.memory() <= 2 * TAIL || threshold > TAIL);
        }
        assert_eq!(
            spool.as_slice().is_some(),
            threshold > plain.len() || (cfg!(not(feature = "spool")) && threshold > 1335)
        );
        for less in (0..plain.len()).rev().step_by(97) {
            spool.truncate(less as u64);
            assert!(all(&spool) == plain[..less], "{threshold} {less}");
        }
        spool.truncate(0);
        assert_eq!(spool.into_vec().unwrap(), b"");
    }
}

#[test]
fn what_stays_in_its_file_does_not_count() {
    let file = tempfile::tempfile().unwrap();
    file.set_len(1000).unwrap();
    let mut spool = Spool::new().with_threshold(2).with_limit(10);
    spool.write_all(b"01234").unwrap();
    spool.put_base64(file.try_clone().unwrap()).unwrap();
    spool.write_all(b"56789").unwrap();
    assert_eq!(Error::from(spool.write_all(b"x").unwrap_err()).to_string(), "expected at most 10 bytes, found more");
    assert_eq!(spool.len(), 10 + 1336);
    spool.truncate(9 + 1336);
    spool.write_all(b"x").unwrap();
    // Into the base64, into what was there before it, and to its end.
    for (less, room) in [(1000, 5), (5, 5), (4, 6), (0, 10)] {
        spool.truncate(less);
        assert!(spool.write_all(&alloc::vec![0; room + 1]).is_err());
        spool.write_all(&alloc::vec![0; room]).unwrap();
        spool.truncate(less);
    }
    #[cfg(unix)]
    assert!(spool.put_base64(File::open("/").unwrap()).is_err());
    // One that fits is copied.
    let mut spool = Spool::new().with_limit(10);
    assert!(spool.put_base64(file).is_err() && spool.is_empty());
}

#[test]
#[cfg(feature = "spool")]
fn says_where_it_cannot_write() {
    let mut spool = Spool::new().with_threshold(1).with_directory("/nowhere/at/all");
    spool.write_all(b"x").unwrap();
    assert_eq!(spool.write_all(b"y").unwrap_err().kind(), io::ErrorKind::NotFound);
    assert_eq!(all(&spool), b"x");
}
