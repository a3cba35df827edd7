//! `mirror.toml` as a file in which every key is a comment, beside `[serve]`, whose keys come from the arguments.

/// The tables of registries in a file in which every key is a comment.
pub const REGISTRIES_TEMPLATE: &str = r#"# Another registry that `serve` pulls crates from, under /registries/partner/: `cargo mirror help serve`. None by default.
# [upstreams.partner]
# Address of its index, as cargo's config has it: "sparse+https://..." or that of a git index
# index = "sparse+https://crates.example.com/index/"
# Who needs a token of this server to read: "none", "all"
# auth = "none"
# Time after which an index file is revalidated; without it that of [serve]
# refresh = "1m"    # not set by default
# Evict its least recently used crates beyond this size
# max-size = "20GiB"    # not set by default
# Evict its crates not requested within this time
# max-age = "90d"    # not set by default

# A hosted registry. `cargo mirror registry set NAME --set KEY=VALUE` writes into its table, too.
# [registries.NAME]
# Who needs a token: "none", "publish" (whoever changes something), "all"
# auth = "publish"
# Names that may be published; none: all
# names = []
# Who may publish the first version of a crate: "publishers", "admins", "team:NAME"
# new-crates = "publishers"
# Whether members of a team that owns a crate may change its owners
# teams-change-owners = true
# What becomes of a dependency that is not in this registry: "warn", "refuse", "any"
# deps = "warn"
# Other registries that dependencies may be in; none: all
# dep-registries = []
# Keys of [package] that a crate must have
# required = []
# Names that may be here and on crates.io
# allow-public = []
# max-crate-size = "64MiB"
# max-metadata-size = "1MiB"
# max-dependencies = 1000
# max-features = 1000

# Who is told of what happens: `cargo mirror help people`. None by default.
# [[registries.NAME.webhooks]]
# url = "https://hooks.example.com/crates"
# secret-file = "/etc/cargo-mirror/hook-secret"
# events = []

# Runs of CI that publish without a token: `cargo mirror help people`. None by default.
# [[registries.NAME.trusted-publishing]]
# issuer = "https://ci.example.com"
# repository = "OWNER/NAME"
# owner-id = "1"
# workflow = "release.yml"
# environment = "release"
# claims = {}
# crates = ["NAME"]
# new-crates = false
"#;
