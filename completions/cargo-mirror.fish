# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_cargo_mirror_global_optspecs
    string join \n m/mirror= upstream= j/jobs= offline q/quiet v/verbose color= message-format= h/help V/version
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
complete -c cargo-mirror -n "__fish_cargo_mirror_needs_command" -s j -l jobs -d 'Requests under way at once' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_needs_command" -l color -d 'Colour the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_needs_command" -l message-format -d 'How to report: words, or one JSON object a line on standard output' -r -f -a "human\t''
json\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_needs_command" -l offline -d 'Use no network: only what cargo has cached on this machine'
complete -c cargo-mirror -n "__fish_cargo_mirror_needs_command" -s q -l quiet -d 'Say nothing but errors'
complete -c cargo-mirror -n "__fish_cargo_mirror_needs_command" -s v -l verbose -d 'Say more; twice for every retry too'
complete -c cargo-mirror -n "__fish_cargo_mirror_needs_command" -s h -l help -d 'Print help'
complete -c cargo-mirror -n "__fish_cargo_mirror_needs_command" -s V -l version -d 'Print version'
complete -c cargo-mirror -n "__fish_cargo_mirror_needs_command" -f -a "vendor" -d 'Mirror all that a project\'s lockfile names, then point its builds at the mirror'
complete -c cargo-mirror -n "__fish_cargo_mirror_needs_command" -f -a "prefetch" -d 'Mirror what lockfiles, projects, lists or names want, and edit nothing'
complete -c cargo-mirror -n "__fish_cargo_mirror_needs_command" -f -a "status" -d 'Tell whether every package of a lockfile is in the mirror, intact'
complete -c cargo-mirror -n "__fish_cargo_mirror_needs_command" -f -a "on" -d 'Point a project\'s builds at the mirror'
complete -c cargo-mirror -n "__fish_cargo_mirror_needs_command" -f -a "off" -d 'Undo what `on` or `vendor` did to cargo\'s config, exactly'
complete -c cargo-mirror -n "__fish_cargo_mirror_needs_command" -f -a "completions" -d 'Print a completion script for a shell'
complete -c cargo-mirror -n "__fish_cargo_mirror_needs_command" -f -a "man" -d 'Print the manual page'
complete -c cargo-mirror -n "__fish_cargo_mirror_needs_command" -f -a "generate" -d 'Write completion scripts and manual page into a folder'
complete -c cargo-mirror -n "__fish_cargo_mirror_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand vendor" -l config-path -d 'Edit this config file' -r -F
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand vendor" -s m -l mirror -d 'The mirror\'s folder [default: cargo-mirror in the user\'s data folder]' -r -F
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand vendor" -l upstream -d 'Where to fetch from: a sparse index, or the folder of a local registry [default: what cargo would use]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand vendor" -s j -l jobs -d 'Requests under way at once' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand vendor" -l color -d 'Colour the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand vendor" -l message-format -d 'How to report: words, or one JSON object a line on standard output' -r -f -a "human\t''
json\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand vendor" -l locked -d 'Fail if a lockfile is absent or not up to date, instead of having cargo mend it'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand vendor" -l check-archives -d 'Look inside every archive for what cargo refuses, not only where no lockfile vouches for it'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand vendor" -s n -l dry-run -d 'Print the plan and write nothing'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand vendor" -l no-config -d 'Print the lines for cargo\'s config instead of writing them'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand vendor" -l global -d 'Edit the config of this user, which holds for every project'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand vendor" -l offline -d 'Use no network: only what cargo has cached on this machine'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand vendor" -s q -l quiet -d 'Say nothing but errors'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand vendor" -s v -l verbose -d 'Say more; twice for every retry too'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand vendor" -s h -l help -d 'Print help'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand prefetch" -s m -l mirror -d 'The mirror\'s folder [default: cargo-mirror in the user\'s data folder]' -r -F
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand prefetch" -l upstream -d 'Where to fetch from: a sparse index, or the folder of a local registry [default: what cargo would use]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand prefetch" -s j -l jobs -d 'Requests under way at once' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand prefetch" -l color -d 'Colour the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand prefetch" -l message-format -d 'How to report: words, or one JSON object a line on standard output' -r -f -a "human\t''
json\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand prefetch" -l locked -d 'Fail if a lockfile is absent or not up to date, instead of having cargo mend it'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand prefetch" -l check-archives -d 'Look inside every archive for what cargo refuses, not only where no lockfile vouches for it'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand prefetch" -s n -l dry-run -d 'Print the plan and write nothing'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand prefetch" -l all-features -d 'For crates asked for by name: with every feature'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand prefetch" -l no-default-features -d 'For crates asked for by name: without their default features'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand prefetch" -l no-deps -d 'For crates asked for by name: without their dependencies'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand prefetch" -l offline -d 'Use no network: only what cargo has cached on this machine'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand prefetch" -s q -l quiet -d 'Say nothing but errors'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand prefetch" -s v -l verbose -d 'Say more; twice for every retry too'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand prefetch" -s h -l help -d 'Print help'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand status" -l prove -d 'Have the real cargo prove it with the network closed to it: unpack every package, or build the project too' -r -f -a "fetch\t'Find and unpack every package'
build\t'Build the project, in a folder of its own'"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand status" -s m -l mirror -d 'The mirror\'s folder [default: cargo-mirror in the user\'s data folder]' -r -F
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand status" -l upstream -d 'Where to fetch from: a sparse index, or the folder of a local registry [default: what cargo would use]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand status" -s j -l jobs -d 'Requests under way at once' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand status" -l color -d 'Colour the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand status" -l message-format -d 'How to report: words, or one JSON object a line on standard output' -r -f -a "human\t''
json\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand status" -l offline -d 'Use no network: only what cargo has cached on this machine'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand status" -s q -l quiet -d 'Say nothing but errors'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand status" -s v -l verbose -d 'Say more; twice for every retry too'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand status" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand on" -l config-path -d 'Edit this config file' -r -F
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand on" -s m -l mirror -d 'The mirror\'s folder [default: cargo-mirror in the user\'s data folder]' -r -F
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand on" -l upstream -d 'Where to fetch from: a sparse index, or the folder of a local registry [default: what cargo would use]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand on" -s j -l jobs -d 'Requests under way at once' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand on" -l color -d 'Colour the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand on" -l message-format -d 'How to report: words, or one JSON object a line on standard output' -r -f -a "human\t''
json\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand on" -l global -d 'Edit the config of this user, which holds for every project'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand on" -s n -l dry-run -d 'Say what would be done and write nothing'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand on" -l offline -d 'Use no network: only what cargo has cached on this machine'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand on" -s q -l quiet -d 'Say nothing but errors'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand on" -s v -l verbose -d 'Say more; twice for every retry too'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand on" -s h -l help -d 'Print help'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand off" -l config-path -d 'Edit this config file' -r -F
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand off" -s m -l mirror -d 'The mirror\'s folder [default: cargo-mirror in the user\'s data folder]' -r -F
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand off" -l upstream -d 'Where to fetch from: a sparse index, or the folder of a local registry [default: what cargo would use]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand off" -s j -l jobs -d 'Requests under way at once' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand off" -l color -d 'Colour the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand off" -l message-format -d 'How to report: words, or one JSON object a line on standard output' -r -f -a "human\t''
json\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand off" -l global -d 'Edit the config of this user, which holds for every project'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand off" -s n -l dry-run -d 'Say what would be done and write nothing'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand off" -l offline -d 'Use no network: only what cargo has cached on this machine'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand off" -s q -l quiet -d 'Say nothing but errors'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand off" -s v -l verbose -d 'Say more; twice for every retry too'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand off" -s h -l help -d 'Print help'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand completions" -s m -l mirror -d 'The mirror\'s folder [default: cargo-mirror in the user\'s data folder]' -r -F
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand completions" -l upstream -d 'Where to fetch from: a sparse index, or the folder of a local registry [default: what cargo would use]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand completions" -s j -l jobs -d 'Requests under way at once' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand completions" -l color -d 'Colour the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand completions" -l message-format -d 'How to report: words, or one JSON object a line on standard output' -r -f -a "human\t''
json\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand completions" -l offline -d 'Use no network: only what cargo has cached on this machine'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand completions" -s q -l quiet -d 'Say nothing but errors'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand completions" -s v -l verbose -d 'Say more; twice for every retry too'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand completions" -s h -l help -d 'Print help'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand man" -s m -l mirror -d 'The mirror\'s folder [default: cargo-mirror in the user\'s data folder]' -r -F
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand man" -l upstream -d 'Where to fetch from: a sparse index, or the folder of a local registry [default: what cargo would use]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand man" -s j -l jobs -d 'Requests under way at once' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand man" -l color -d 'Colour the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand man" -l message-format -d 'How to report: words, or one JSON object a line on standard output' -r -f -a "human\t''
json\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand man" -l offline -d 'Use no network: only what cargo has cached on this machine'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand man" -s q -l quiet -d 'Say nothing but errors'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand man" -s v -l verbose -d 'Say more; twice for every retry too'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand man" -s h -l help -d 'Print help'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand generate" -s m -l mirror -d 'The mirror\'s folder [default: cargo-mirror in the user\'s data folder]' -r -F
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand generate" -l upstream -d 'Where to fetch from: a sparse index, or the folder of a local registry [default: what cargo would use]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand generate" -s j -l jobs -d 'Requests under way at once' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand generate" -l color -d 'Colour the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand generate" -l message-format -d 'How to report: words, or one JSON object a line on standard output' -r -f -a "human\t''
json\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand generate" -l offline -d 'Use no network: only what cargo has cached on this machine'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand generate" -s q -l quiet -d 'Say nothing but errors'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand generate" -s v -l verbose -d 'Say more; twice for every retry too'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand generate" -s h -l help -d 'Print help'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand help; and not __fish_seen_subcommand_from vendor prefetch status on off completions man generate help" -f -a "vendor" -d 'Mirror all that a project\'s lockfile names, then point its builds at the mirror'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand help; and not __fish_seen_subcommand_from vendor prefetch status on off completions man generate help" -f -a "prefetch" -d 'Mirror what lockfiles, projects, lists or names want, and edit nothing'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand help; and not __fish_seen_subcommand_from vendor prefetch status on off completions man generate help" -f -a "status" -d 'Tell whether every package of a lockfile is in the mirror, intact'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand help; and not __fish_seen_subcommand_from vendor prefetch status on off completions man generate help" -f -a "on" -d 'Point a project\'s builds at the mirror'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand help; and not __fish_seen_subcommand_from vendor prefetch status on off completions man generate help" -f -a "off" -d 'Undo what `on` or `vendor` did to cargo\'s config, exactly'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand help; and not __fish_seen_subcommand_from vendor prefetch status on off completions man generate help" -f -a "completions" -d 'Print a completion script for a shell'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand help; and not __fish_seen_subcommand_from vendor prefetch status on off completions man generate help" -f -a "man" -d 'Print the manual page'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand help; and not __fish_seen_subcommand_from vendor prefetch status on off completions man generate help" -f -a "generate" -d 'Write completion scripts and manual page into a folder'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand help; and not __fish_seen_subcommand_from vendor prefetch status on off completions man generate help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
