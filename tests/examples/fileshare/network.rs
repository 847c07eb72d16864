//! Many nodes, and large files.

use std::collections::{BTreeSet, VecDeque};
use std::thread;

use super::fault;
use super::node::Node;

const NODES: usize = 30;

/// Those that a node knows: the next ones of a ring, and those across a chord.
fn neighbours(of: usize) -> [usize; 4] {
    [1, NODES - 1, 7, NODES - 7].map(|step| (of + step) % NODES)
}

/// Over how many hops one reaches another while these are gone.
fn distance(from: usize, to: usize, gone: &BTreeSet<usize>) -> Option<usize> {
    let mut seen = gone.clone();
    let mut next = VecDeque::from([(from, 0)]);
    while let Some((node, hops)) = next.pop_front() {
        if node == to {
            return Some(hops);
        }
        let fresh: Vec<usize> = neighbours(node).into_iter().filter(|&node| seen.insert(node)).collect();
        next.extend(fresh.into_iter().map(|node| (node, hops + 1)));
    }
    None
}

#[test]
fn a_ring_with_chords_survives_the_loss_of_five() {
    let place = tempfile::tempdir().unwrap();
    let mut nodes: Vec<Node> = (0..NODES).map(|number| Node::start(place.path(), &number.to_string())).collect();
    for (number, node) in nodes.iter().enumerate() {
        node.put(&format!("file-{number}"), format!("contents of {number}").repeat(1 + number * 100));
        node.knows(neighbours(number).map(|other| nodes[other].url.as_str()));
    }
    let fetch = |nodes: &mut [Node], by: usize, of: usize| {
        let name = format!("file-{of}");
        let told = nodes[by].ask(&format!("fetch {name}"));
        assert!(told.starts_with(&format!("{name}, ")), "{by} of {of}: {told}");
        assert_eq!(nodes[by].has(&name), nodes[of].has(&name), "{by} of {of}");
    };
    let mut gone = BTreeSet::new();
    for (by, of) in [(0, 1), (0, 15), (3, 22), (11, 29), (18, 4), (29, 12), (7, 20), (25, 10)] {
        assert!(distance(by, of, &gone).is_some_and(|hops| hops <= 6));
        fetch(&mut nodes, by, of);
    }
    assert_eq!(nodes[0].ask("fetch file-30"), "couldn't find the file \"file-30\"");

    for killed in [1, 7, 12, 19, 25] {
        nodes[killed].kill();
        gone.insert(killed);
    }
    for (by, of) in [(0, 2), (0, 14), (5, 21), (13, 28), (20, 3), (24, 8), (8, 26)] {
        assert!(distance(by, of, &gone).is_some_and(|hops| hops <= 6));
        fetch(&mut nodes, by, of);
    }
    // One of the lost has left a copy behind.
    assert_eq!(nodes[2].ask("fetch file-12"), "file-12, 17.7 kB".replace("17.7", &kilobytes(&nodes[29], "file-12")));
    assert_eq!(nodes[2].ask("fetch file-7"), "couldn't find the file \"file-7\"");
    let lost: Vec<&str> = [1, 7, 12, 19, 25].map(|number: usize| nodes[number].url.as_str()).to_vec();
    let lost: Vec<String> = lost.into_iter().map(str::to_owned).collect();
    let peers = nodes[0].listed("peers");
    assert!(peers.len() >= 2 && !peers.iter().any(|url| lost.contains(url)), "{peers:?}");
}

fn kilobytes(node: &Node, name: &str) -> String {
    format!("{:.1}", node.has(name).unwrap().len() as f64 / 1e3)
}

