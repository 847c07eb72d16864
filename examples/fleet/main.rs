//! Four server processes behind HAProxy or nginx, one of which is killed while calls go on.
//!
//! Run it with `cargo run --example fleet`, or with `-- haproxy` or `-- nginx` for the one of them. The program starts all
//! of it on free ports of this machine, and ends all of it; each server is this program too, as `fleet node`.
//!
//! A call that has not reached a server goes to another one. One that was under way when its server died may have been
//! executed: the client sends it again only where it was told that this does no harm.

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::net::TcpListener;
use std::os::fd::OwnedFd;
use std::process::{Child, Command, ExitCode, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

use tiny_xmlrpc::client::{Options, Retry, Wire};
use tiny_xmlrpc::server::Reply;
use tiny_xmlrpc::{Client, Server};

const SERVERS: usize = 4;
const CALLERS: i32 = 8;
const CALLS: i32 = 1_000;

type Outcome<T = ()> = Result<T, Box<dyn Error + Send + Sync>>;

/// One of the servers. It ends with its standard input, so that none is left of a program that died.
fn node() -> Outcome {
    let mut server = Server::bind("127.0.0.1:0")?;
    server.add("square", |number: i32| {
        // So much work it is.
        thread::sleep(Duration::from_millis(1));
        (std::process::id(), number * number)
    });
    server.add("note", |number: i32| (std::process::id(), number));
    server.page("/health", |_| Reply::text(200, "well"));
    println!("{}", server.local_addr()?);
    let stop = server.shutdown_handle();
    thread::spawn(move || {
        let _ = std::io::stdin().read_to_end(&mut Vec::new());
        stop.shutdown();
    });
    Ok(server.serve_forever()?)
}

/// A process that ends with this.
struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        // It is asked to, for nginx then ends its own processes.
        let asked = Command::new("kill").arg(self.0.id().to_string()).status();
        if !asked.is_ok_and(|status| status.success()) {
            let _ = self.0.kill();
        }
        let _ = self.0.wait();
    }
}

/// A server, and its address.
fn start_node() -> Outcome<(Process, String)> {
    let mut command = Command::new(std::env::current_exe()?);
    let mut process = Process(command.arg("node").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?);
    let stdout = process.0.stdout.take().ok_or("expected a pipe")?;
    let mut address = String::new();
    BufReader::new(stdout).read_line(&mut address)?;
    Ok((process, address.trim_end().to_owned()))
}

fn is_installed(program: &str) -> bool {
    Command::new(program).arg("-v").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok()
}

fn demonstrate(balancer: &str) -> Outcome {
    let nodes = (0..SERVERS).map(|_| start_node()).collect::<Outcome<Vec<_>>>()?;
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?.to_string();
    let directory = tempfile::tempdir()?;
    let config = directory.path().join("config");

    let mut command = Command::new(balancer);
    let text = if balancer == "haproxy" {
        command.args(["-db", "-f"]).arg(&config);
        let servers = nodes.iter().enumerate().map(|(index, (_, node))| format!("    server node{index} {node}\n"));
        format!("{}{}", include_str!("haproxy.cfg"), servers.collect::<String>())
    } else {
        command.arg("-e").arg(directory.path().join("errors")).arg("-c").arg(&config).env("NGINX", "0;");
        let servers: String = nodes.iter().map(|(_, node)| format!("server {node};\n")).collect();
        fs::write(directory.path().join("servers"), servers)?;
        include_str!("nginx.conf")
            .replace("ADDRESS", &address)
            .replace("DIRECTORY", &directory.path().to_string_lossy())
    };
    fs::write(&config, text)?;
    // It gets the socket that listens as its standard input: nobody else can take the port, and whoever connects before it
    // is ready waits.
    let started = command.stdin(OwnedFd::from(listener)).spawn();
    let _balancer = Process(started.map_err(|error| format!("starting {balancer}: {error}"))?);
    // The socket is in there too, and is to be the balancer's alone.
    drop(command);
    println!("{SERVERS} servers behind {balancer} at http://{address}");
    call(&format!("http://{address}"), nodes.into_iter().map(|(process, _)| process).collect())
}

/// Makes all the calls, kills a server in the midst of them, and tells what came of it.
fn call(url: &str, mut nodes: Vec<Process>) -> Outcome {
    let requests = Arc::new(AtomicUsize::new(0));
    let counter = requests.clone();
    let mut options = Options::new();
    options.retry(Retry::new(10).longest_pause(Duration::from_millis(200)).idempotent(|method| method == "square"));
    options.verbose(move |piece| {
        if matches!(piece, Wire::RequestHead(_)) {
            counter.fetch_add(1, Ordering::Relaxed);
        }
    });
    let client = Client::with_options(url, &options)?;

    let (sender, outcomes) = channel();
    let mut by_method = BTreeMap::from([("square", (0, 0)), ("note", (0, 0))]);
    let mut by_node: BTreeMap<u32, usize> = nodes.iter().map(|node| (node.0.id(), 0)).collect();
    let mut lost = Vec::new();
    let victim = nodes.first_mut().ok_or("expected servers")?;
    thread::scope(|scope| -> Outcome {
        for caller in 0..CALLERS {
            let (client, sender) = (&client, sender.clone());
            scope.spawn(move || {
                for number in (caller..CALLS).step_by(CALLERS as usize) {
                    let method = if number % 5 == 0 { "note" } else { "square" };
                    let outcome = client.call::<(u32, i32)>(method, (number,));
                    let _ = sender.send((method, number, outcome));
                }
            });
        }
        drop(sender);
        for (count, (method, number, outcome)) in outcomes.iter().enumerate() {
            if count == 250 {
                victim.0.kill()?;
            }
            let (answered, made) = by_method.entry(method).or_default();
            *made += 1;
            match outcome {
                Ok((node, result)) if result == if method == "note" { number } else { number * number } => {
                    *by_node.entry(node).or_default() += 1;
                    *answered += 1;
                }
                Ok((_, result)) => return Err(format!("{method}({number}) is not {result}").into()),
                Err(error) if error.may_have_executed() => lost.push(format!("{method}({number}): {error}")),
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    })?;

    let dead = victim.0.id();
    for (node, calls) in by_node {
        let fate = if node == dead { ", and was killed" } else { "" };
        println!("process {node} answered {calls} calls{fate}");
    }
    println!("{CALLS} calls took {} requests", requests.load(Ordering::Relaxed));
    for (method, (answered, made)) in by_method {
        println!("{method}: {answered} of {made} calls answered");
    }
    for lost in lost {
        println!("not answered, and perhaps executed: {lost}");
    }
    Ok(())
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let done = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => match ["haproxy", "nginx"].into_iter().find(|balancer| is_installed(balancer)) {
            Some(balancer) => demonstrate(balancer),
            None => Err("expected HAProxy or nginx to be installed".into()),
        },
        [balancer @ ("haproxy" | "nginx")] => demonstrate(balancer),
        ["node"] => node(),
        _ => Err("expected nothing, `haproxy` or `nginx`".into()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
