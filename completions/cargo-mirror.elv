
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
            cand -j 'Requests under way at once'
            cand --jobs 'Requests under way at once'
            cand --color 'Colour the output'
            cand --message-format 'How to report: words, or one JSON object a line on standard output'
            cand --offline 'Use no network: only what cargo has cached on this machine'
            cand -q 'Say nothing but errors'
            cand --quiet 'Say nothing but errors'
            cand -v 'Say more; twice for every retry too'
            cand --verbose 'Say more; twice for every retry too'
            cand -h 'Print help'
            cand --help 'Print help'
            cand -V 'Print version'
            cand --version 'Print version'
            cand vendor 'Mirror all that a project''s lockfile names, then point its builds at the mirror'
            cand prefetch 'Mirror what lockfiles, projects, lists or names want, and edit nothing'
            cand status 'Tell whether every package of a lockfile is in the mirror, intact'
            cand on 'Point a project''s builds at the mirror'
            cand off 'Undo what `on` or `vendor` did to cargo''s config, exactly'
            cand completions 'Print a completion script for a shell'
            cand man 'Print the manual page'
            cand generate 'Write completion scripts and manual page into a folder'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'cargo-mirror;vendor'= {
            cand --config-path 'Edit this config file'
            cand -m 'The mirror''s folder [default: cargo-mirror in the user''s data folder]'
            cand --mirror 'The mirror''s folder [default: cargo-mirror in the user''s data folder]'
            cand --upstream 'Where to fetch from: a sparse index, or the folder of a local registry [default: what cargo would use]'
            cand -j 'Requests under way at once'
            cand --jobs 'Requests under way at once'
            cand --color 'Colour the output'
            cand --message-format 'How to report: words, or one JSON object a line on standard output'
            cand --locked 'Fail if a lockfile is absent or not up to date, instead of having cargo mend it'
            cand --check-archives 'Look inside every archive for what cargo refuses, not only where no lockfile vouches for it'
            cand -n 'Print the plan and write nothing'
            cand --dry-run 'Print the plan and write nothing'
            cand --no-config 'Print the lines for cargo''s config instead of writing them'
            cand --global 'Edit the config of this user, which holds for every project'
            cand --offline 'Use no network: only what cargo has cached on this machine'
            cand -q 'Say nothing but errors'
            cand --quiet 'Say nothing but errors'
            cand -v 'Say more; twice for every retry too'
            cand --verbose 'Say more; twice for every retry too'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'cargo-mirror;prefetch'= {
            cand -m 'The mirror''s folder [default: cargo-mirror in the user''s data folder]'
            cand --mirror 'The mirror''s folder [default: cargo-mirror in the user''s data folder]'
            cand --upstream 'Where to fetch from: a sparse index, or the folder of a local registry [default: what cargo would use]'
            cand -j 'Requests under way at once'
            cand --jobs 'Requests under way at once'
            cand --color 'Colour the output'
            cand --message-format 'How to report: words, or one JSON object a line on standard output'
            cand --locked 'Fail if a lockfile is absent or not up to date, instead of having cargo mend it'
            cand --check-archives 'Look inside every archive for what cargo refuses, not only where no lockfile vouches for it'
            cand -n 'Print the plan and write nothing'
            cand --dry-run 'Print the plan and write nothing'
            cand --all-features 'For crates asked for by name: with every feature'
            cand --no-default-features 'For crates asked for by name: without their default features'
            cand --no-deps 'For crates asked for by name: without their dependencies'
            cand --offline 'Use no network: only what cargo has cached on this machine'
            cand -q 'Say nothing but errors'
            cand --quiet 'Say nothing but errors'
            cand -v 'Say more; twice for every retry too'
            cand --verbose 'Say more; twice for every retry too'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'cargo-mirror;status'= {
            cand --prove 'Have the real cargo prove it with the network closed to it: unpack every package, or build the project too'
            cand -m 'The mirror''s folder [default: cargo-mirror in the user''s data folder]'
            cand --mirror 'The mirror''s folder [default: cargo-mirror in the user''s data folder]'
            cand --upstream 'Where to fetch from: a sparse index, or the folder of a local registry [default: what cargo would use]'
            cand -j 'Requests under way at once'
            cand --jobs 'Requests under way at once'
            cand --color 'Colour the output'
            cand --message-format 'How to report: words, or one JSON object a line on standard output'
            cand --offline 'Use no network: only what cargo has cached on this machine'
            cand -q 'Say nothing but errors'
            cand --quiet 'Say nothing but errors'
            cand -v 'Say more; twice for every retry too'
            cand --verbose 'Say more; twice for every retry too'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'cargo-mirror;on'= {
            cand --config-path 'Edit this config file'
            cand -m 'The mirror''s folder [default: cargo-mirror in the user''s data folder]'
            cand --mirror 'The mirror''s folder [default: cargo-mirror in the user''s data folder]'
            cand --upstream 'Where to fetch from: a sparse index, or the folder of a local registry [default: what cargo would use]'
            cand -j 'Requests under way at once'
            cand --jobs 'Requests under way at once'
            cand --color 'Colour the output'
            cand --message-format 'How to report: words, or one JSON object a line on standard output'
            cand --global 'Edit the config of this user, which holds for every project'
            cand -n 'Say what would be done and write nothing'
            cand --dry-run 'Say what would be done and write nothing'
            cand --offline 'Use no network: only what cargo has cached on this machine'
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
            cand -j 'Requests under way at once'
            cand --jobs 'Requests under way at once'
            cand --color 'Colour the output'
            cand --message-format 'How to report: words, or one JSON object a line on standard output'
            cand --global 'Edit the config of this user, which holds for every project'
            cand -n 'Say what would be done and write nothing'
            cand --dry-run 'Say what would be done and write nothing'
            cand --offline 'Use no network: only what cargo has cached on this machine'
            cand -q 'Say nothing but errors'
            cand --quiet 'Say nothing but errors'
            cand -v 'Say more; twice for every retry too'
            cand --verbose 'Say more; twice for every retry too'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'cargo-mirror;completions'= {
            cand -m 'The mirror''s folder [default: cargo-mirror in the user''s data folder]'
            cand --mirror 'The mirror''s folder [default: cargo-mirror in the user''s data folder]'
            cand --upstream 'Where to fetch from: a sparse index, or the folder of a local registry [default: what cargo would use]'
            cand -j 'Requests under way at once'
            cand --jobs 'Requests under way at once'
            cand --color 'Colour the output'
            cand --message-format 'How to report: words, or one JSON object a line on standard output'
            cand --offline 'Use no network: only what cargo has cached on this machine'
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
            cand -j 'Requests under way at once'
            cand --jobs 'Requests under way at once'
            cand --color 'Colour the output'
            cand --message-format 'How to report: words, or one JSON object a line on standard output'
            cand --offline 'Use no network: only what cargo has cached on this machine'
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
            cand -j 'Requests under way at once'
            cand --jobs 'Requests under way at once'
            cand --color 'Colour the output'
            cand --message-format 'How to report: words, or one JSON object a line on standard output'
            cand --offline 'Use no network: only what cargo has cached on this machine'
            cand -q 'Say nothing but errors'
            cand --quiet 'Say nothing but errors'
            cand -v 'Say more; twice for every retry too'
            cand --verbose 'Say more; twice for every retry too'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'cargo-mirror;help'= {
            cand vendor 'Mirror all that a project''s lockfile names, then point its builds at the mirror'
            cand prefetch 'Mirror what lockfiles, projects, lists or names want, and edit nothing'
            cand status 'Tell whether every package of a lockfile is in the mirror, intact'
            cand on 'Point a project''s builds at the mirror'
            cand off 'Undo what `on` or `vendor` did to cargo''s config, exactly'
            cand completions 'Print a completion script for a shell'
            cand man 'Print the manual page'
            cand generate 'Write completion scripts and manual page into a folder'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'cargo-mirror;help;vendor'= {
        }
        &'cargo-mirror;help;prefetch'= {
        }
        &'cargo-mirror;help;status'= {
        }
        &'cargo-mirror;help;on'= {
        }
        &'cargo-mirror;help;off'= {
        }
        &'cargo-mirror;help;completions'= {
        }
        &'cargo-mirror;help;man'= {
        }
        &'cargo-mirror;help;generate'= {
        }
        &'cargo-mirror;help;help'= {
        }
    ]
    $completions[$command]
}
