# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_cargo_mirror_global_optspecs
    string join \n m/mirror= upstream= send-token-to= j/jobs= offline no-flush q/quiet v/verbose color= message-format= h/help V/version
end

function __fish_cargo_mirror_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_cargo_mirror_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_cargo_mirror_using_subcommand
    set -l cmd (__fish_cargo_mirror_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c cargo-mirror -n "__fish_cargo_mirror_needs_command" -s m -l mirror -d 'The mirror\'s folder [default: cargo-mirror in the user\'s data folder]' -r -F
complete -c cargo-mirror -n "__fish_cargo_mirror_needs_command" -l upstream -d 'Where to fetch from: a sparse index, or the folder of a local registry [default: what cargo would use]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_needs_command" -l send-token-to -d 'Send a registry\'s token to this host too, where its crates lie on another host than its index' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_needs_command" -s j -l jobs -d 'Requests under way at once' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_needs_command" -l color -d 'Colour the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_needs_command" -l message-format -d 'How to report: words, or one JSON object a line on standard output' -r -f -a "human\t''
json\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_needs_command" -l offline -d 'Use no network: only what cargo has cached on this machine'
complete -c cargo-mirror -n "__fish_cargo_mirror_needs_command" -l no-flush -d 'Do not wait for the disk: a power cut may then lose what was reported, and the next run hashes what is new'
complete -c cargo-mirror -n "__fish_cargo_mirror_needs_command" -s q -l quiet -d 'Say nothing but errors'
complete -c cargo-mirror -n "__fish_cargo_mirror_needs_command" -s v -l verbose -d 'Say more; twice for every retry too'
complete -c cargo-mirror -n "__fish_cargo_mirror_needs_command" -s h -l help -d 'Print help'
complete -c cargo-mirror -n "__fish_cargo_mirror_needs_command" -s V -l version -d 'Print version'
complete -c cargo-mirror -n "__fish_cargo_mirror_needs_command" -f -a "completions" -d 'Print a completion script for a shell'
complete -c cargo-mirror -n "__fish_cargo_mirror_needs_command" -f -a "man" -d 'Print the manual page'
complete -c cargo-mirror -n "__fish_cargo_mirror_needs_command" -f -a "generate" -d 'Write completion scripts and manual page into a folder'
complete -c cargo-mirror -n "__fish_cargo_mirror_needs_command" -f -a "status" -d 'Tell whether every package of a lockfile is in the mirror, intact'
complete -c cargo-mirror -n "__fish_cargo_mirror_needs_command" -f -a "on" -d 'Point a project\'s builds at the mirror, or at a server'
complete -c cargo-mirror -n "__fish_cargo_mirror_needs_command" -f -a "off" -d 'Undo what `on` or `vendor` did to cargo\'s config, exactly'
complete -c cargo-mirror -n "__fish_cargo_mirror_needs_command" -f -a "vendor" -d 'Mirror all that a project\'s lockfile names, then point its builds at the mirror'
complete -c cargo-mirror -n "__fish_cargo_mirror_needs_command" -f -a "prefetch" -d 'Mirror what lockfiles, projects, lists or names want, and edit nothing'
complete -c cargo-mirror -n "__fish_cargo_mirror_needs_command" -f -a "verify" -d 'Hash every crate in the mirror, and tell what is damaged, missing or does not belong there'
complete -c cargo-mirror -n "__fish_cargo_mirror_needs_command" -f -a "repair" -d 'Make the mirror sound again: fetch what is damaged or missing, put right what can be, quarantine the rest'
complete -c cargo-mirror -n "__fish_cargo_mirror_needs_command" -f -a "roots" -d 'List what the mirror was asked for: every lockfile and list that it keeps crates for'
complete -c cargo-mirror -n "__fish_cargo_mirror_needs_command" -f -a "gc" -d 'Drop the crates that no root wants. Says what would go; --yes lets it go'
complete -c cargo-mirror -n "__fish_cargo_mirror_needs_command" -f -a "outdated" -d 'Tell which packages of a lockfile upstream has yanked, replaced, deleted or outdone since'
complete -c cargo-mirror -n "__fish_cargo_mirror_needs_command" -f -a "stats" -d 'Tell what a server has served, or how the crates of a mirror were used'
complete -c cargo-mirror -n "__fish_cargo_mirror_needs_command" -f -a "serve" -d 'Serve the mirror over HTTP as a registry that takes the place of crates.io, and fetch what it lacks on demand'
complete -c cargo-mirror -n "__fish_cargo_mirror_needs_command" -f -a "help" -d 'Show a page of the guide, or all that is known of a command'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand completions" -s m -l mirror -d 'The mirror\'s folder [default: cargo-mirror in the user\'s data folder]' -r -F
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand completions" -l upstream -d 'Where to fetch from: a sparse index, or the folder of a local registry [default: what cargo would use]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand completions" -l send-token-to -d 'Send a registry\'s token to this host too, where its crates lie on another host than its index' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand completions" -s j -l jobs -d 'Requests under way at once' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand completions" -l color -d 'Colour the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand completions" -l message-format -d 'How to report: words, or one JSON object a line on standard output' -r -f -a "human\t''
json\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand completions" -l offline -d 'Use no network: only what cargo has cached on this machine'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand completions" -l no-flush -d 'Do not wait for the disk: a power cut may then lose what was reported, and the next run hashes what is new'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand completions" -s q -l quiet -d 'Say nothing but errors'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand completions" -s v -l verbose -d 'Say more; twice for every retry too'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand completions" -s h -l help -d 'Print help'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand man" -s m -l mirror -d 'The mirror\'s folder [default: cargo-mirror in the user\'s data folder]' -r -F
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand man" -l upstream -d 'Where to fetch from: a sparse index, or the folder of a local registry [default: what cargo would use]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand man" -l send-token-to -d 'Send a registry\'s token to this host too, where its crates lie on another host than its index' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand man" -s j -l jobs -d 'Requests under way at once' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand man" -l color -d 'Colour the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand man" -l message-format -d 'How to report: words, or one JSON object a line on standard output' -r -f -a "human\t''
json\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand man" -l offline -d 'Use no network: only what cargo has cached on this machine'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand man" -l no-flush -d 'Do not wait for the disk: a power cut may then lose what was reported, and the next run hashes what is new'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand man" -s q -l quiet -d 'Say nothing but errors'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand man" -s v -l verbose -d 'Say more; twice for every retry too'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand man" -s h -l help -d 'Print help'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand generate" -s m -l mirror -d 'The mirror\'s folder [default: cargo-mirror in the user\'s data folder]' -r -F
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand generate" -l upstream -d 'Where to fetch from: a sparse index, or the folder of a local registry [default: what cargo would use]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand generate" -l send-token-to -d 'Send a registry\'s token to this host too, where its crates lie on another host than its index' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand generate" -s j -l jobs -d 'Requests under way at once' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand generate" -l color -d 'Colour the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand generate" -l message-format -d 'How to report: words, or one JSON object a line on standard output' -r -f -a "human\t''
json\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand generate" -l offline -d 'Use no network: only what cargo has cached on this machine'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand generate" -l no-flush -d 'Do not wait for the disk: a power cut may then lose what was reported, and the next run hashes what is new'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand generate" -s q -l quiet -d 'Say nothing but errors'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand generate" -s v -l verbose -d 'Say more; twice for every retry too'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand generate" -s h -l help -d 'Print help'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand status" -l prove -d 'Have the real cargo prove it with the network closed to it: unpack every package, or build the project too' -r -f -a "fetch\t'Find and unpack every package'
build\t'Build the project, in a folder of its own'"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand status" -l explain -d 'Tell who wants this package, by which way of dependencies, and how it stands in the mirror' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand status" -s m -l mirror -d 'The mirror\'s folder [default: cargo-mirror in the user\'s data folder]' -r -F
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand status" -l upstream -d 'Where to fetch from: a sparse index, or the folder of a local registry [default: what cargo would use]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand status" -l send-token-to -d 'Send a registry\'s token to this host too, where its crates lie on another host than its index' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand status" -s j -l jobs -d 'Requests under way at once' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand status" -l color -d 'Colour the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand status" -l message-format -d 'How to report: words, or one JSON object a line on standard output' -r -f -a "human\t''
json\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand status" -l std -d 'Look at the standard library\'s own dependencies too, for `-Z build-std`'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand status" -l recursive -d 'Look at every workspace below the folders'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand status" -l offline -d 'Use no network: only what cargo has cached on this machine'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand status" -l no-flush -d 'Do not wait for the disk: a power cut may then lose what was reported, and the next run hashes what is new'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand status" -s q -l quiet -d 'Say nothing but errors'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand status" -s v -l verbose -d 'Say more; twice for every retry too'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand status" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand on" -l config-path -d 'Edit this config file' -r -F
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand on" -l server -d 'Point them at this server instead, which stands in for crates.io: http://HOST:PORT, or the whole address of its index' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand on" -s m -l mirror -d 'The mirror\'s folder [default: cargo-mirror in the user\'s data folder]' -r -F
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand on" -l upstream -d 'Where to fetch from: a sparse index, or the folder of a local registry [default: what cargo would use]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand on" -l send-token-to -d 'Send a registry\'s token to this host too, where its crates lie on another host than its index' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand on" -s j -l jobs -d 'Requests under way at once' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand on" -l color -d 'Colour the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand on" -l message-format -d 'How to report: words, or one JSON object a line on standard output' -r -f -a "human\t''
json\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand on" -l global -d 'Edit the config of this user, which holds for every project'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand on" -s n -l dry-run -d 'Say what would be done and write nothing'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand on" -l offline -d 'Use no network: only what cargo has cached on this machine'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand on" -l no-flush -d 'Do not wait for the disk: a power cut may then lose what was reported, and the next run hashes what is new'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand on" -s q -l quiet -d 'Say nothing but errors'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand on" -s v -l verbose -d 'Say more; twice for every retry too'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand on" -s h -l help -d 'Print help'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand off" -l config-path -d 'Edit this config file' -r -F
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand off" -s m -l mirror -d 'The mirror\'s folder [default: cargo-mirror in the user\'s data folder]' -r -F
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand off" -l upstream -d 'Where to fetch from: a sparse index, or the folder of a local registry [default: what cargo would use]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand off" -l send-token-to -d 'Send a registry\'s token to this host too, where its crates lie on another host than its index' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand off" -s j -l jobs -d 'Requests under way at once' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand off" -l color -d 'Colour the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand off" -l message-format -d 'How to report: words, or one JSON object a line on standard output' -r -f -a "human\t''
json\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand off" -l global -d 'Edit the config of this user, which holds for every project'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand off" -s n -l dry-run -d 'Say what would be done and write nothing'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand off" -l offline -d 'Use no network: only what cargo has cached on this machine'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand off" -l no-flush -d 'Do not wait for the disk: a power cut may then lose what was reported, and the next run hashes what is new'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand off" -s q -l quiet -d 'Say nothing but errors'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand off" -s v -l verbose -d 'Say more; twice for every retry too'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand off" -s h -l help -d 'Print help'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand vendor" -l target -d 'Only what projects need that are built for this platform, and on this machine; `host` is this machine\'s. May be repeated' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand vendor" -s F -l features -d 'Only what projects need with these features, separated by commas, and their default ones [default: all features]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand vendor" -l config-path -d 'Edit this config file' -r -F
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand vendor" -s m -l mirror -d 'The mirror\'s folder [default: cargo-mirror in the user\'s data folder]' -r -F
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand vendor" -l upstream -d 'Where to fetch from: a sparse index, or the folder of a local registry [default: what cargo would use]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand vendor" -l send-token-to -d 'Send a registry\'s token to this host too, where its crates lie on another host than its index' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand vendor" -s j -l jobs -d 'Requests under way at once' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand vendor" -l color -d 'Colour the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand vendor" -l message-format -d 'How to report: words, or one JSON object a line on standard output' -r -f -a "human\t''
json\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand vendor" -l recursive -d 'Take every workspace below the folders'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand vendor" -l std -d 'Mirror the standard library\'s own dependencies too, for `-Z build-std`'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand vendor" -l locked -d 'Fail if a lockfile is absent or not up to date, instead of having cargo mend it'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand vendor" -l no-dev -d 'Only what projects need without their dev-dependencies: no tests, examples and benches'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand vendor" -l no-default-features -d 'Projects and crates asked for by name without their default features'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand vendor" -l check-archives -d 'Look inside every archive for what cargo refuses, not only where no lockfile vouches for it'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand vendor" -s n -l dry-run -d 'Print the plan and write nothing'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand vendor" -l no-config -d 'Print the lines for cargo\'s config instead of writing them'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand vendor" -l global -d 'Edit the config of this user, which holds for every project'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand vendor" -l offline -d 'Use no network: only what cargo has cached on this machine'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand vendor" -l no-flush -d 'Do not wait for the disk: a power cut may then lose what was reported, and the next run hashes what is new'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand vendor" -s q -l quiet -d 'Say nothing but errors'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand vendor" -s v -l verbose -d 'Say more; twice for every retry too'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand vendor" -s h -l help -d 'Print help'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand prefetch" -l target -d 'Only what projects need that are built for this platform, and on this machine; `host` is this machine\'s. May be repeated' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand prefetch" -s F -l features -d 'Only what projects need with these features, separated by commas, and their default ones [default: all features]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand prefetch" -s m -l mirror -d 'The mirror\'s folder [default: cargo-mirror in the user\'s data folder]' -r -F
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand prefetch" -l upstream -d 'Where to fetch from: a sparse index, or the folder of a local registry [default: what cargo would use]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand prefetch" -l send-token-to -d 'Send a registry\'s token to this host too, where its crates lie on another host than its index' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand prefetch" -s j -l jobs -d 'Requests under way at once' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand prefetch" -l color -d 'Colour the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand prefetch" -l message-format -d 'How to report: words, or one JSON object a line on standard output' -r -f -a "human\t''
json\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand prefetch" -l std -d 'Mirror the standard library\'s own dependencies too, for `-Z build-std`'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand prefetch" -l locked -d 'Fail if a lockfile is absent or not up to date, instead of having cargo mend it'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand prefetch" -l no-dev -d 'Only what projects need without their dev-dependencies: no tests, examples and benches'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand prefetch" -l no-default-features -d 'Projects and crates asked for by name without their default features'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand prefetch" -l check-archives -d 'Look inside every archive for what cargo refuses, not only where no lockfile vouches for it'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand prefetch" -s n -l dry-run -d 'Print the plan and write nothing'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand prefetch" -l all-features -d 'For crates asked for by name: with every feature'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand prefetch" -l no-deps -d 'For crates asked for by name: without their dependencies'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand prefetch" -l offline -d 'Use no network: only what cargo has cached on this machine'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand prefetch" -l no-flush -d 'Do not wait for the disk: a power cut may then lose what was reported, and the next run hashes what is new'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand prefetch" -s q -l quiet -d 'Say nothing but errors'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand prefetch" -s v -l verbose -d 'Say more; twice for every retry too'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand prefetch" -s h -l help -d 'Print help'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand verify" -l since -d 'Hash only files that a program has touched since: 12h, 7d, 2026-05-01, 2026-05-01T12:00:00Z' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand verify" -s m -l mirror -d 'The mirror\'s folder [default: cargo-mirror in the user\'s data folder]' -r -F
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand verify" -l upstream -d 'Where to fetch from: a sparse index, or the folder of a local registry [default: what cargo would use]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand verify" -l send-token-to -d 'Send a registry\'s token to this host too, where its crates lie on another host than its index' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand verify" -s j -l jobs -d 'Requests under way at once' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand verify" -l color -d 'Colour the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand verify" -l message-format -d 'How to report: words, or one JSON object a line on standard output' -r -f -a "human\t''
json\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand verify" -l quick -d 'Hash nothing: look only whether files, sizes, seals and index lines go together'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand verify" -l archives -d 'Look inside every archive, too, for what cargo refuses; takes ten times as long'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand verify" -l resume -d 'Go on where a run with the same options was stopped'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand verify" -l repair -d 'Then do what `repair` does'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand verify" -l offline -d 'Use no network: only what cargo has cached on this machine'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand verify" -l no-flush -d 'Do not wait for the disk: a power cut may then lose what was reported, and the next run hashes what is new'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand verify" -s q -l quiet -d 'Say nothing but errors'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand verify" -s v -l verbose -d 'Say more; twice for every retry too'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand verify" -s h -l help -d 'Print help'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand repair" -l accept -d 'Take what upstream has now for these versions, whose bytes changed there since they were mirrored' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand repair" -s m -l mirror -d 'The mirror\'s folder [default: cargo-mirror in the user\'s data folder]' -r -F
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand repair" -l upstream -d 'Where to fetch from: a sparse index, or the folder of a local registry [default: what cargo would use]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand repair" -l send-token-to -d 'Send a registry\'s token to this host too, where its crates lie on another host than its index' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand repair" -s j -l jobs -d 'Requests under way at once' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand repair" -l color -d 'Colour the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand repair" -l message-format -d 'How to report: words, or one JSON object a line on standard output' -r -f -a "human\t''
json\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand repair" -l quick -d 'Hash nothing to begin with: look only whether files, sizes, seals and index lines go together'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand repair" -l archives -d 'Look inside every archive, too, and quarantine those that cargo refuses'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand repair" -s n -l dry-run -d 'Say what is damaged and write nothing'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand repair" -l offline -d 'Use no network: only what cargo has cached on this machine'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand repair" -l no-flush -d 'Do not wait for the disk: a power cut may then lose what was reported, and the next run hashes what is new'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand repair" -s q -l quiet -d 'Say nothing but errors'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand repair" -s v -l verbose -d 'Say more; twice for every retry too'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand repair" -s h -l help -d 'Print help'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand roots; and not __fish_seen_subcommand_from list add forget" -s m -l mirror -d 'The mirror\'s folder [default: cargo-mirror in the user\'s data folder]' -r -F
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand roots; and not __fish_seen_subcommand_from list add forget" -l upstream -d 'Where to fetch from: a sparse index, or the folder of a local registry [default: what cargo would use]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand roots; and not __fish_seen_subcommand_from list add forget" -l send-token-to -d 'Send a registry\'s token to this host too, where its crates lie on another host than its index' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand roots; and not __fish_seen_subcommand_from list add forget" -s j -l jobs -d 'Requests under way at once' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand roots; and not __fish_seen_subcommand_from list add forget" -l color -d 'Colour the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand roots; and not __fish_seen_subcommand_from list add forget" -l message-format -d 'How to report: words, or one JSON object a line on standard output' -r -f -a "human\t''
json\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand roots; and not __fish_seen_subcommand_from list add forget" -l offline -d 'Use no network: only what cargo has cached on this machine'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand roots; and not __fish_seen_subcommand_from list add forget" -l no-flush -d 'Do not wait for the disk: a power cut may then lose what was reported, and the next run hashes what is new'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand roots; and not __fish_seen_subcommand_from list add forget" -s q -l quiet -d 'Say nothing but errors'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand roots; and not __fish_seen_subcommand_from list add forget" -s v -l verbose -d 'Say more; twice for every retry too'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand roots; and not __fish_seen_subcommand_from list add forget" -s h -l help -d 'Print help'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand roots; and not __fish_seen_subcommand_from list add forget" -f -a "list" -d 'List them: id, kind, origin, packages, when last given, whether it is still there'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand roots; and not __fish_seen_subcommand_from list add forget" -f -a "add" -d 'Record inputs as wanted, without fetching anything for them but what resolving a list takes'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand roots; and not __fish_seen_subcommand_from list add forget" -f -a "forget" -d 'Forget roots: `gc` may then drop what only they wanted'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand roots; and __fish_seen_subcommand_from list" -s m -l mirror -d 'The mirror\'s folder [default: cargo-mirror in the user\'s data folder]' -r -F
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand roots; and __fish_seen_subcommand_from list" -l upstream -d 'Where to fetch from: a sparse index, or the folder of a local registry [default: what cargo would use]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand roots; and __fish_seen_subcommand_from list" -l send-token-to -d 'Send a registry\'s token to this host too, where its crates lie on another host than its index' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand roots; and __fish_seen_subcommand_from list" -s j -l jobs -d 'Requests under way at once' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand roots; and __fish_seen_subcommand_from list" -l color -d 'Colour the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand roots; and __fish_seen_subcommand_from list" -l message-format -d 'How to report: words, or one JSON object a line on standard output' -r -f -a "human\t''
json\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand roots; and __fish_seen_subcommand_from list" -l offline -d 'Use no network: only what cargo has cached on this machine'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand roots; and __fish_seen_subcommand_from list" -l no-flush -d 'Do not wait for the disk: a power cut may then lose what was reported, and the next run hashes what is new'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand roots; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Say nothing but errors'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand roots; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Say more; twice for every retry too'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand roots; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand roots; and __fish_seen_subcommand_from add" -s m -l mirror -d 'The mirror\'s folder [default: cargo-mirror in the user\'s data folder]' -r -F
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand roots; and __fish_seen_subcommand_from add" -l upstream -d 'Where to fetch from: a sparse index, or the folder of a local registry [default: what cargo would use]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand roots; and __fish_seen_subcommand_from add" -l send-token-to -d 'Send a registry\'s token to this host too, where its crates lie on another host than its index' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand roots; and __fish_seen_subcommand_from add" -s j -l jobs -d 'Requests under way at once' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand roots; and __fish_seen_subcommand_from add" -l color -d 'Colour the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand roots; and __fish_seen_subcommand_from add" -l message-format -d 'How to report: words, or one JSON object a line on standard output' -r -f -a "human\t''
json\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand roots; and __fish_seen_subcommand_from add" -l offline -d 'Use no network: only what cargo has cached on this machine'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand roots; and __fish_seen_subcommand_from add" -l no-flush -d 'Do not wait for the disk: a power cut may then lose what was reported, and the next run hashes what is new'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand roots; and __fish_seen_subcommand_from add" -s q -l quiet -d 'Say nothing but errors'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand roots; and __fish_seen_subcommand_from add" -s v -l verbose -d 'Say more; twice for every retry too'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand roots; and __fish_seen_subcommand_from add" -s h -l help -d 'Print help'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand roots; and __fish_seen_subcommand_from forget" -s m -l mirror -d 'The mirror\'s folder [default: cargo-mirror in the user\'s data folder]' -r -F
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand roots; and __fish_seen_subcommand_from forget" -l upstream -d 'Where to fetch from: a sparse index, or the folder of a local registry [default: what cargo would use]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand roots; and __fish_seen_subcommand_from forget" -l send-token-to -d 'Send a registry\'s token to this host too, where its crates lie on another host than its index' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand roots; and __fish_seen_subcommand_from forget" -s j -l jobs -d 'Requests under way at once' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand roots; and __fish_seen_subcommand_from forget" -l color -d 'Colour the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand roots; and __fish_seen_subcommand_from forget" -l message-format -d 'How to report: words, or one JSON object a line on standard output' -r -f -a "human\t''
json\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand roots; and __fish_seen_subcommand_from forget" -l offline -d 'Use no network: only what cargo has cached on this machine'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand roots; and __fish_seen_subcommand_from forget" -l no-flush -d 'Do not wait for the disk: a power cut may then lose what was reported, and the next run hashes what is new'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand roots; and __fish_seen_subcommand_from forget" -s q -l quiet -d 'Say nothing but errors'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand roots; and __fish_seen_subcommand_from forget" -s v -l verbose -d 'Say more; twice for every retry too'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand roots; and __fish_seen_subcommand_from forget" -s h -l help -d 'Print help'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand gc" -l keep -d 'Keep these too: NAME or NAME@REQ, where NAME may hold `*` and `?`' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand gc" -l keep-latest -d 'Keep the newest N versions of each crate in the mirror, yanked ones not counted' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand gc" -l older-than -d 'Keep what arrived, or was last let go of by a root, within this time: 12h, 90d, 8w' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand gc" -l max-size -d 'Drop, oldest first, only until the crates take no more than this: 500MB, 20GiB' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand gc" -s m -l mirror -d 'The mirror\'s folder [default: cargo-mirror in the user\'s data folder]' -r -F
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand gc" -l upstream -d 'Where to fetch from: a sparse index, or the folder of a local registry [default: what cargo would use]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand gc" -l send-token-to -d 'Send a registry\'s token to this host too, where its crates lie on another host than its index' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand gc" -s j -l jobs -d 'Requests under way at once' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand gc" -l color -d 'Colour the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand gc" -l message-format -d 'How to report: words, or one JSON object a line on standard output' -r -f -a "human\t''
json\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand gc" -s y -l yes -d 'Let it go, instead of saying what would'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand gc" -l forget-gone -d 'Forget roots whose lockfile or list is no longer there'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand gc" -l offline -d 'Use no network: only what cargo has cached on this machine'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand gc" -l no-flush -d 'Do not wait for the disk: a power cut may then lose what was reported, and the next run hashes what is new'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand gc" -s q -l quiet -d 'Say nothing but errors'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand gc" -s v -l verbose -d 'Say more; twice for every retry too'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand gc" -s h -l help -d 'Print help'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand outdated" -l advisories -d 'Also tell which have known advisories: the folder of a RustSec database, or the address of its git repository' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand outdated" -s m -l mirror -d 'The mirror\'s folder [default: cargo-mirror in the user\'s data folder]' -r -F
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand outdated" -l upstream -d 'Where to fetch from: a sparse index, or the folder of a local registry [default: what cargo would use]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand outdated" -l send-token-to -d 'Send a registry\'s token to this host too, where its crates lie on another host than its index' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand outdated" -s j -l jobs -d 'Requests under way at once' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand outdated" -l color -d 'Colour the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand outdated" -l message-format -d 'How to report: words, or one JSON object a line on standard output' -r -f -a "human\t''
json\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand outdated" -l offline -d 'Use no network: only what cargo has cached on this machine'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand outdated" -l no-flush -d 'Do not wait for the disk: a power cut may then lose what was reported, and the next run hashes what is new'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand outdated" -s q -l quiet -d 'Say nothing but errors'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand outdated" -s v -l verbose -d 'Say more; twice for every retry too'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand outdated" -s h -l help -d 'Print help'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand stats" -l server -d 'Ask this server, instead of the mirror\'s folder; with the token in `CARGO_MIRROR_TOKEN`' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand stats" -s m -l mirror -d 'The mirror\'s folder [default: cargo-mirror in the user\'s data folder]' -r -F
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand stats" -l upstream -d 'Where to fetch from: a sparse index, or the folder of a local registry [default: what cargo would use]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand stats" -l send-token-to -d 'Send a registry\'s token to this host too, where its crates lie on another host than its index' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand stats" -s j -l jobs -d 'Requests under way at once' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand stats" -l color -d 'Colour the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand stats" -l message-format -d 'How to report: words, or one JSON object a line on standard output' -r -f -a "human\t''
json\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand stats" -l offline -d 'Use no network: only what cargo has cached on this machine'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand stats" -l no-flush -d 'Do not wait for the disk: a power cut may then lose what was reported, and the next run hashes what is new'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand stats" -s q -l quiet -d 'Say nothing but errors'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand stats" -s v -l verbose -d 'Say more; twice for every retry too'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand stats" -s h -l help -d 'Print help'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand serve" -l listen -d 'Address and port to listen on, unless systemd hands over sockets; may be given more than once' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand serve" -l public-url -d 'Where clients find the server, if not at the host they ask for, such as behind a proxy' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand serve" -l trusted-proxy -d 'Believe the X-Forwarded-* and Forwarded headers of proxies at these addresses; may be given more than once' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand serve" -l refresh -d 'How long an index file is served before upstream is asked whether it still holds' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand serve" -l deleted -d 'What becomes of a version that is here and that upstream no longer lists' -r -f -a "keep\t'Listed as before'
hide\t'Listed as yanked: lockfiles that name it go on to build, new ones do not take it'
deny\t'Neither listed nor served'"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand serve" -l prefetch -d 'Mirror this, too, once the server is up: a lockfile, a list or whatever `prefetch` takes; may be given more than once' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand serve" -l max-size -d 'Let the least recently used crates go when all take more than this: 500MB, 20GiB. What a root wants stays' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand serve" -l max-age -d 'Let crates go that nobody has asked for in this time: 90d, 8w. What a root wants stays' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand serve" -l tls-cert -d 'The certificate, with its chain, to serve HTTPS with; read again when it changes and on SIGHUP' -r -F
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand serve" -l tls-key -d 'The key of the certificate' -r -F
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand serve" -l token-file -d 'Who may read, and who may command: lines of `read TOKEN` or `admin TOKEN`; read again when it changes' -r -F
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand serve" -l log -d 'The access log' -r -f -a "none\t'No log'
common\t'The common log format, with the user agent'
json\t'One JSON object a line'"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand serve" -l log-file -d 'Write the access log there instead of to standard output; opened anew on SIGHUP' -r -F
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand serve" -l memory -d 'Keep index files and small crates ready in memory, up to this' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand serve" -l max-connections -d 'Connections at once; 0 is no limit' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand serve" -l max-connections-per-address -d 'Connections of one address at once; 0 is no limit, as behind a proxy' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand serve" -l max-requests -d 'Requests in flight at once; 0 is no limit' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand serve" -l client-timeout -d 'Cut a client that neither sends nor takes anything for so long' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand serve" -s m -l mirror -d 'The mirror\'s folder [default: cargo-mirror in the user\'s data folder]' -r -F
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand serve" -l upstream -d 'Where to fetch from: a sparse index, or the folder of a local registry [default: what cargo would use]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand serve" -l send-token-to -d 'Send a registry\'s token to this host too, where its crates lie on another host than its index' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand serve" -s j -l jobs -d 'Requests under way at once' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand serve" -l color -d 'Colour the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand serve" -l message-format -d 'How to report: words, or one JSON object a line on standard output' -r -f -a "human\t''
json\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand serve" -l no-h2c-upgrade -d 'Take no upgrade from HTTP/1.1 to HTTP/2 without TLS, as if --public-url were given: a proxy that passes it on sees no request behind it'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand serve" -l only-mirrored -d 'Serve only what is in the mirror, and ask upstream for nothing but what is prefetched'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand serve" -l offline -d 'Use no network: only what cargo has cached on this machine'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand serve" -l no-flush -d 'Do not wait for the disk: a power cut may then lose what was reported, and the next run hashes what is new'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand serve" -s q -l quiet -d 'Say nothing but errors'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand serve" -s v -l verbose -d 'Say more; twice for every retry too'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand serve" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand help; and not __fish_seen_subcommand_from vendor prefetch config prune git registries verify gc outdated serve deploy ci output layout contributing status on off roots repair stats completions man help" -f -a "vendor" -d 'Mirror your projects and point their builds at the mirror'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand help; and not __fish_seen_subcommand_from vendor prefetch config prune git registries verify gc outdated serve deploy ci output layout contributing status on off roots repair stats completions man help" -f -a "prefetch" -d 'Fill a mirror from lockfiles, crate lists and names'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand help; and not __fish_seen_subcommand_from vendor prefetch config prune git registries verify gc outdated serve deploy ci output layout contributing status on off roots repair stats completions man help" -f -a "config" -d 'How builds are pointed at a mirror or a server'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand help; and not __fish_seen_subcommand_from vendor prefetch config prune git registries verify gc outdated serve deploy ci output layout contributing status on off roots repair stats completions man help" -f -a "prune" -d 'Mirror only what you build for'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand help; and not __fish_seen_subcommand_from vendor prefetch config prune git registries verify gc outdated serve deploy ci output layout contributing status on off roots repair stats completions man help" -f -a "git" -d 'Git dependencies'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand help; and not __fish_seen_subcommand_from vendor prefetch config prune git registries verify gc outdated serve deploy ci output layout contributing status on off roots repair stats completions man help" -f -a "registries" -d 'Other registries, logins, proxies and upstreams'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand help; and not __fish_seen_subcommand_from vendor prefetch config prune git registries verify gc outdated serve deploy ci output layout contributing status on off roots repair stats completions man help" -f -a "verify" -d 'Find damage and repair it'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand help; and not __fish_seen_subcommand_from vendor prefetch config prune git registries verify gc outdated serve deploy ci output layout contributing status on off roots repair stats completions man help" -f -a "gc" -d 'What a mirror keeps, and how to make it smaller'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand help; and not __fish_seen_subcommand_from vendor prefetch config prune git registries verify gc outdated serve deploy ci output layout contributing status on off roots repair stats completions man help" -f -a "outdated" -d 'What has happened upstream since'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand help; and not __fish_seen_subcommand_from vendor prefetch config prune git registries verify gc outdated serve deploy ci output layout contributing status on off roots repair stats completions man help" -f -a "serve" -d 'Serve a team, a CI fleet or a laptop'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand help; and not __fish_seen_subcommand_from vendor prefetch config prune git registries verify gc outdated serve deploy ci output layout contributing status on off roots repair stats completions man help" -f -a "deploy" -d 'Run the server as a service'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand help; and not __fish_seen_subcommand_from vendor prefetch config prune git registries verify gc outdated serve deploy ci output layout contributing status on off roots repair stats completions man help" -f -a "ci" -d 'Onboarding scripts and CI'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand help; and not __fish_seen_subcommand_from vendor prefetch config prune git registries verify gc outdated serve deploy ci output layout contributing status on off roots repair stats completions man help" -f -a "output" -d 'Exit status, JSON and what is printed'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand help; and not __fish_seen_subcommand_from vendor prefetch config prune git registries verify gc outdated serve deploy ci output layout contributing status on off roots repair stats completions man help" -f -a "layout" -d 'What is on disk, and why it is safe'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand help; and not __fish_seen_subcommand_from vendor prefetch config prune git registries verify gc outdated serve deploy ci output layout contributing status on off roots repair stats completions man help" -f -a "contributing" -d 'Work on cargo mirror'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand help; and not __fish_seen_subcommand_from vendor prefetch config prune git registries verify gc outdated serve deploy ci output layout contributing status on off roots repair stats completions man help" -f -a "status" -d 'Tell whether every package of a lockfile is in the mirror, intact'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand help; and not __fish_seen_subcommand_from vendor prefetch config prune git registries verify gc outdated serve deploy ci output layout contributing status on off roots repair stats completions man help" -f -a "on" -d 'Point a project\'s builds at the mirror, or at a server'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand help; and not __fish_seen_subcommand_from vendor prefetch config prune git registries verify gc outdated serve deploy ci output layout contributing status on off roots repair stats completions man help" -f -a "off" -d 'Undo what `on` or `vendor` did to cargo\'s config, exactly'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand help; and not __fish_seen_subcommand_from vendor prefetch config prune git registries verify gc outdated serve deploy ci output layout contributing status on off roots repair stats completions man help" -f -a "roots" -d 'List what the mirror was asked for: every lockfile and list that it keeps crates for'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand help; and not __fish_seen_subcommand_from vendor prefetch config prune git registries verify gc outdated serve deploy ci output layout contributing status on off roots repair stats completions man help" -f -a "repair" -d 'Make the mirror sound again: fetch what is damaged or missing, put right what can be, quarantine the rest'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand help; and not __fish_seen_subcommand_from vendor prefetch config prune git registries verify gc outdated serve deploy ci output layout contributing status on off roots repair stats completions man help" -f -a "stats" -d 'Tell what a server has served, or how the crates of a mirror were used'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand help; and not __fish_seen_subcommand_from vendor prefetch config prune git registries verify gc outdated serve deploy ci output layout contributing status on off roots repair stats completions man help" -f -a "completions" -d 'Print a completion script for a shell'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand help; and not __fish_seen_subcommand_from vendor prefetch config prune git registries verify gc outdated serve deploy ci output layout contributing status on off roots repair stats completions man help" -f -a "man" -d 'Print the manual page'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand help; and not __fish_seen_subcommand_from vendor prefetch config prune git registries verify gc outdated serve deploy ci output layout contributing status on off roots repair stats completions man help" -f -a "help" -d 'Show a page of the guide, or all that is known of a command'
