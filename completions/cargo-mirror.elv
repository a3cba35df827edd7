
use builtin;
use str;

set edit:completion:arg-completer[cargo-mirror] = {|@words|
    fn spaces {|n|
        builtin:repeat $n ' ' | str:join ''
    }
    fn cand {|text desc|
        edit:complex-candidate $text &display=$text' '(spaces (- 14 (wcswidth $text)))$desc
    }
    var command = 'cargo-mirror'
    for word $words[1..-1] {
        if (str:has-prefix $word '-') {
            break
        }
        set command = $command';'$word
    }
    var completions = [
        &'cargo-mirror'= {
            cand -m 'Folder of the mirror [default: cargo-mirror in the user''s data folder]'
            cand --mirror 'Folder of the mirror [default: cargo-mirror in the user''s data folder]'
            cand --upstream 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, or `crates-io` for crates.io itself [default: the source that cargo uses]'
            cand --send-token-to 'Also send a registry''s token to this host, for crates that are on another host than the index'
            cand -j 'Number of concurrent requests'
            cand --jobs 'Number of concurrent requests'
            cand --color 'When to color the output'
            cand --message-format 'Output format: text, or one JSON object per line on standard output'
            cand --offline 'Use no network: take crates only from cargo''s caches on this machine'
            cand --no-flush 'Do not flush to disk: a power cut may lose crates that were reported as stored'
            cand -q 'Print errors only'
            cand --quiet 'Print errors only'
            cand -v 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`'
            cand --verbose 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`'
            cand -h 'Print help'
            cand --help 'Print help'
            cand -V 'Print version'
            cand --version 'Print version'
            cand completions 'Print a completion script for a shell'
            cand man 'Print the manual page'
            cand generate 'Write the completion scripts and the manual page into a folder'
            cand status 'Check that every package of a lockfile is in the mirror and intact'
            cand on 'Point a project''s builds at the mirror, or at a server'
            cand off 'Restore cargo''s config to what it was before `on` or `vendor`'
            cand vendor 'Mirror every package of a project''s lockfile, then point its builds at the mirror'
            cand prefetch 'Mirror lockfiles, projects, crate lists or crates by name, without editing cargo''s config'
            cand verify 'Hash every crate in the mirror and report what is damaged, missing or unexpected'
            cand repair 'Repair the mirror: fetch what is damaged or missing, fix the index, quarantine the rest'
            cand roots 'List the roots of the mirror: the lockfiles and lists that it keeps crates for'
            cand gc 'Drop the crates that no root needs; without --yes, only list them'
            cand outdated 'List packages of a lockfile that upstream has yanked, replaced, deleted or updated'
            cand stats 'Show the statistics of a server, or how often each crate of a mirror was requested'
            cand serve 'Serve the mirror over HTTP as a replacement for crates.io, and fetch missing crates on demand'
            cand help 'Show a page of the guide, or the full help of a command'
        }
        &'cargo-mirror;completions'= {
            cand -m 'Folder of the mirror [default: cargo-mirror in the user''s data folder]'
            cand --mirror 'Folder of the mirror [default: cargo-mirror in the user''s data folder]'
            cand --upstream 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, or `crates-io` for crates.io itself [default: the source that cargo uses]'
            cand --send-token-to 'Also send a registry''s token to this host, for crates that are on another host than the index'
            cand -j 'Number of concurrent requests'
            cand --jobs 'Number of concurrent requests'
            cand --color 'When to color the output'
            cand --message-format 'Output format: text, or one JSON object per line on standard output'
            cand --offline 'Use no network: take crates only from cargo''s caches on this machine'
            cand --no-flush 'Do not flush to disk: a power cut may lose crates that were reported as stored'
            cand -q 'Print errors only'
            cand --quiet 'Print errors only'
            cand -v 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`'
            cand --verbose 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'cargo-mirror;man'= {
            cand -m 'Folder of the mirror [default: cargo-mirror in the user''s data folder]'
            cand --mirror 'Folder of the mirror [default: cargo-mirror in the user''s data folder]'
            cand --upstream 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, or `crates-io` for crates.io itself [default: the source that cargo uses]'
            cand --send-token-to 'Also send a registry''s token to this host, for crates that are on another host than the index'
            cand -j 'Number of concurrent requests'
            cand --jobs 'Number of concurrent requests'
            cand --color 'When to color the output'
            cand --message-format 'Output format: text, or one JSON object per line on standard output'
            cand --offline 'Use no network: take crates only from cargo''s caches on this machine'
            cand --no-flush 'Do not flush to disk: a power cut may lose crates that were reported as stored'
            cand -q 'Print errors only'
            cand --quiet 'Print errors only'
            cand -v 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`'
            cand --verbose 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'cargo-mirror;generate'= {
            cand -m 'Folder of the mirror [default: cargo-mirror in the user''s data folder]'
            cand --mirror 'Folder of the mirror [default: cargo-mirror in the user''s data folder]'
            cand --upstream 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, or `crates-io` for crates.io itself [default: the source that cargo uses]'
            cand --send-token-to 'Also send a registry''s token to this host, for crates that are on another host than the index'
            cand -j 'Number of concurrent requests'
            cand --jobs 'Number of concurrent requests'
            cand --color 'When to color the output'
            cand --message-format 'Output format: text, or one JSON object per line on standard output'
            cand --offline 'Use no network: take crates only from cargo''s caches on this machine'
            cand --no-flush 'Do not flush to disk: a power cut may lose crates that were reported as stored'
            cand -q 'Print errors only'
            cand --quiet 'Print errors only'
            cand -v 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`'
            cand --verbose 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'cargo-mirror;status'= {
            cand --prove 'Let cargo verify it without a network: `fetch` unpacks every package, `build` also builds the project'
            cand --explain 'Show why a package is needed, its dependency chains, and its state in the mirror'
            cand -m 'Folder of the mirror [default: cargo-mirror in the user''s data folder]'
            cand --mirror 'Folder of the mirror [default: cargo-mirror in the user''s data folder]'
            cand --upstream 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, or `crates-io` for crates.io itself [default: the source that cargo uses]'
            cand --send-token-to 'Also send a registry''s token to this host, for crates that are on another host than the index'
            cand -j 'Number of concurrent requests'
            cand --jobs 'Number of concurrent requests'
            cand --color 'When to color the output'
            cand --message-format 'Output format: text, or one JSON object per line on standard output'
            cand --std 'Also check the dependencies of the standard library, for `-Z build-std`'
            cand --recursive 'Check every workspace below the folders'
            cand --offline 'Use no network: take crates only from cargo''s caches on this machine'
            cand --no-flush 'Do not flush to disk: a power cut may lose crates that were reported as stored'
            cand -q 'Print errors only'
            cand --quiet 'Print errors only'
            cand -v 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`'
            cand --verbose 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'cargo-mirror;on'= {
            cand --config-path 'Edit this config file'
            cand --server 'Point builds at this server as a replacement for crates.io: http://HOST:PORT, or the full URL of its index'
            cand -m 'Folder of the mirror [default: cargo-mirror in the user''s data folder]'
            cand --mirror 'Folder of the mirror [default: cargo-mirror in the user''s data folder]'
            cand --upstream 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, or `crates-io` for crates.io itself [default: the source that cargo uses]'
            cand --send-token-to 'Also send a registry''s token to this host, for crates that are on another host than the index'
            cand -j 'Number of concurrent requests'
            cand --jobs 'Number of concurrent requests'
            cand --color 'When to color the output'
            cand --message-format 'Output format: text, or one JSON object per line on standard output'
            cand --global 'Edit the config in `CARGO_HOME`, which applies to every project'
            cand -n 'Print what would change and write nothing'
            cand --dry-run 'Print what would change and write nothing'
            cand --offline 'Use no network: take crates only from cargo''s caches on this machine'
            cand --no-flush 'Do not flush to disk: a power cut may lose crates that were reported as stored'
            cand -q 'Print errors only'
            cand --quiet 'Print errors only'
            cand -v 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`'
            cand --verbose 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'cargo-mirror;off'= {
            cand --config-path 'Edit this config file'
            cand -m 'Folder of the mirror [default: cargo-mirror in the user''s data folder]'
            cand --mirror 'Folder of the mirror [default: cargo-mirror in the user''s data folder]'
            cand --upstream 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, or `crates-io` for crates.io itself [default: the source that cargo uses]'
            cand --send-token-to 'Also send a registry''s token to this host, for crates that are on another host than the index'
            cand -j 'Number of concurrent requests'
            cand --jobs 'Number of concurrent requests'
            cand --color 'When to color the output'
            cand --message-format 'Output format: text, or one JSON object per line on standard output'
            cand --global 'Edit the config in `CARGO_HOME`, which applies to every project'
            cand -n 'Print what would change and write nothing'
            cand --dry-run 'Print what would change and write nothing'
            cand --offline 'Use no network: take crates only from cargo''s caches on this machine'
            cand --no-flush 'Do not flush to disk: a power cut may lose crates that were reported as stored'
            cand -q 'Print errors only'
            cand --quiet 'Print errors only'
            cand -v 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`'
            cand --verbose 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'cargo-mirror;vendor'= {
            cand --target 'Mirror only what builds for this platform read; `host` is the platform of this machine; repeatable'
            cand -F 'Mirror only what builds with these features and the default ones read, separated by commas [default: all features]'
            cand --features 'Mirror only what builds with these features and the default ones read, separated by commas [default: all features]'
            cand --config-path 'Edit this config file'
            cand -m 'Folder of the mirror [default: cargo-mirror in the user''s data folder]'
            cand --mirror 'Folder of the mirror [default: cargo-mirror in the user''s data folder]'
            cand --upstream 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, or `crates-io` for crates.io itself [default: the source that cargo uses]'
            cand --send-token-to 'Also send a registry''s token to this host, for crates that are on another host than the index'
            cand -j 'Number of concurrent requests'
            cand --jobs 'Number of concurrent requests'
            cand --color 'When to color the output'
            cand --message-format 'Output format: text, or one JSON object per line on standard output'
            cand --recursive 'Include every workspace below the folders'
            cand --std 'Also mirror the dependencies of the standard library, for `-Z build-std`'
            cand --locked 'Fail if a lockfile is missing or stale, instead of letting cargo update it'
            cand --no-dev 'Leave out dev-dependencies: no tests, examples or benches'
            cand --no-default-features 'Disable default features of projects and of crates given by name'
            cand --check-archives 'Check inside every archive for entries that cargo rejects, also if a lockfile has its checksum'
            cand -n 'Print the plan and write nothing'
            cand --dry-run 'Print the plan and write nothing'
            cand --no-config 'Print the config lines instead of writing them'
            cand --global 'Edit the config in `CARGO_HOME`, which applies to every project'
            cand --offline 'Use no network: take crates only from cargo''s caches on this machine'
            cand --no-flush 'Do not flush to disk: a power cut may lose crates that were reported as stored'
            cand -q 'Print errors only'
            cand --quiet 'Print errors only'
            cand -v 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`'
            cand --verbose 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'cargo-mirror;prefetch'= {
            cand --target 'Mirror only what builds for this platform read; `host` is the platform of this machine; repeatable'
            cand -F 'Mirror only what builds with these features and the default ones read, separated by commas [default: all features]'
            cand --features 'Mirror only what builds with these features and the default ones read, separated by commas [default: all features]'
            cand -m 'Folder of the mirror [default: cargo-mirror in the user''s data folder]'
            cand --mirror 'Folder of the mirror [default: cargo-mirror in the user''s data folder]'
            cand --upstream 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, or `crates-io` for crates.io itself [default: the source that cargo uses]'
            cand --send-token-to 'Also send a registry''s token to this host, for crates that are on another host than the index'
            cand -j 'Number of concurrent requests'
            cand --jobs 'Number of concurrent requests'
            cand --color 'When to color the output'
            cand --message-format 'Output format: text, or one JSON object per line on standard output'
            cand --std 'Also mirror the dependencies of the standard library, for `-Z build-std`'
            cand --locked 'Fail if a lockfile is missing or stale, instead of letting cargo update it'
            cand --no-dev 'Leave out dev-dependencies: no tests, examples or benches'
            cand --no-default-features 'Disable default features of projects and of crates given by name'
            cand --check-archives 'Check inside every archive for entries that cargo rejects, also if a lockfile has its checksum'
            cand -n 'Print the plan and write nothing'
            cand --dry-run 'Print the plan and write nothing'
            cand --all-features 'Enable all features of crates given by name'
            cand --no-deps 'Leave out the dependencies of crates given by name'
            cand --offline 'Use no network: take crates only from cargo''s caches on this machine'
            cand --no-flush 'Do not flush to disk: a power cut may lose crates that were reported as stored'
            cand -q 'Print errors only'
            cand --quiet 'Print errors only'
            cand -v 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`'
            cand --verbose 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'cargo-mirror;verify'= {
            cand --since 'Hash only files modified since: 12h, 7d, 2026-05-01, 2026-05-01T12:00:00Z'
            cand -m 'Folder of the mirror [default: cargo-mirror in the user''s data folder]'
            cand --mirror 'Folder of the mirror [default: cargo-mirror in the user''s data folder]'
            cand --upstream 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, or `crates-io` for crates.io itself [default: the source that cargo uses]'
            cand --send-token-to 'Also send a registry''s token to this host, for crates that are on another host than the index'
            cand -j 'Number of concurrent requests'
            cand --jobs 'Number of concurrent requests'
            cand --color 'When to color the output'
            cand --message-format 'Output format: text, or one JSON object per line on standard output'
            cand --quick 'Hash nothing: compare only files, sizes, modification times and index lines'
            cand --archives 'Also check inside every archive for entries that cargo rejects; takes ten times as long'
            cand --resume 'Continue an interrupted run with the same options'
            cand --repair 'Repair the damage found, as `repair` does'
            cand --offline 'Use no network: take crates only from cargo''s caches on this machine'
            cand --no-flush 'Do not flush to disk: a power cut may lose crates that were reported as stored'
            cand -q 'Print errors only'
            cand --quiet 'Print errors only'
            cand -v 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`'
            cand --verbose 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'cargo-mirror;repair'= {
            cand --accept 'Accept upstream''s new bytes for versions whose checksum has changed upstream'
            cand -m 'Folder of the mirror [default: cargo-mirror in the user''s data folder]'
            cand --mirror 'Folder of the mirror [default: cargo-mirror in the user''s data folder]'
            cand --upstream 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, or `crates-io` for crates.io itself [default: the source that cargo uses]'
            cand --send-token-to 'Also send a registry''s token to this host, for crates that are on another host than the index'
            cand -j 'Number of concurrent requests'
            cand --jobs 'Number of concurrent requests'
            cand --color 'When to color the output'
            cand --message-format 'Output format: text, or one JSON object per line on standard output'
            cand --quick 'Hash nothing at first: compare only files, sizes, modification times and index lines'
            cand --archives 'Also check inside every archive, and quarantine those that cargo rejects'
            cand -n 'Report damage and write nothing'
            cand --dry-run 'Report damage and write nothing'
            cand --offline 'Use no network: take crates only from cargo''s caches on this machine'
            cand --no-flush 'Do not flush to disk: a power cut may lose crates that were reported as stored'
            cand -q 'Print errors only'
            cand --quiet 'Print errors only'
            cand -v 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`'
            cand --verbose 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'cargo-mirror;roots'= {
            cand -m 'Folder of the mirror [default: cargo-mirror in the user''s data folder]'
            cand --mirror 'Folder of the mirror [default: cargo-mirror in the user''s data folder]'
            cand --upstream 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, or `crates-io` for crates.io itself [default: the source that cargo uses]'
            cand --send-token-to 'Also send a registry''s token to this host, for crates that are on another host than the index'
            cand -j 'Number of concurrent requests'
            cand --jobs 'Number of concurrent requests'
            cand --color 'When to color the output'
            cand --message-format 'Output format: text, or one JSON object per line on standard output'
            cand --offline 'Use no network: take crates only from cargo''s caches on this machine'
            cand --no-flush 'Do not flush to disk: a power cut may lose crates that were reported as stored'
            cand -q 'Print errors only'
            cand --quiet 'Print errors only'
            cand -v 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`'
            cand --verbose 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`'
            cand -h 'Print help'
            cand --help 'Print help'
            cand list 'List roots: id, kind, origin, number of packages, time last given, whether the origin exists'
            cand add 'Record inputs as roots without fetching their crates; resolving a list still fetches index files'
            cand forget 'Forget roots, so that `gc` may drop what only they need'
        }
        &'cargo-mirror;roots;list'= {
            cand -m 'Folder of the mirror [default: cargo-mirror in the user''s data folder]'
            cand --mirror 'Folder of the mirror [default: cargo-mirror in the user''s data folder]'
            cand --upstream 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, or `crates-io` for crates.io itself [default: the source that cargo uses]'
            cand --send-token-to 'Also send a registry''s token to this host, for crates that are on another host than the index'
            cand -j 'Number of concurrent requests'
            cand --jobs 'Number of concurrent requests'
            cand --color 'When to color the output'
            cand --message-format 'Output format: text, or one JSON object per line on standard output'
            cand --offline 'Use no network: take crates only from cargo''s caches on this machine'
            cand --no-flush 'Do not flush to disk: a power cut may lose crates that were reported as stored'
            cand -q 'Print errors only'
            cand --quiet 'Print errors only'
            cand -v 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`'
            cand --verbose 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'cargo-mirror;roots;add'= {
            cand -m 'Folder of the mirror [default: cargo-mirror in the user''s data folder]'
            cand --mirror 'Folder of the mirror [default: cargo-mirror in the user''s data folder]'
            cand --upstream 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, or `crates-io` for crates.io itself [default: the source that cargo uses]'
            cand --send-token-to 'Also send a registry''s token to this host, for crates that are on another host than the index'
            cand -j 'Number of concurrent requests'
            cand --jobs 'Number of concurrent requests'
            cand --color 'When to color the output'
            cand --message-format 'Output format: text, or one JSON object per line on standard output'
            cand --offline 'Use no network: take crates only from cargo''s caches on this machine'
            cand --no-flush 'Do not flush to disk: a power cut may lose crates that were reported as stored'
            cand -q 'Print errors only'
            cand --quiet 'Print errors only'
            cand -v 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`'
            cand --verbose 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'cargo-mirror;roots;forget'= {
            cand -m 'Folder of the mirror [default: cargo-mirror in the user''s data folder]'
            cand --mirror 'Folder of the mirror [default: cargo-mirror in the user''s data folder]'
            cand --upstream 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, or `crates-io` for crates.io itself [default: the source that cargo uses]'
            cand --send-token-to 'Also send a registry''s token to this host, for crates that are on another host than the index'
            cand -j 'Number of concurrent requests'
            cand --jobs 'Number of concurrent requests'
            cand --color 'When to color the output'
            cand --message-format 'Output format: text, or one JSON object per line on standard output'
            cand --offline 'Use no network: take crates only from cargo''s caches on this machine'
            cand --no-flush 'Do not flush to disk: a power cut may lose crates that were reported as stored'
            cand -q 'Print errors only'
            cand --quiet 'Print errors only'
            cand -v 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`'
            cand --verbose 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'cargo-mirror;gc'= {
            cand --keep 'Also keep these crates: NAME or NAME@REQ, with `*` and `?` as wildcards in NAME'
            cand --keep-latest 'Keep the newest N versions of each crate, not counting yanked versions'
            cand --older-than 'Keep crates that arrived, or were last needed by a root, within this time: 12h, 90d, 8w'
            cand --max-size 'Drop crates, oldest first, only until the total size is at most this: 500MB, 20GiB'
            cand -m 'Folder of the mirror [default: cargo-mirror in the user''s data folder]'
            cand --mirror 'Folder of the mirror [default: cargo-mirror in the user''s data folder]'
            cand --upstream 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, or `crates-io` for crates.io itself [default: the source that cargo uses]'
            cand --send-token-to 'Also send a registry''s token to this host, for crates that are on another host than the index'
            cand -j 'Number of concurrent requests'
            cand --jobs 'Number of concurrent requests'
            cand --color 'When to color the output'
            cand --message-format 'Output format: text, or one JSON object per line on standard output'
            cand -y 'Drop the crates instead of listing them'
            cand --yes 'Drop the crates instead of listing them'
            cand --forget-gone 'Forget roots whose lockfile or list no longer exists'
            cand --offline 'Use no network: take crates only from cargo''s caches on this machine'
            cand --no-flush 'Do not flush to disk: a power cut may lose crates that were reported as stored'
            cand -q 'Print errors only'
            cand --quiet 'Print errors only'
            cand -v 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`'
            cand --verbose 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'cargo-mirror;outdated'= {
            cand --advisories 'Also report security advisories from this RustSec database: a folder, or the URL of a git repository'
            cand -m 'Folder of the mirror [default: cargo-mirror in the user''s data folder]'
            cand --mirror 'Folder of the mirror [default: cargo-mirror in the user''s data folder]'
            cand --upstream 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, or `crates-io` for crates.io itself [default: the source that cargo uses]'
            cand --send-token-to 'Also send a registry''s token to this host, for crates that are on another host than the index'
            cand -j 'Number of concurrent requests'
            cand --jobs 'Number of concurrent requests'
            cand --color 'When to color the output'
            cand --message-format 'Output format: text, or one JSON object per line on standard output'
            cand --offline 'Use no network: take crates only from cargo''s caches on this machine'
            cand --no-flush 'Do not flush to disk: a power cut may lose crates that were reported as stored'
            cand -q 'Print errors only'
            cand --quiet 'Print errors only'
            cand -v 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`'
            cand --verbose 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'cargo-mirror;stats'= {
            cand --server 'Query this server instead of the mirror''s folder, with the token in `CARGO_MIRROR_TOKEN`'
            cand -m 'Folder of the mirror [default: cargo-mirror in the user''s data folder]'
            cand --mirror 'Folder of the mirror [default: cargo-mirror in the user''s data folder]'
            cand --upstream 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, or `crates-io` for crates.io itself [default: the source that cargo uses]'
            cand --send-token-to 'Also send a registry''s token to this host, for crates that are on another host than the index'
            cand -j 'Number of concurrent requests'
            cand --jobs 'Number of concurrent requests'
            cand --color 'When to color the output'
            cand --message-format 'Output format: text, or one JSON object per line on standard output'
            cand --offline 'Use no network: take crates only from cargo''s caches on this machine'
            cand --no-flush 'Do not flush to disk: a power cut may lose crates that were reported as stored'
            cand -q 'Print errors only'
            cand --quiet 'Print errors only'
            cand -v 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`'
            cand --verbose 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'cargo-mirror;serve'= {
            cand --listen 'Address and port to listen on, unless systemd passes sockets; repeatable'
            cand --public-url 'URL at which clients reach the server, such as that of a proxy; may have a path'
            cand --trusted-proxy 'Trust the X-Forwarded-* and Forwarded headers of proxies at these addresses; repeatable'
            cand --h2c-upgrade 'Whether to take the upgrade from HTTP/1.1 to HTTP/2 without TLS, which cargo asks for on http:// addresses'
            cand --refresh 'Time after which an index file is revalidated with upstream'
            cand --deleted 'How to serve a mirrored version that upstream has deleted'
            cand --prefetch 'Mirror this input once the server is up: a lockfile, a list or another input of `prefetch`; repeatable'
            cand --max-size 'Evict the least recently used crates beyond this size, except those of roots: 500MB, 20GiB'
            cand --max-age 'Evict crates not requested within this time, except those of roots: 90d, 8w'
            cand --tls-cert 'Certificate and chain for HTTPS; reloaded when it changes and on SIGHUP'
            cand --tls-key 'Private key of the certificate'
            cand --token-file 'Tokens of clients: lines of `read TOKEN` or `admin TOKEN`; reloaded when it changes and on SIGHUP'
            cand --log 'Format of the access log'
            cand --log-file 'Write the access log to this file instead of standard output; reopened on SIGHUP'
            cand --memory 'Memory for cached index files and small crates'
            cand --max-connections 'Maximum number of connections; 0 is unlimited'
            cand --max-connections-per-address 'Maximum number of connections from one address; 0 is unlimited, for use behind a proxy'
            cand --max-requests 'Maximum number of requests in flight; 0 is unlimited'
            cand --client-timeout 'Disconnect a client that neither sends nor receives for this time'
            cand -m 'Folder of the mirror [default: cargo-mirror in the user''s data folder]'
            cand --mirror 'Folder of the mirror [default: cargo-mirror in the user''s data folder]'
            cand --upstream 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, or `crates-io` for crates.io itself [default: the source that cargo uses]'
            cand --send-token-to 'Also send a registry''s token to this host, for crates that are on another host than the index'
            cand -j 'Number of concurrent requests'
            cand --jobs 'Number of concurrent requests'
            cand --color 'When to color the output'
            cand --message-format 'Output format: text, or one JSON object per line on standard output'
            cand --only-mirrored 'Serve only what is in the mirror; fetch from upstream only for --prefetch and /-/prefetch'
            cand --offline 'Use no network: take crates only from cargo''s caches on this machine'
            cand --no-flush 'Do not flush to disk: a power cut may lose crates that were reported as stored'
            cand -q 'Print errors only'
            cand --quiet 'Print errors only'
            cand -v 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`'
            cand --verbose 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'cargo-mirror;help'= {
            cand vendor 'Mirror your projects and point their builds at the mirror'
            cand prefetch 'Fill a mirror from lockfiles, crate lists and names'
            cand config 'How builds are pointed at a mirror or a server'
            cand prune 'Mirror only what you build for'
            cand git 'Git dependencies'
            cand registries 'Other registries, logins, proxies and upstreams'
            cand verify 'Find damage and repair it'
            cand gc 'What a mirror keeps, and how to make it smaller'
            cand outdated 'What has changed upstream'
            cand serve 'Serve a team, a CI fleet or a laptop'
            cand deploy 'Run the server as a service'
            cand ci 'Onboarding scripts and CI'
            cand output 'Exit status, JSON and what is printed'
            cand layout 'What is on disk, and why it is safe'
            cand contributing 'Work on cargo mirror'
            cand status 'Check that every package of a lockfile is in the mirror and intact'
            cand on 'Point a project''s builds at the mirror, or at a server'
            cand off 'Restore cargo''s config to what it was before `on` or `vendor`'
            cand roots 'List the roots of the mirror: the lockfiles and lists that it keeps crates for'
            cand repair 'Repair the mirror: fetch what is damaged or missing, fix the index, quarantine the rest'
            cand stats 'Show the statistics of a server, or how often each crate of a mirror was requested'
            cand completions 'Print a completion script for a shell'
            cand man 'Print the manual page'
            cand help 'Show a page of the guide, or the full help of a command'
        }
        &'cargo-mirror;help;vendor'= {
        }
        &'cargo-mirror;help;prefetch'= {
        }
        &'cargo-mirror;help;config'= {
        }
        &'cargo-mirror;help;prune'= {
        }
        &'cargo-mirror;help;git'= {
        }
        &'cargo-mirror;help;registries'= {
        }
        &'cargo-mirror;help;verify'= {
        }
        &'cargo-mirror;help;gc'= {
        }
        &'cargo-mirror;help;outdated'= {
        }
        &'cargo-mirror;help;serve'= {
        }
        &'cargo-mirror;help;deploy'= {
        }
        &'cargo-mirror;help;ci'= {
        }
        &'cargo-mirror;help;output'= {
        }
        &'cargo-mirror;help;layout'= {
        }
        &'cargo-mirror;help;contributing'= {
        }
        &'cargo-mirror;help;status'= {
        }
        &'cargo-mirror;help;on'= {
        }
        &'cargo-mirror;help;off'= {
        }
        &'cargo-mirror;help;roots'= {
        }
        &'cargo-mirror;help;repair'= {
        }
        &'cargo-mirror;help;stats'= {
        }
        &'cargo-mirror;help;completions'= {
        }
        &'cargo-mirror;help;man'= {
        }
        &'cargo-mirror;help;help'= {
        }
    ]
    $completions[$command]
}