#[test]
fn a_query_goes_over_six_hops() {
    let place = tempfile::tempdir().unwrap();
    let mut nodes: Vec<Node> = (0..8).map(|number| Node::start(place.path(), &number.to_string())).collect();
    for pair in nodes.windows(2) {
        pair[0].knows([pair[1].url.as_str()]);
    }
    nodes[6].put("six", "6");
    nodes[7].put("seven", "7");
    assert_eq!(nodes[0].ask("fetch six"), "six, 1 byte");
    assert_eq!(nodes[0].ask("fetch seven"), "couldn't find the file \"seven\"");
    assert_eq!(nodes[1].ask("fetch seven"), "seven, 1 byte");
    // Only the one that fetches has a copy.
    assert!(nodes[2..7].iter().all(|node| node.has("seven").is_none()));
    let history: Vec<String> = (0..6).map(|number| format!("http://127.0.0.1:{number}")).collect();
    assert_eq!(fault(&nodes[6].client(), "query", ("seven", &history)).0, 100);
    assert!(nodes[6].client().call::<tiny_xmlrpc::Binary>("query", ("seven", &history[1..])).is_ok());
}

#[test]
fn nodes_that_ask_each_other_in_a_circle_answer() {
    let place = tempfile::tempdir().unwrap();
    let nodes: Vec<Node> = (0..3).map(|number| Node::start(place.path(), &number.to_string())).collect();
    for node in &nodes {
        node.knows(nodes.iter().map(|other| other.url.as_str()));
        node.put("here", "x");
    }
    // Far more at once than the nodes have threads.
    thread::scope(|scope| {
        for number in 0..60 {
            let client = nodes[number % 3].client();
            scope.spawn(move || {
                for name in ["nothing", "nowhere"] {
                    assert_eq!(fault(&client, "query", (name,)).0, 100);
                    assert_eq!(*client.call::<tiny_xmlrpc::Binary>("query", ("here",)).unwrap(), *b"x");
                }
            });
        }
    });
}

/// 2 GiB, with optimization or where the environment has `FULL_SIZE=1`; without it that would take minutes.
#[cfg(target_os = "linux")]
#[test]
fn a_large_file_crosses_in_constant_memory() {
    use std::fs::File;
    use std::io::{Read, Seek, SeekFrom, Write};
    use std::os::unix::fs::FileExt;

    const MOST: u64 = 16 << 20;
    const MARK: &[u8] = b"in the middle of nothing";

    let full = !cfg!(debug_assertions) || std::env::var_os("FULL_SIZE").is_some_and(|value| value == "1");
    let size: u64 = if full { 2 << 30 } else { 24 << 20 };
    // Not where temporary files are, which may be memory.
    let place = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let mut nodes: Vec<Node> = (0..3).map(|number| Node::start(place.path(), &number.to_string())).collect();
    nodes[0].knows([nodes[1].url.as_str()]);
    nodes[1].knows([nodes[2].url.as_str()]);
    let marks = [0, size / 3, size - MARK.len() as u64];
    let source = File::create(nodes[2].directory().join("large")).unwrap();
    source.set_len(size).unwrap();
    for at in marks {
        source.write_all_at(MARK, at).unwrap();
    }

    let start = std::time::Instant::now();
    let told = nodes[0].ask("fetch large");
    assert!(told.starts_with("large, "), "{told}");
    let mut file = File::open(nodes[0].directory().join("large")).unwrap();
    assert_eq!(file.metadata().unwrap().len(), size);
    for at in marks {
        let mut mark = [0; MARK.len()];
        file.read_exact_at(&mut mark, at).unwrap();
        assert_eq!(mark, MARK);
    }
    // All else is as empty as it was.
    let (mut piece, mut full_bytes) = (vec![0; 1 << 20], 0);
    file.seek(SeekFrom::Start(0)).unwrap();
    loop {
        let length = file.read(&mut piece).unwrap();
        if length == 0 {
            break;
        }
        full_bytes += piece[..length].iter().filter(|&&byte| byte != 0).count();
    }
    assert_eq!(full_bytes, marks.len() * MARK.len());

    let memory: Vec<u64> = nodes.iter().map(Node::memory).collect();
    let seconds = start.elapsed().as_secs_f64();
    let mut out = std::io::stderr();
    let _ = writeln!(out, "{size} bytes over two hops in {seconds:.1} s, memory of the nodes {memory:?}");
    assert!(memory.iter().all(|&memory| memory < MOST), "{memory:?}");
    assert!(nodes[1].entries().is_empty());
}
