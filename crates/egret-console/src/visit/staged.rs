//! A visit without a request, over a store in memory, for tests.

use std::sync::Arc;

use axum::http::Request;
use egret::App;
use egret::config::Config;
use egret_core::memory::MemoryRows;

use super::Visit;
use crate::Console;
use crate::access::Viewer;

/// A visit of somebody, or of nobody, who has come in.
pub(crate) async fn staged(viewer: Option<Viewer>) -> Visit {
    let store = Arc::new(MemoryRows::default());
    let app = App::builder().config(Config::default()).backend(store).start_nothing().build().await.unwrap();
    let console = Console::builder(app).build().await.unwrap();
    let now = console.desk.app.backend().now().await.unwrap();
    let parts = Request::builder().uri("/").body(()).unwrap().into_parts().0;
    Visit { viewer, ..Visit::new(console.desk, &parts, [], now) }
}
