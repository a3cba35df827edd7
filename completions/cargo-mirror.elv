
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
            cand -m 'The mirror''s folder [default: cargo-mirror in the user''s data folder]'
            cand --mirror 'The mirror''s folder [default: cargo-mirror in the user''s data folder]'
            cand --upstream 'Where to fetch from: a sparse index, or the folder of a local registry [default: what cargo would use]'
            cand --send-token-to 'Send a registry''s token to this host too, where its crates lie on another host than its index'
            cand -j 'Requests under way at once'
            cand --jobs 'Requests under way at once'
            cand --color 'Colour the output'
            cand --message-format 'How to report: words, or one JSON object a line on standard output'
            cand --offline 'Use no network: only what cargo has cached on this machine'
            cand --no-flush 'Do not wait for the disk: a power cut may then lose what was reported, and the next run hashes what is new'
            cand -q 'Say nothing but errors'
            cand --quiet 'Say nothing but errors'
            cand -v 'Say more; twice for every retry too'
            cand --verbose 'Say more; twice for every retry too'
            cand -h 'Print help'
            cand --help 'Print help'
            cand -V 'Print version'
            cand --version 'Print version'
            cand completions 'Print a completion script for a shell'
            cand man 'Print the manual page'
            cand generate 'Write completion scripts and manual page into a folder'
            cand status 'Tell whether every package of a lockfile is in the mirror, intact'
            cand on 'Point a project''s builds at the mirror, or at a server'
            cand off 'Undo what `on` or `vendor` did to cargo''s config, exactly'
            cand vendor 'Mirror all that a project''s lockfile names, then point its builds at the mirror'
            cand prefetch 'Mirror what lockfiles, projects, lists or names want, and edit nothing'
            cand verify 'Hash every crate in the mirror, and tell what is damaged, missing or does not belong there'
            cand repair 'Make the mirror sound again: fetch what is damaged or missing, put right what can be, quarantine the rest'
            cand roots 'List what the mirror was asked for: every lockfile and list that it keeps crates for'
            cand gc 'Drop the crates that no root wants. Says what would go; --yes lets it go'
            cand outdated 'Tell which packages of a lockfile upstream has yanked, replaced, deleted or outdone since'
            cand stats 'Tell what a server has served, or how the crates of a mirror were used'
            cand serve 'Serve the mirror over HTTP as a registry that takes the place of crates.io, and fetch what it lacks on demand'
            cand help 'Show a page of the guide, or all that is known of a command'
        }
        &'cargo-mirror;completions'= {
            cand -m 'The mirror''s folder [default: cargo-mirror in the user''s data folder]'
            cand --mirror 'The mirror''s folder [default: cargo-mirror in the user''s data folder]'
            cand --upstream 'Where to fetch from: a sparse index, or the folder of a local registry [default: what cargo would use]'
            cand --send-token-to 'Send a registry''s token to this host too, where its crates lie on another host than its index'
            cand -j 'Requests under way at once'
            cand --jobs 'Requests under way at once'
            cand --color 'Colour the output'
            cand --message-format 'How to report: words, or one JSON object a line on standard output'
            cand --offline 'Use no network: only what cargo has cached on this machine'
            cand --no-flush 'Do not wait for the disk: a power cut may then lose what was reported, and the next run hashes what is new'
            cand -q 'Say nothing but errors'
            cand --quiet 'Say nothing but errors'
            cand -v 'Say more; twice for every retry too'
            cand --verbose 'Say more; twice for every retry too'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'cargo-mirror;man'= {
            cand -m 'The mirror''s folder [default: cargo-mirror in the user''s data folder]'
            cand --mirror 'The mirror''s folder [default: cargo-mirror in the user''s data folder]'
            cand --upstream 'Where to fetch from: a sparse index, or the folder of a local registry [default: what cargo would use]'
            cand --send-token-to 'Send a registry''s token to this host too, where its crates lie on another host than its index'
            cand -j 'Requests under way at once'
            cand --jobs 'Requests under way at once'
            cand --color 'Colour the output'
            cand --message-format 'How to report: words, or one JSON object a line on standard output'
            cand --offline 'Use no network: only what cargo has cached on this machine'
            cand --no-flush 'Do not wait for the disk: a power cut may then lose what was reported, and the next run hashes what is new'
            cand -q 'Say nothing but errors'
            cand --quiet 'Say nothing but errors'
            cand -v 'Say more; twice for every retry too'
            cand --verbose 'Say more; twice for every retry too'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'cargo-mirror;generate'= {
            cand -m 'The mirror''s folder [default: cargo-mirror in the user''s data folder]'
            cand --mirror 'The mirror''s folder [default: cargo-mirror in the user''s data folder]'
            cand --upstream 'Where to fetch from: a sparse index, or the folder of a local registry [default: what cargo would use]'
            cand --send-token-to 'Send a registry''s token to this host too, where its crates lie on another host than its index'
            cand -j 'Requests under way at once'
            cand --jobs 'Requests under way at once'
            cand --color 'Colour the output'
            cand --message-format 'How to report: words, or one JSON object a line on standard output'
            cand --offline 'Use no network: only what cargo has cached on this machine'
            cand --no-flush 'Do not wait for the disk: a power cut may then lose what was reported, and the next run hashes what is new'
            cand -q 'Say nothing but errors'
            cand --quiet 'Say nothing but errors'
            cand -v 'Say more; twice for every retry too'
            cand --verbose 'Say more; twice for every retry too'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'cargo-mirror;status'= {
            cand --prove 'Have the real cargo prove it with the network closed to it: unpack every package, or build the project too'
            cand --explain 'Tell who wants this package, by which way of dependencies, and how it stands in the mirror'
            cand -m 'The mirror''s folder [default: cargo-mirror in the user''s data folder]'
            cand --mirror 'The mirror''s folder [default: cargo-mirror in the user''s data folder]'
            cand --upstream 'Where to fetch from: a sparse index, or the folder of a local registry [default: what cargo would use]'
            cand --send-token-to 'Send a registry''s token to this host too, where its crates lie on another host than its index'
            cand -j 'Requests under way at once'
            cand --jobs 'Requests under way at once'
            cand --color 'Colour the output'
            cand --message-format 'How to report: words, or one JSON object a line on standard output'
            cand --std 'Look at the standard library''s own dependencies too, for `-Z build-std`'
            cand --recursive 'Look at every workspace below the folders'
            cand --offline 'Use no network: only what cargo has cached on this machine'
            cand --no-flush 'Do not wait for the disk: a power cut may then lose what was reported, and the next run hashes what is new'
            cand -q 'Say nothing but errors'
            cand --quiet 'Say nothing but errors'
            cand -v 'Say more; twice for every retry too'
            cand --verbose 'Say more; twice for every retry too'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'cargo-mirror;on'= {
            cand --config-path 'Edit this config file'
            cand --server 'Point them at this server instead, which stands in for crates.io: http://HOST:PORT, or the whole address of its index'
            cand -m 'The mirror''s folder [default: cargo-mirror in the user''s data folder]'
            cand --mirror 'The mirror''s folder [default: cargo-mirror in the user''s data folder]'
            cand --upstream 'Where to fetch from: a sparse index, or the folder of a local registry [default: what cargo would use]'
            cand --send-token-to 'Send a registry''s token to this host too, where its crates lie on another host than its index'
            cand -j 'Requests under way at once'
            cand --jobs 'Requests under way at once'
            cand --color 'Colour the output'
            cand --message-format 'How to report: words, or one JSON object a line on standard output'
            cand --global 'Edit the config of this user, which holds for every project'
            cand -n 'Say what would be done and write nothing'
            cand --dry-run 'Say what would be done and write nothing'
            cand --offline 'Use no network: only what cargo has cached on this machine'
            cand --no-flush 'Do not wait for the disk: a power cut may then lose what was reported, and the next run hashes what is new'
            cand -q 'Say nothing but errors'
            cand --quiet 'Say nothing but errors'
            cand -v 'Say more; twice for every retry too'
            cand --verbose 'Say more; twice for every retry too'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'cargo-mirror;off'= {
            cand --config-path 'Edit this config file'
            cand -m 'The mirror''s folder [default: cargo-mirror in the user''s data folder]'
            cand --mirror 'The mirror''s folder [default: cargo-mirror in the user''s data folder]'
            cand --upstream 'Where to fetch from: a sparse index, or the folder of a local registry [default: what cargo would use]'
            cand --send-token-to 'Send a registry''s token to this host too, where its crates lie on another host than its index'
            cand -j 'Requests under way at once'
            cand --jobs 'Requests under way at once'
            cand --color 'Colour the output'
            cand --message-format 'How to report: words, or one JSON object a line on standard output'
            cand --global 'Edit the config of this user, which holds for every project'
            cand -n 'Say what would be done and write nothing'
            cand --dry-run 'Say what would be done and write nothing'
            cand --offline 'Use no network: only what cargo has cached on this machine'
            cand --no-flush 'Do not wait for the disk: a power cut may then lose what was reported, and the next run hashes what is new'
            cand -q 'Say nothing but errors'
            cand --quiet 'Say nothing but errors'
            cand -v 'Say more; twice for every retry too'
            cand --verbose 'Say more; twice for every retry too'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'cargo-mirror;vendor'= {
            cand --target 'Only what projects need that are built for this platform, and on this machine; `host` is this machine''s. May be repeated'
            cand -F 'Only what projects need with these features, separated by commas, and their default ones [default: all features]'
            cand --features 'Only what projects need with these features, separated by commas, and their default ones [default: all features]'
            cand --config-path 'Edit this config file'
            cand -m 'The mirror''s folder [default: cargo-mirror in the user''s data folder]'
            cand --mirror 'The mirror''s folder [default: cargo-mirror in the user''s data folder]'
            cand --upstream 'Where to fetch from: a sparse index, or the folder of a local registry [default: what cargo would use]'
            cand --send-token-to 'Send a registry''s token to this host too, where its crates lie on another host than its index'
            cand -j 'Requests under way at once'
            cand --jobs 'Requests under way at once'
            cand --color 'Colour the output'
            cand --message-format 'How to report: words, or one JSON object a line on standard output'
            cand --recursive 'Take every workspace below the folders'
            cand --std 'Mirror the standard library''s own dependencies too, for `-Z build-std`'
            cand --locked 'Fail if a lockfile is absent or not up to date, instead of having cargo mend it'
            cand --no-dev 'Only what projects need without their dev-dependencies: no tests, examples and benches'
            cand --no-default-features 'Projects and crates asked for by name without their default features'
            cand --check-archives 'Look inside every archive for what cargo refuses, not only where no lockfile vouches for it'
            cand -n 'Print the plan and write nothing'
            cand --dry-run 'Print the plan and write nothing'
            cand --no-config 'Print the lines for cargo''s config instead of writing them'
            cand --global 'Edit the config of this user, which holds for every project'
            cand --offline 'Use no network: only what cargo has cached on this machine'
            cand --no-flush 'Do not wait for the disk: a power cut may then lose what was reported, and the next run hashes what is new'
            cand -q 'Say nothing but errors'
            cand --quiet 'Say nothing but errors'
            cand -v 'Say more; twice for every retry too'
            cand --verbose 'Say more; twice for every retry too'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'cargo-mirror;prefetch'= {
            cand --target 'Only what projects need that are built for this platform, and on this machine; `host` is this machine''s. May be repeated'
            cand -F 'Only what projects need with these features, separated by commas, and their default ones [default: all features]'
            cand --features 'Only what projects need with these features, separated by commas, and their default ones [default: all features]'
            cand -m 'The mirror''s folder [default: cargo-mirror in the user''s data folder]'
            cand --mirror 'The mirror''s folder [default: cargo-mirror in the user''s data folder]'
            cand --upstream 'Where to fetch from: a sparse index, or the folder of a local registry [default: what cargo would use]'
            cand --send-token-to 'Send a registry''s token to this host too, where its crates lie on another host than its index'
            cand -j 'Requests under way at once'
            cand --jobs 'Requests under way at once'
            cand --color 'Colour the output'
            cand --message-format 'How to report: words, or one JSON object a line on standard output'
            cand --std 'Mirror the standard library''s own dependencies too, for `-Z build-std`'
            cand --locked 'Fail if a lockfile is absent or not up to date, instead of having cargo mend it'
            cand --no-dev 'Only what projects need without their dev-dependencies: no tests, examples and benches'
            cand --no-default-features 'Projects and crates asked for by name without their default features'
            cand --check-archives 'Look inside every archive for what cargo refuses, not only where no lockfile vouches for it'
            cand -n 'Print the plan and write nothing'
            cand --dry-run 'Print the plan and write nothing'
            cand --all-features 'For crates asked for by name: with every feature'
            cand --no-deps 'For crates asked for by name: without their dependencies'
            cand --offline 'Use no network: only what cargo has cached on this machine'
            cand --no-flush 'Do not wait for the disk: a power cut may then lose what was reported, and the next run hashes what is new'
            cand -q 'Say nothing but errors'
            cand --quiet 'Say nothing but errors'
            cand -v 'Say more; twice for every retry too'
            cand --verbose 'Say more; twice for every retry too'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'cargo-mirror;verify'= {
            cand --since 'Hash only files that a program has touched since: 12h, 7d, 2026-05-01, 2026-05-01T12:00:00Z'
            cand -m 'The mirror''s folder [default: cargo-mirror in the user''s data folder]'
            cand --mirror 'The mirror''s folder [default: cargo-mirror in the user''s data folder]'
            cand --upstream 'Where to fetch from: a sparse index, or the folder of a local registry [default: what cargo would use]'
            cand --send-token-to 'Send a registry''s token to this host too, where its crates lie on another host than its index'
            cand -j 'Requests under way at once'
            cand --jobs 'Requests under way at once'
            cand --color 'Colour the output'
            cand --message-format 'How to report: words, or one JSON object a line on standard output'
            cand --quick 'Hash nothing: look only whether files, sizes, seals and index lines go together'
            cand --archives 'Look inside every archive, too, for what cargo refuses; takes ten times as long'
            cand --resume 'Go on where a run with the same options was stopped'
            cand --repair 'Then do what `repair` does'
            cand --offline 'Use no network: only what cargo has cached on this machine'
            cand --no-flush 'Do not wait for the disk: a power cut may then lose what was reported, and the next run hashes what is new'
            cand -q 'Say nothing but errors'
            cand --quiet 'Say nothing but errors'
            cand -v 'Say more; twice for every retry too'
            cand --verbose 'Say more; twice for every retry too'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'cargo-mirror;repair'= {
            cand --accept 'Take what upstream has now for these versions, whose bytes changed there since they were mirrored'
            cand -m 'The mirror''s folder [default: cargo-mirror in the user''s data folder]'
            cand --mirror 'The mirror''s folder [default: cargo-mirror in the user''s data folder]'
            cand --upstream 'Where to fetch from: a sparse index, or the folder of a local registry [default: what cargo would use]'
            cand --send-token-to 'Send a registry''s token to this host too, where its crates lie on another host than its index'
            cand -j 'Requests under way at once'
            cand --jobs 'Requests under way at once'
            cand --color 'Colour the output'
            cand --message-format 'How to report: words, or one JSON object a line on standard output'
            cand --quick 'Hash nothing to begin with: look only whether files, sizes, seals and index lines go together'
            cand --archives 'Look inside every archive, too, and quarantine those that cargo refuses'
            cand -n 'Say what is damaged and write nothing'
            cand --dry-run 'Say what is damaged and write nothing'
            cand --offline 'Use no network: only what cargo has cached on this machine'
            cand --no-flush 'Do not wait for the disk: a power cut may then lose what was reported, and the next run hashes what is new'
            cand -q 'Say nothing but errors'
            cand --quiet 'Say nothing but errors'
            cand -v 'Say more; twice for every retry too'
            cand --verbose 'Say more; twice for every retry too'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'cargo-mirror;roots'= {
            cand -m 'The mirror''s folder [default: cargo-mirror in the user''s data folder]'
            cand --mirror 'The mirror''s folder [default: cargo-mirror in the user''s data folder]'
            cand --upstream 'Where to fetch from: a sparse index, or the folder of a local registry [default: what cargo would use]'
            cand --send-token-to 'Send a registry''s token to this host too, where its crates lie on another host than its index'
            cand -j 'Requests under way at once'
            cand --jobs 'Requests under way at once'
            cand --color 'Colour the output'
            cand --message-format 'How to report: words, or one JSON object a line on standard output'
            cand --offline 'Use no network: only what cargo has cached on this machine'
            cand --no-flush 'Do not wait for the disk: a power cut may then lose what was reported, and the next run hashes what is new'
            cand -q 'Say nothing but errors'
            cand --quiet 'Say nothing but errors'
            cand -v 'Say more; twice for every retry too'
            cand --verbose 'Say more; twice for every retry too'
            cand -h 'Print help'
            cand --help 'Print help'
            cand list 'List them: id, kind, origin, packages, when last given, whether it is still there'
            cand add 'Record inputs as wanted, without fetching anything for them but what resolving a list takes'
            cand forget 'Forget roots: `gc` may then drop what only they wanted'
        }
        &'cargo-mirror;roots;list'= {
            cand -m 'The mirror''s folder [default: cargo-mirror in the user''s data folder]'
            cand --mirror 'The mirror''s folder [default: cargo-mirror in the user''s data folder]'
            cand --upstream 'Where to fetch from: a sparse index, or the folder of a local registry [default: what cargo would use]'
            cand --send-token-to 'Send a registry''s token to this host too, where its crates lie on another host than its index'
            cand -j 'Requests under way at once'
            cand --jobs 'Requests under way at once'
            cand --color 'Colour the output'
            cand --message-format 'How to report: words, or one JSON object a line on standard output'
            cand --offline 'Use no network: only what cargo has cached on this machine'
            cand --no-flush 'Do not wait for the disk: a power cut may then lose what was reported, and the next run hashes what is new'
            cand -q 'Say nothing but errors'
            cand --quiet 'Say nothing but errors'
            cand -v 'Say more; twice for every retry too'
            cand --verbose 'Say more; twice for every retry too'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'cargo-mirror;roots;add'= {
            cand -m 'The mirror''s folder [default: cargo-mirror in the user''s data folder]'
            cand --mirror 'The mirror''s folder [default: cargo-mirror in the user''s data folder]'
            cand --upstream 'Where to fetch from: a sparse index, or the folder of a local registry [default: what cargo would use]'
            cand --send-token-to 'Send a registry''s token to this host too, where its crates lie on another host than its index'
            cand -j 'Requests under way at once'
            cand --jobs 'Requests under way at once'
            cand --color 'Colour the output'
            cand --message-format 'How to report: words, or one JSON object a line on standard output'
            cand --offline 'Use no network: only what cargo has cached on this machine'
            cand --no-flush 'Do not wait for the disk: a power cut may then lose what was reported, and the next run hashes what is new'
            cand -q 'Say nothing but errors'
            cand --quiet 'Say nothing but errors'
            cand -v 'Say more; twice for every retry too'
            cand --verbose 'Say more; twice for every retry too'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'cargo-mirror;roots;forget'= {
            cand -m 'The mirror''s folder [default: cargo-mirror in the user''s data folder]'
            cand --mirror 'The mirror''s folder [default: cargo-mirror in the user''s data folder]'
            cand --upstream 'Where to fetch from: a sparse index, or the folder of a local registry [default: what cargo would use]'
            cand --send-token-to 'Send a registry''s token to this host too, where its crates lie on another host than its index'
            cand -j 'Requests under way at once'
            cand --jobs 'Requests under way at once'
            cand --color 'Colour the output'
            cand --message-format 'How to report: words, or one JSON object a line on standard output'
            cand --offline 'Use no network: only what cargo has cached on this machine'
            cand --no-flush 'Do not wait for the disk: a power cut may then lose what was reported, and the next run hashes what is new'
            cand -q 'Say nothing but errors'
            cand --quiet 'Say nothing but errors'
            cand -v 'Say more; twice for every retry too'
            cand --verbose 'Say more; twice for every retry too'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'cargo-mirror;gc'= {
            cand --keep 'Keep these too: NAME or NAME@REQ, where NAME may hold `*` and `?`'
            cand --keep-latest 'Keep the newest N versions of each crate in the mirror, yanked ones not counted'
            cand --older-than 'Keep what arrived, or was last let go of by a root, within this time: 12h, 90d, 8w'
            cand --max-size 'Drop, oldest first, only until the crates take no more than this: 500MB, 20GiB'
            cand -m 'The mirror''s folder [default: cargo-mirror in the user''s data folder]'
            cand --mirror 'The mirror''s folder [default: cargo-mirror in the user''s data folder]'
            cand --upstream 'Where to fetch from: a sparse index, or the folder of a local registry [default: what cargo would use]'
            cand --send-token-to 'Send a registry''s token to this host too, where its crates lie on another host than its index'
            cand -j 'Requests under way at once'
            cand --jobs 'Requests under way at once'
            cand --color 'Colour the output'
            cand --message-format 'How to report: words, or one JSON object a line on standard output'
            cand -y 'Let it go, instead of saying what would'
            cand --yes 'Let it go, instead of saying what would'
            cand --forget-gone 'Forget roots whose lockfile or list is no longer there'
            cand --offline 'Use no network: only what cargo has cached on this machine'
            cand --no-flush 'Do not wait for the disk: a power cut may then lose what was reported, and the next run hashes what is new'
            cand -q 'Say nothing but errors'
            cand --quiet 'Say nothing but errors'
            cand -v 'Say more; twice for every retry too'
            cand --verbose 'Say more; twice for every retry too'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'cargo-mirror;outdated'= {
            cand --advisories 'Also tell which have known advisories: the folder of a RustSec database, or the address of its git repository'
            cand -m 'The mirror''s folder [default: cargo-mirror in the user''s data folder]'
            cand --mirror 'The mirror''s folder [default: cargo-mirror in the user''s data folder]'
            cand --upstream 'Where to fetch from: a sparse index, or the folder of a local registry [default: what cargo would use]'
            cand --send-token-to 'Send a registry''s token to this host too, where its crates lie on another host than its index'
            cand -j 'Requests under way at once'
            cand --jobs 'Requests under way at once'
            cand --color 'Colour the output'
            cand --message-format 'How to report: words, or one JSON object a line on standard output'
            cand --offline 'Use no network: only what cargo has cached on this machine'
            cand --no-flush 'Do not wait for the disk: a power cut may then lose what was reported, and the next run hashes what is new'
            cand -q 'Say nothing but errors'
            cand --quiet 'Say nothing but errors'
            cand -v 'Say more; twice for every retry too'
            cand --verbose 'Say more; twice for every retry too'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'cargo-mirror;stats'= {
            cand --server 'Ask this server, instead of the mirror''s folder; with the token in `CARGO_MIRROR_TOKEN`'
            cand -m 'The mirror''s folder [default: cargo-mirror in the user''s data folder]'
            cand --mirror 'The mirror''s folder [default: cargo-mirror in the user''s data folder]'
            cand --upstream 'Where to fetch from: a sparse index, or the folder of a local registry [default: what cargo would use]'
            cand --send-token-to 'Send a registry''s token to this host too, where its crates lie on another host than its index'
            cand -j 'Requests under way at once'
            cand --jobs 'Requests under way at once'
            cand --color 'Colour the output'
            cand --message-format 'How to report: words, or one JSON object a line on standard output'
            cand --offline 'Use no network: only what cargo has cached on this machine'
            cand --no-flush 'Do not wait for the disk: a power cut may then lose what was reported, and the next run hashes what is new'
            cand -q 'Say nothing but errors'
            cand --quiet 'Say nothing but errors'
            cand -v 'Say more; twice for every retry too'
            cand --verbose 'Say more; twice for every retry too'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'cargo-mirror;serve'= {
            cand --listen 'Address and port to listen on, unless systemd hands over sockets; may be given more than once'
            cand --public-url 'Where clients find the server, if not at the host they ask for, such as behind a proxy'
            cand --trusted-proxy 'Believe the X-Forwarded-* and Forwarded headers of proxies at these addresses; may be given more than once'
            cand --refresh 'How long an index file is served before upstream is asked whether it still holds'
            cand --deleted 'What becomes of a version that is here and that upstream no longer lists'
            cand --prefetch 'Mirror this, too, once the server is up: a lockfile, a list or whatever `prefetch` takes; may be given more than once'
            cand --max-size 'Let the least recently used crates go when all take more than this: 500MB, 20GiB. What a root wants stays'
            cand --max-age 'Let crates go that nobody has asked for in this time: 90d, 8w. What a root wants stays'
            cand --tls-cert 'The certificate, with its chain, to serve HTTPS with; read again when it changes and on SIGHUP'
            cand --tls-key 'The key of the certificate'
            cand --token-file 'Who may read, and who may command: lines of `read TOKEN` or `admin TOKEN`; read again when it changes'
            cand --log 'The access log'
            cand --log-file 'Write the access log there instead of to standard output; opened anew on SIGHUP'
            cand --memory 'Keep index files and small crates ready in memory, up to this'
            cand --max-connections 'Connections at once; 0 is no limit'
            cand --max-connections-per-address 'Connections of one address at once; 0 is no limit, as behind a proxy'
            cand --max-requests 'Requests in flight at once; 0 is no limit'
            cand --client-timeout 'Cut a client that neither sends nor takes anything for so long'
            cand -m 'The mirror''s folder [default: cargo-mirror in the user''s data folder]'
            cand --mirror 'The mirror''s folder [default: cargo-mirror in the user''s data folder]'
            cand --upstream 'Where to fetch from: a sparse index, or the folder of a local registry [default: what cargo would use]'
            cand --send-token-to 'Send a registry''s token to this host too, where its crates lie on another host than its index'
            cand -j 'Requests under way at once'
            cand --jobs 'Requests under way at once'
            cand --color 'Colour the output'
            cand --message-format 'How to report: words, or one JSON object a line on standard output'
            cand --no-h2c-upgrade 'Take no upgrade from HTTP/1.1 to HTTP/2 without TLS, as if --public-url were given: a proxy that passes it on sees no request behind it'
            cand --only-mirrored 'Serve only what is in the mirror, and ask upstream for nothing but what is prefetched'
            cand --offline 'Use no network: only what cargo has cached on this machine'
            cand --no-flush 'Do not wait for the disk: a power cut may then lose what was reported, and the next run hashes what is new'
            cand -q 'Say nothing but errors'
            cand --quiet 'Say nothing but errors'
            cand -v 'Say more; twice for every retry too'
            cand --verbose 'Say more; twice for every retry too'
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
            cand outdated 'What has happened upstream since'
            cand serve 'Serve a team, a CI fleet or a laptop'
            cand deploy 'Run the server as a service'
            cand ci 'Onboarding scripts and CI'
            cand output 'Exit status, JSON and what is printed'
            cand layout 'What is on disk, and why it is safe'
            cand contributing 'Work on cargo mirror'
            cand status 'Tell whether every package of a lockfile is in the mirror, intact'
            cand on 'Point a project''s builds at the mirror, or at a server'
            cand off 'Undo what `on` or `vendor` did to cargo''s config, exactly'
            cand roots 'List what the mirror was asked for: every lockfile and list that it keeps crates for'
            cand repair 'Make the mirror sound again: fetch what is damaged or missing, put right what can be, quarantine the rest'
            cand stats 'Tell what a server has served, or how the crates of a mirror were used'
            cand completions 'Print a completion script for a shell'
            cand man 'Print the manual page'
            cand help 'Show a page of the guide, or all that is known of a command'
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
