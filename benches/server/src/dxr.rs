//! dxr's server, which stands on axum.

use std::net::SocketAddr;
use std::path::Path;

use axum::http::HeaderMap;
use axum::serve::ListenerExt as _;
use dxr::{DateTime, Fault, TryFromParams, TryToValue, Value};
use dxr_server::{Handler, HandlerFn, HandlerResult, RouteBuilder, Server, async_trait};
use tokio::net::TcpListener;
use tokio::runtime::Builder;

use crate::{Failure, announce, records};

#[derive(TryToValue)]
struct Record {
    id: i32,
    level: i32,
    ratio: f64,
    weight: f64,
    active: bool,
    name: String,
    unit: String,
    place: String,
    note: String,
    changed: DateTime,
}

struct Records(Vec<Record>);

#[async_trait]
impl Handler for Records {
    async fn handle(&self, _: &[Value], _: HeaderMap) -> HandlerResult {
        self.0.try_to_value().map_err(Fault::from)
    }
}

fn add(params: &[Value], _: HeaderMap) -> HandlerResult {
    let (a, b) = <(i32, i32)>::try_from_params(params)?;
    Ok(a.wrapping_add(b).try_to_value()?)
}

/// With `threads`, on one for each core.
pub(crate) fn serve(address: SocketAddr, file: &Path, threads: bool) -> Result<(), Failure> {
    let records = records::read(file)?.into_iter().map(|record| Record {
        id: record.id,
        level: record.level,
        ratio: record.ratio,
        weight: record.weight,
        active: record.active,
        name: record.name,
        unit: record.unit,
        place: record.place,
        note: record.note,
        changed: record.changed.to_string().parse().expect("a date of the base form"),
    });
    let route = RouteBuilder::new()
        .set_path("/RPC2")
        .add_method("add", Box::new(add as HandlerFn))
        .add_method("records", Box::new(Records(records.collect())))
        .build();
    let mut builder = if threads { Builder::new_multi_thread() } else { Builder::new_current_thread() };
    builder.enable_io().build()?.block_on(async {
        let listener = TcpListener::bind(address).await?;
        announce(listener.local_addr()?)?;
        let listener = listener.tap_io(|socket| {
            let _ = socket.set_nodelay(true);
        });
        Ok(Server::from_route(route).serve_listener(listener).await?)
    })
}
