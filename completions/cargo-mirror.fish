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

complete -c cargo-mirror -n "__fish_cargo_mirror_needs_command" -s m -l mirror -d 'Folder of the mirror [default: cargo-mirror in the user\'s data folder]' -r -F
complete -c cargo-mirror -n "__fish_cargo_mirror_needs_command" -l upstream -d 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_needs_command" -l send-token-to -d 'Also send a registry\'s token to this host, for crates that are on another host than the index' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_needs_command" -s j -l jobs -d 'Number of concurrent requests' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_needs_command" -l color -d 'When to color the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_needs_command" -l message-format -d 'Output format: text, or one JSON object per line on standard output' -r -f -a "human\t''
json\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_needs_command" -l offline -d 'Use no network: take crates only from cargo\'s caches on this machine'
complete -c cargo-mirror -n "__fish_cargo_mirror_needs_command" -l no-flush -d 'Do not flush to disk: a power cut may lose crates that were reported as stored'
complete -c cargo-mirror -n "__fish_cargo_mirror_needs_command" -s q -l quiet -d 'Print errors only'
complete -c cargo-mirror -n "__fish_cargo_mirror_needs_command" -s v -l verbose -d 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`'
complete -c cargo-mirror -n "__fish_cargo_mirror_needs_command" -s h -l help -d 'Print help'
complete -c cargo-mirror -n "__fish_cargo_mirror_needs_command" -s V -l version -d 'Print version'
complete -c cargo-mirror -n "__fish_cargo_mirror_needs_command" -f -a "completions" -d 'Print a completion script for a shell'
complete -c cargo-mirror -n "__fish_cargo_mirror_needs_command" -f -a "man" -d 'Print the manual page'
complete -c cargo-mirror -n "__fish_cargo_mirror_needs_command" -f -a "generate" -d 'Write the completion scripts and the manual page into a folder'
complete -c cargo-mirror -n "__fish_cargo_mirror_needs_command" -f -a "status" -d 'Check that every package of a lockfile is in the mirror and intact'
complete -c cargo-mirror -n "__fish_cargo_mirror_needs_command" -f -a "on" -d 'Point a project\'s builds at the mirror, or at a server'
complete -c cargo-mirror -n "__fish_cargo_mirror_needs_command" -f -a "off" -d 'Restore cargo\'s config to what it was before `on` or `vendor`'
complete -c cargo-mirror -n "__fish_cargo_mirror_needs_command" -f -a "vendor" -d 'Mirror every package of a project\'s lockfile, then point its builds at the mirror'
complete -c cargo-mirror -n "__fish_cargo_mirror_needs_command" -f -a "prefetch" -d 'Mirror lockfiles, projects, crate lists or crates by name, without editing cargo\'s config'
complete -c cargo-mirror -n "__fish_cargo_mirror_needs_command" -f -a "verify" -d 'Hash every crate in the mirror and report what is damaged, missing or unexpected'
complete -c cargo-mirror -n "__fish_cargo_mirror_needs_command" -f -a "repair" -d 'Repair the mirror: fetch what is damaged or missing, fix the index, quarantine the rest'
complete -c cargo-mirror -n "__fish_cargo_mirror_needs_command" -f -a "roots" -d 'List the roots of the mirror: the lockfiles and lists that it keeps crates for'
complete -c cargo-mirror -n "__fish_cargo_mirror_needs_command" -f -a "gc" -d 'Drop the crates that no root needs; without --yes, only list them'
complete -c cargo-mirror -n "__fish_cargo_mirror_needs_command" -f -a "export" -d 'Write the mirror, or a part of it, into a dump that another mirror can import'
complete -c cargo-mirror -n "__fish_cargo_mirror_needs_command" -f -a "import" -d 'Take dumps into the mirror'
complete -c cargo-mirror -n "__fish_cargo_mirror_needs_command" -f -a "bundle" -d 'Look into dumps'
complete -c cargo-mirror -n "__fish_cargo_mirror_needs_command" -f -a "key" -d 'Keys that dumps are signed with, and whose dumps are taken'
complete -c cargo-mirror -n "__fish_cargo_mirror_needs_command" -f -a "state" -d 'Write down what the mirror has, for an `export --since` elsewhere'
complete -c cargo-mirror -n "__fish_cargo_mirror_needs_command" -f -a "diff" -d 'List what one mirror, dump or state has that another lacks'
complete -c cargo-mirror -n "__fish_cargo_mirror_needs_command" -f -a "push" -d 'Copy the mirror into a bucket, as far as the bucket lacks it'
complete -c cargo-mirror -n "__fish_cargo_mirror_needs_command" -f -a "pull" -d 'Copy a mirror in a bucket into this one, as far as this one lacks it'
complete -c cargo-mirror -n "__fish_cargo_mirror_needs_command" -f -a "doctor" -d 'Test whether an object store supports conditional writes, and say what a mirror may do there'
complete -c cargo-mirror -n "__fish_cargo_mirror_needs_command" -f -a "outdated" -d 'List packages of a lockfile that upstream has yanked, replaced, deleted or updated'
complete -c cargo-mirror -n "__fish_cargo_mirror_needs_command" -f -a "search" -d 'Search what is mirrored, and all of crates.io once a database dump is imported'
complete -c cargo-mirror -n "__fish_cargo_mirror_needs_command" -f -a "show" -d 'Show what is known of a crate, without a network'
complete -c cargo-mirror -n "__fish_cargo_mirror_needs_command" -f -a "catalog" -d 'Show, rebuild or extend what can be searched for'
complete -c cargo-mirror -n "__fish_cargo_mirror_needs_command" -f -a "stats" -d 'Show the statistics of a server, or how often each crate of a mirror was requested'
complete -c cargo-mirror -n "__fish_cargo_mirror_needs_command" -f -a "registry" -d 'Make, list or change the hosted registries of the mirror, which crates are published into'
complete -c cargo-mirror -n "__fish_cargo_mirror_needs_command" -f -a "add" -d 'Add packages to a hosted registry'
complete -c cargo-mirror -n "__fish_cargo_mirror_needs_command" -f -a "yank" -d 'Yank versions in a hosted registry, or take that back'
complete -c cargo-mirror -n "__fish_cargo_mirror_needs_command" -f -a "remove" -d 'Remove a version, or a whole crate, from a hosted registry'
complete -c cargo-mirror -n "__fish_cargo_mirror_needs_command" -f -a "user" -d 'Make, list and disable the users of hosted registries'
complete -c cargo-mirror -n "__fish_cargo_mirror_needs_command" -f -a "team" -d 'Make, list and change the teams of hosted registries'
complete -c cargo-mirror -n "__fish_cargo_mirror_needs_command" -f -a "token" -d 'Make, list and revoke the tokens of users'
complete -c cargo-mirror -n "__fish_cargo_mirror_needs_command" -f -a "owner" -d 'List and change the owners of a crate of a hosted registry'
complete -c cargo-mirror -n "__fish_cargo_mirror_needs_command" -f -a "audit-log" -d 'Print who published, yanked, removed or changed what in hosted registries, and who was refused'
complete -c cargo-mirror -n "__fish_cargo_mirror_needs_command" -f -a "host" -d 'Write a registry into a folder that any web server can serve, and as a git index'
complete -c cargo-mirror -n "__fish_cargo_mirror_needs_command" -f -a "sync" -d 'Copy a whole registry, or a part of it, and keep the copy current'
complete -c cargo-mirror -n "__fish_cargo_mirror_needs_command" -f -a "config" -d 'Show the settings of the mirror, from mirror.toml, the environment and defaults'
complete -c cargo-mirror -n "__fish_cargo_mirror_needs_command" -f -a "serve" -d 'Serve the mirror over HTTP as a replacement for crates.io, and fetch missing crates on demand'
complete -c cargo-mirror -n "__fish_cargo_mirror_needs_command" -f -a "help" -d 'Show a page of the guide, or the full help of a command'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand completions" -s m -l mirror -d 'Folder of the mirror [default: cargo-mirror in the user\'s data folder]' -r -F
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand completions" -l upstream -d 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand completions" -l send-token-to -d 'Also send a registry\'s token to this host, for crates that are on another host than the index' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand completions" -s j -l jobs -d 'Number of concurrent requests' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand completions" -l color -d 'When to color the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand completions" -l message-format -d 'Output format: text, or one JSON object per line on standard output' -r -f -a "human\t''
json\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand completions" -l offline -d 'Use no network: take crates only from cargo\'s caches on this machine'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand completions" -l no-flush -d 'Do not flush to disk: a power cut may lose crates that were reported as stored'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand completions" -s q -l quiet -d 'Print errors only'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand completions" -s v -l verbose -d 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand completions" -s h -l help -d 'Print help'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand man" -s m -l mirror -d 'Folder of the mirror [default: cargo-mirror in the user\'s data folder]' -r -F
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand man" -l upstream -d 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand man" -l send-token-to -d 'Also send a registry\'s token to this host, for crates that are on another host than the index' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand man" -s j -l jobs -d 'Number of concurrent requests' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand man" -l color -d 'When to color the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand man" -l message-format -d 'Output format: text, or one JSON object per line on standard output' -r -f -a "human\t''
json\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand man" -l offline -d 'Use no network: take crates only from cargo\'s caches on this machine'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand man" -l no-flush -d 'Do not flush to disk: a power cut may lose crates that were reported as stored'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand man" -s q -l quiet -d 'Print errors only'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand man" -s v -l verbose -d 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand man" -s h -l help -d 'Print help'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand generate" -s m -l mirror -d 'Folder of the mirror [default: cargo-mirror in the user\'s data folder]' -r -F
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand generate" -l upstream -d 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand generate" -l send-token-to -d 'Also send a registry\'s token to this host, for crates that are on another host than the index' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand generate" -s j -l jobs -d 'Number of concurrent requests' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand generate" -l color -d 'When to color the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand generate" -l message-format -d 'Output format: text, or one JSON object per line on standard output' -r -f -a "human\t''
json\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand generate" -l offline -d 'Use no network: take crates only from cargo\'s caches on this machine'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand generate" -l no-flush -d 'Do not flush to disk: a power cut may lose crates that were reported as stored'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand generate" -s q -l quiet -d 'Print errors only'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand generate" -s v -l verbose -d 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand generate" -s h -l help -d 'Print help'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand status" -l prove -d 'Let cargo verify it without a network: `fetch` unpacks every package, `build` also builds the project' -r -f -a "fetch\t'Find and unpack every package'
build\t'Also build the project, in a temporary folder'"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand status" -l explain -d 'Show why a package is needed, its dependency chains, and its state in the mirror' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand status" -s m -l mirror -d 'Folder of the mirror [default: cargo-mirror in the user\'s data folder]' -r -F
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand status" -l upstream -d 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand status" -l send-token-to -d 'Also send a registry\'s token to this host, for crates that are on another host than the index' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand status" -s j -l jobs -d 'Number of concurrent requests' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand status" -l color -d 'When to color the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand status" -l message-format -d 'Output format: text, or one JSON object per line on standard output' -r -f -a "human\t''
json\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand status" -l std -d 'Also check the dependencies of the standard library, for `-Z build-std`'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand status" -l recursive -d 'Check every workspace below the folders'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand status" -l offline -d 'Use no network: take crates only from cargo\'s caches on this machine'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand status" -l no-flush -d 'Do not flush to disk: a power cut may lose crates that were reported as stored'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand status" -s q -l quiet -d 'Print errors only'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand status" -s v -l verbose -d 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand status" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand on" -l config-path -d 'Edit this config file' -r -F
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand on" -l server -d 'Point builds at this server as a replacement for crates.io: http://HOST:PORT, or the full URL of its index' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand on" -s m -l mirror -d 'Folder of the mirror [default: cargo-mirror in the user\'s data folder]' -r -F
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand on" -l upstream -d 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand on" -l send-token-to -d 'Also send a registry\'s token to this host, for crates that are on another host than the index' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand on" -s j -l jobs -d 'Number of concurrent requests' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand on" -l color -d 'When to color the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand on" -l message-format -d 'Output format: text, or one JSON object per line on standard output' -r -f -a "human\t''
json\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand on" -l global -d 'Edit the config in `CARGO_HOME`, which applies to every project'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand on" -s n -l dry-run -d 'Print what would change and write nothing'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand on" -l offline -d 'Use no network: take crates only from cargo\'s caches on this machine'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand on" -l no-flush -d 'Do not flush to disk: a power cut may lose crates that were reported as stored'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand on" -s q -l quiet -d 'Print errors only'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand on" -s v -l verbose -d 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand on" -s h -l help -d 'Print help'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand off" -l config-path -d 'Edit this config file' -r -F
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand off" -s m -l mirror -d 'Folder of the mirror [default: cargo-mirror in the user\'s data folder]' -r -F
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand off" -l upstream -d 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand off" -l send-token-to -d 'Also send a registry\'s token to this host, for crates that are on another host than the index' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand off" -s j -l jobs -d 'Number of concurrent requests' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand off" -l color -d 'When to color the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand off" -l message-format -d 'Output format: text, or one JSON object per line on standard output' -r -f -a "human\t''
json\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand off" -l global -d 'Edit the config in `CARGO_HOME`, which applies to every project'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand off" -s n -l dry-run -d 'Print what would change and write nothing'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand off" -l offline -d 'Use no network: take crates only from cargo\'s caches on this machine'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand off" -l no-flush -d 'Do not flush to disk: a power cut may lose crates that were reported as stored'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand off" -s q -l quiet -d 'Print errors only'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand off" -s v -l verbose -d 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand off" -s h -l help -d 'Print help'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand vendor" -l target -d 'Mirror only what builds for this platform read; `host` is the platform of this machine; repeatable' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand vendor" -s F -l features -d 'Mirror only what builds with these features and the default ones read, separated by commas [default: all features]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand vendor" -l config-path -d 'Edit this config file' -r -F
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand vendor" -s m -l mirror -d 'Folder of the mirror [default: cargo-mirror in the user\'s data folder]' -r -F
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand vendor" -l upstream -d 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand vendor" -l send-token-to -d 'Also send a registry\'s token to this host, for crates that are on another host than the index' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand vendor" -s j -l jobs -d 'Number of concurrent requests' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand vendor" -l color -d 'When to color the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand vendor" -l message-format -d 'Output format: text, or one JSON object per line on standard output' -r -f -a "human\t''
json\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand vendor" -l recursive -d 'Include every workspace below the folders'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand vendor" -l std -d 'Also mirror the dependencies of the standard library, for `-Z build-std`'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand vendor" -l locked -d 'Fail if a lockfile is missing or stale, instead of letting cargo update it'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand vendor" -l no-dev -d 'Leave out dev-dependencies: no tests, examples or benches'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand vendor" -l no-default-features -d 'Disable default features of projects and of crates given by name'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand vendor" -l check-archives -d 'Check inside every archive for entries that cargo rejects, also if a lockfile has its checksum'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand vendor" -s n -l dry-run -d 'Print the plan and write nothing'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand vendor" -l no-config -d 'Print the config lines instead of writing them'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand vendor" -l global -d 'Edit the config in `CARGO_HOME`, which applies to every project'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand vendor" -l offline -d 'Use no network: take crates only from cargo\'s caches on this machine'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand vendor" -l no-flush -d 'Do not flush to disk: a power cut may lose crates that were reported as stored'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand vendor" -s q -l quiet -d 'Print errors only'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand vendor" -s v -l verbose -d 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand vendor" -s h -l help -d 'Print help'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand prefetch" -l target -d 'Mirror only what builds for this platform read; `host` is the platform of this machine; repeatable' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand prefetch" -s F -l features -d 'Mirror only what builds with these features and the default ones read, separated by commas [default: all features]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand prefetch" -s m -l mirror -d 'Folder of the mirror [default: cargo-mirror in the user\'s data folder]' -r -F
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand prefetch" -l upstream -d 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand prefetch" -l send-token-to -d 'Also send a registry\'s token to this host, for crates that are on another host than the index' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand prefetch" -s j -l jobs -d 'Number of concurrent requests' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand prefetch" -l color -d 'When to color the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand prefetch" -l message-format -d 'Output format: text, or one JSON object per line on standard output' -r -f -a "human\t''
json\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand prefetch" -l std -d 'Also mirror the dependencies of the standard library, for `-Z build-std`'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand prefetch" -l locked -d 'Fail if a lockfile is missing or stale, instead of letting cargo update it'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand prefetch" -l no-dev -d 'Leave out dev-dependencies: no tests, examples or benches'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand prefetch" -l no-default-features -d 'Disable default features of projects and of crates given by name'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand prefetch" -l check-archives -d 'Check inside every archive for entries that cargo rejects, also if a lockfile has its checksum'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand prefetch" -s n -l dry-run -d 'Print the plan and write nothing'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand prefetch" -l all-features -d 'Enable all features of crates given by name'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand prefetch" -l no-deps -d 'Leave out the dependencies of crates given by name'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand prefetch" -l offline -d 'Use no network: take crates only from cargo\'s caches on this machine'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand prefetch" -l no-flush -d 'Do not flush to disk: a power cut may lose crates that were reported as stored'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand prefetch" -s q -l quiet -d 'Print errors only'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand prefetch" -s v -l verbose -d 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand prefetch" -s h -l help -d 'Print help'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand verify" -l since -d 'Hash only files modified since: 12h, 7d, 2026-05-01, 2026-05-01T12:00:00Z' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand verify" -s m -l mirror -d 'Folder of the mirror [default: cargo-mirror in the user\'s data folder]' -r -F
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand verify" -l upstream -d 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand verify" -l send-token-to -d 'Also send a registry\'s token to this host, for crates that are on another host than the index' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand verify" -s j -l jobs -d 'Number of concurrent requests' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand verify" -l color -d 'When to color the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand verify" -l message-format -d 'Output format: text, or one JSON object per line on standard output' -r -f -a "human\t''
json\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand verify" -l quick -d 'Hash nothing: compare only files, sizes, modification times and index lines'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand verify" -l archives -d 'Also check inside every archive for entries that cargo rejects; takes ten times as long'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand verify" -l resume -d 'Continue an interrupted run with the same options'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand verify" -l repair -d 'Repair the damage found, as `repair` does'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand verify" -l offline -d 'Use no network: take crates only from cargo\'s caches on this machine'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand verify" -l no-flush -d 'Do not flush to disk: a power cut may lose crates that were reported as stored'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand verify" -s q -l quiet -d 'Print errors only'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand verify" -s v -l verbose -d 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand verify" -s h -l help -d 'Print help'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand repair" -l accept -d 'Accept upstream\'s new bytes for versions whose checksum has changed upstream' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand repair" -s m -l mirror -d 'Folder of the mirror [default: cargo-mirror in the user\'s data folder]' -r -F
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand repair" -l upstream -d 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand repair" -l send-token-to -d 'Also send a registry\'s token to this host, for crates that are on another host than the index' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand repair" -s j -l jobs -d 'Number of concurrent requests' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand repair" -l color -d 'When to color the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand repair" -l message-format -d 'Output format: text, or one JSON object per line on standard output' -r -f -a "human\t''
json\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand repair" -l quick -d 'Hash nothing at first: compare only files, sizes, modification times and index lines'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand repair" -l archives -d 'Also check inside every archive, and quarantine those that cargo rejects'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand repair" -s n -l dry-run -d 'Report damage and write nothing'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand repair" -l offline -d 'Use no network: take crates only from cargo\'s caches on this machine'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand repair" -l no-flush -d 'Do not flush to disk: a power cut may lose crates that were reported as stored'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand repair" -s q -l quiet -d 'Print errors only'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand repair" -s v -l verbose -d 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand repair" -s h -l help -d 'Print help'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand roots; and not __fish_seen_subcommand_from list add forget" -s m -l mirror -d 'Folder of the mirror [default: cargo-mirror in the user\'s data folder]' -r -F
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand roots; and not __fish_seen_subcommand_from list add forget" -l upstream -d 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand roots; and not __fish_seen_subcommand_from list add forget" -l send-token-to -d 'Also send a registry\'s token to this host, for crates that are on another host than the index' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand roots; and not __fish_seen_subcommand_from list add forget" -s j -l jobs -d 'Number of concurrent requests' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand roots; and not __fish_seen_subcommand_from list add forget" -l color -d 'When to color the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand roots; and not __fish_seen_subcommand_from list add forget" -l message-format -d 'Output format: text, or one JSON object per line on standard output' -r -f -a "human\t''
json\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand roots; and not __fish_seen_subcommand_from list add forget" -l offline -d 'Use no network: take crates only from cargo\'s caches on this machine'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand roots; and not __fish_seen_subcommand_from list add forget" -l no-flush -d 'Do not flush to disk: a power cut may lose crates that were reported as stored'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand roots; and not __fish_seen_subcommand_from list add forget" -s q -l quiet -d 'Print errors only'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand roots; and not __fish_seen_subcommand_from list add forget" -s v -l verbose -d 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand roots; and not __fish_seen_subcommand_from list add forget" -s h -l help -d 'Print help'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand roots; and not __fish_seen_subcommand_from list add forget" -f -a "list" -d 'List roots: id, kind, origin, number of packages, time last given, whether the origin exists'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand roots; and not __fish_seen_subcommand_from list add forget" -f -a "add" -d 'Record inputs as roots without fetching their crates; resolving a list still fetches index files'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand roots; and not __fish_seen_subcommand_from list add forget" -f -a "forget" -d 'Forget roots, so that `gc` may drop what only they need'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand roots; and __fish_seen_subcommand_from list" -s m -l mirror -d 'Folder of the mirror [default: cargo-mirror in the user\'s data folder]' -r -F
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand roots; and __fish_seen_subcommand_from list" -l upstream -d 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand roots; and __fish_seen_subcommand_from list" -l send-token-to -d 'Also send a registry\'s token to this host, for crates that are on another host than the index' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand roots; and __fish_seen_subcommand_from list" -s j -l jobs -d 'Number of concurrent requests' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand roots; and __fish_seen_subcommand_from list" -l color -d 'When to color the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand roots; and __fish_seen_subcommand_from list" -l message-format -d 'Output format: text, or one JSON object per line on standard output' -r -f -a "human\t''
json\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand roots; and __fish_seen_subcommand_from list" -l offline -d 'Use no network: take crates only from cargo\'s caches on this machine'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand roots; and __fish_seen_subcommand_from list" -l no-flush -d 'Do not flush to disk: a power cut may lose crates that were reported as stored'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand roots; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Print errors only'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand roots; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand roots; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand roots; and __fish_seen_subcommand_from add" -s m -l mirror -d 'Folder of the mirror [default: cargo-mirror in the user\'s data folder]' -r -F
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand roots; and __fish_seen_subcommand_from add" -l upstream -d 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand roots; and __fish_seen_subcommand_from add" -l send-token-to -d 'Also send a registry\'s token to this host, for crates that are on another host than the index' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand roots; and __fish_seen_subcommand_from add" -s j -l jobs -d 'Number of concurrent requests' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand roots; and __fish_seen_subcommand_from add" -l color -d 'When to color the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand roots; and __fish_seen_subcommand_from add" -l message-format -d 'Output format: text, or one JSON object per line on standard output' -r -f -a "human\t''
json\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand roots; and __fish_seen_subcommand_from add" -l offline -d 'Use no network: take crates only from cargo\'s caches on this machine'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand roots; and __fish_seen_subcommand_from add" -l no-flush -d 'Do not flush to disk: a power cut may lose crates that were reported as stored'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand roots; and __fish_seen_subcommand_from add" -s q -l quiet -d 'Print errors only'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand roots; and __fish_seen_subcommand_from add" -s v -l verbose -d 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand roots; and __fish_seen_subcommand_from add" -s h -l help -d 'Print help'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand roots; and __fish_seen_subcommand_from forget" -s m -l mirror -d 'Folder of the mirror [default: cargo-mirror in the user\'s data folder]' -r -F
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand roots; and __fish_seen_subcommand_from forget" -l upstream -d 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand roots; and __fish_seen_subcommand_from forget" -l send-token-to -d 'Also send a registry\'s token to this host, for crates that are on another host than the index' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand roots; and __fish_seen_subcommand_from forget" -s j -l jobs -d 'Number of concurrent requests' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand roots; and __fish_seen_subcommand_from forget" -l color -d 'When to color the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand roots; and __fish_seen_subcommand_from forget" -l message-format -d 'Output format: text, or one JSON object per line on standard output' -r -f -a "human\t''
json\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand roots; and __fish_seen_subcommand_from forget" -l offline -d 'Use no network: take crates only from cargo\'s caches on this machine'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand roots; and __fish_seen_subcommand_from forget" -l no-flush -d 'Do not flush to disk: a power cut may lose crates that were reported as stored'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand roots; and __fish_seen_subcommand_from forget" -s q -l quiet -d 'Print errors only'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand roots; and __fish_seen_subcommand_from forget" -s v -l verbose -d 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand roots; and __fish_seen_subcommand_from forget" -s h -l help -d 'Print help'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand gc" -l keep -d 'Also keep these crates: NAME or NAME@REQ, with `*` and `?` as wildcards in NAME' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand gc" -l keep-latest -d 'Keep the newest N versions of each crate, not counting yanked versions' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand gc" -l older-than -d 'Keep crates that arrived, or were last needed by a root, within this time: 12h, 90d, 8w' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand gc" -l max-size -d 'Drop crates, oldest first, only until the total size is at most this: 500MB, 20GiB' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand gc" -s m -l mirror -d 'Folder of the mirror [default: cargo-mirror in the user\'s data folder]' -r -F
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand gc" -l upstream -d 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand gc" -l send-token-to -d 'Also send a registry\'s token to this host, for crates that are on another host than the index' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand gc" -s j -l jobs -d 'Number of concurrent requests' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand gc" -l color -d 'When to color the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand gc" -l message-format -d 'Output format: text, or one JSON object per line on standard output' -r -f -a "human\t''
json\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand gc" -s y -l yes -d 'Drop the crates instead of listing them'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand gc" -l forget-gone -d 'Forget roots whose lockfile or list no longer exists'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand gc" -l offline -d 'Use no network: take crates only from cargo\'s caches on this machine'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand gc" -l no-flush -d 'Do not flush to disk: a power cut may lose crates that were reported as stored'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand gc" -s q -l quiet -d 'Print errors only'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand gc" -s v -l verbose -d 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand gc" -s h -l help -d 'Print help'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand export" -l lockfile -d 'Export only what this lockfile wants; repeatable' -r -F
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand export" -l registry -d 'Export only this registry, by its folder in the mirror, such as crates-io; repeatable' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand export" -l since -d 'Leave out what the receiver has: an earlier dump, or the state of the other mirror; repeatable' -r -F
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand export" -l split -d 'Write parts NAME.1, NAME.2, ... of at most this size: 4G, 700MB, or fat32 for 4 GiB less one byte' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand export" -l compress -d 'Level of compression from 1 to 19, or `none` for every .crate file as it is' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand export" -l for -d 'Leave out what this receiver has, and note what it has once this dump has come: `cargo mirror bundle acknowledge`' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand export" -l sign-with -d 'Sign with this key: its name, or the file of an Ed25519 key of OpenSSH; one with a passphrase, or the public half of one in an agent, is used through ssh-keygen; repeatable [default: the only key]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand export" -l expires -d 'Have the receiver warned if the dump is imported after this time: 30d, 12w' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand export" -l keys -d 'Folder of keys and of the list of trusted ones [default: cargo-mirror in the user\'s config folder]' -r -F
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand export" -s m -l mirror -d 'Folder of the mirror [default: cargo-mirror in the user\'s data folder]' -r -F
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand export" -l upstream -d 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand export" -l send-token-to -d 'Also send a registry\'s token to this host, for crates that are on another host than the index' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand export" -s j -l jobs -d 'Number of concurrent requests' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand export" -l color -d 'When to color the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand export" -l message-format -d 'Output format: text, or one JSON object per line on standard output' -r -f -a "human\t''
json\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand export" -l roots -d 'Export only what the roots of the mirror want'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand export" -l hosted -d 'Also export the hosted registries of the mirror: their crates and index lines, never their users and tokens'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand export" -l no-sign -d 'Do not sign'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand export" -s n -l dry-run -d 'Print how much there is to export and write nothing'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand export" -l offline -d 'Use no network: take crates only from cargo\'s caches on this machine'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand export" -l no-flush -d 'Do not flush to disk: a power cut may lose crates that were reported as stored'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand export" -s q -l quiet -d 'Print errors only'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand export" -s v -l verbose -d 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand export" -s h -l help -d 'Print help'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand import" -l receipt -d 'Write down what the mirror has afterwards: the other side takes it with `bundle acknowledge`' -r -F
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand import" -l on-removed -d 'What becomes of versions that the sender tells of as removed: `hold TIME`, `drop`, `keep` [default: hold 30d]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand import" -l keys -d 'Folder of keys and of the list of trusted ones [default: cargo-mirror in the user\'s config folder]' -r -F
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand import" -s m -l mirror -d 'Folder of the mirror [default: cargo-mirror in the user\'s data folder]' -r -F
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand import" -l upstream -d 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand import" -l send-token-to -d 'Also send a registry\'s token to this host, for crates that are on another host than the index' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand import" -s j -l jobs -d 'Number of concurrent requests' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand import" -l color -d 'When to color the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand import" -l message-format -d 'Output format: text, or one JSON object per line on standard output' -r -f -a "human\t''
json\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand import" -l allow-unsigned -d 'Take dumps that are not signed by a trusted key'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand import" -l allow-older -d 'Take dumps that are older than one that was imported before'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand import" -l allow-mass-removal -d 'Remove even if versions of very many crates are told of as removed'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand import" -s n -l dry-run -d 'Print what would be imported and write nothing'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand import" -l offline -d 'Use no network: take crates only from cargo\'s caches on this machine'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand import" -l no-flush -d 'Do not flush to disk: a power cut may lose crates that were reported as stored'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand import" -s q -l quiet -d 'Print errors only'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand import" -s v -l verbose -d 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand import" -s h -l help -d 'Print help'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand bundle; and not __fish_seen_subcommand_from list verify diff acknowledge" -s m -l mirror -d 'Folder of the mirror [default: cargo-mirror in the user\'s data folder]' -r -F
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand bundle; and not __fish_seen_subcommand_from list verify diff acknowledge" -l upstream -d 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand bundle; and not __fish_seen_subcommand_from list verify diff acknowledge" -l send-token-to -d 'Also send a registry\'s token to this host, for crates that are on another host than the index' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand bundle; and not __fish_seen_subcommand_from list verify diff acknowledge" -s j -l jobs -d 'Number of concurrent requests' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand bundle; and not __fish_seen_subcommand_from list verify diff acknowledge" -l color -d 'When to color the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand bundle; and not __fish_seen_subcommand_from list verify diff acknowledge" -l message-format -d 'Output format: text, or one JSON object per line on standard output' -r -f -a "human\t''
json\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand bundle; and not __fish_seen_subcommand_from list verify diff acknowledge" -l offline -d 'Use no network: take crates only from cargo\'s caches on this machine'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand bundle; and not __fish_seen_subcommand_from list verify diff acknowledge" -l no-flush -d 'Do not flush to disk: a power cut may lose crates that were reported as stored'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand bundle; and not __fish_seen_subcommand_from list verify diff acknowledge" -s q -l quiet -d 'Print errors only'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand bundle; and not __fish_seen_subcommand_from list verify diff acknowledge" -s v -l verbose -d 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand bundle; and not __fish_seen_subcommand_from list verify diff acknowledge" -s h -l help -d 'Print help'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand bundle; and not __fish_seen_subcommand_from list verify diff acknowledge" -f -a "list" -d 'List what is in dumps'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand bundle; and not __fish_seen_subcommand_from list verify diff acknowledge" -f -a "verify" -d 'Check the signatures of dumps and hash every byte of them'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand bundle; and not __fish_seen_subcommand_from list verify diff acknowledge" -f -a "diff" -d 'List what one mirror, dump or state has that another lacks'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand bundle; and not __fish_seen_subcommand_from list verify diff acknowledge" -f -a "acknowledge" -d 'Note that the last dump for a receiver has come'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand bundle; and __fish_seen_subcommand_from list" -l keys -d 'Folder of keys and of the list of trusted ones [default: cargo-mirror in the user\'s config folder]' -r -F
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand bundle; and __fish_seen_subcommand_from list" -s m -l mirror -d 'Folder of the mirror [default: cargo-mirror in the user\'s data folder]' -r -F
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand bundle; and __fish_seen_subcommand_from list" -l upstream -d 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand bundle; and __fish_seen_subcommand_from list" -l send-token-to -d 'Also send a registry\'s token to this host, for crates that are on another host than the index' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand bundle; and __fish_seen_subcommand_from list" -s j -l jobs -d 'Number of concurrent requests' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand bundle; and __fish_seen_subcommand_from list" -l color -d 'When to color the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand bundle; and __fish_seen_subcommand_from list" -l message-format -d 'Output format: text, or one JSON object per line on standard output' -r -f -a "human\t''
json\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand bundle; and __fish_seen_subcommand_from list" -l offline -d 'Use no network: take crates only from cargo\'s caches on this machine'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand bundle; and __fish_seen_subcommand_from list" -l no-flush -d 'Do not flush to disk: a power cut may lose crates that were reported as stored'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand bundle; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Print errors only'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand bundle; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand bundle; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand bundle; and __fish_seen_subcommand_from verify" -l keys -d 'Folder of keys and of the list of trusted ones [default: cargo-mirror in the user\'s config folder]' -r -F
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand bundle; and __fish_seen_subcommand_from verify" -s m -l mirror -d 'Folder of the mirror [default: cargo-mirror in the user\'s data folder]' -r -F
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand bundle; and __fish_seen_subcommand_from verify" -l upstream -d 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand bundle; and __fish_seen_subcommand_from verify" -l send-token-to -d 'Also send a registry\'s token to this host, for crates that are on another host than the index' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand bundle; and __fish_seen_subcommand_from verify" -s j -l jobs -d 'Number of concurrent requests' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand bundle; and __fish_seen_subcommand_from verify" -l color -d 'When to color the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand bundle; and __fish_seen_subcommand_from verify" -l message-format -d 'Output format: text, or one JSON object per line on standard output' -r -f -a "human\t''
json\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand bundle; and __fish_seen_subcommand_from verify" -l deep -d 'Also rebuild and hash every crate; what a dump refers back to is taken from the mirror'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand bundle; and __fish_seen_subcommand_from verify" -l offline -d 'Use no network: take crates only from cargo\'s caches on this machine'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand bundle; and __fish_seen_subcommand_from verify" -l no-flush -d 'Do not flush to disk: a power cut may lose crates that were reported as stored'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand bundle; and __fish_seen_subcommand_from verify" -s q -l quiet -d 'Print errors only'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand bundle; and __fish_seen_subcommand_from verify" -s v -l verbose -d 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand bundle; and __fish_seen_subcommand_from verify" -s h -l help -d 'Print help'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand bundle; and __fish_seen_subcommand_from diff" -s m -l mirror -d 'Folder of the mirror [default: cargo-mirror in the user\'s data folder]' -r -F
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand bundle; and __fish_seen_subcommand_from diff" -l upstream -d 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand bundle; and __fish_seen_subcommand_from diff" -l send-token-to -d 'Also send a registry\'s token to this host, for crates that are on another host than the index' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand bundle; and __fish_seen_subcommand_from diff" -s j -l jobs -d 'Number of concurrent requests' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand bundle; and __fish_seen_subcommand_from diff" -l color -d 'When to color the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand bundle; and __fish_seen_subcommand_from diff" -l message-format -d 'Output format: text, or one JSON object per line on standard output' -r -f -a "human\t''
json\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand bundle; and __fish_seen_subcommand_from diff" -l offline -d 'Use no network: take crates only from cargo\'s caches on this machine'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand bundle; and __fish_seen_subcommand_from diff" -l no-flush -d 'Do not flush to disk: a power cut may lose crates that were reported as stored'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand bundle; and __fish_seen_subcommand_from diff" -s q -l quiet -d 'Print errors only'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand bundle; and __fish_seen_subcommand_from diff" -s v -l verbose -d 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand bundle; and __fish_seen_subcommand_from diff" -s h -l help -d 'Print help'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand bundle; and __fish_seen_subcommand_from acknowledge" -s m -l mirror -d 'Folder of the mirror [default: cargo-mirror in the user\'s data folder]' -r -F
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand bundle; and __fish_seen_subcommand_from acknowledge" -l upstream -d 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand bundle; and __fish_seen_subcommand_from acknowledge" -l send-token-to -d 'Also send a registry\'s token to this host, for crates that are on another host than the index' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand bundle; and __fish_seen_subcommand_from acknowledge" -s j -l jobs -d 'Number of concurrent requests' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand bundle; and __fish_seen_subcommand_from acknowledge" -l color -d 'When to color the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand bundle; and __fish_seen_subcommand_from acknowledge" -l message-format -d 'Output format: text, or one JSON object per line on standard output' -r -f -a "human\t''
json\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand bundle; and __fish_seen_subcommand_from acknowledge" -l offline -d 'Use no network: take crates only from cargo\'s caches on this machine'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand bundle; and __fish_seen_subcommand_from acknowledge" -l no-flush -d 'Do not flush to disk: a power cut may lose crates that were reported as stored'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand bundle; and __fish_seen_subcommand_from acknowledge" -s q -l quiet -d 'Print errors only'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand bundle; and __fish_seen_subcommand_from acknowledge" -s v -l verbose -d 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand bundle; and __fish_seen_subcommand_from acknowledge" -s h -l help -d 'Print help'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand key; and not __fish_seen_subcommand_from new show trust threshold list" -s m -l mirror -d 'Folder of the mirror [default: cargo-mirror in the user\'s data folder]' -r -F
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand key; and not __fish_seen_subcommand_from new show trust threshold list" -l upstream -d 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand key; and not __fish_seen_subcommand_from new show trust threshold list" -l send-token-to -d 'Also send a registry\'s token to this host, for crates that are on another host than the index' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand key; and not __fish_seen_subcommand_from new show trust threshold list" -s j -l jobs -d 'Number of concurrent requests' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand key; and not __fish_seen_subcommand_from new show trust threshold list" -l color -d 'When to color the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand key; and not __fish_seen_subcommand_from new show trust threshold list" -l message-format -d 'Output format: text, or one JSON object per line on standard output' -r -f -a "human\t''
json\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand key; and not __fish_seen_subcommand_from new show trust threshold list" -l offline -d 'Use no network: take crates only from cargo\'s caches on this machine'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand key; and not __fish_seen_subcommand_from new show trust threshold list" -l no-flush -d 'Do not flush to disk: a power cut may lose crates that were reported as stored'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand key; and not __fish_seen_subcommand_from new show trust threshold list" -s q -l quiet -d 'Print errors only'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand key; and not __fish_seen_subcommand_from new show trust threshold list" -s v -l verbose -d 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand key; and not __fish_seen_subcommand_from new show trust threshold list" -s h -l help -d 'Print help'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand key; and not __fish_seen_subcommand_from new show trust threshold list" -f -a "new" -d 'Make a key, and print the file to give to others'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand key; and not __fish_seen_subcommand_from new show trust threshold list" -f -a "show" -d 'Print a public key'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand key; and not __fish_seen_subcommand_from new show trust threshold list" -f -a "trust" -d 'Take dumps that are signed with this key from now on'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand key; and not __fish_seen_subcommand_from new show trust threshold list" -f -a "threshold" -d 'Say how many trusted keys must have signed a dump, or show it'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand key; and not __fish_seen_subcommand_from new show trust threshold list" -f -a "list" -d 'List the keys that dumps are signed with and the trusted ones'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand key; and __fish_seen_subcommand_from new" -l after -d 'Have this older key vouch for it, for those who trust the older one' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand key; and __fish_seen_subcommand_from new" -l keys -d 'Folder of keys and of the list of trusted ones [default: cargo-mirror in the user\'s config folder]' -r -F
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand key; and __fish_seen_subcommand_from new" -s m -l mirror -d 'Folder of the mirror [default: cargo-mirror in the user\'s data folder]' -r -F
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand key; and __fish_seen_subcommand_from new" -l upstream -d 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand key; and __fish_seen_subcommand_from new" -l send-token-to -d 'Also send a registry\'s token to this host, for crates that are on another host than the index' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand key; and __fish_seen_subcommand_from new" -s j -l jobs -d 'Number of concurrent requests' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand key; and __fish_seen_subcommand_from new" -l color -d 'When to color the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand key; and __fish_seen_subcommand_from new" -l message-format -d 'Output format: text, or one JSON object per line on standard output' -r -f -a "human\t''
json\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand key; and __fish_seen_subcommand_from new" -l offline -d 'Use no network: take crates only from cargo\'s caches on this machine'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand key; and __fish_seen_subcommand_from new" -l no-flush -d 'Do not flush to disk: a power cut may lose crates that were reported as stored'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand key; and __fish_seen_subcommand_from new" -s q -l quiet -d 'Print errors only'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand key; and __fish_seen_subcommand_from new" -s v -l verbose -d 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand key; and __fish_seen_subcommand_from new" -s h -l help -d 'Print help'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand key; and __fish_seen_subcommand_from show" -l keys -d 'Folder of keys and of the list of trusted ones [default: cargo-mirror in the user\'s config folder]' -r -F
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand key; and __fish_seen_subcommand_from show" -s m -l mirror -d 'Folder of the mirror [default: cargo-mirror in the user\'s data folder]' -r -F
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand key; and __fish_seen_subcommand_from show" -l upstream -d 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand key; and __fish_seen_subcommand_from show" -l send-token-to -d 'Also send a registry\'s token to this host, for crates that are on another host than the index' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand key; and __fish_seen_subcommand_from show" -s j -l jobs -d 'Number of concurrent requests' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand key; and __fish_seen_subcommand_from show" -l color -d 'When to color the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand key; and __fish_seen_subcommand_from show" -l message-format -d 'Output format: text, or one JSON object per line on standard output' -r -f -a "human\t''
json\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand key; and __fish_seen_subcommand_from show" -l offline -d 'Use no network: take crates only from cargo\'s caches on this machine'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand key; and __fish_seen_subcommand_from show" -l no-flush -d 'Do not flush to disk: a power cut may lose crates that were reported as stored'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand key; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Print errors only'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand key; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand key; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand key; and __fish_seen_subcommand_from trust" -l name -d 'Whose it is [default: the name of the file]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand key; and __fish_seen_subcommand_from trust" -l keys -d 'Folder of keys and of the list of trusted ones [default: cargo-mirror in the user\'s config folder]' -r -F
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand key; and __fish_seen_subcommand_from trust" -s m -l mirror -d 'Folder of the mirror [default: cargo-mirror in the user\'s data folder]' -r -F
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand key; and __fish_seen_subcommand_from trust" -l upstream -d 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand key; and __fish_seen_subcommand_from trust" -l send-token-to -d 'Also send a registry\'s token to this host, for crates that are on another host than the index' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand key; and __fish_seen_subcommand_from trust" -s j -l jobs -d 'Number of concurrent requests' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand key; and __fish_seen_subcommand_from trust" -l color -d 'When to color the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand key; and __fish_seen_subcommand_from trust" -l message-format -d 'Output format: text, or one JSON object per line on standard output' -r -f -a "human\t''
json\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand key; and __fish_seen_subcommand_from trust" -l offline -d 'Use no network: take crates only from cargo\'s caches on this machine'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand key; and __fish_seen_subcommand_from trust" -l no-flush -d 'Do not flush to disk: a power cut may lose crates that were reported as stored'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand key; and __fish_seen_subcommand_from trust" -s q -l quiet -d 'Print errors only'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand key; and __fish_seen_subcommand_from trust" -s v -l verbose -d 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand key; and __fish_seen_subcommand_from trust" -s h -l help -d 'Print help'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand key; and __fish_seen_subcommand_from threshold" -l keys -d 'Folder of keys and of the list of trusted ones [default: cargo-mirror in the user\'s config folder]' -r -F
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand key; and __fish_seen_subcommand_from threshold" -s m -l mirror -d 'Folder of the mirror [default: cargo-mirror in the user\'s data folder]' -r -F
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand key; and __fish_seen_subcommand_from threshold" -l upstream -d 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand key; and __fish_seen_subcommand_from threshold" -l send-token-to -d 'Also send a registry\'s token to this host, for crates that are on another host than the index' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand key; and __fish_seen_subcommand_from threshold" -s j -l jobs -d 'Number of concurrent requests' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand key; and __fish_seen_subcommand_from threshold" -l color -d 'When to color the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand key; and __fish_seen_subcommand_from threshold" -l message-format -d 'Output format: text, or one JSON object per line on standard output' -r -f -a "human\t''
json\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand key; and __fish_seen_subcommand_from threshold" -l offline -d 'Use no network: take crates only from cargo\'s caches on this machine'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand key; and __fish_seen_subcommand_from threshold" -l no-flush -d 'Do not flush to disk: a power cut may lose crates that were reported as stored'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand key; and __fish_seen_subcommand_from threshold" -s q -l quiet -d 'Print errors only'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand key; and __fish_seen_subcommand_from threshold" -s v -l verbose -d 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand key; and __fish_seen_subcommand_from threshold" -s h -l help -d 'Print help'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand key; and __fish_seen_subcommand_from list" -l keys -d 'Folder of keys and of the list of trusted ones [default: cargo-mirror in the user\'s config folder]' -r -F
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand key; and __fish_seen_subcommand_from list" -s m -l mirror -d 'Folder of the mirror [default: cargo-mirror in the user\'s data folder]' -r -F
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand key; and __fish_seen_subcommand_from list" -l upstream -d 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand key; and __fish_seen_subcommand_from list" -l send-token-to -d 'Also send a registry\'s token to this host, for crates that are on another host than the index' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand key; and __fish_seen_subcommand_from list" -s j -l jobs -d 'Number of concurrent requests' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand key; and __fish_seen_subcommand_from list" -l color -d 'When to color the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand key; and __fish_seen_subcommand_from list" -l message-format -d 'Output format: text, or one JSON object per line on standard output' -r -f -a "human\t''
json\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand key; and __fish_seen_subcommand_from list" -l offline -d 'Use no network: take crates only from cargo\'s caches on this machine'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand key; and __fish_seen_subcommand_from list" -l no-flush -d 'Do not flush to disk: a power cut may lose crates that were reported as stored'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand key; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Print errors only'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand key; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand key; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand state" -s m -l mirror -d 'Folder of the mirror [default: cargo-mirror in the user\'s data folder]' -r -F
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand state" -l upstream -d 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand state" -l send-token-to -d 'Also send a registry\'s token to this host, for crates that are on another host than the index' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand state" -s j -l jobs -d 'Number of concurrent requests' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand state" -l color -d 'When to color the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand state" -l message-format -d 'Output format: text, or one JSON object per line on standard output' -r -f -a "human\t''
json\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand state" -l offline -d 'Use no network: take crates only from cargo\'s caches on this machine'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand state" -l no-flush -d 'Do not flush to disk: a power cut may lose crates that were reported as stored'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand state" -s q -l quiet -d 'Print errors only'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand state" -s v -l verbose -d 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand state" -s h -l help -d 'Print help'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand diff" -s m -l mirror -d 'Folder of the mirror [default: cargo-mirror in the user\'s data folder]' -r -F
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand diff" -l upstream -d 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand diff" -l send-token-to -d 'Also send a registry\'s token to this host, for crates that are on another host than the index' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand diff" -s j -l jobs -d 'Number of concurrent requests' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand diff" -l color -d 'When to color the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand diff" -l message-format -d 'Output format: text, or one JSON object per line on standard output' -r -f -a "human\t''
json\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand diff" -l offline -d 'Use no network: take crates only from cargo\'s caches on this machine'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand diff" -l no-flush -d 'Do not flush to disk: a power cut may lose crates that were reported as stored'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand diff" -s q -l quiet -d 'Print errors only'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand diff" -s v -l verbose -d 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand diff" -s h -l help -d 'Print help'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand push" -l public-url -d 'Address at which clients read the bucket: makes it a registry that plain cargo uses' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand push" -s m -l mirror -d 'Folder of the mirror [default: cargo-mirror in the user\'s data folder]' -r -F
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand push" -l upstream -d 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand push" -l send-token-to -d 'Also send a registry\'s token to this host, for crates that are on another host than the index' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand push" -s j -l jobs -d 'Number of concurrent requests' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand push" -l color -d 'When to color the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand push" -l message-format -d 'Output format: text, or one JSON object per line on standard output' -r -f -a "human\t''
json\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand push" -l delete -d 'Also remove from the bucket what this mirror does not have'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand push" -s n -l dry-run -d 'Say what would be done, and do nothing'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand push" -l offline -d 'Use no network: take crates only from cargo\'s caches on this machine'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand push" -l no-flush -d 'Do not flush to disk: a power cut may lose crates that were reported as stored'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand push" -s q -l quiet -d 'Print errors only'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand push" -s v -l verbose -d 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand push" -s h -l help -d 'Print help'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand pull" -s m -l mirror -d 'Folder of the mirror [default: cargo-mirror in the user\'s data folder]' -r -F
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand pull" -l upstream -d 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand pull" -l send-token-to -d 'Also send a registry\'s token to this host, for crates that are on another host than the index' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand pull" -s j -l jobs -d 'Number of concurrent requests' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand pull" -l color -d 'When to color the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand pull" -l message-format -d 'Output format: text, or one JSON object per line on standard output' -r -f -a "human\t''
json\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand pull" -l delete -d 'Also remove from this mirror what the bucket does not have'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand pull" -s n -l dry-run -d 'Say what would be done, and do nothing'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand pull" -l offline -d 'Use no network: take crates only from cargo\'s caches on this machine'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand pull" -l no-flush -d 'Do not flush to disk: a power cut may lose crates that were reported as stored'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand pull" -s q -l quiet -d 'Print errors only'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand pull" -s v -l verbose -d 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand pull" -s h -l help -d 'Print help'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand doctor" -s m -l mirror -d 'Folder of the mirror [default: cargo-mirror in the user\'s data folder]' -r -F
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand doctor" -l upstream -d 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand doctor" -l send-token-to -d 'Also send a registry\'s token to this host, for crates that are on another host than the index' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand doctor" -s j -l jobs -d 'Number of concurrent requests' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand doctor" -l color -d 'When to color the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand doctor" -l message-format -d 'Output format: text, or one JSON object per line on standard output' -r -f -a "human\t''
json\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand doctor" -l offline -d 'Use no network: take crates only from cargo\'s caches on this machine'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand doctor" -l no-flush -d 'Do not flush to disk: a power cut may lose crates that were reported as stored'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand doctor" -s q -l quiet -d 'Print errors only'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand doctor" -s v -l verbose -d 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand doctor" -s h -l help -d 'Print help'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand outdated" -l advisories -d 'Also report security advisories from this RustSec database: a folder, or the URL of a git repository' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand outdated" -s m -l mirror -d 'Folder of the mirror [default: cargo-mirror in the user\'s data folder]' -r -F
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand outdated" -l upstream -d 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand outdated" -l send-token-to -d 'Also send a registry\'s token to this host, for crates that are on another host than the index' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand outdated" -s j -l jobs -d 'Number of concurrent requests' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand outdated" -l color -d 'When to color the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand outdated" -l message-format -d 'Output format: text, or one JSON object per line on standard output' -r -f -a "human\t''
json\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand outdated" -l offline -d 'Use no network: take crates only from cargo\'s caches on this machine'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand outdated" -l no-flush -d 'Do not flush to disk: a power cut may lose crates that were reported as stored'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand outdated" -s q -l quiet -d 'Print errors only'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand outdated" -s v -l verbose -d 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand outdated" -s h -l help -d 'Print help'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand search" -l sort -d 'What comes first: what fits best (the default), what is used most, what was published last, or by name' -r -f -a "use\t'The most used first: by downloads where a database dump is known, else by dependants'
recent\t'The last published first'
name\t'By name'"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand search" -s n -l limit -d 'Show at most N crates' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand search" -l registry -d 'Registry to look at: a hosted one, `crates-io`, or another of the mirror [default: crates-io]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand search" -s m -l mirror -d 'Folder of the mirror [default: cargo-mirror in the user\'s data folder]' -r -F
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand search" -l upstream -d 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand search" -l send-token-to -d 'Also send a registry\'s token to this host, for crates that are on another host than the index' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand search" -s j -l jobs -d 'Number of concurrent requests' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand search" -l color -d 'When to color the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand search" -l message-format -d 'Output format: text, or one JSON object per line on standard output' -r -f -a "human\t''
json\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand search" -l names -d 'Look at names alone'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand search" -l offline -d 'Use no network: take crates only from cargo\'s caches on this machine'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand search" -l no-flush -d 'Do not flush to disk: a power cut may lose crates that were reported as stored'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand search" -s q -l quiet -d 'Print errors only'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand search" -s v -l verbose -d 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand search" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand show" -l registry -d 'Registry to look at: a hosted one, `crates-io`, or another of the mirror [default: crates-io]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand show" -s m -l mirror -d 'Folder of the mirror [default: cargo-mirror in the user\'s data folder]' -r -F
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand show" -l upstream -d 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand show" -l send-token-to -d 'Also send a registry\'s token to this host, for crates that are on another host than the index' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand show" -s j -l jobs -d 'Number of concurrent requests' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand show" -l color -d 'When to color the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand show" -l message-format -d 'Output format: text, or one JSON object per line on standard output' -r -f -a "human\t''
json\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand show" -l deps -d 'Also list its dependencies'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand show" -l dependants -d 'Also list crates whose newest version depends on it'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand show" -l features -d 'Also list its features, and what each turns on'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand show" -l readme -d 'Also print its readme'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand show" -l offline -d 'Use no network: take crates only from cargo\'s caches on this machine'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand show" -l no-flush -d 'Do not flush to disk: a power cut may lose crates that were reported as stored'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand show" -s q -l quiet -d 'Print errors only'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand show" -s v -l verbose -d 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand show" -s h -l help -d 'Print help'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand catalog; and not __fish_seen_subcommand_from status rebuild import" -s m -l mirror -d 'Folder of the mirror [default: cargo-mirror in the user\'s data folder]' -r -F
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand catalog; and not __fish_seen_subcommand_from status rebuild import" -l upstream -d 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand catalog; and not __fish_seen_subcommand_from status rebuild import" -l send-token-to -d 'Also send a registry\'s token to this host, for crates that are on another host than the index' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand catalog; and not __fish_seen_subcommand_from status rebuild import" -s j -l jobs -d 'Number of concurrent requests' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand catalog; and not __fish_seen_subcommand_from status rebuild import" -l color -d 'When to color the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand catalog; and not __fish_seen_subcommand_from status rebuild import" -l message-format -d 'Output format: text, or one JSON object per line on standard output' -r -f -a "human\t''
json\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand catalog; and not __fish_seen_subcommand_from status rebuild import" -l offline -d 'Use no network: take crates only from cargo\'s caches on this machine'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand catalog; and not __fish_seen_subcommand_from status rebuild import" -l no-flush -d 'Do not flush to disk: a power cut may lose crates that were reported as stored'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand catalog; and not __fish_seen_subcommand_from status rebuild import" -s q -l quiet -d 'Print errors only'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand catalog; and not __fish_seen_subcommand_from status rebuild import" -s v -l verbose -d 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand catalog; and not __fish_seen_subcommand_from status rebuild import" -s h -l help -d 'Print help'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand catalog; and not __fish_seen_subcommand_from status rebuild import" -f -a "status" -d 'List what can be searched for, what it is made of, and of what day that is'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand catalog; and not __fish_seen_subcommand_from status rebuild import" -f -a "rebuild" -d 'Make a catalogue anew of what is in the mirror; what a database dump has said stays'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand catalog; and not __fish_seen_subcommand_from status rebuild import" -f -a "import" -d 'Take a database dump of crates.io: descriptions, downloads, owners, deleted names'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand catalog; and __fish_seen_subcommand_from status" -s m -l mirror -d 'Folder of the mirror [default: cargo-mirror in the user\'s data folder]' -r -F
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand catalog; and __fish_seen_subcommand_from status" -l upstream -d 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand catalog; and __fish_seen_subcommand_from status" -l send-token-to -d 'Also send a registry\'s token to this host, for crates that are on another host than the index' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand catalog; and __fish_seen_subcommand_from status" -s j -l jobs -d 'Number of concurrent requests' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand catalog; and __fish_seen_subcommand_from status" -l color -d 'When to color the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand catalog; and __fish_seen_subcommand_from status" -l message-format -d 'Output format: text, or one JSON object per line on standard output' -r -f -a "human\t''
json\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand catalog; and __fish_seen_subcommand_from status" -l offline -d 'Use no network: take crates only from cargo\'s caches on this machine'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand catalog; and __fish_seen_subcommand_from status" -l no-flush -d 'Do not flush to disk: a power cut may lose crates that were reported as stored'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand catalog; and __fish_seen_subcommand_from status" -s q -l quiet -d 'Print errors only'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand catalog; and __fish_seen_subcommand_from status" -s v -l verbose -d 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand catalog; and __fish_seen_subcommand_from status" -s h -l help -d 'Print help'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand catalog; and __fish_seen_subcommand_from rebuild" -l registry -d 'Registry to look at: a hosted one, `crates-io`, or another of the mirror [default: crates-io]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand catalog; and __fish_seen_subcommand_from rebuild" -s m -l mirror -d 'Folder of the mirror [default: cargo-mirror in the user\'s data folder]' -r -F
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand catalog; and __fish_seen_subcommand_from rebuild" -l upstream -d 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand catalog; and __fish_seen_subcommand_from rebuild" -l send-token-to -d 'Also send a registry\'s token to this host, for crates that are on another host than the index' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand catalog; and __fish_seen_subcommand_from rebuild" -s j -l jobs -d 'Number of concurrent requests' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand catalog; and __fish_seen_subcommand_from rebuild" -l color -d 'When to color the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand catalog; and __fish_seen_subcommand_from rebuild" -l message-format -d 'Output format: text, or one JSON object per line on standard output' -r -f -a "human\t''
json\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand catalog; and __fish_seen_subcommand_from rebuild" -l offline -d 'Use no network: take crates only from cargo\'s caches on this machine'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand catalog; and __fish_seen_subcommand_from rebuild" -l no-flush -d 'Do not flush to disk: a power cut may lose crates that were reported as stored'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand catalog; and __fish_seen_subcommand_from rebuild" -s q -l quiet -d 'Print errors only'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand catalog; and __fish_seen_subcommand_from rebuild" -s v -l verbose -d 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand catalog; and __fish_seen_subcommand_from rebuild" -s h -l help -d 'Print help'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand catalog; and __fish_seen_subcommand_from import" -s m -l mirror -d 'Folder of the mirror [default: cargo-mirror in the user\'s data folder]' -r -F
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand catalog; and __fish_seen_subcommand_from import" -l upstream -d 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand catalog; and __fish_seen_subcommand_from import" -l send-token-to -d 'Also send a registry\'s token to this host, for crates that are on another host than the index' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand catalog; and __fish_seen_subcommand_from import" -s j -l jobs -d 'Number of concurrent requests' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand catalog; and __fish_seen_subcommand_from import" -l color -d 'When to color the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand catalog; and __fish_seen_subcommand_from import" -l message-format -d 'Output format: text, or one JSON object per line on standard output' -r -f -a "human\t''
json\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand catalog; and __fish_seen_subcommand_from import" -l offline -d 'Use no network: take crates only from cargo\'s caches on this machine'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand catalog; and __fish_seen_subcommand_from import" -l no-flush -d 'Do not flush to disk: a power cut may lose crates that were reported as stored'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand catalog; and __fish_seen_subcommand_from import" -s q -l quiet -d 'Print errors only'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand catalog; and __fish_seen_subcommand_from import" -s v -l verbose -d 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand catalog; and __fish_seen_subcommand_from import" -s h -l help -d 'Print help'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand stats" -l server -d 'Query this server instead of the mirror\'s folder, with the token in `CARGO_MIRROR_TOKEN`' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand stats" -s m -l mirror -d 'Folder of the mirror [default: cargo-mirror in the user\'s data folder]' -r -F
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand stats" -l upstream -d 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand stats" -l send-token-to -d 'Also send a registry\'s token to this host, for crates that are on another host than the index' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand stats" -s j -l jobs -d 'Number of concurrent requests' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand stats" -l color -d 'When to color the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand stats" -l message-format -d 'Output format: text, or one JSON object per line on standard output' -r -f -a "human\t''
json\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand stats" -l offline -d 'Use no network: take crates only from cargo\'s caches on this machine'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand stats" -l no-flush -d 'Do not flush to disk: a power cut may lose crates that were reported as stored'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand stats" -s q -l quiet -d 'Print errors only'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand stats" -s v -l verbose -d 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand stats" -s h -l help -d 'Print help'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand registry; and not __fish_seen_subcommand_from new list show set" -l store -d 'Bucket that has the hosted registries and accounts, as servers with `serve --store` share it [default: `store` of `[serve]` in `mirror.toml`, else the mirror\'s folder]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand registry; and not __fish_seen_subcommand_from new list show set" -l store-endpoint -d 'Address of the object store, for stores that speak another\'s protocol [default: from the environment]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand registry; and not __fish_seen_subcommand_from new list show set" -s m -l mirror -d 'Folder of the mirror [default: cargo-mirror in the user\'s data folder]' -r -F
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand registry; and not __fish_seen_subcommand_from new list show set" -l upstream -d 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand registry; and not __fish_seen_subcommand_from new list show set" -l send-token-to -d 'Also send a registry\'s token to this host, for crates that are on another host than the index' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand registry; and not __fish_seen_subcommand_from new list show set" -s j -l jobs -d 'Number of concurrent requests' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand registry; and not __fish_seen_subcommand_from new list show set" -l color -d 'When to color the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand registry; and not __fish_seen_subcommand_from new list show set" -l message-format -d 'Output format: text, or one JSON object per line on standard output' -r -f -a "human\t''
json\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand registry; and not __fish_seen_subcommand_from new list show set" -l offline -d 'Use no network: take crates only from cargo\'s caches on this machine'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand registry; and not __fish_seen_subcommand_from new list show set" -l no-flush -d 'Do not flush to disk: a power cut may lose crates that were reported as stored'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand registry; and not __fish_seen_subcommand_from new list show set" -s q -l quiet -d 'Print errors only'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand registry; and not __fish_seen_subcommand_from new list show set" -s v -l verbose -d 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand registry; and not __fish_seen_subcommand_from new list show set" -s h -l help -d 'Print help'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand registry; and not __fish_seen_subcommand_from new list show set" -f -a "new" -d 'Make a registry that crates can be published into'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand registry; and not __fish_seen_subcommand_from new list show set" -f -a "list" -d 'List the hosted registries of the mirror'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand registry; and not __fish_seen_subcommand_from new list show set" -f -a "show" -d 'Show a hosted registry'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand registry; and not __fish_seen_subcommand_from new list show set" -f -a "set" -d 'Change a hosted registry'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand registry; and __fish_seen_subcommand_from new" -l url -d 'Address of its index, as clients name it, as in <https://HOST/registries/NAME/index/>' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand registry; and __fish_seen_subcommand_from new" -l auth -d 'Who needs a token: nobody, whoever changes something, or everybody [default: publish]' -r -f -a "none\t'Nobody, not even to publish'
publish\t'Whoever publishes, yanks or changes owners'
all\t'Everybody'"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand registry; and __fish_seen_subcommand_from new" -l alias -d 'Another address that means this registry; repeatable' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand registry; and __fish_seen_subcommand_from new" -l set -d 'Setting of `mirror.toml`, as in max-crate-size=5MiB; lists are separated by commas; repeatable' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand registry; and __fish_seen_subcommand_from new" -l store -d 'Bucket that has the hosted registries and accounts, as servers with `serve --store` share it [default: `store` of `[serve]` in `mirror.toml`, else the mirror\'s folder]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand registry; and __fish_seen_subcommand_from new" -l store-endpoint -d 'Address of the object store, for stores that speak another\'s protocol [default: from the environment]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand registry; and __fish_seen_subcommand_from new" -s m -l mirror -d 'Folder of the mirror [default: cargo-mirror in the user\'s data folder]' -r -F
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand registry; and __fish_seen_subcommand_from new" -l upstream -d 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand registry; and __fish_seen_subcommand_from new" -l send-token-to -d 'Also send a registry\'s token to this host, for crates that are on another host than the index' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand registry; and __fish_seen_subcommand_from new" -s j -l jobs -d 'Number of concurrent requests' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand registry; and __fish_seen_subcommand_from new" -l color -d 'When to color the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand registry; and __fish_seen_subcommand_from new" -l message-format -d 'Output format: text, or one JSON object per line on standard output' -r -f -a "human\t''
json\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand registry; and __fish_seen_subcommand_from new" -l offline -d 'Use no network: take crates only from cargo\'s caches on this machine'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand registry; and __fish_seen_subcommand_from new" -l no-flush -d 'Do not flush to disk: a power cut may lose crates that were reported as stored'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand registry; and __fish_seen_subcommand_from new" -s q -l quiet -d 'Print errors only'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand registry; and __fish_seen_subcommand_from new" -s v -l verbose -d 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand registry; and __fish_seen_subcommand_from new" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand registry; and __fish_seen_subcommand_from list" -l store -d 'Bucket that has the hosted registries and accounts, as servers with `serve --store` share it [default: `store` of `[serve]` in `mirror.toml`, else the mirror\'s folder]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand registry; and __fish_seen_subcommand_from list" -l store-endpoint -d 'Address of the object store, for stores that speak another\'s protocol [default: from the environment]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand registry; and __fish_seen_subcommand_from list" -s m -l mirror -d 'Folder of the mirror [default: cargo-mirror in the user\'s data folder]' -r -F
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand registry; and __fish_seen_subcommand_from list" -l upstream -d 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand registry; and __fish_seen_subcommand_from list" -l send-token-to -d 'Also send a registry\'s token to this host, for crates that are on another host than the index' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand registry; and __fish_seen_subcommand_from list" -s j -l jobs -d 'Number of concurrent requests' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand registry; and __fish_seen_subcommand_from list" -l color -d 'When to color the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand registry; and __fish_seen_subcommand_from list" -l message-format -d 'Output format: text, or one JSON object per line on standard output' -r -f -a "human\t''
json\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand registry; and __fish_seen_subcommand_from list" -l offline -d 'Use no network: take crates only from cargo\'s caches on this machine'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand registry; and __fish_seen_subcommand_from list" -l no-flush -d 'Do not flush to disk: a power cut may lose crates that were reported as stored'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand registry; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Print errors only'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand registry; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand registry; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand registry; and __fish_seen_subcommand_from show" -l store -d 'Bucket that has the hosted registries and accounts, as servers with `serve --store` share it [default: `store` of `[serve]` in `mirror.toml`, else the mirror\'s folder]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand registry; and __fish_seen_subcommand_from show" -l store-endpoint -d 'Address of the object store, for stores that speak another\'s protocol [default: from the environment]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand registry; and __fish_seen_subcommand_from show" -s m -l mirror -d 'Folder of the mirror [default: cargo-mirror in the user\'s data folder]' -r -F
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand registry; and __fish_seen_subcommand_from show" -l upstream -d 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand registry; and __fish_seen_subcommand_from show" -l send-token-to -d 'Also send a registry\'s token to this host, for crates that are on another host than the index' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand registry; and __fish_seen_subcommand_from show" -s j -l jobs -d 'Number of concurrent requests' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand registry; and __fish_seen_subcommand_from show" -l color -d 'When to color the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand registry; and __fish_seen_subcommand_from show" -l message-format -d 'Output format: text, or one JSON object per line on standard output' -r -f -a "human\t''
json\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand registry; and __fish_seen_subcommand_from show" -l offline -d 'Use no network: take crates only from cargo\'s caches on this machine'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand registry; and __fish_seen_subcommand_from show" -l no-flush -d 'Do not flush to disk: a power cut may lose crates that were reported as stored'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand registry; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Print errors only'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand registry; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand registry; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand registry; and __fish_seen_subcommand_from set" -l url -d 'New address of its index; the old one goes on to mean this registry' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand registry; and __fish_seen_subcommand_from set" -l auth -d 'Who needs a token: nobody, whoever changes something, or everybody [default: publish]' -r -f -a "none\t'Nobody, not even to publish'
publish\t'Whoever publishes, yanks or changes owners'
all\t'Everybody'"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand registry; and __fish_seen_subcommand_from set" -l alias -d 'Another address that means this registry; repeatable' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand registry; and __fish_seen_subcommand_from set" -l set -d 'Setting of `mirror.toml`, as in max-crate-size=5MiB; lists are separated by commas; repeatable' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand registry; and __fish_seen_subcommand_from set" -l store -d 'Bucket that has the hosted registries and accounts, as servers with `serve --store` share it [default: `store` of `[serve]` in `mirror.toml`, else the mirror\'s folder]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand registry; and __fish_seen_subcommand_from set" -l store-endpoint -d 'Address of the object store, for stores that speak another\'s protocol [default: from the environment]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand registry; and __fish_seen_subcommand_from set" -s m -l mirror -d 'Folder of the mirror [default: cargo-mirror in the user\'s data folder]' -r -F
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand registry; and __fish_seen_subcommand_from set" -l upstream -d 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand registry; and __fish_seen_subcommand_from set" -l send-token-to -d 'Also send a registry\'s token to this host, for crates that are on another host than the index' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand registry; and __fish_seen_subcommand_from set" -s j -l jobs -d 'Number of concurrent requests' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand registry; and __fish_seen_subcommand_from set" -l color -d 'When to color the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand registry; and __fish_seen_subcommand_from set" -l message-format -d 'Output format: text, or one JSON object per line on standard output' -r -f -a "human\t''
json\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand registry; and __fish_seen_subcommand_from set" -l offline -d 'Use no network: take crates only from cargo\'s caches on this machine'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand registry; and __fish_seen_subcommand_from set" -l no-flush -d 'Do not flush to disk: a power cut may lose crates that were reported as stored'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand registry; and __fish_seen_subcommand_from set" -s q -l quiet -d 'Print errors only'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand registry; and __fish_seen_subcommand_from set" -s v -l verbose -d 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand registry; and __fish_seen_subcommand_from set" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand add" -l registry -d 'Registry to add to [default: the only one of the mirror]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand add" -l from -d 'Add every `.crate` file of this folder' -r -F
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand add" -l package -d 'Package what is in this folder with cargo, and add it; repeatable' -r -F
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand add" -l owner -d 'Owner of crates that are new: a user, or a team as in team:core; repeatable [default: the administrators]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand add" -l pubtime -d 'When the packages were published: 2026-05-01, 2026-05-01T12:00:00Z, or `git` for the time at which each file was committed [default: now]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand add" -l store -d 'Bucket that has the hosted registries and accounts, as servers with `serve --store` share it [default: `store` of `[serve]` in `mirror.toml`, else the mirror\'s folder]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand add" -l store-endpoint -d 'Address of the object store, for stores that speak another\'s protocol [default: from the environment]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand add" -s m -l mirror -d 'Folder of the mirror [default: cargo-mirror in the user\'s data folder]' -r -F
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand add" -l upstream -d 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand add" -l send-token-to -d 'Also send a registry\'s token to this host, for crates that are on another host than the index' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand add" -s j -l jobs -d 'Number of concurrent requests' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand add" -l color -d 'When to color the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand add" -l message-format -d 'Output format: text, or one JSON object per line on standard output' -r -f -a "human\t''
json\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand add" -l sync -d 'Also yank the versions whose file is not in the folder'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand add" -l offline -d 'Use no network: take crates only from cargo\'s caches on this machine'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand add" -l no-flush -d 'Do not flush to disk: a power cut may lose crates that were reported as stored'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand add" -s q -l quiet -d 'Print errors only'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand add" -s v -l verbose -d 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand add" -s h -l help -d 'Print help'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand yank" -l registry -d 'Registry it is in [default: the only one of the mirror]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand yank" -l store -d 'Bucket that has the hosted registries and accounts, as servers with `serve --store` share it [default: `store` of `[serve]` in `mirror.toml`, else the mirror\'s folder]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand yank" -l store-endpoint -d 'Address of the object store, for stores that speak another\'s protocol [default: from the environment]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand yank" -s m -l mirror -d 'Folder of the mirror [default: cargo-mirror in the user\'s data folder]' -r -F
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand yank" -l upstream -d 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand yank" -l send-token-to -d 'Also send a registry\'s token to this host, for crates that are on another host than the index' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand yank" -s j -l jobs -d 'Number of concurrent requests' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand yank" -l color -d 'When to color the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand yank" -l message-format -d 'Output format: text, or one JSON object per line on standard output' -r -f -a "human\t''
json\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand yank" -l undo -d 'Take the yank back'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand yank" -l offline -d 'Use no network: take crates only from cargo\'s caches on this machine'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand yank" -l no-flush -d 'Do not flush to disk: a power cut may lose crates that were reported as stored'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand yank" -s q -l quiet -d 'Print errors only'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand yank" -s v -l verbose -d 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand yank" -s h -l help -d 'Print help'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand remove" -l registry -d 'Registry it is in [default: the only one of the mirror]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand remove" -l store -d 'Bucket that has the hosted registries and accounts, as servers with `serve --store` share it [default: `store` of `[serve]` in `mirror.toml`, else the mirror\'s folder]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand remove" -l store-endpoint -d 'Address of the object store, for stores that speak another\'s protocol [default: from the environment]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand remove" -s m -l mirror -d 'Folder of the mirror [default: cargo-mirror in the user\'s data folder]' -r -F
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand remove" -l upstream -d 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand remove" -l send-token-to -d 'Also send a registry\'s token to this host, for crates that are on another host than the index' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand remove" -s j -l jobs -d 'Number of concurrent requests' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand remove" -l color -d 'When to color the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand remove" -l message-format -d 'Output format: text, or one JSON object per line on standard output' -r -f -a "human\t''
json\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand remove" -s y -l yes -d 'Remove it; without this, only say what would be removed'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand remove" -l offline -d 'Use no network: take crates only from cargo\'s caches on this machine'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand remove" -l no-flush -d 'Do not flush to disk: a power cut may lose crates that were reported as stored'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand remove" -s q -l quiet -d 'Print errors only'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand remove" -s v -l verbose -d 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand remove" -s h -l help -d 'Print help'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand user; and not __fish_seen_subcommand_from new list disable" -l store -d 'Bucket that has the hosted registries and accounts, as servers with `serve --store` share it [default: `store` of `[serve]` in `mirror.toml`, else the mirror\'s folder]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand user; and not __fish_seen_subcommand_from new list disable" -l store-endpoint -d 'Address of the object store, for stores that speak another\'s protocol [default: from the environment]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand user; and not __fish_seen_subcommand_from new list disable" -s m -l mirror -d 'Folder of the mirror [default: cargo-mirror in the user\'s data folder]' -r -F
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand user; and not __fish_seen_subcommand_from new list disable" -l upstream -d 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand user; and not __fish_seen_subcommand_from new list disable" -l send-token-to -d 'Also send a registry\'s token to this host, for crates that are on another host than the index' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand user; and not __fish_seen_subcommand_from new list disable" -s j -l jobs -d 'Number of concurrent requests' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand user; and not __fish_seen_subcommand_from new list disable" -l color -d 'When to color the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand user; and not __fish_seen_subcommand_from new list disable" -l message-format -d 'Output format: text, or one JSON object per line on standard output' -r -f -a "human\t''
json\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand user; and not __fish_seen_subcommand_from new list disable" -l offline -d 'Use no network: take crates only from cargo\'s caches on this machine'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand user; and not __fish_seen_subcommand_from new list disable" -l no-flush -d 'Do not flush to disk: a power cut may lose crates that were reported as stored'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand user; and not __fish_seen_subcommand_from new list disable" -s q -l quiet -d 'Print errors only'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand user; and not __fish_seen_subcommand_from new list disable" -s v -l verbose -d 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand user; and not __fish_seen_subcommand_from new list disable" -s h -l help -d 'Print help'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand user; and not __fish_seen_subcommand_from new list disable" -f -a "new" -d 'Make a user; the first administrator is made so, on the machine that has the mirror'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand user; and not __fish_seen_subcommand_from new list disable" -f -a "list" -d 'List users: login, role, teams'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand user; and not __fish_seen_subcommand_from new list disable" -f -a "disable" -d 'Refuse every token of a user, from the next request on'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand user; and __fish_seen_subcommand_from new" -l name -d 'Name that `cargo owner --list` shows' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand user; and __fish_seen_subcommand_from new" -l email -d 'E-mail address that `cargo owner --list` shows' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand user; and __fish_seen_subcommand_from new" -l role -d 'The most that tokens of the user may do' -r -f -a "reader\t'Read'
publisher\t'Read, create crates, and publish, yank and share the user\'s own'
admin\t'Everything, with crates of others too'"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand user; and __fish_seen_subcommand_from new" -l store -d 'Bucket that has the hosted registries and accounts, as servers with `serve --store` share it [default: `store` of `[serve]` in `mirror.toml`, else the mirror\'s folder]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand user; and __fish_seen_subcommand_from new" -l store-endpoint -d 'Address of the object store, for stores that speak another\'s protocol [default: from the environment]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand user; and __fish_seen_subcommand_from new" -s m -l mirror -d 'Folder of the mirror [default: cargo-mirror in the user\'s data folder]' -r -F
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand user; and __fish_seen_subcommand_from new" -l upstream -d 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand user; and __fish_seen_subcommand_from new" -l send-token-to -d 'Also send a registry\'s token to this host, for crates that are on another host than the index' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand user; and __fish_seen_subcommand_from new" -s j -l jobs -d 'Number of concurrent requests' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand user; and __fish_seen_subcommand_from new" -l color -d 'When to color the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand user; and __fish_seen_subcommand_from new" -l message-format -d 'Output format: text, or one JSON object per line on standard output' -r -f -a "human\t''
json\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand user; and __fish_seen_subcommand_from new" -l admin -d 'Short for --role admin'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand user; and __fish_seen_subcommand_from new" -l offline -d 'Use no network: take crates only from cargo\'s caches on this machine'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand user; and __fish_seen_subcommand_from new" -l no-flush -d 'Do not flush to disk: a power cut may lose crates that were reported as stored'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand user; and __fish_seen_subcommand_from new" -s q -l quiet -d 'Print errors only'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand user; and __fish_seen_subcommand_from new" -s v -l verbose -d 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand user; and __fish_seen_subcommand_from new" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand user; and __fish_seen_subcommand_from list" -l store -d 'Bucket that has the hosted registries and accounts, as servers with `serve --store` share it [default: `store` of `[serve]` in `mirror.toml`, else the mirror\'s folder]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand user; and __fish_seen_subcommand_from list" -l store-endpoint -d 'Address of the object store, for stores that speak another\'s protocol [default: from the environment]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand user; and __fish_seen_subcommand_from list" -s m -l mirror -d 'Folder of the mirror [default: cargo-mirror in the user\'s data folder]' -r -F
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand user; and __fish_seen_subcommand_from list" -l upstream -d 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand user; and __fish_seen_subcommand_from list" -l send-token-to -d 'Also send a registry\'s token to this host, for crates that are on another host than the index' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand user; and __fish_seen_subcommand_from list" -s j -l jobs -d 'Number of concurrent requests' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand user; and __fish_seen_subcommand_from list" -l color -d 'When to color the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand user; and __fish_seen_subcommand_from list" -l message-format -d 'Output format: text, or one JSON object per line on standard output' -r -f -a "human\t''
json\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand user; and __fish_seen_subcommand_from list" -l offline -d 'Use no network: take crates only from cargo\'s caches on this machine'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand user; and __fish_seen_subcommand_from list" -l no-flush -d 'Do not flush to disk: a power cut may lose crates that were reported as stored'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand user; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Print errors only'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand user; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand user; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand user; and __fish_seen_subcommand_from disable" -l store -d 'Bucket that has the hosted registries and accounts, as servers with `serve --store` share it [default: `store` of `[serve]` in `mirror.toml`, else the mirror\'s folder]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand user; and __fish_seen_subcommand_from disable" -l store-endpoint -d 'Address of the object store, for stores that speak another\'s protocol [default: from the environment]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand user; and __fish_seen_subcommand_from disable" -s m -l mirror -d 'Folder of the mirror [default: cargo-mirror in the user\'s data folder]' -r -F
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand user; and __fish_seen_subcommand_from disable" -l upstream -d 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand user; and __fish_seen_subcommand_from disable" -l send-token-to -d 'Also send a registry\'s token to this host, for crates that are on another host than the index' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand user; and __fish_seen_subcommand_from disable" -s j -l jobs -d 'Number of concurrent requests' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand user; and __fish_seen_subcommand_from disable" -l color -d 'When to color the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand user; and __fish_seen_subcommand_from disable" -l message-format -d 'Output format: text, or one JSON object per line on standard output' -r -f -a "human\t''
json\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand user; and __fish_seen_subcommand_from disable" -l undo -d 'Accept the tokens again'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand user; and __fish_seen_subcommand_from disable" -l offline -d 'Use no network: take crates only from cargo\'s caches on this machine'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand user; and __fish_seen_subcommand_from disable" -l no-flush -d 'Do not flush to disk: a power cut may lose crates that were reported as stored'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand user; and __fish_seen_subcommand_from disable" -s q -l quiet -d 'Print errors only'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand user; and __fish_seen_subcommand_from disable" -s v -l verbose -d 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand user; and __fish_seen_subcommand_from disable" -s h -l help -d 'Print help'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand team; and not __fish_seen_subcommand_from new list add remove" -l store -d 'Bucket that has the hosted registries and accounts, as servers with `serve --store` share it [default: `store` of `[serve]` in `mirror.toml`, else the mirror\'s folder]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand team; and not __fish_seen_subcommand_from new list add remove" -l store-endpoint -d 'Address of the object store, for stores that speak another\'s protocol [default: from the environment]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand team; and not __fish_seen_subcommand_from new list add remove" -s m -l mirror -d 'Folder of the mirror [default: cargo-mirror in the user\'s data folder]' -r -F
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand team; and not __fish_seen_subcommand_from new list add remove" -l upstream -d 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand team; and not __fish_seen_subcommand_from new list add remove" -l send-token-to -d 'Also send a registry\'s token to this host, for crates that are on another host than the index' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand team; and not __fish_seen_subcommand_from new list add remove" -s j -l jobs -d 'Number of concurrent requests' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand team; and not __fish_seen_subcommand_from new list add remove" -l color -d 'When to color the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand team; and not __fish_seen_subcommand_from new list add remove" -l message-format -d 'Output format: text, or one JSON object per line on standard output' -r -f -a "human\t''
json\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand team; and not __fish_seen_subcommand_from new list add remove" -l offline -d 'Use no network: take crates only from cargo\'s caches on this machine'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand team; and not __fish_seen_subcommand_from new list add remove" -l no-flush -d 'Do not flush to disk: a power cut may lose crates that were reported as stored'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand team; and not __fish_seen_subcommand_from new list add remove" -s q -l quiet -d 'Print errors only'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand team; and not __fish_seen_subcommand_from new list add remove" -s v -l verbose -d 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand team; and not __fish_seen_subcommand_from new list add remove" -s h -l help -d 'Print help'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand team; and not __fish_seen_subcommand_from new list add remove" -f -a "new" -d 'Make a team, which can own crates as `team:NAME`'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand team; and not __fish_seen_subcommand_from new list add remove" -f -a "list" -d 'List teams and their members'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand team; and not __fish_seen_subcommand_from new list add remove" -f -a "add" -d 'Add members to a team'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand team; and not __fish_seen_subcommand_from new list add remove" -f -a "remove" -d 'Remove members from a team, or a team that owns no crate'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand team; and __fish_seen_subcommand_from new" -l store -d 'Bucket that has the hosted registries and accounts, as servers with `serve --store` share it [default: `store` of `[serve]` in `mirror.toml`, else the mirror\'s folder]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand team; and __fish_seen_subcommand_from new" -l store-endpoint -d 'Address of the object store, for stores that speak another\'s protocol [default: from the environment]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand team; and __fish_seen_subcommand_from new" -s m -l mirror -d 'Folder of the mirror [default: cargo-mirror in the user\'s data folder]' -r -F
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand team; and __fish_seen_subcommand_from new" -l upstream -d 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand team; and __fish_seen_subcommand_from new" -l send-token-to -d 'Also send a registry\'s token to this host, for crates that are on another host than the index' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand team; and __fish_seen_subcommand_from new" -s j -l jobs -d 'Number of concurrent requests' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand team; and __fish_seen_subcommand_from new" -l color -d 'When to color the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand team; and __fish_seen_subcommand_from new" -l message-format -d 'Output format: text, or one JSON object per line on standard output' -r -f -a "human\t''
json\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand team; and __fish_seen_subcommand_from new" -l offline -d 'Use no network: take crates only from cargo\'s caches on this machine'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand team; and __fish_seen_subcommand_from new" -l no-flush -d 'Do not flush to disk: a power cut may lose crates that were reported as stored'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand team; and __fish_seen_subcommand_from new" -s q -l quiet -d 'Print errors only'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand team; and __fish_seen_subcommand_from new" -s v -l verbose -d 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand team; and __fish_seen_subcommand_from new" -s h -l help -d 'Print help'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand team; and __fish_seen_subcommand_from list" -l store -d 'Bucket that has the hosted registries and accounts, as servers with `serve --store` share it [default: `store` of `[serve]` in `mirror.toml`, else the mirror\'s folder]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand team; and __fish_seen_subcommand_from list" -l store-endpoint -d 'Address of the object store, for stores that speak another\'s protocol [default: from the environment]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand team; and __fish_seen_subcommand_from list" -s m -l mirror -d 'Folder of the mirror [default: cargo-mirror in the user\'s data folder]' -r -F
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand team; and __fish_seen_subcommand_from list" -l upstream -d 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand team; and __fish_seen_subcommand_from list" -l send-token-to -d 'Also send a registry\'s token to this host, for crates that are on another host than the index' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand team; and __fish_seen_subcommand_from list" -s j -l jobs -d 'Number of concurrent requests' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand team; and __fish_seen_subcommand_from list" -l color -d 'When to color the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand team; and __fish_seen_subcommand_from list" -l message-format -d 'Output format: text, or one JSON object per line on standard output' -r -f -a "human\t''
json\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand team; and __fish_seen_subcommand_from list" -l offline -d 'Use no network: take crates only from cargo\'s caches on this machine'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand team; and __fish_seen_subcommand_from list" -l no-flush -d 'Do not flush to disk: a power cut may lose crates that were reported as stored'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand team; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Print errors only'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand team; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand team; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand team; and __fish_seen_subcommand_from add" -l store -d 'Bucket that has the hosted registries and accounts, as servers with `serve --store` share it [default: `store` of `[serve]` in `mirror.toml`, else the mirror\'s folder]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand team; and __fish_seen_subcommand_from add" -l store-endpoint -d 'Address of the object store, for stores that speak another\'s protocol [default: from the environment]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand team; and __fish_seen_subcommand_from add" -s m -l mirror -d 'Folder of the mirror [default: cargo-mirror in the user\'s data folder]' -r -F
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand team; and __fish_seen_subcommand_from add" -l upstream -d 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand team; and __fish_seen_subcommand_from add" -l send-token-to -d 'Also send a registry\'s token to this host, for crates that are on another host than the index' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand team; and __fish_seen_subcommand_from add" -s j -l jobs -d 'Number of concurrent requests' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand team; and __fish_seen_subcommand_from add" -l color -d 'When to color the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand team; and __fish_seen_subcommand_from add" -l message-format -d 'Output format: text, or one JSON object per line on standard output' -r -f -a "human\t''
json\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand team; and __fish_seen_subcommand_from add" -l offline -d 'Use no network: take crates only from cargo\'s caches on this machine'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand team; and __fish_seen_subcommand_from add" -l no-flush -d 'Do not flush to disk: a power cut may lose crates that were reported as stored'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand team; and __fish_seen_subcommand_from add" -s q -l quiet -d 'Print errors only'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand team; and __fish_seen_subcommand_from add" -s v -l verbose -d 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand team; and __fish_seen_subcommand_from add" -s h -l help -d 'Print help'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand team; and __fish_seen_subcommand_from remove" -l store -d 'Bucket that has the hosted registries and accounts, as servers with `serve --store` share it [default: `store` of `[serve]` in `mirror.toml`, else the mirror\'s folder]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand team; and __fish_seen_subcommand_from remove" -l store-endpoint -d 'Address of the object store, for stores that speak another\'s protocol [default: from the environment]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand team; and __fish_seen_subcommand_from remove" -s m -l mirror -d 'Folder of the mirror [default: cargo-mirror in the user\'s data folder]' -r -F
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand team; and __fish_seen_subcommand_from remove" -l upstream -d 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand team; and __fish_seen_subcommand_from remove" -l send-token-to -d 'Also send a registry\'s token to this host, for crates that are on another host than the index' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand team; and __fish_seen_subcommand_from remove" -s j -l jobs -d 'Number of concurrent requests' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand team; and __fish_seen_subcommand_from remove" -l color -d 'When to color the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand team; and __fish_seen_subcommand_from remove" -l message-format -d 'Output format: text, or one JSON object per line on standard output' -r -f -a "human\t''
json\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand team; and __fish_seen_subcommand_from remove" -l offline -d 'Use no network: take crates only from cargo\'s caches on this machine'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand team; and __fish_seen_subcommand_from remove" -l no-flush -d 'Do not flush to disk: a power cut may lose crates that were reported as stored'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand team; and __fish_seen_subcommand_from remove" -s q -l quiet -d 'Print errors only'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand team; and __fish_seen_subcommand_from remove" -s v -l verbose -d 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand team; and __fish_seen_subcommand_from remove" -s h -l help -d 'Print help'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand token; and not __fish_seen_subcommand_from new list revoke" -l store -d 'Bucket that has the hosted registries and accounts, as servers with `serve --store` share it [default: `store` of `[serve]` in `mirror.toml`, else the mirror\'s folder]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand token; and not __fish_seen_subcommand_from new list revoke" -l store-endpoint -d 'Address of the object store, for stores that speak another\'s protocol [default: from the environment]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand token; and not __fish_seen_subcommand_from new list revoke" -s m -l mirror -d 'Folder of the mirror [default: cargo-mirror in the user\'s data folder]' -r -F
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand token; and not __fish_seen_subcommand_from new list revoke" -l upstream -d 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand token; and not __fish_seen_subcommand_from new list revoke" -l send-token-to -d 'Also send a registry\'s token to this host, for crates that are on another host than the index' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand token; and not __fish_seen_subcommand_from new list revoke" -s j -l jobs -d 'Number of concurrent requests' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand token; and not __fish_seen_subcommand_from new list revoke" -l color -d 'When to color the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand token; and not __fish_seen_subcommand_from new list revoke" -l message-format -d 'Output format: text, or one JSON object per line on standard output' -r -f -a "human\t''
json\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand token; and not __fish_seen_subcommand_from new list revoke" -l offline -d 'Use no network: take crates only from cargo\'s caches on this machine'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand token; and not __fish_seen_subcommand_from new list revoke" -l no-flush -d 'Do not flush to disk: a power cut may lose crates that were reported as stored'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand token; and not __fish_seen_subcommand_from new list revoke" -s q -l quiet -d 'Print errors only'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand token; and not __fish_seen_subcommand_from new list revoke" -s v -l verbose -d 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand token; and not __fish_seen_subcommand_from new list revoke" -s h -l help -d 'Print help'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand token; and not __fish_seen_subcommand_from new list revoke" -f -a "new" -d 'Make a token and print it, this once: the mirror keeps only its hash'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand token; and not __fish_seen_subcommand_from new list revoke" -f -a "list" -d 'List tokens: id, user, scopes, when they expire and were last used'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand token; and not __fish_seen_subcommand_from new list revoke" -f -a "revoke" -d 'Refuse tokens from the next request on'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand token; and __fish_seen_subcommand_from new" -l user -d 'User that the token acts for' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand token; and __fish_seen_subcommand_from new" -l scope -d 'What it may do: read, publish-new, publish-update, yank, change-owners, trusted-publishing or admin; repeatable' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand token; and __fish_seen_subcommand_from new" -l registry -d 'Limit it to this registry; repeatable [default: all]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand token; and __fish_seen_subcommand_from new" -l crate -d 'Limit it to these crates: a name, or the start of one and `*`; repeatable [default: all]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand token; and __fish_seen_subcommand_from new" -l expires -d 'Time after which it is refused: 12h, 90d, 52w' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand token; and __fish_seen_subcommand_from new" -l name -d 'What it is for, as `token list` shows it' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand token; and __fish_seen_subcommand_from new" -l store -d 'Bucket that has the hosted registries and accounts, as servers with `serve --store` share it [default: `store` of `[serve]` in `mirror.toml`, else the mirror\'s folder]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand token; and __fish_seen_subcommand_from new" -l store-endpoint -d 'Address of the object store, for stores that speak another\'s protocol [default: from the environment]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand token; and __fish_seen_subcommand_from new" -s m -l mirror -d 'Folder of the mirror [default: cargo-mirror in the user\'s data folder]' -r -F
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand token; and __fish_seen_subcommand_from new" -l upstream -d 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand token; and __fish_seen_subcommand_from new" -l send-token-to -d 'Also send a registry\'s token to this host, for crates that are on another host than the index' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand token; and __fish_seen_subcommand_from new" -s j -l jobs -d 'Number of concurrent requests' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand token; and __fish_seen_subcommand_from new" -l color -d 'When to color the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand token; and __fish_seen_subcommand_from new" -l message-format -d 'Output format: text, or one JSON object per line on standard output' -r -f -a "human\t''
json\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand token; and __fish_seen_subcommand_from new" -l no-expiry -d 'Let it never expire'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand token; and __fish_seen_subcommand_from new" -l offline -d 'Use no network: take crates only from cargo\'s caches on this machine'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand token; and __fish_seen_subcommand_from new" -l no-flush -d 'Do not flush to disk: a power cut may lose crates that were reported as stored'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand token; and __fish_seen_subcommand_from new" -s q -l quiet -d 'Print errors only'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand token; and __fish_seen_subcommand_from new" -s v -l verbose -d 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand token; and __fish_seen_subcommand_from new" -s h -l help -d 'Print help'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand token; and __fish_seen_subcommand_from list" -l user -d 'Only tokens of this user' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand token; and __fish_seen_subcommand_from list" -l store -d 'Bucket that has the hosted registries and accounts, as servers with `serve --store` share it [default: `store` of `[serve]` in `mirror.toml`, else the mirror\'s folder]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand token; and __fish_seen_subcommand_from list" -l store-endpoint -d 'Address of the object store, for stores that speak another\'s protocol [default: from the environment]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand token; and __fish_seen_subcommand_from list" -s m -l mirror -d 'Folder of the mirror [default: cargo-mirror in the user\'s data folder]' -r -F
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand token; and __fish_seen_subcommand_from list" -l upstream -d 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand token; and __fish_seen_subcommand_from list" -l send-token-to -d 'Also send a registry\'s token to this host, for crates that are on another host than the index' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand token; and __fish_seen_subcommand_from list" -s j -l jobs -d 'Number of concurrent requests' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand token; and __fish_seen_subcommand_from list" -l color -d 'When to color the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand token; and __fish_seen_subcommand_from list" -l message-format -d 'Output format: text, or one JSON object per line on standard output' -r -f -a "human\t''
json\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand token; and __fish_seen_subcommand_from list" -l offline -d 'Use no network: take crates only from cargo\'s caches on this machine'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand token; and __fish_seen_subcommand_from list" -l no-flush -d 'Do not flush to disk: a power cut may lose crates that were reported as stored'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand token; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Print errors only'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand token; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand token; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand token; and __fish_seen_subcommand_from revoke" -l store -d 'Bucket that has the hosted registries and accounts, as servers with `serve --store` share it [default: `store` of `[serve]` in `mirror.toml`, else the mirror\'s folder]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand token; and __fish_seen_subcommand_from revoke" -l store-endpoint -d 'Address of the object store, for stores that speak another\'s protocol [default: from the environment]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand token; and __fish_seen_subcommand_from revoke" -s m -l mirror -d 'Folder of the mirror [default: cargo-mirror in the user\'s data folder]' -r -F
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand token; and __fish_seen_subcommand_from revoke" -l upstream -d 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand token; and __fish_seen_subcommand_from revoke" -l send-token-to -d 'Also send a registry\'s token to this host, for crates that are on another host than the index' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand token; and __fish_seen_subcommand_from revoke" -s j -l jobs -d 'Number of concurrent requests' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand token; and __fish_seen_subcommand_from revoke" -l color -d 'When to color the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand token; and __fish_seen_subcommand_from revoke" -l message-format -d 'Output format: text, or one JSON object per line on standard output' -r -f -a "human\t''
json\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand token; and __fish_seen_subcommand_from revoke" -l offline -d 'Use no network: take crates only from cargo\'s caches on this machine'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand token; and __fish_seen_subcommand_from revoke" -l no-flush -d 'Do not flush to disk: a power cut may lose crates that were reported as stored'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand token; and __fish_seen_subcommand_from revoke" -s q -l quiet -d 'Print errors only'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand token; and __fish_seen_subcommand_from revoke" -s v -l verbose -d 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand token; and __fish_seen_subcommand_from revoke" -s h -l help -d 'Print help'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand owner; and not __fish_seen_subcommand_from list add remove" -l store -d 'Bucket that has the hosted registries and accounts, as servers with `serve --store` share it [default: `store` of `[serve]` in `mirror.toml`, else the mirror\'s folder]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand owner; and not __fish_seen_subcommand_from list add remove" -l store-endpoint -d 'Address of the object store, for stores that speak another\'s protocol [default: from the environment]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand owner; and not __fish_seen_subcommand_from list add remove" -s m -l mirror -d 'Folder of the mirror [default: cargo-mirror in the user\'s data folder]' -r -F
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand owner; and not __fish_seen_subcommand_from list add remove" -l upstream -d 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand owner; and not __fish_seen_subcommand_from list add remove" -l send-token-to -d 'Also send a registry\'s token to this host, for crates that are on another host than the index' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand owner; and not __fish_seen_subcommand_from list add remove" -s j -l jobs -d 'Number of concurrent requests' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand owner; and not __fish_seen_subcommand_from list add remove" -l color -d 'When to color the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand owner; and not __fish_seen_subcommand_from list add remove" -l message-format -d 'Output format: text, or one JSON object per line on standard output' -r -f -a "human\t''
json\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand owner; and not __fish_seen_subcommand_from list add remove" -l offline -d 'Use no network: take crates only from cargo\'s caches on this machine'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand owner; and not __fish_seen_subcommand_from list add remove" -l no-flush -d 'Do not flush to disk: a power cut may lose crates that were reported as stored'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand owner; and not __fish_seen_subcommand_from list add remove" -s q -l quiet -d 'Print errors only'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand owner; and not __fish_seen_subcommand_from list add remove" -s v -l verbose -d 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand owner; and not __fish_seen_subcommand_from list add remove" -s h -l help -d 'Print help'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand owner; and not __fish_seen_subcommand_from list add remove" -f -a "list" -d 'List the owners of a crate'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand owner; and not __fish_seen_subcommand_from list add remove" -f -a "add" -d 'Add owners to a crate'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand owner; and not __fish_seen_subcommand_from list add remove" -f -a "remove" -d 'Remove owners from a crate; the last one stays'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand owner; and __fish_seen_subcommand_from list" -l registry -d 'Registry of the crate [default: the only hosted one]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand owner; and __fish_seen_subcommand_from list" -l store -d 'Bucket that has the hosted registries and accounts, as servers with `serve --store` share it [default: `store` of `[serve]` in `mirror.toml`, else the mirror\'s folder]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand owner; and __fish_seen_subcommand_from list" -l store-endpoint -d 'Address of the object store, for stores that speak another\'s protocol [default: from the environment]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand owner; and __fish_seen_subcommand_from list" -s m -l mirror -d 'Folder of the mirror [default: cargo-mirror in the user\'s data folder]' -r -F
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand owner; and __fish_seen_subcommand_from list" -l upstream -d 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand owner; and __fish_seen_subcommand_from list" -l send-token-to -d 'Also send a registry\'s token to this host, for crates that are on another host than the index' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand owner; and __fish_seen_subcommand_from list" -s j -l jobs -d 'Number of concurrent requests' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand owner; and __fish_seen_subcommand_from list" -l color -d 'When to color the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand owner; and __fish_seen_subcommand_from list" -l message-format -d 'Output format: text, or one JSON object per line on standard output' -r -f -a "human\t''
json\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand owner; and __fish_seen_subcommand_from list" -l offline -d 'Use no network: take crates only from cargo\'s caches on this machine'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand owner; and __fish_seen_subcommand_from list" -l no-flush -d 'Do not flush to disk: a power cut may lose crates that were reported as stored'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand owner; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Print errors only'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand owner; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand owner; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand owner; and __fish_seen_subcommand_from add" -l registry -d 'Registry of the crate [default: the only hosted one]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand owner; and __fish_seen_subcommand_from add" -l store -d 'Bucket that has the hosted registries and accounts, as servers with `serve --store` share it [default: `store` of `[serve]` in `mirror.toml`, else the mirror\'s folder]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand owner; and __fish_seen_subcommand_from add" -l store-endpoint -d 'Address of the object store, for stores that speak another\'s protocol [default: from the environment]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand owner; and __fish_seen_subcommand_from add" -s m -l mirror -d 'Folder of the mirror [default: cargo-mirror in the user\'s data folder]' -r -F
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand owner; and __fish_seen_subcommand_from add" -l upstream -d 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand owner; and __fish_seen_subcommand_from add" -l send-token-to -d 'Also send a registry\'s token to this host, for crates that are on another host than the index' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand owner; and __fish_seen_subcommand_from add" -s j -l jobs -d 'Number of concurrent requests' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand owner; and __fish_seen_subcommand_from add" -l color -d 'When to color the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand owner; and __fish_seen_subcommand_from add" -l message-format -d 'Output format: text, or one JSON object per line on standard output' -r -f -a "human\t''
json\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand owner; and __fish_seen_subcommand_from add" -l offline -d 'Use no network: take crates only from cargo\'s caches on this machine'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand owner; and __fish_seen_subcommand_from add" -l no-flush -d 'Do not flush to disk: a power cut may lose crates that were reported as stored'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand owner; and __fish_seen_subcommand_from add" -s q -l quiet -d 'Print errors only'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand owner; and __fish_seen_subcommand_from add" -s v -l verbose -d 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand owner; and __fish_seen_subcommand_from add" -s h -l help -d 'Print help'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand owner; and __fish_seen_subcommand_from remove" -l registry -d 'Registry of the crate [default: the only hosted one]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand owner; and __fish_seen_subcommand_from remove" -l store -d 'Bucket that has the hosted registries and accounts, as servers with `serve --store` share it [default: `store` of `[serve]` in `mirror.toml`, else the mirror\'s folder]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand owner; and __fish_seen_subcommand_from remove" -l store-endpoint -d 'Address of the object store, for stores that speak another\'s protocol [default: from the environment]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand owner; and __fish_seen_subcommand_from remove" -s m -l mirror -d 'Folder of the mirror [default: cargo-mirror in the user\'s data folder]' -r -F
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand owner; and __fish_seen_subcommand_from remove" -l upstream -d 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand owner; and __fish_seen_subcommand_from remove" -l send-token-to -d 'Also send a registry\'s token to this host, for crates that are on another host than the index' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand owner; and __fish_seen_subcommand_from remove" -s j -l jobs -d 'Number of concurrent requests' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand owner; and __fish_seen_subcommand_from remove" -l color -d 'When to color the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand owner; and __fish_seen_subcommand_from remove" -l message-format -d 'Output format: text, or one JSON object per line on standard output' -r -f -a "human\t''
json\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand owner; and __fish_seen_subcommand_from remove" -l offline -d 'Use no network: take crates only from cargo\'s caches on this machine'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand owner; and __fish_seen_subcommand_from remove" -l no-flush -d 'Do not flush to disk: a power cut may lose crates that were reported as stored'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand owner; and __fish_seen_subcommand_from remove" -s q -l quiet -d 'Print errors only'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand owner; and __fish_seen_subcommand_from remove" -s v -l verbose -d 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand owner; and __fish_seen_subcommand_from remove" -s h -l help -d 'Print help'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand audit-log" -l since -d 'Only entries of this time or later: 12h, 7d, 2026-05-01, 2026-05-01T12:00:00Z' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand audit-log" -l registry -d 'Only entries about this registry' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand audit-log" -l crate -d 'Only entries about this crate, in whichever registry' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand audit-log" -l store -d 'Bucket that has the hosted registries and accounts, as servers with `serve --store` share it [default: `store` of `[serve]` in `mirror.toml`, else the mirror\'s folder]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand audit-log" -l store-endpoint -d 'Address of the object store, for stores that speak another\'s protocol [default: from the environment]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand audit-log" -s m -l mirror -d 'Folder of the mirror [default: cargo-mirror in the user\'s data folder]' -r -F
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand audit-log" -l upstream -d 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand audit-log" -l send-token-to -d 'Also send a registry\'s token to this host, for crates that are on another host than the index' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand audit-log" -s j -l jobs -d 'Number of concurrent requests' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand audit-log" -l color -d 'When to color the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand audit-log" -l message-format -d 'Output format: text, or one JSON object per line on standard output' -r -f -a "human\t''
json\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand audit-log" -l offline -d 'Use no network: take crates only from cargo\'s caches on this machine'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand audit-log" -l no-flush -d 'Do not flush to disk: a power cut may lose crates that were reported as stored'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand audit-log" -s q -l quiet -d 'Print errors only'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand audit-log" -s v -l verbose -d 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand audit-log" -s h -l help -d 'Print help'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand host" -l registry -d 'Registry to export: a hosted one, `crates-io`, or another of the mirror [default: the only hosted one]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand host" -l base-url -d 'URL at which clients find the folder' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand host" -l dl -d 'How crates are named' -r -f -a "name\t'NAME-VERSION.crate: the folder is a local registry for cargo, too'
checksum\t'by/CHECKSUM.crate: for servers that mistake `+` in a path'"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand host" -l git -d 'Also write the index as a git repository and push it to this remote, with the git on this machine' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand host" -l squash -d 'Collapse the git index into one commit once it has more than N, and keep the history in a branch' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand host" -s m -l mirror -d 'Folder of the mirror [default: cargo-mirror in the user\'s data folder]' -r -F
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand host" -l upstream -d 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand host" -l send-token-to -d 'Also send a registry\'s token to this host, for crates that are on another host than the index' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand host" -s j -l jobs -d 'Number of concurrent requests' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand host" -l color -d 'When to color the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand host" -l message-format -d 'Output format: text, or one JSON object per line on standard output' -r -f -a "human\t''
json\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand host" -l offline -d 'Use no network: take crates only from cargo\'s caches on this machine'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand host" -l no-flush -d 'Do not flush to disk: a power cut may lose crates that were reported as stored'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand host" -s q -l quiet -d 'Print errors only'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand host" -s v -l verbose -d 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand host" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand sync" -l registry -d 'Registry to copy: `crates-io`, one of cargo\'s config or of mirror.toml, or the address of an index' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand sync" -l index-git -d 'Git index to learn changes from, without its contents; `none`: ask for each index file [default: that of crates.io]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand sync" -l names-from -d 'File with names of crates, one a line, or a database dump of the registry (`db-dump.tar.gz`)' -r -F
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand sync" -l every -d 'Run again and again, with this pause' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand sync" -l on-removed -d 'What becomes of versions that upstream removes: `hold TIME`, `drop`, `keep` [default: hold 30d]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand sync" -l contact -d 'Mail address or URL for the registry to write to, in the User-Agent' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand sync" -l requests-per-second -d 'Maximum number of requests a second' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand sync" -l names -d 'Crates by name, in which `*` and `?` may stand, and perhaps `@` and a version requirement' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand sync" -l exclude -d 'Crates to leave out' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand sync" -l top -d 'The crates with the most downloads, by the dump; of a file with names, the first' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand sync" -l top-by -d 'What `top` goes by: downloads, or dependents: crates whose shown version needs them [default: downloads]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand sync" -l categories -d 'Crates of these categories, by the dump: slugs as in `network-programming`' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand sync" -l versions -d 'Versions: all, latest, `last N`, `per-compatible N` or `since DATE`' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand sync" -l pre-releases -d 'Pre-releases: all, if-only (of crates with nothing else) or none' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand sync" -l max-size -d 'Leave out versions larger than this: 500kB, 20MiB' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand sync" -l min-age -d 'Leave out versions younger than this: 3d' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand sync" -s m -l mirror -d 'Folder of the mirror [default: cargo-mirror in the user\'s data folder]' -r -F
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand sync" -l upstream -d 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand sync" -l send-token-to -d 'Also send a registry\'s token to this host, for crates that are on another host than the index' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand sync" -s j -l jobs -d 'Number of concurrent requests' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand sync" -l color -d 'When to color the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand sync" -l message-format -d 'Output format: text, or one JSON object per line on standard output' -r -f -a "human\t''
json\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand sync" -l heal -d 'Compare everything that is here, and try everything that failed; done by itself once a week'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand sync" -l full -d 'Ask for every index file anew'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand sync" -s n -l dry-run -d 'Print what would be done, and what disk it needs; write nothing'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand sync" -l allow-mass-removal -d 'Remove even if upstream has removed versions of very many crates at once'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand sync" -l accept-absent -d 'Exit with 0 although upstream lists versions whose bytes it has not had for a week'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand sync" -l no-yanked -d 'Leave out yanked versions'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand sync" -l closure -d 'Also take what the selected versions need, so that they build'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand sync" -l follow-roots -d 'Also take newer versions, and their closures, of what recorded lockfiles use'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand sync" -l offline -d 'Use no network: take crates only from cargo\'s caches on this machine'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand sync" -l no-flush -d 'Do not flush to disk: a power cut may lose crates that were reported as stored'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand sync" -s q -l quiet -d 'Print errors only'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand sync" -s v -l verbose -d 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand sync" -s h -l help -d 'Print help'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand config" -s m -l mirror -d 'Folder of the mirror [default: cargo-mirror in the user\'s data folder]' -r -F
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand config" -l upstream -d 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand config" -l send-token-to -d 'Also send a registry\'s token to this host, for crates that are on another host than the index' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand config" -s j -l jobs -d 'Number of concurrent requests' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand config" -l color -d 'When to color the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand config" -l message-format -d 'Output format: text, or one JSON object per line on standard output' -r -f -a "human\t''
json\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand config" -l defaults -d 'Print a mirror.toml in which every key is a comment with its default'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand config" -l offline -d 'Use no network: take crates only from cargo\'s caches on this machine'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand config" -l no-flush -d 'Do not flush to disk: a power cut may lose crates that were reported as stored'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand config" -s q -l quiet -d 'Print errors only'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand config" -s v -l verbose -d 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand config" -s h -l help -d 'Print help'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand serve" -l listen -d 'Address and port to listen on, unless systemd passes sockets; repeatable' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand serve" -l public-url -d 'URL at which clients reach the server, such as that of a proxy; may have a path' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand serve" -l trusted-proxy -d 'Trust the X-Forwarded-* and Forwarded headers of proxies at these addresses; repeatable' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand serve" -l h2c-upgrade -d 'Whether to take the upgrade from HTTP/1.1 to HTTP/2 without TLS, which cargo asks for on http:// addresses' -r -f -a "auto\t'From clients that connect directly, as far as the request shows; through a proxy it would bypass the proxy\'s rules'
always\t'From all clients'
never\t'From none'"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand serve" -l refresh -d 'Time after which an index file is revalidated with upstream' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand serve" -l deleted -d 'How to serve a mirrored version that upstream has deleted' -r -f -a "keep\t'List it as before'
hide\t'List it as yanked: existing lockfiles still build, new ones do not select it'
deny\t'Neither list nor serve it'"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand serve" -l prefetch -d 'Mirror this input once the server is up: a lockfile, a list or another input of `prefetch`; repeatable' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand serve" -l sync -d 'Keep the copy of a registry that `[sync]` describes current, with this pause between two runs [default: `every` of `[sync]`, else not at all]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand serve" -l max-size -d 'Evict the least recently used crates beyond this size, except those of roots: 500MB, 20GiB' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand serve" -l max-age -d 'Evict crates not requested within this time, except those of roots: 90d, 8w' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand serve" -l store -d 'Bucket that many servers share: `s3://BUCKET/PREFIX`, `gs://BUCKET/PREFIX` or `az://CONTAINER/PREFIX`; what this server fetches is added to it, and what others have added is served' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand serve" -l store-endpoint -d 'Address of the object store, for stores that speak another\'s protocol [default: from the environment]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand serve" -l store-public-endpoint -d 'Address at which clients reach the object store, for redirects' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand serve" -l redirect -d 'Whether to redirect clients to the bucket for crates that are not on this server\'s disk' -r -f -a "never\t'Never'
auto\t'Where --store-public-endpoint says how clients reach the store'
always\t'Always; clients reach the store as this server does'"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand serve" -l redirect-above -d 'Serve crates below this size without a redirect' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand serve" -l tls-cert -d 'Certificate and chain for HTTPS; reloaded when it changes and on SIGHUP' -r -F
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand serve" -l tls-key -d 'Private key of the certificate' -r -F
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand serve" -l token-file -d 'Tokens of clients: lines of `read TOKEN` or `admin TOKEN`; reloaded when it changes and on SIGHUP' -r -F
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand serve" -l log -d 'Format of the access log' -r -f -a "none\t'No log'
common\t'Common log format with user agent'
json\t'One JSON object per line'"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand serve" -l log-file -d 'Write the access log to this file instead of standard output; reopened on SIGHUP' -r -F
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand serve" -l memory -d 'Memory for cached index files and small crates' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand serve" -l max-connections -d 'Maximum number of connections; 0 is unlimited' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand serve" -l max-connections-per-address -d 'Maximum number of connections from one address; 0 is unlimited, for use behind a proxy' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand serve" -l max-requests -d 'Maximum number of requests in flight; 0 is unlimited' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand serve" -l client-timeout -d 'Disconnect a client that neither sends nor receives for this time' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand serve" -s m -l mirror -d 'Folder of the mirror [default: cargo-mirror in the user\'s data folder]' -r -F
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand serve" -l upstream -d 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand serve" -l send-token-to -d 'Also send a registry\'s token to this host, for crates that are on another host than the index' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand serve" -s j -l jobs -d 'Number of concurrent requests' -r
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand serve" -l color -d 'When to color the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand serve" -l message-format -d 'Output format: text, or one JSON object per line on standard output' -r -f -a "human\t''
json\t''"
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand serve" -l only-mirrored -d 'Serve only what is in the mirror; fetch from upstream only for --prefetch and /-/prefetch'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand serve" -l offline -d 'Use no network: take crates only from cargo\'s caches on this machine'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand serve" -l no-flush -d 'Do not flush to disk: a power cut may lose crates that were reported as stored'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand serve" -s q -l quiet -d 'Print errors only'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand serve" -s v -l verbose -d 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand serve" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand help; and not __fish_seen_subcommand_from vendor prefetch config prune git registries verify gc bundles buckets outdated search serve web deploy hosting people host sync settings ci output layout contributing status on off roots repair export import bundle key state diff push pull doctor show catalog registry add yank remove stats user team token owner audit-log completions man help" -f -a "vendor" -d 'Mirror your projects and point their builds at the mirror'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand help; and not __fish_seen_subcommand_from vendor prefetch config prune git registries verify gc bundles buckets outdated search serve web deploy hosting people host sync settings ci output layout contributing status on off roots repair export import bundle key state diff push pull doctor show catalog registry add yank remove stats user team token owner audit-log completions man help" -f -a "prefetch" -d 'Fill a mirror from lockfiles, crate lists and names'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand help; and not __fish_seen_subcommand_from vendor prefetch config prune git registries verify gc bundles buckets outdated search serve web deploy hosting people host sync settings ci output layout contributing status on off roots repair export import bundle key state diff push pull doctor show catalog registry add yank remove stats user team token owner audit-log completions man help" -f -a "config" -d 'How builds are pointed at a mirror or a server'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand help; and not __fish_seen_subcommand_from vendor prefetch config prune git registries verify gc bundles buckets outdated search serve web deploy hosting people host sync settings ci output layout contributing status on off roots repair export import bundle key state diff push pull doctor show catalog registry add yank remove stats user team token owner audit-log completions man help" -f -a "prune" -d 'Mirror only what you build for'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand help; and not __fish_seen_subcommand_from vendor prefetch config prune git registries verify gc bundles buckets outdated search serve web deploy hosting people host sync settings ci output layout contributing status on off roots repair export import bundle key state diff push pull doctor show catalog registry add yank remove stats user team token owner audit-log completions man help" -f -a "git" -d 'Git dependencies'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand help; and not __fish_seen_subcommand_from vendor prefetch config prune git registries verify gc bundles buckets outdated search serve web deploy hosting people host sync settings ci output layout contributing status on off roots repair export import bundle key state diff push pull doctor show catalog registry add yank remove stats user team token owner audit-log completions man help" -f -a "registries" -d 'Other registries, logins, proxies and upstreams'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand help; and not __fish_seen_subcommand_from vendor prefetch config prune git registries verify gc bundles buckets outdated search serve web deploy hosting people host sync settings ci output layout contributing status on off roots repair export import bundle key state diff push pull doctor show catalog registry add yank remove stats user team token owner audit-log completions man help" -f -a "verify" -d 'Find damage and repair it'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand help; and not __fish_seen_subcommand_from vendor prefetch config prune git registries verify gc bundles buckets outdated search serve web deploy hosting people host sync settings ci output layout contributing status on off roots repair export import bundle key state diff push pull doctor show catalog registry add yank remove stats user team token owner audit-log completions man help" -f -a "gc" -d 'What a mirror keeps, and how to make it smaller'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand help; and not __fish_seen_subcommand_from vendor prefetch config prune git registries verify gc bundles buckets outdated search serve web deploy hosting people host sync settings ci output layout contributing status on off roots repair export import bundle key state diff push pull doctor show catalog registry add yank remove stats user team token owner audit-log completions man help" -f -a "bundles" -d 'Dumps: a mirror carried to where there is no network'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand help; and not __fish_seen_subcommand_from vendor prefetch config prune git registries verify gc bundles buckets outdated search serve web deploy hosting people host sync settings ci output layout contributing status on off roots repair export import bundle key state diff push pull doctor show catalog registry add yank remove stats user team token owner audit-log completions man help" -f -a "buckets" -d 'Many servers: a mirror in a bucket'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand help; and not __fish_seen_subcommand_from vendor prefetch config prune git registries verify gc bundles buckets outdated search serve web deploy hosting people host sync settings ci output layout contributing status on off roots repair export import bundle key state diff push pull doctor show catalog registry add yank remove stats user team token owner audit-log completions man help" -f -a "outdated" -d 'What has changed upstream'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand help; and not __fish_seen_subcommand_from vendor prefetch config prune git registries verify gc bundles buckets outdated search serve web deploy hosting people host sync settings ci output layout contributing status on off roots repair export import bundle key state diff push pull doctor show catalog registry add yank remove stats user team token owner audit-log completions man help" -f -a "search" -d 'Searching, without a network'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand help; and not __fish_seen_subcommand_from vendor prefetch config prune git registries verify gc bundles buckets outdated search serve web deploy hosting people host sync settings ci output layout contributing status on off roots repair export import bundle key state diff push pull doctor show catalog registry add yank remove stats user team token owner audit-log completions man help" -f -a "serve" -d 'Serve a team, a CI fleet or a laptop'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand help; and not __fish_seen_subcommand_from vendor prefetch config prune git registries verify gc bundles buckets outdated search serve web deploy hosting people host sync settings ci output layout contributing status on off roots repair export import bundle key state diff push pull doctor show catalog registry add yank remove stats user team token owner audit-log completions man help" -f -a "web" -d 'Look around in a browser'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand help; and not __fish_seen_subcommand_from vendor prefetch config prune git registries verify gc bundles buckets outdated search serve web deploy hosting people host sync settings ci output layout contributing status on off roots repair export import bundle key state diff push pull doctor show catalog registry add yank remove stats user team token owner audit-log completions man help" -f -a "deploy" -d 'Run the server as a service'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand help; and not __fish_seen_subcommand_from vendor prefetch config prune git registries verify gc bundles buckets outdated search serve web deploy hosting people host sync settings ci output layout contributing status on off roots repair export import bundle key state diff push pull doctor show catalog registry add yank remove stats user team token owner audit-log completions man help" -f -a "hosting" -d 'Registries of your own'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand help; and not __fish_seen_subcommand_from vendor prefetch config prune git registries verify gc bundles buckets outdated search serve web deploy hosting people host sync settings ci output layout contributing status on off roots repair export import bundle key state diff push pull doctor show catalog registry add yank remove stats user team token owner audit-log completions man help" -f -a "people" -d 'Users, teams, tokens and owners of hosted registries'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand help; and not __fish_seen_subcommand_from vendor prefetch config prune git registries verify gc bundles buckets outdated search serve web deploy hosting people host sync settings ci output layout contributing status on off roots repair export import bundle key state diff push pull doctor show catalog registry add yank remove stats user team token owner audit-log completions man help" -f -a "host" -d 'Serve a registry from any web server, or from a git repository'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand help; and not __fish_seen_subcommand_from vendor prefetch config prune git registries verify gc bundles buckets outdated search serve web deploy hosting people host sync settings ci output layout contributing status on off roots repair export import bundle key state diff push pull doctor show catalog registry add yank remove stats user team token owner audit-log completions man help" -f -a "sync" -d 'Copy a whole registry, or a part of it, and keep the copy current'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand help; and not __fish_seen_subcommand_from vendor prefetch config prune git registries verify gc bundles buckets outdated search serve web deploy hosting people host sync settings ci output layout contributing status on off roots repair export import bundle key state diff push pull doctor show catalog registry add yank remove stats user team token owner audit-log completions man help" -f -a "settings" -d 'Settings of a mirror in mirror.toml'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand help; and not __fish_seen_subcommand_from vendor prefetch config prune git registries verify gc bundles buckets outdated search serve web deploy hosting people host sync settings ci output layout contributing status on off roots repair export import bundle key state diff push pull doctor show catalog registry add yank remove stats user team token owner audit-log completions man help" -f -a "ci" -d 'Onboarding scripts and CI'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand help; and not __fish_seen_subcommand_from vendor prefetch config prune git registries verify gc bundles buckets outdated search serve web deploy hosting people host sync settings ci output layout contributing status on off roots repair export import bundle key state diff push pull doctor show catalog registry add yank remove stats user team token owner audit-log completions man help" -f -a "output" -d 'Exit status, JSON and what is printed'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand help; and not __fish_seen_subcommand_from vendor prefetch config prune git registries verify gc bundles buckets outdated search serve web deploy hosting people host sync settings ci output layout contributing status on off roots repair export import bundle key state diff push pull doctor show catalog registry add yank remove stats user team token owner audit-log completions man help" -f -a "layout" -d 'What is on disk, and why it is safe'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand help; and not __fish_seen_subcommand_from vendor prefetch config prune git registries verify gc bundles buckets outdated search serve web deploy hosting people host sync settings ci output layout contributing status on off roots repair export import bundle key state diff push pull doctor show catalog registry add yank remove stats user team token owner audit-log completions man help" -f -a "contributing" -d 'Work on cargo mirror'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand help; and not __fish_seen_subcommand_from vendor prefetch config prune git registries verify gc bundles buckets outdated search serve web deploy hosting people host sync settings ci output layout contributing status on off roots repair export import bundle key state diff push pull doctor show catalog registry add yank remove stats user team token owner audit-log completions man help" -f -a "status" -d 'Check that every package of a lockfile is in the mirror and intact'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand help; and not __fish_seen_subcommand_from vendor prefetch config prune git registries verify gc bundles buckets outdated search serve web deploy hosting people host sync settings ci output layout contributing status on off roots repair export import bundle key state diff push pull doctor show catalog registry add yank remove stats user team token owner audit-log completions man help" -f -a "on" -d 'Point a project\'s builds at the mirror, or at a server'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand help; and not __fish_seen_subcommand_from vendor prefetch config prune git registries verify gc bundles buckets outdated search serve web deploy hosting people host sync settings ci output layout contributing status on off roots repair export import bundle key state diff push pull doctor show catalog registry add yank remove stats user team token owner audit-log completions man help" -f -a "off" -d 'Restore cargo\'s config to what it was before `on` or `vendor`'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand help; and not __fish_seen_subcommand_from vendor prefetch config prune git registries verify gc bundles buckets outdated search serve web deploy hosting people host sync settings ci output layout contributing status on off roots repair export import bundle key state diff push pull doctor show catalog registry add yank remove stats user team token owner audit-log completions man help" -f -a "roots" -d 'List the roots of the mirror: the lockfiles and lists that it keeps crates for'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand help; and not __fish_seen_subcommand_from vendor prefetch config prune git registries verify gc bundles buckets outdated search serve web deploy hosting people host sync settings ci output layout contributing status on off roots repair export import bundle key state diff push pull doctor show catalog registry add yank remove stats user team token owner audit-log completions man help" -f -a "repair" -d 'Repair the mirror: fetch what is damaged or missing, fix the index, quarantine the rest'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand help; and not __fish_seen_subcommand_from vendor prefetch config prune git registries verify gc bundles buckets outdated search serve web deploy hosting people host sync settings ci output layout contributing status on off roots repair export import bundle key state diff push pull doctor show catalog registry add yank remove stats user team token owner audit-log completions man help" -f -a "export" -d 'Write the mirror, or a part of it, into a dump that another mirror can import'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand help; and not __fish_seen_subcommand_from vendor prefetch config prune git registries verify gc bundles buckets outdated search serve web deploy hosting people host sync settings ci output layout contributing status on off roots repair export import bundle key state diff push pull doctor show catalog registry add yank remove stats user team token owner audit-log completions man help" -f -a "import" -d 'Take dumps into the mirror'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand help; and not __fish_seen_subcommand_from vendor prefetch config prune git registries verify gc bundles buckets outdated search serve web deploy hosting people host sync settings ci output layout contributing status on off roots repair export import bundle key state diff push pull doctor show catalog registry add yank remove stats user team token owner audit-log completions man help" -f -a "bundle" -d 'Look into dumps'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand help; and not __fish_seen_subcommand_from vendor prefetch config prune git registries verify gc bundles buckets outdated search serve web deploy hosting people host sync settings ci output layout contributing status on off roots repair export import bundle key state diff push pull doctor show catalog registry add yank remove stats user team token owner audit-log completions man help" -f -a "key" -d 'Keys that dumps are signed with, and whose dumps are taken'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand help; and not __fish_seen_subcommand_from vendor prefetch config prune git registries verify gc bundles buckets outdated search serve web deploy hosting people host sync settings ci output layout contributing status on off roots repair export import bundle key state diff push pull doctor show catalog registry add yank remove stats user team token owner audit-log completions man help" -f -a "state" -d 'Write down what the mirror has, for an `export --since` elsewhere'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand help; and not __fish_seen_subcommand_from vendor prefetch config prune git registries verify gc bundles buckets outdated search serve web deploy hosting people host sync settings ci output layout contributing status on off roots repair export import bundle key state diff push pull doctor show catalog registry add yank remove stats user team token owner audit-log completions man help" -f -a "diff" -d 'List what one mirror, dump or state has that another lacks'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand help; and not __fish_seen_subcommand_from vendor prefetch config prune git registries verify gc bundles buckets outdated search serve web deploy hosting people host sync settings ci output layout contributing status on off roots repair export import bundle key state diff push pull doctor show catalog registry add yank remove stats user team token owner audit-log completions man help" -f -a "push" -d 'Copy the mirror into a bucket, as far as the bucket lacks it'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand help; and not __fish_seen_subcommand_from vendor prefetch config prune git registries verify gc bundles buckets outdated search serve web deploy hosting people host sync settings ci output layout contributing status on off roots repair export import bundle key state diff push pull doctor show catalog registry add yank remove stats user team token owner audit-log completions man help" -f -a "pull" -d 'Copy a mirror in a bucket into this one, as far as this one lacks it'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand help; and not __fish_seen_subcommand_from vendor prefetch config prune git registries verify gc bundles buckets outdated search serve web deploy hosting people host sync settings ci output layout contributing status on off roots repair export import bundle key state diff push pull doctor show catalog registry add yank remove stats user team token owner audit-log completions man help" -f -a "doctor" -d 'Test whether an object store supports conditional writes, and say what a mirror may do there'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand help; and not __fish_seen_subcommand_from vendor prefetch config prune git registries verify gc bundles buckets outdated search serve web deploy hosting people host sync settings ci output layout contributing status on off roots repair export import bundle key state diff push pull doctor show catalog registry add yank remove stats user team token owner audit-log completions man help" -f -a "show" -d 'Show what is known of a crate, without a network'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand help; and not __fish_seen_subcommand_from vendor prefetch config prune git registries verify gc bundles buckets outdated search serve web deploy hosting people host sync settings ci output layout contributing status on off roots repair export import bundle key state diff push pull doctor show catalog registry add yank remove stats user team token owner audit-log completions man help" -f -a "catalog" -d 'Show, rebuild or extend what can be searched for'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand help; and not __fish_seen_subcommand_from vendor prefetch config prune git registries verify gc bundles buckets outdated search serve web deploy hosting people host sync settings ci output layout contributing status on off roots repair export import bundle key state diff push pull doctor show catalog registry add yank remove stats user team token owner audit-log completions man help" -f -a "registry" -d 'Make, list or change the hosted registries of the mirror, which crates are published into'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand help; and not __fish_seen_subcommand_from vendor prefetch config prune git registries verify gc bundles buckets outdated search serve web deploy hosting people host sync settings ci output layout contributing status on off roots repair export import bundle key state diff push pull doctor show catalog registry add yank remove stats user team token owner audit-log completions man help" -f -a "add" -d 'Add packages to a hosted registry'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand help; and not __fish_seen_subcommand_from vendor prefetch config prune git registries verify gc bundles buckets outdated search serve web deploy hosting people host sync settings ci output layout contributing status on off roots repair export import bundle key state diff push pull doctor show catalog registry add yank remove stats user team token owner audit-log completions man help" -f -a "yank" -d 'Yank versions in a hosted registry, or take that back'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand help; and not __fish_seen_subcommand_from vendor prefetch config prune git registries verify gc bundles buckets outdated search serve web deploy hosting people host sync settings ci output layout contributing status on off roots repair export import bundle key state diff push pull doctor show catalog registry add yank remove stats user team token owner audit-log completions man help" -f -a "remove" -d 'Remove a version, or a whole crate, from a hosted registry'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand help; and not __fish_seen_subcommand_from vendor prefetch config prune git registries verify gc bundles buckets outdated search serve web deploy hosting people host sync settings ci output layout contributing status on off roots repair export import bundle key state diff push pull doctor show catalog registry add yank remove stats user team token owner audit-log completions man help" -f -a "stats" -d 'Show the statistics of a server, or how often each crate of a mirror was requested'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand help; and not __fish_seen_subcommand_from vendor prefetch config prune git registries verify gc bundles buckets outdated search serve web deploy hosting people host sync settings ci output layout contributing status on off roots repair export import bundle key state diff push pull doctor show catalog registry add yank remove stats user team token owner audit-log completions man help" -f -a "user" -d 'Make, list and disable the users of hosted registries'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand help; and not __fish_seen_subcommand_from vendor prefetch config prune git registries verify gc bundles buckets outdated search serve web deploy hosting people host sync settings ci output layout contributing status on off roots repair export import bundle key state diff push pull doctor show catalog registry add yank remove stats user team token owner audit-log completions man help" -f -a "team" -d 'Make, list and change the teams of hosted registries'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand help; and not __fish_seen_subcommand_from vendor prefetch config prune git registries verify gc bundles buckets outdated search serve web deploy hosting people host sync settings ci output layout contributing status on off roots repair export import bundle key state diff push pull doctor show catalog registry add yank remove stats user team token owner audit-log completions man help" -f -a "token" -d 'Make, list and revoke the tokens of users'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand help; and not __fish_seen_subcommand_from vendor prefetch config prune git registries verify gc bundles buckets outdated search serve web deploy hosting people host sync settings ci output layout contributing status on off roots repair export import bundle key state diff push pull doctor show catalog registry add yank remove stats user team token owner audit-log completions man help" -f -a "owner" -d 'List and change the owners of a crate of a hosted registry'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand help; and not __fish_seen_subcommand_from vendor prefetch config prune git registries verify gc bundles buckets outdated search serve web deploy hosting people host sync settings ci output layout contributing status on off roots repair export import bundle key state diff push pull doctor show catalog registry add yank remove stats user team token owner audit-log completions man help" -f -a "audit-log" -d 'Print who published, yanked, removed or changed what in hosted registries, and who was refused'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand help; and not __fish_seen_subcommand_from vendor prefetch config prune git registries verify gc bundles buckets outdated search serve web deploy hosting people host sync settings ci output layout contributing status on off roots repair export import bundle key state diff push pull doctor show catalog registry add yank remove stats user team token owner audit-log completions man help" -f -a "completions" -d 'Print a completion script for a shell'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand help; and not __fish_seen_subcommand_from vendor prefetch config prune git registries verify gc bundles buckets outdated search serve web deploy hosting people host sync settings ci output layout contributing status on off roots repair export import bundle key state diff push pull doctor show catalog registry add yank remove stats user team token owner audit-log completions man help" -f -a "man" -d 'Print the manual page'
complete -c cargo-mirror -n "__fish_cargo_mirror_using_subcommand help; and not __fish_seen_subcommand_from vendor prefetch config prune git registries verify gc bundles buckets outdated search serve web deploy hosting people host sync settings ci output layout contributing status on off roots repair export import bundle key state diff push pull doctor show catalog registry add yank remove stats user team token owner audit-log completions man help" -f -a "help" -d 'Show a page of the guide, or the full help of a command'
