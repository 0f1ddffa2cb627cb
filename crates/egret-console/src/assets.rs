//! Style and script, compiled in. Their addresses carry a digest, so that they are kept for good until they change.

use std::sync::LazyLock;

use axum::Router;
use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;

use crate::access::digest;

struct Asset {
    name: &'static str,
    kind: &'static str,
    text: &'static str,
}

const ASSETS: [Asset; 3] = [
    Asset { name: "egret.css", kind: "text/css; charset=utf-8", text: include_str!("../assets/egret.css") },
    Asset { name: "egret.js", kind: "text/javascript; charset=utf-8", text: include_str!("../assets/egret.js") },
    Asset { name: "egret.svg", kind: "image/svg+xml", text: include_str!("../assets/egret.svg") },
];

/// One digest for all of them.
static DIGEST: LazyLock<String> = LazyLock::new(|| {
    let all: String = ASSETS.iter().map(|asset| asset.text).collect();
    digest(&all)[..16].to_owned()
});

/// The path of an asset below the prefix of the console.
pub(crate) fn path(name: &str) -> String {
    format!("/.sys/job/assets/{}/{name}", *DIGEST)
}

pub(crate) fn register(router: Router) -> Router {
    router.route("/.sys/job/assets/{digest}/{name}", get(serve))
}

async fn serve(Path((digest, name)): Path<(String, String)>) -> Response {
    match ASSETS.iter().find(|asset| asset.name == name).filter(|_| digest == *DIGEST) {
        Some(asset) => (
            [
                (header::CONTENT_TYPE, asset.kind),
                (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
                (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
            ],
            asset.text,
        )
            .into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
