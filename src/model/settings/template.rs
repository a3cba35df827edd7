//! `mirror.toml` as a file in which every key is a comment, beside `[serve]`, whose keys come from the arguments.

/// The tables of registries in a file in which every key is a comment.
pub const REGISTRIES_TEMPLATE: &str = r#"# What `serve` shows to browsers: `cargo mirror help web`
# [web]
# Pages; without them there is one page of plain text
# pages = true
# The search API, for `cargo search` and editors
# api = true
# Whether pages show what is inside packages
# code = true
# What the server is called on its pages
# title = "cargo mirror"

# What searches are made of, besides what is in the mirror: `cargo mirror help search`
# [catalog]
# The database dump of crates.io: a file, or an address from which it is fetched once a day at most
# dump = "db-dump.tar.gz"    # not set by default
# Whether readmes are shown
# readmes = true

# Another registry that `serve` pulls crates from, under /registries/partner/: `cargo mirror help serve`. None by default.
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

# The copy of a registry that `cargo mirror sync` makes: `cargo mirror help sync`
# [sync]
# Registry: crates-io, one of cargo's config or of [upstreams], or the address of an index
# registry = "crates-io"
# Where its index files and crates come from, if not from where cargo takes them
# upstream = "sparse+https://crates.example.com/index/"    # not set by default
# Git index to learn changes from; "none": ask for each index file
# index-git = "https://git.example.com/index"    # not set by default
# Pause between two runs of a server that syncs
# every = "15m"    # not set by default
# Mail address or URL for the registry to write to, in the User-Agent
# contact = "mirror@example.com"    # not set by default
# What becomes of versions that upstream removes: "hold TIME", "drop", "keep"
# on-removed = "hold 30d"
# Maximum number of requests a second
# requests-per-second = 200    # not set by default
# File with names of crates, a line each, for registries without a git index
# names-from = "/etc/cargo-mirror/names"    # not set by default
# Whether versions that upstream lists and does not have may be missing
# accept-absent = false
# What it takes; each key leaves something out or adds something
# [sync.select]
# names = []
# exclude = []
# top = 10000    # not set by default
# What the top is by, in a dump: "downloads", "dependents"
# top-by = "downloads"
# categories = []
# versions = "all"
# pre-releases = "all"    # not set by default
# yanked = "all"
# max-size = "20MiB"    # not set by default
# min-age = "3d"    # not set by default
# closure = false
# follow-roots = false

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
# Whether crates.io is asked every day if it has crates of these names; so it learns them
# ask-crates-io = false
# max-crate-size = "64MiB"
# max-metadata-size = "1MiB"
# max-dependencies = 1000
# max-features = 1000
# Files and folders in an archive
# max-entries = 100000

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
