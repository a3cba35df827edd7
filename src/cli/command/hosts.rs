//! Where the hosted registries and accounts are that a command is about.

use std::path::Path;

use crate::cli::args_hosting::HostArguments;
use crate::cli::exit::{Exit, runtime};
use crate::cli::output::terminal::Terminal;
use crate::io::bucket::waiting::WaitingBucket;
use crate::io::mirror::settings;
use crate::model::error::Result;
use crate::model::settings::serve::SettingValue;
use crate::ops::bucket::open::{Endpoints, OpenBucket};
use crate::ops::context::mirror::OpenMirror;
use crate::ops::context::options::Context;

/// Runs a command on them that needs the mirror alone.
pub fn at<A>(
    arguments: &A,
    host: &HostArguments,
    common: &Context,
    terminal: Terminal,
    run: fn(&A, &OpenMirror, Terminal) -> Result<u8, Exit>,
) -> Result<u8, Exit> {
    with(host, common, |common| {
        run(arguments, &common.mirror, terminal)
    })
}

/// Does something with them: in the bucket that is named, else in the folder of the mirror.
pub fn with(
    arguments: &HostArguments,
    common: &Context,
    work: impl FnOnce(&Context) -> Result<u8, Exit>,
) -> Result<u8, Exit> {
    let named = arguments.store.clone().filter(|url| !url.is_empty());
    let (url, endpoint) = match named {
        Some(url) => (Some(url), None),
        // The servers of this mirror have them there.
        None => (
            of_servers(&common.mirror.folder, "store")?,
            of_servers(&common.mirror.folder, "store-endpoint")?,
        ),
    };
    let Some(url) = url else {
        return work(common);
    };
    let endpoints = Endpoints {
        endpoint: arguments.store_endpoint.clone().or(endpoint),
        public: None,
    };
    let bucket = OpenBucket::open(common, &url, &endpoints)?;
    // Apart from that of the command: one goes on while the other waits for it.
    let runtime = runtime(2)?;
    let hosts = WaitingBucket::new(&bucket.client, &bucket.address, runtime.handle().clone());
    let mut common = common.clone();
    common.mirror.hosts = Some(hosts);
    let done = work(&common);
    runtime.shutdown_timeout(std::time::Duration::from_secs(2));
    done
}

/// A setting of `serve` in `mirror.toml`.
fn of_servers(mirror: &Path, key: &str) -> Result<Option<String>> {
    let mut set = settings::read(mirror)?.serve.into_iter();
    let found = set.find(|setting| setting.key == key);
    Ok(found.and_then(|setting| match setting.value {
        SettingValue::Text(text) => Some(text),
        SettingValue::Flag(_) | SettingValue::List(_) => None,
    }))
}
