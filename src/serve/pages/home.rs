//! The home page as plain text, for clients that do not ask for HTML; `serve::web::home` shares `config_lines`.

use hyper::{Response, StatusCode};

use crate::io::config::edit::{self, ConfigPatch, ReplacementTarget};
use crate::serve::answer::body::{Body, PLAIN, text};

/// The lines of cargo's config that point it at a server.
pub fn config_lines(base: &str) -> String {
    edit::block(&ConfigPatch {
        crates_io: Some(ReplacementTarget::Server(format!(
            "sparse+{base}/crates-io/index/"
        ))),
        ..ConfigPatch::default()
    })
}

pub fn home(base: &str) -> Response<Body> {
    let lines = config_lines(base);
    let page = format!(
        "cargo mirror {}\n\nTo build with the crates of this server, put this into cargo's config:\n\n{lines}\n\
         {base}/-/stats   what it has done\n{base}/metrics   the same for Prometheus\n",
        env!("CARGO_PKG_VERSION")
    );
    text(StatusCode::OK, PLAIN, page)
}
