
using namespace System.Management.Automation
using namespace System.Management.Automation.Language

Register-ArgumentCompleter -Native -CommandName 'cargo-mirror' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $commandElements = $commandAst.CommandElements
    $command = @(
        'cargo-mirror'
        for ($i = 1; $i -lt $commandElements.Count; $i++) {
            $element = $commandElements[$i]
            if ($element -isnot [StringConstantExpressionAst] -or
                $element.StringConstantType -ne [StringConstantType]::BareWord -or
                $element.Value.StartsWith('-') -or
                $element.Value -eq $wordToComplete) {
                break
        }
        $element.Value
    }) -join ';'

    $completions = @(switch ($command) {
        'cargo-mirror' {
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--mirror', '--mirror', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--upstream', '--upstream', [CompletionResultType]::ParameterName, 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]')
            [CompletionResult]::new('--send-token-to', '--send-token-to', [CompletionResultType]::ParameterName, 'Also send a registry''s token to this host, for crates that are on another host than the index')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to color the output')
            [CompletionResult]::new('--message-format', '--message-format', [CompletionResultType]::ParameterName, 'Output format: text, or one JSON object per line on standard output')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network: take crates only from cargo''s caches on this machine')
            [CompletionResult]::new('--no-flush', '--no-flush', [CompletionResultType]::ParameterName, 'Do not flush to disk: a power cut may lose crates that were reported as stored')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print a completion script for a shell')
            [CompletionResult]::new('man', 'man', [CompletionResultType]::ParameterValue, 'Print the manual page')
            [CompletionResult]::new('generate', 'generate', [CompletionResultType]::ParameterValue, 'Write the completion scripts and the manual page into a folder')
            [CompletionResult]::new('status', 'status', [CompletionResultType]::ParameterValue, 'Check that every package of a lockfile is in the mirror and intact')
            [CompletionResult]::new('on', 'on', [CompletionResultType]::ParameterValue, 'Point a project''s builds at the mirror, or at a server')
            [CompletionResult]::new('off', 'off', [CompletionResultType]::ParameterValue, 'Restore cargo''s config to what it was before `on` or `vendor`')
            [CompletionResult]::new('vendor', 'vendor', [CompletionResultType]::ParameterValue, 'Mirror every package of a project''s lockfile, then point its builds at the mirror')
            [CompletionResult]::new('prefetch', 'prefetch', [CompletionResultType]::ParameterValue, 'Mirror lockfiles, projects, crate lists or crates by name, without editing cargo''s config')
            [CompletionResult]::new('verify', 'verify', [CompletionResultType]::ParameterValue, 'Hash every crate in the mirror and report what is damaged, missing or unexpected')
            [CompletionResult]::new('repair', 'repair', [CompletionResultType]::ParameterValue, 'Repair the mirror: fetch what is damaged or missing, fix the index, quarantine the rest')
            [CompletionResult]::new('roots', 'roots', [CompletionResultType]::ParameterValue, 'List the roots of the mirror: the lockfiles and lists that it keeps crates for')
            [CompletionResult]::new('gc', 'gc', [CompletionResultType]::ParameterValue, 'Drop the crates that no root needs; without --yes, only list them')
            [CompletionResult]::new('export', 'export', [CompletionResultType]::ParameterValue, 'Write the mirror, or a part of it, into a dump that another mirror can import')
            [CompletionResult]::new('import', 'import', [CompletionResultType]::ParameterValue, 'Take dumps into the mirror')
            [CompletionResult]::new('bundle', 'bundle', [CompletionResultType]::ParameterValue, 'Look into dumps')
            [CompletionResult]::new('key', 'key', [CompletionResultType]::ParameterValue, 'Keys that dumps are signed with, and whose dumps are taken')
            [CompletionResult]::new('state', 'state', [CompletionResultType]::ParameterValue, 'Write down what the mirror has, for an `export --since` elsewhere')
            [CompletionResult]::new('diff', 'diff', [CompletionResultType]::ParameterValue, 'List what one mirror, dump or state has that another lacks')
            [CompletionResult]::new('push', 'push', [CompletionResultType]::ParameterValue, 'Copy the mirror into a bucket, as far as the bucket lacks it')
            [CompletionResult]::new('pull', 'pull', [CompletionResultType]::ParameterValue, 'Copy a mirror in a bucket into this one, as far as this one lacks it')
            [CompletionResult]::new('doctor', 'doctor', [CompletionResultType]::ParameterValue, 'Test whether an object store supports conditional writes, and say what a mirror may do there')
            [CompletionResult]::new('outdated', 'outdated', [CompletionResultType]::ParameterValue, 'List packages of a lockfile that upstream has yanked, replaced, deleted or updated')
            [CompletionResult]::new('search', 'search', [CompletionResultType]::ParameterValue, 'Search what is mirrored, and all of crates.io once a database dump is imported')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show what is known of a crate, without a network')
            [CompletionResult]::new('catalog', 'catalog', [CompletionResultType]::ParameterValue, 'Show, rebuild or extend what can be searched for')
            [CompletionResult]::new('stats', 'stats', [CompletionResultType]::ParameterValue, 'Show the statistics of a server, or how often each crate of a mirror was requested')
            [CompletionResult]::new('registry', 'registry', [CompletionResultType]::ParameterValue, 'Make, list or change the hosted registries of the mirror, which crates are published into')
            [CompletionResult]::new('add', 'add', [CompletionResultType]::ParameterValue, 'Add packages to a hosted registry')
            [CompletionResult]::new('yank', 'yank', [CompletionResultType]::ParameterValue, 'Yank versions in a hosted registry, or take that back')
            [CompletionResult]::new('remove', 'remove', [CompletionResultType]::ParameterValue, 'Remove a version, or a whole crate, from a hosted registry')
            [CompletionResult]::new('user', 'user', [CompletionResultType]::ParameterValue, 'Make, list and disable the users of hosted registries')
            [CompletionResult]::new('team', 'team', [CompletionResultType]::ParameterValue, 'Make, list and change the teams of hosted registries')
            [CompletionResult]::new('token', 'token', [CompletionResultType]::ParameterValue, 'Make, list and revoke the tokens of users')
            [CompletionResult]::new('owner', 'owner', [CompletionResultType]::ParameterValue, 'List and change the owners of a crate of a hosted registry')
            [CompletionResult]::new('audit-log', 'audit-log', [CompletionResultType]::ParameterValue, 'Print who published, yanked, removed or changed what in hosted registries, and who was refused')
            [CompletionResult]::new('host', 'host', [CompletionResultType]::ParameterValue, 'Write a registry into a folder that any web server can serve, and as a git index')
            [CompletionResult]::new('sync', 'sync', [CompletionResultType]::ParameterValue, 'Copy a whole registry, or a part of it, and keep the copy current')
            [CompletionResult]::new('config', 'config', [CompletionResultType]::ParameterValue, 'Show the settings of the mirror, from mirror.toml, the environment and defaults')
            [CompletionResult]::new('serve', 'serve', [CompletionResultType]::ParameterValue, 'Serve the mirror over HTTP as a replacement for crates.io, and fetch missing crates on demand')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Show a page of the guide, or the full help of a command')
            break
        }
        'cargo-mirror;completions' {
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--mirror', '--mirror', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--upstream', '--upstream', [CompletionResultType]::ParameterName, 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]')
            [CompletionResult]::new('--send-token-to', '--send-token-to', [CompletionResultType]::ParameterName, 'Also send a registry''s token to this host, for crates that are on another host than the index')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to color the output')
            [CompletionResult]::new('--message-format', '--message-format', [CompletionResultType]::ParameterName, 'Output format: text, or one JSON object per line on standard output')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network: take crates only from cargo''s caches on this machine')
            [CompletionResult]::new('--no-flush', '--no-flush', [CompletionResultType]::ParameterName, 'Do not flush to disk: a power cut may lose crates that were reported as stored')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'cargo-mirror;man' {
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--mirror', '--mirror', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--upstream', '--upstream', [CompletionResultType]::ParameterName, 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]')
            [CompletionResult]::new('--send-token-to', '--send-token-to', [CompletionResultType]::ParameterName, 'Also send a registry''s token to this host, for crates that are on another host than the index')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to color the output')
            [CompletionResult]::new('--message-format', '--message-format', [CompletionResultType]::ParameterName, 'Output format: text, or one JSON object per line on standard output')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network: take crates only from cargo''s caches on this machine')
            [CompletionResult]::new('--no-flush', '--no-flush', [CompletionResultType]::ParameterName, 'Do not flush to disk: a power cut may lose crates that were reported as stored')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'cargo-mirror;generate' {
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--mirror', '--mirror', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--upstream', '--upstream', [CompletionResultType]::ParameterName, 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]')
            [CompletionResult]::new('--send-token-to', '--send-token-to', [CompletionResultType]::ParameterName, 'Also send a registry''s token to this host, for crates that are on another host than the index')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to color the output')
            [CompletionResult]::new('--message-format', '--message-format', [CompletionResultType]::ParameterName, 'Output format: text, or one JSON object per line on standard output')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network: take crates only from cargo''s caches on this machine')
            [CompletionResult]::new('--no-flush', '--no-flush', [CompletionResultType]::ParameterName, 'Do not flush to disk: a power cut may lose crates that were reported as stored')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'cargo-mirror;status' {
            [CompletionResult]::new('--prove', '--prove', [CompletionResultType]::ParameterName, 'Let cargo verify it without a network: `fetch` unpacks every package, `build` also builds the project')
            [CompletionResult]::new('--explain', '--explain', [CompletionResultType]::ParameterName, 'Show why a package is needed, its dependency chains, and its state in the mirror')
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--mirror', '--mirror', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--upstream', '--upstream', [CompletionResultType]::ParameterName, 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]')
            [CompletionResult]::new('--send-token-to', '--send-token-to', [CompletionResultType]::ParameterName, 'Also send a registry''s token to this host, for crates that are on another host than the index')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to color the output')
            [CompletionResult]::new('--message-format', '--message-format', [CompletionResultType]::ParameterName, 'Output format: text, or one JSON object per line on standard output')
            [CompletionResult]::new('--std', '--std', [CompletionResultType]::ParameterName, 'Also check the dependencies of the standard library, for `-Z build-std`')
            [CompletionResult]::new('--recursive', '--recursive', [CompletionResultType]::ParameterName, 'Check every workspace below the folders')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network: take crates only from cargo''s caches on this machine')
            [CompletionResult]::new('--no-flush', '--no-flush', [CompletionResultType]::ParameterName, 'Do not flush to disk: a power cut may lose crates that were reported as stored')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'cargo-mirror;on' {
            [CompletionResult]::new('--config-path', '--config-path', [CompletionResultType]::ParameterName, 'Edit this config file')
            [CompletionResult]::new('--server', '--server', [CompletionResultType]::ParameterName, 'Point builds at this server as a replacement for crates.io: http://HOST:PORT, or the full URL of its index')
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--mirror', '--mirror', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--upstream', '--upstream', [CompletionResultType]::ParameterName, 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]')
            [CompletionResult]::new('--send-token-to', '--send-token-to', [CompletionResultType]::ParameterName, 'Also send a registry''s token to this host, for crates that are on another host than the index')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to color the output')
            [CompletionResult]::new('--message-format', '--message-format', [CompletionResultType]::ParameterName, 'Output format: text, or one JSON object per line on standard output')
            [CompletionResult]::new('--global', '--global', [CompletionResultType]::ParameterName, 'Edit the config in `CARGO_HOME`, which applies to every project')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Print what would change and write nothing')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Print what would change and write nothing')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network: take crates only from cargo''s caches on this machine')
            [CompletionResult]::new('--no-flush', '--no-flush', [CompletionResultType]::ParameterName, 'Do not flush to disk: a power cut may lose crates that were reported as stored')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'cargo-mirror;off' {
            [CompletionResult]::new('--config-path', '--config-path', [CompletionResultType]::ParameterName, 'Edit this config file')
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--mirror', '--mirror', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--upstream', '--upstream', [CompletionResultType]::ParameterName, 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]')
            [CompletionResult]::new('--send-token-to', '--send-token-to', [CompletionResultType]::ParameterName, 'Also send a registry''s token to this host, for crates that are on another host than the index')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to color the output')
            [CompletionResult]::new('--message-format', '--message-format', [CompletionResultType]::ParameterName, 'Output format: text, or one JSON object per line on standard output')
            [CompletionResult]::new('--global', '--global', [CompletionResultType]::ParameterName, 'Edit the config in `CARGO_HOME`, which applies to every project')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Print what would change and write nothing')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Print what would change and write nothing')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network: take crates only from cargo''s caches on this machine')
            [CompletionResult]::new('--no-flush', '--no-flush', [CompletionResultType]::ParameterName, 'Do not flush to disk: a power cut may lose crates that were reported as stored')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'cargo-mirror;vendor' {
            [CompletionResult]::new('--target', '--target', [CompletionResultType]::ParameterName, 'Mirror only what builds for this platform read; `host` is the platform of this machine; repeatable')
            [CompletionResult]::new('-F', '-F ', [CompletionResultType]::ParameterName, 'Mirror only what builds with these features and the default ones read, separated by commas [default: all features]')
            [CompletionResult]::new('--features', '--features', [CompletionResultType]::ParameterName, 'Mirror only what builds with these features and the default ones read, separated by commas [default: all features]')
            [CompletionResult]::new('--config-path', '--config-path', [CompletionResultType]::ParameterName, 'Edit this config file')
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--mirror', '--mirror', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--upstream', '--upstream', [CompletionResultType]::ParameterName, 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]')
            [CompletionResult]::new('--send-token-to', '--send-token-to', [CompletionResultType]::ParameterName, 'Also send a registry''s token to this host, for crates that are on another host than the index')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to color the output')
            [CompletionResult]::new('--message-format', '--message-format', [CompletionResultType]::ParameterName, 'Output format: text, or one JSON object per line on standard output')
            [CompletionResult]::new('--recursive', '--recursive', [CompletionResultType]::ParameterName, 'Include every workspace below the folders')
            [CompletionResult]::new('--std', '--std', [CompletionResultType]::ParameterName, 'Also mirror the dependencies of the standard library, for `-Z build-std`')
            [CompletionResult]::new('--locked', '--locked', [CompletionResultType]::ParameterName, 'Fail if a lockfile is missing or stale, instead of letting cargo update it')
            [CompletionResult]::new('--no-dev', '--no-dev', [CompletionResultType]::ParameterName, 'Leave out dev-dependencies: no tests, examples or benches')
            [CompletionResult]::new('--no-default-features', '--no-default-features', [CompletionResultType]::ParameterName, 'Disable default features of projects and of crates given by name')
            [CompletionResult]::new('--check-archives', '--check-archives', [CompletionResultType]::ParameterName, 'Check inside every archive for entries that cargo rejects, also if a lockfile has its checksum')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Print the plan and write nothing')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Print the plan and write nothing')
            [CompletionResult]::new('--no-config', '--no-config', [CompletionResultType]::ParameterName, 'Print the config lines instead of writing them')
            [CompletionResult]::new('--global', '--global', [CompletionResultType]::ParameterName, 'Edit the config in `CARGO_HOME`, which applies to every project')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network: take crates only from cargo''s caches on this machine')
            [CompletionResult]::new('--no-flush', '--no-flush', [CompletionResultType]::ParameterName, 'Do not flush to disk: a power cut may lose crates that were reported as stored')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'cargo-mirror;prefetch' {
            [CompletionResult]::new('--target', '--target', [CompletionResultType]::ParameterName, 'Mirror only what builds for this platform read; `host` is the platform of this machine; repeatable')
            [CompletionResult]::new('-F', '-F ', [CompletionResultType]::ParameterName, 'Mirror only what builds with these features and the default ones read, separated by commas [default: all features]')
            [CompletionResult]::new('--features', '--features', [CompletionResultType]::ParameterName, 'Mirror only what builds with these features and the default ones read, separated by commas [default: all features]')
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--mirror', '--mirror', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--upstream', '--upstream', [CompletionResultType]::ParameterName, 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]')
            [CompletionResult]::new('--send-token-to', '--send-token-to', [CompletionResultType]::ParameterName, 'Also send a registry''s token to this host, for crates that are on another host than the index')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to color the output')
            [CompletionResult]::new('--message-format', '--message-format', [CompletionResultType]::ParameterName, 'Output format: text, or one JSON object per line on standard output')
            [CompletionResult]::new('--std', '--std', [CompletionResultType]::ParameterName, 'Also mirror the dependencies of the standard library, for `-Z build-std`')
            [CompletionResult]::new('--locked', '--locked', [CompletionResultType]::ParameterName, 'Fail if a lockfile is missing or stale, instead of letting cargo update it')
            [CompletionResult]::new('--no-dev', '--no-dev', [CompletionResultType]::ParameterName, 'Leave out dev-dependencies: no tests, examples or benches')
            [CompletionResult]::new('--no-default-features', '--no-default-features', [CompletionResultType]::ParameterName, 'Disable default features of projects and of crates given by name')
            [CompletionResult]::new('--check-archives', '--check-archives', [CompletionResultType]::ParameterName, 'Check inside every archive for entries that cargo rejects, also if a lockfile has its checksum')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Print the plan and write nothing')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Print the plan and write nothing')
            [CompletionResult]::new('--all-features', '--all-features', [CompletionResultType]::ParameterName, 'Enable all features of crates given by name')
            [CompletionResult]::new('--no-deps', '--no-deps', [CompletionResultType]::ParameterName, 'Leave out the dependencies of crates given by name')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network: take crates only from cargo''s caches on this machine')
            [CompletionResult]::new('--no-flush', '--no-flush', [CompletionResultType]::ParameterName, 'Do not flush to disk: a power cut may lose crates that were reported as stored')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'cargo-mirror;verify' {
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'Hash only files modified since: 12h, 7d, 2026-05-01, 2026-05-01T12:00:00Z')
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--mirror', '--mirror', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--upstream', '--upstream', [CompletionResultType]::ParameterName, 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]')
            [CompletionResult]::new('--send-token-to', '--send-token-to', [CompletionResultType]::ParameterName, 'Also send a registry''s token to this host, for crates that are on another host than the index')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to color the output')
            [CompletionResult]::new('--message-format', '--message-format', [CompletionResultType]::ParameterName, 'Output format: text, or one JSON object per line on standard output')
            [CompletionResult]::new('--quick', '--quick', [CompletionResultType]::ParameterName, 'Hash nothing: compare only files, sizes, modification times and index lines')
            [CompletionResult]::new('--archives', '--archives', [CompletionResultType]::ParameterName, 'Also check inside every archive for entries that cargo rejects; takes ten times as long')
            [CompletionResult]::new('--resume', '--resume', [CompletionResultType]::ParameterName, 'Continue an interrupted run with the same options')
            [CompletionResult]::new('--repair', '--repair', [CompletionResultType]::ParameterName, 'Repair the damage found, as `repair` does')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network: take crates only from cargo''s caches on this machine')
            [CompletionResult]::new('--no-flush', '--no-flush', [CompletionResultType]::ParameterName, 'Do not flush to disk: a power cut may lose crates that were reported as stored')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'cargo-mirror;repair' {
            [CompletionResult]::new('--accept', '--accept', [CompletionResultType]::ParameterName, 'Accept upstream''s new bytes for versions whose checksum has changed upstream')
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--mirror', '--mirror', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--upstream', '--upstream', [CompletionResultType]::ParameterName, 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]')
            [CompletionResult]::new('--send-token-to', '--send-token-to', [CompletionResultType]::ParameterName, 'Also send a registry''s token to this host, for crates that are on another host than the index')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to color the output')
            [CompletionResult]::new('--message-format', '--message-format', [CompletionResultType]::ParameterName, 'Output format: text, or one JSON object per line on standard output')
            [CompletionResult]::new('--quick', '--quick', [CompletionResultType]::ParameterName, 'Hash nothing at first: compare only files, sizes, modification times and index lines')
            [CompletionResult]::new('--archives', '--archives', [CompletionResultType]::ParameterName, 'Also check inside every archive, and quarantine those that cargo rejects')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Report damage and write nothing')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Report damage and write nothing')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network: take crates only from cargo''s caches on this machine')
            [CompletionResult]::new('--no-flush', '--no-flush', [CompletionResultType]::ParameterName, 'Do not flush to disk: a power cut may lose crates that were reported as stored')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'cargo-mirror;roots' {
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--mirror', '--mirror', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--upstream', '--upstream', [CompletionResultType]::ParameterName, 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]')
            [CompletionResult]::new('--send-token-to', '--send-token-to', [CompletionResultType]::ParameterName, 'Also send a registry''s token to this host, for crates that are on another host than the index')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to color the output')
            [CompletionResult]::new('--message-format', '--message-format', [CompletionResultType]::ParameterName, 'Output format: text, or one JSON object per line on standard output')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network: take crates only from cargo''s caches on this machine')
            [CompletionResult]::new('--no-flush', '--no-flush', [CompletionResultType]::ParameterName, 'Do not flush to disk: a power cut may lose crates that were reported as stored')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List roots: id, kind, origin, number of packages, time last given, whether the origin exists')
            [CompletionResult]::new('add', 'add', [CompletionResultType]::ParameterValue, 'Record inputs as roots without fetching their crates; resolving a list still fetches index files')
            [CompletionResult]::new('forget', 'forget', [CompletionResultType]::ParameterValue, 'Forget roots, so that `gc` may drop what only they need')
            break
        }
        'cargo-mirror;roots;list' {
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--mirror', '--mirror', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--upstream', '--upstream', [CompletionResultType]::ParameterName, 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]')
            [CompletionResult]::new('--send-token-to', '--send-token-to', [CompletionResultType]::ParameterName, 'Also send a registry''s token to this host, for crates that are on another host than the index')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to color the output')
            [CompletionResult]::new('--message-format', '--message-format', [CompletionResultType]::ParameterName, 'Output format: text, or one JSON object per line on standard output')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network: take crates only from cargo''s caches on this machine')
            [CompletionResult]::new('--no-flush', '--no-flush', [CompletionResultType]::ParameterName, 'Do not flush to disk: a power cut may lose crates that were reported as stored')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'cargo-mirror;roots;add' {
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--mirror', '--mirror', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--upstream', '--upstream', [CompletionResultType]::ParameterName, 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]')
            [CompletionResult]::new('--send-token-to', '--send-token-to', [CompletionResultType]::ParameterName, 'Also send a registry''s token to this host, for crates that are on another host than the index')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to color the output')
            [CompletionResult]::new('--message-format', '--message-format', [CompletionResultType]::ParameterName, 'Output format: text, or one JSON object per line on standard output')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network: take crates only from cargo''s caches on this machine')
            [CompletionResult]::new('--no-flush', '--no-flush', [CompletionResultType]::ParameterName, 'Do not flush to disk: a power cut may lose crates that were reported as stored')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'cargo-mirror;roots;forget' {
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--mirror', '--mirror', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--upstream', '--upstream', [CompletionResultType]::ParameterName, 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]')
            [CompletionResult]::new('--send-token-to', '--send-token-to', [CompletionResultType]::ParameterName, 'Also send a registry''s token to this host, for crates that are on another host than the index')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to color the output')
            [CompletionResult]::new('--message-format', '--message-format', [CompletionResultType]::ParameterName, 'Output format: text, or one JSON object per line on standard output')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network: take crates only from cargo''s caches on this machine')
            [CompletionResult]::new('--no-flush', '--no-flush', [CompletionResultType]::ParameterName, 'Do not flush to disk: a power cut may lose crates that were reported as stored')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'cargo-mirror;gc' {
            [CompletionResult]::new('--keep', '--keep', [CompletionResultType]::ParameterName, 'Also keep these crates: NAME or NAME@REQ, with `*` and `?` as wildcards in NAME')
            [CompletionResult]::new('--keep-latest', '--keep-latest', [CompletionResultType]::ParameterName, 'Keep the newest N versions of each crate, not counting yanked versions')
            [CompletionResult]::new('--older-than', '--older-than', [CompletionResultType]::ParameterName, 'Keep crates that arrived, or were last needed by a root, within this time: 12h, 90d, 8w')
            [CompletionResult]::new('--max-size', '--max-size', [CompletionResultType]::ParameterName, 'Drop crates, oldest first, only until the total size is at most this: 500MB, 20GiB')
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--mirror', '--mirror', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--upstream', '--upstream', [CompletionResultType]::ParameterName, 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]')
            [CompletionResult]::new('--send-token-to', '--send-token-to', [CompletionResultType]::ParameterName, 'Also send a registry''s token to this host, for crates that are on another host than the index')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to color the output')
            [CompletionResult]::new('--message-format', '--message-format', [CompletionResultType]::ParameterName, 'Output format: text, or one JSON object per line on standard output')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Drop the crates instead of listing them')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Drop the crates instead of listing them')
            [CompletionResult]::new('--forget-gone', '--forget-gone', [CompletionResultType]::ParameterName, 'Forget roots whose lockfile or list no longer exists')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network: take crates only from cargo''s caches on this machine')
            [CompletionResult]::new('--no-flush', '--no-flush', [CompletionResultType]::ParameterName, 'Do not flush to disk: a power cut may lose crates that were reported as stored')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'cargo-mirror;export' {
            [CompletionResult]::new('--lockfile', '--lockfile', [CompletionResultType]::ParameterName, 'Export only what this lockfile wants; repeatable')
            [CompletionResult]::new('--registry', '--registry', [CompletionResultType]::ParameterName, 'Export only this registry, by its folder in the mirror, such as crates-io; repeatable')
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'Leave out what the receiver has: an earlier dump, or the state of the other mirror; repeatable')
            [CompletionResult]::new('--split', '--split', [CompletionResultType]::ParameterName, 'Write parts NAME.1, NAME.2, ... of at most this size: 4G, 700MB, or fat32 for 4 GiB less one byte')
            [CompletionResult]::new('--compress', '--compress', [CompletionResultType]::ParameterName, 'Level of compression from 1 to 19, or `none` for every .crate file as it is')
            [CompletionResult]::new('--for', '--for', [CompletionResultType]::ParameterName, 'Leave out what this receiver has, and note what it has once this dump has come: `cargo mirror bundle acknowledge`')
            [CompletionResult]::new('--sign-with', '--sign-with', [CompletionResultType]::ParameterName, 'Sign with this key: its name, or the file of an Ed25519 key of OpenSSH; one with a passphrase, or the public half of one in an agent, is used through ssh-keygen; repeatable [default: the only key]')
            [CompletionResult]::new('--expires', '--expires', [CompletionResultType]::ParameterName, 'Have the receiver warned if the dump is imported after this time: 30d, 12w')
            [CompletionResult]::new('--keys', '--keys', [CompletionResultType]::ParameterName, 'Folder of keys and of the list of trusted ones [default: cargo-mirror in the user''s config folder]')
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--mirror', '--mirror', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--upstream', '--upstream', [CompletionResultType]::ParameterName, 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]')
            [CompletionResult]::new('--send-token-to', '--send-token-to', [CompletionResultType]::ParameterName, 'Also send a registry''s token to this host, for crates that are on another host than the index')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to color the output')
            [CompletionResult]::new('--message-format', '--message-format', [CompletionResultType]::ParameterName, 'Output format: text, or one JSON object per line on standard output')
            [CompletionResult]::new('--roots', '--roots', [CompletionResultType]::ParameterName, 'Export only what the roots of the mirror want')
            [CompletionResult]::new('--hosted', '--hosted', [CompletionResultType]::ParameterName, 'Also export the hosted registries of the mirror: their crates and index lines, never their users and tokens')
            [CompletionResult]::new('--no-sign', '--no-sign', [CompletionResultType]::ParameterName, 'Do not sign')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Print how much there is to export and write nothing')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Print how much there is to export and write nothing')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network: take crates only from cargo''s caches on this machine')
            [CompletionResult]::new('--no-flush', '--no-flush', [CompletionResultType]::ParameterName, 'Do not flush to disk: a power cut may lose crates that were reported as stored')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'cargo-mirror;import' {
            [CompletionResult]::new('--receipt', '--receipt', [CompletionResultType]::ParameterName, 'Write down what the mirror has afterwards: the other side takes it with `bundle acknowledge`')
            [CompletionResult]::new('--on-removed', '--on-removed', [CompletionResultType]::ParameterName, 'What becomes of versions that the sender tells of as removed: `hold TIME`, `drop`, `keep` [default: hold 30d]')
            [CompletionResult]::new('--keys', '--keys', [CompletionResultType]::ParameterName, 'Folder of keys and of the list of trusted ones [default: cargo-mirror in the user''s config folder]')
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--mirror', '--mirror', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--upstream', '--upstream', [CompletionResultType]::ParameterName, 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]')
            [CompletionResult]::new('--send-token-to', '--send-token-to', [CompletionResultType]::ParameterName, 'Also send a registry''s token to this host, for crates that are on another host than the index')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to color the output')
            [CompletionResult]::new('--message-format', '--message-format', [CompletionResultType]::ParameterName, 'Output format: text, or one JSON object per line on standard output')
            [CompletionResult]::new('--allow-unsigned', '--allow-unsigned', [CompletionResultType]::ParameterName, 'Take dumps that are not signed by a trusted key')
            [CompletionResult]::new('--allow-older', '--allow-older', [CompletionResultType]::ParameterName, 'Take dumps that are older than one that was imported before')
            [CompletionResult]::new('--allow-mass-removal', '--allow-mass-removal', [CompletionResultType]::ParameterName, 'Remove even if versions of very many crates are told of as removed')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Print what would be imported and write nothing')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Print what would be imported and write nothing')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network: take crates only from cargo''s caches on this machine')
            [CompletionResult]::new('--no-flush', '--no-flush', [CompletionResultType]::ParameterName, 'Do not flush to disk: a power cut may lose crates that were reported as stored')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'cargo-mirror;bundle' {
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--mirror', '--mirror', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--upstream', '--upstream', [CompletionResultType]::ParameterName, 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]')
            [CompletionResult]::new('--send-token-to', '--send-token-to', [CompletionResultType]::ParameterName, 'Also send a registry''s token to this host, for crates that are on another host than the index')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to color the output')
            [CompletionResult]::new('--message-format', '--message-format', [CompletionResultType]::ParameterName, 'Output format: text, or one JSON object per line on standard output')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network: take crates only from cargo''s caches on this machine')
            [CompletionResult]::new('--no-flush', '--no-flush', [CompletionResultType]::ParameterName, 'Do not flush to disk: a power cut may lose crates that were reported as stored')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List what is in dumps')
            [CompletionResult]::new('verify', 'verify', [CompletionResultType]::ParameterValue, 'Check the signatures of dumps and hash every byte of them')
            [CompletionResult]::new('diff', 'diff', [CompletionResultType]::ParameterValue, 'List what one mirror, dump or state has that another lacks')
            [CompletionResult]::new('acknowledge', 'acknowledge', [CompletionResultType]::ParameterValue, 'Note that the last dump for a receiver has come')
            break
        }
        'cargo-mirror;bundle;list' {
            [CompletionResult]::new('--keys', '--keys', [CompletionResultType]::ParameterName, 'Folder of keys and of the list of trusted ones [default: cargo-mirror in the user''s config folder]')
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--mirror', '--mirror', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--upstream', '--upstream', [CompletionResultType]::ParameterName, 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]')
            [CompletionResult]::new('--send-token-to', '--send-token-to', [CompletionResultType]::ParameterName, 'Also send a registry''s token to this host, for crates that are on another host than the index')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to color the output')
            [CompletionResult]::new('--message-format', '--message-format', [CompletionResultType]::ParameterName, 'Output format: text, or one JSON object per line on standard output')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network: take crates only from cargo''s caches on this machine')
            [CompletionResult]::new('--no-flush', '--no-flush', [CompletionResultType]::ParameterName, 'Do not flush to disk: a power cut may lose crates that were reported as stored')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'cargo-mirror;bundle;verify' {
            [CompletionResult]::new('--keys', '--keys', [CompletionResultType]::ParameterName, 'Folder of keys and of the list of trusted ones [default: cargo-mirror in the user''s config folder]')
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--mirror', '--mirror', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--upstream', '--upstream', [CompletionResultType]::ParameterName, 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]')
            [CompletionResult]::new('--send-token-to', '--send-token-to', [CompletionResultType]::ParameterName, 'Also send a registry''s token to this host, for crates that are on another host than the index')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to color the output')
            [CompletionResult]::new('--message-format', '--message-format', [CompletionResultType]::ParameterName, 'Output format: text, or one JSON object per line on standard output')
            [CompletionResult]::new('--deep', '--deep', [CompletionResultType]::ParameterName, 'Also rebuild and hash every crate; what a dump refers back to is taken from the mirror')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network: take crates only from cargo''s caches on this machine')
            [CompletionResult]::new('--no-flush', '--no-flush', [CompletionResultType]::ParameterName, 'Do not flush to disk: a power cut may lose crates that were reported as stored')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'cargo-mirror;bundle;diff' {
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--mirror', '--mirror', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--upstream', '--upstream', [CompletionResultType]::ParameterName, 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]')
            [CompletionResult]::new('--send-token-to', '--send-token-to', [CompletionResultType]::ParameterName, 'Also send a registry''s token to this host, for crates that are on another host than the index')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to color the output')
            [CompletionResult]::new('--message-format', '--message-format', [CompletionResultType]::ParameterName, 'Output format: text, or one JSON object per line on standard output')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network: take crates only from cargo''s caches on this machine')
            [CompletionResult]::new('--no-flush', '--no-flush', [CompletionResultType]::ParameterName, 'Do not flush to disk: a power cut may lose crates that were reported as stored')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'cargo-mirror;bundle;acknowledge' {
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--mirror', '--mirror', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--upstream', '--upstream', [CompletionResultType]::ParameterName, 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]')
            [CompletionResult]::new('--send-token-to', '--send-token-to', [CompletionResultType]::ParameterName, 'Also send a registry''s token to this host, for crates that are on another host than the index')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to color the output')
            [CompletionResult]::new('--message-format', '--message-format', [CompletionResultType]::ParameterName, 'Output format: text, or one JSON object per line on standard output')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network: take crates only from cargo''s caches on this machine')
            [CompletionResult]::new('--no-flush', '--no-flush', [CompletionResultType]::ParameterName, 'Do not flush to disk: a power cut may lose crates that were reported as stored')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'cargo-mirror;key' {
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--mirror', '--mirror', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--upstream', '--upstream', [CompletionResultType]::ParameterName, 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]')
            [CompletionResult]::new('--send-token-to', '--send-token-to', [CompletionResultType]::ParameterName, 'Also send a registry''s token to this host, for crates that are on another host than the index')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to color the output')
            [CompletionResult]::new('--message-format', '--message-format', [CompletionResultType]::ParameterName, 'Output format: text, or one JSON object per line on standard output')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network: take crates only from cargo''s caches on this machine')
            [CompletionResult]::new('--no-flush', '--no-flush', [CompletionResultType]::ParameterName, 'Do not flush to disk: a power cut may lose crates that were reported as stored')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('new', 'new', [CompletionResultType]::ParameterValue, 'Make a key, and print the file to give to others')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Print a public key')
            [CompletionResult]::new('trust', 'trust', [CompletionResultType]::ParameterValue, 'Take dumps that are signed with this key from now on')
            [CompletionResult]::new('threshold', 'threshold', [CompletionResultType]::ParameterValue, 'Say how many trusted keys must have signed a dump, or show it')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the keys that dumps are signed with and the trusted ones')
            break
        }
        'cargo-mirror;key;new' {
            [CompletionResult]::new('--after', '--after', [CompletionResultType]::ParameterName, 'Have this older key vouch for it, for those who trust the older one')
            [CompletionResult]::new('--keys', '--keys', [CompletionResultType]::ParameterName, 'Folder of keys and of the list of trusted ones [default: cargo-mirror in the user''s config folder]')
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--mirror', '--mirror', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--upstream', '--upstream', [CompletionResultType]::ParameterName, 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]')
            [CompletionResult]::new('--send-token-to', '--send-token-to', [CompletionResultType]::ParameterName, 'Also send a registry''s token to this host, for crates that are on another host than the index')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to color the output')
            [CompletionResult]::new('--message-format', '--message-format', [CompletionResultType]::ParameterName, 'Output format: text, or one JSON object per line on standard output')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network: take crates only from cargo''s caches on this machine')
            [CompletionResult]::new('--no-flush', '--no-flush', [CompletionResultType]::ParameterName, 'Do not flush to disk: a power cut may lose crates that were reported as stored')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'cargo-mirror;key;show' {
            [CompletionResult]::new('--keys', '--keys', [CompletionResultType]::ParameterName, 'Folder of keys and of the list of trusted ones [default: cargo-mirror in the user''s config folder]')
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--mirror', '--mirror', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--upstream', '--upstream', [CompletionResultType]::ParameterName, 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]')
            [CompletionResult]::new('--send-token-to', '--send-token-to', [CompletionResultType]::ParameterName, 'Also send a registry''s token to this host, for crates that are on another host than the index')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to color the output')
            [CompletionResult]::new('--message-format', '--message-format', [CompletionResultType]::ParameterName, 'Output format: text, or one JSON object per line on standard output')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network: take crates only from cargo''s caches on this machine')
            [CompletionResult]::new('--no-flush', '--no-flush', [CompletionResultType]::ParameterName, 'Do not flush to disk: a power cut may lose crates that were reported as stored')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'cargo-mirror;key;trust' {
            [CompletionResult]::new('--name', '--name', [CompletionResultType]::ParameterName, 'Whose it is [default: the name of the file]')
            [CompletionResult]::new('--keys', '--keys', [CompletionResultType]::ParameterName, 'Folder of keys and of the list of trusted ones [default: cargo-mirror in the user''s config folder]')
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--mirror', '--mirror', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--upstream', '--upstream', [CompletionResultType]::ParameterName, 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]')
            [CompletionResult]::new('--send-token-to', '--send-token-to', [CompletionResultType]::ParameterName, 'Also send a registry''s token to this host, for crates that are on another host than the index')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to color the output')
            [CompletionResult]::new('--message-format', '--message-format', [CompletionResultType]::ParameterName, 'Output format: text, or one JSON object per line on standard output')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network: take crates only from cargo''s caches on this machine')
            [CompletionResult]::new('--no-flush', '--no-flush', [CompletionResultType]::ParameterName, 'Do not flush to disk: a power cut may lose crates that were reported as stored')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'cargo-mirror;key;threshold' {
            [CompletionResult]::new('--keys', '--keys', [CompletionResultType]::ParameterName, 'Folder of keys and of the list of trusted ones [default: cargo-mirror in the user''s config folder]')
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--mirror', '--mirror', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--upstream', '--upstream', [CompletionResultType]::ParameterName, 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]')
            [CompletionResult]::new('--send-token-to', '--send-token-to', [CompletionResultType]::ParameterName, 'Also send a registry''s token to this host, for crates that are on another host than the index')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to color the output')
            [CompletionResult]::new('--message-format', '--message-format', [CompletionResultType]::ParameterName, 'Output format: text, or one JSON object per line on standard output')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network: take crates only from cargo''s caches on this machine')
            [CompletionResult]::new('--no-flush', '--no-flush', [CompletionResultType]::ParameterName, 'Do not flush to disk: a power cut may lose crates that were reported as stored')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'cargo-mirror;key;list' {
            [CompletionResult]::new('--keys', '--keys', [CompletionResultType]::ParameterName, 'Folder of keys and of the list of trusted ones [default: cargo-mirror in the user''s config folder]')
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--mirror', '--mirror', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--upstream', '--upstream', [CompletionResultType]::ParameterName, 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]')
            [CompletionResult]::new('--send-token-to', '--send-token-to', [CompletionResultType]::ParameterName, 'Also send a registry''s token to this host, for crates that are on another host than the index')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to color the output')
            [CompletionResult]::new('--message-format', '--message-format', [CompletionResultType]::ParameterName, 'Output format: text, or one JSON object per line on standard output')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network: take crates only from cargo''s caches on this machine')
            [CompletionResult]::new('--no-flush', '--no-flush', [CompletionResultType]::ParameterName, 'Do not flush to disk: a power cut may lose crates that were reported as stored')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'cargo-mirror;state' {
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--mirror', '--mirror', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--upstream', '--upstream', [CompletionResultType]::ParameterName, 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]')
            [CompletionResult]::new('--send-token-to', '--send-token-to', [CompletionResultType]::ParameterName, 'Also send a registry''s token to this host, for crates that are on another host than the index')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to color the output')
            [CompletionResult]::new('--message-format', '--message-format', [CompletionResultType]::ParameterName, 'Output format: text, or one JSON object per line on standard output')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network: take crates only from cargo''s caches on this machine')
            [CompletionResult]::new('--no-flush', '--no-flush', [CompletionResultType]::ParameterName, 'Do not flush to disk: a power cut may lose crates that were reported as stored')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'cargo-mirror;diff' {
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--mirror', '--mirror', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--upstream', '--upstream', [CompletionResultType]::ParameterName, 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]')
            [CompletionResult]::new('--send-token-to', '--send-token-to', [CompletionResultType]::ParameterName, 'Also send a registry''s token to this host, for crates that are on another host than the index')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to color the output')
            [CompletionResult]::new('--message-format', '--message-format', [CompletionResultType]::ParameterName, 'Output format: text, or one JSON object per line on standard output')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network: take crates only from cargo''s caches on this machine')
            [CompletionResult]::new('--no-flush', '--no-flush', [CompletionResultType]::ParameterName, 'Do not flush to disk: a power cut may lose crates that were reported as stored')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'cargo-mirror;push' {
            [CompletionResult]::new('--public-url', '--public-url', [CompletionResultType]::ParameterName, 'Address at which clients read the bucket: makes it a registry that plain cargo uses')
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--mirror', '--mirror', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--upstream', '--upstream', [CompletionResultType]::ParameterName, 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]')
            [CompletionResult]::new('--send-token-to', '--send-token-to', [CompletionResultType]::ParameterName, 'Also send a registry''s token to this host, for crates that are on another host than the index')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to color the output')
            [CompletionResult]::new('--message-format', '--message-format', [CompletionResultType]::ParameterName, 'Output format: text, or one JSON object per line on standard output')
            [CompletionResult]::new('--delete', '--delete', [CompletionResultType]::ParameterName, 'Also remove from the bucket what this mirror does not have')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Say what would be done, and do nothing')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Say what would be done, and do nothing')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network: take crates only from cargo''s caches on this machine')
            [CompletionResult]::new('--no-flush', '--no-flush', [CompletionResultType]::ParameterName, 'Do not flush to disk: a power cut may lose crates that were reported as stored')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'cargo-mirror;pull' {
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--mirror', '--mirror', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--upstream', '--upstream', [CompletionResultType]::ParameterName, 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]')
            [CompletionResult]::new('--send-token-to', '--send-token-to', [CompletionResultType]::ParameterName, 'Also send a registry''s token to this host, for crates that are on another host than the index')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to color the output')
            [CompletionResult]::new('--message-format', '--message-format', [CompletionResultType]::ParameterName, 'Output format: text, or one JSON object per line on standard output')
            [CompletionResult]::new('--delete', '--delete', [CompletionResultType]::ParameterName, 'Also remove from this mirror what the bucket does not have')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Say what would be done, and do nothing')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Say what would be done, and do nothing')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network: take crates only from cargo''s caches on this machine')
            [CompletionResult]::new('--no-flush', '--no-flush', [CompletionResultType]::ParameterName, 'Do not flush to disk: a power cut may lose crates that were reported as stored')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'cargo-mirror;doctor' {
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--mirror', '--mirror', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--upstream', '--upstream', [CompletionResultType]::ParameterName, 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]')
            [CompletionResult]::new('--send-token-to', '--send-token-to', [CompletionResultType]::ParameterName, 'Also send a registry''s token to this host, for crates that are on another host than the index')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to color the output')
            [CompletionResult]::new('--message-format', '--message-format', [CompletionResultType]::ParameterName, 'Output format: text, or one JSON object per line on standard output')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network: take crates only from cargo''s caches on this machine')
            [CompletionResult]::new('--no-flush', '--no-flush', [CompletionResultType]::ParameterName, 'Do not flush to disk: a power cut may lose crates that were reported as stored')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'cargo-mirror;outdated' {
            [CompletionResult]::new('--advisories', '--advisories', [CompletionResultType]::ParameterName, 'Also report security advisories from this RustSec database: a folder, or the URL of a git repository')
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--mirror', '--mirror', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--upstream', '--upstream', [CompletionResultType]::ParameterName, 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]')
            [CompletionResult]::new('--send-token-to', '--send-token-to', [CompletionResultType]::ParameterName, 'Also send a registry''s token to this host, for crates that are on another host than the index')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to color the output')
            [CompletionResult]::new('--message-format', '--message-format', [CompletionResultType]::ParameterName, 'Output format: text, or one JSON object per line on standard output')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network: take crates only from cargo''s caches on this machine')
            [CompletionResult]::new('--no-flush', '--no-flush', [CompletionResultType]::ParameterName, 'Do not flush to disk: a power cut may lose crates that were reported as stored')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'cargo-mirror;search' {
            [CompletionResult]::new('--sort', '--sort', [CompletionResultType]::ParameterName, 'What comes first: what fits best (the default), what is used most, what was published last, or by name')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Show at most N crates')
            [CompletionResult]::new('--limit', '--limit', [CompletionResultType]::ParameterName, 'Show at most N crates')
            [CompletionResult]::new('--registry', '--registry', [CompletionResultType]::ParameterName, 'Registry to look at: a hosted one, `crates-io`, or another of the mirror [default: crates-io]')
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--mirror', '--mirror', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--upstream', '--upstream', [CompletionResultType]::ParameterName, 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]')
            [CompletionResult]::new('--send-token-to', '--send-token-to', [CompletionResultType]::ParameterName, 'Also send a registry''s token to this host, for crates that are on another host than the index')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to color the output')
            [CompletionResult]::new('--message-format', '--message-format', [CompletionResultType]::ParameterName, 'Output format: text, or one JSON object per line on standard output')
            [CompletionResult]::new('--names', '--names', [CompletionResultType]::ParameterName, 'Look at names alone')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network: take crates only from cargo''s caches on this machine')
            [CompletionResult]::new('--no-flush', '--no-flush', [CompletionResultType]::ParameterName, 'Do not flush to disk: a power cut may lose crates that were reported as stored')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'cargo-mirror;show' {
            [CompletionResult]::new('--registry', '--registry', [CompletionResultType]::ParameterName, 'Registry to look at: a hosted one, `crates-io`, or another of the mirror [default: crates-io]')
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--mirror', '--mirror', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--upstream', '--upstream', [CompletionResultType]::ParameterName, 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]')
            [CompletionResult]::new('--send-token-to', '--send-token-to', [CompletionResultType]::ParameterName, 'Also send a registry''s token to this host, for crates that are on another host than the index')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to color the output')
            [CompletionResult]::new('--message-format', '--message-format', [CompletionResultType]::ParameterName, 'Output format: text, or one JSON object per line on standard output')
            [CompletionResult]::new('--deps', '--deps', [CompletionResultType]::ParameterName, 'Also list its dependencies')
            [CompletionResult]::new('--dependants', '--dependants', [CompletionResultType]::ParameterName, 'Also list crates whose newest version depends on it')
            [CompletionResult]::new('--features', '--features', [CompletionResultType]::ParameterName, 'Also list its features, and what each turns on')
            [CompletionResult]::new('--readme', '--readme', [CompletionResultType]::ParameterName, 'Also print its readme')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network: take crates only from cargo''s caches on this machine')
            [CompletionResult]::new('--no-flush', '--no-flush', [CompletionResultType]::ParameterName, 'Do not flush to disk: a power cut may lose crates that were reported as stored')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'cargo-mirror;catalog' {
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--mirror', '--mirror', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--upstream', '--upstream', [CompletionResultType]::ParameterName, 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]')
            [CompletionResult]::new('--send-token-to', '--send-token-to', [CompletionResultType]::ParameterName, 'Also send a registry''s token to this host, for crates that are on another host than the index')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to color the output')
            [CompletionResult]::new('--message-format', '--message-format', [CompletionResultType]::ParameterName, 'Output format: text, or one JSON object per line on standard output')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network: take crates only from cargo''s caches on this machine')
            [CompletionResult]::new('--no-flush', '--no-flush', [CompletionResultType]::ParameterName, 'Do not flush to disk: a power cut may lose crates that were reported as stored')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('status', 'status', [CompletionResultType]::ParameterValue, 'List what can be searched for, what it is made of, and of what day that is')
            [CompletionResult]::new('rebuild', 'rebuild', [CompletionResultType]::ParameterValue, 'Make a catalogue anew of what is in the mirror; what a database dump has said stays')
            [CompletionResult]::new('import', 'import', [CompletionResultType]::ParameterValue, 'Take a database dump of crates.io: descriptions, downloads, owners, deleted names')
            break
        }
        'cargo-mirror;catalog;status' {
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--mirror', '--mirror', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--upstream', '--upstream', [CompletionResultType]::ParameterName, 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]')
            [CompletionResult]::new('--send-token-to', '--send-token-to', [CompletionResultType]::ParameterName, 'Also send a registry''s token to this host, for crates that are on another host than the index')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to color the output')
            [CompletionResult]::new('--message-format', '--message-format', [CompletionResultType]::ParameterName, 'Output format: text, or one JSON object per line on standard output')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network: take crates only from cargo''s caches on this machine')
            [CompletionResult]::new('--no-flush', '--no-flush', [CompletionResultType]::ParameterName, 'Do not flush to disk: a power cut may lose crates that were reported as stored')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'cargo-mirror;catalog;rebuild' {
            [CompletionResult]::new('--registry', '--registry', [CompletionResultType]::ParameterName, 'Registry to look at: a hosted one, `crates-io`, or another of the mirror [default: crates-io]')
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--mirror', '--mirror', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--upstream', '--upstream', [CompletionResultType]::ParameterName, 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]')
            [CompletionResult]::new('--send-token-to', '--send-token-to', [CompletionResultType]::ParameterName, 'Also send a registry''s token to this host, for crates that are on another host than the index')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to color the output')
            [CompletionResult]::new('--message-format', '--message-format', [CompletionResultType]::ParameterName, 'Output format: text, or one JSON object per line on standard output')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network: take crates only from cargo''s caches on this machine')
            [CompletionResult]::new('--no-flush', '--no-flush', [CompletionResultType]::ParameterName, 'Do not flush to disk: a power cut may lose crates that were reported as stored')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'cargo-mirror;catalog;import' {
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--mirror', '--mirror', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--upstream', '--upstream', [CompletionResultType]::ParameterName, 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]')
            [CompletionResult]::new('--send-token-to', '--send-token-to', [CompletionResultType]::ParameterName, 'Also send a registry''s token to this host, for crates that are on another host than the index')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to color the output')
            [CompletionResult]::new('--message-format', '--message-format', [CompletionResultType]::ParameterName, 'Output format: text, or one JSON object per line on standard output')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network: take crates only from cargo''s caches on this machine')
            [CompletionResult]::new('--no-flush', '--no-flush', [CompletionResultType]::ParameterName, 'Do not flush to disk: a power cut may lose crates that were reported as stored')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'cargo-mirror;stats' {
            [CompletionResult]::new('--server', '--server', [CompletionResultType]::ParameterName, 'Query this server instead of the mirror''s folder, with the token in `CARGO_MIRROR_TOKEN`')
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--mirror', '--mirror', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--upstream', '--upstream', [CompletionResultType]::ParameterName, 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]')
            [CompletionResult]::new('--send-token-to', '--send-token-to', [CompletionResultType]::ParameterName, 'Also send a registry''s token to this host, for crates that are on another host than the index')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to color the output')
            [CompletionResult]::new('--message-format', '--message-format', [CompletionResultType]::ParameterName, 'Output format: text, or one JSON object per line on standard output')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network: take crates only from cargo''s caches on this machine')
            [CompletionResult]::new('--no-flush', '--no-flush', [CompletionResultType]::ParameterName, 'Do not flush to disk: a power cut may lose crates that were reported as stored')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'cargo-mirror;registry' {
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'Bucket that has the hosted registries and accounts, as servers with `serve --store` share it [default: `store` of `[serve]` in `mirror.toml`, else the mirror''s folder]')
            [CompletionResult]::new('--store-endpoint', '--store-endpoint', [CompletionResultType]::ParameterName, 'Address of the object store, for stores that speak another''s protocol [default: from the environment]')
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--mirror', '--mirror', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--upstream', '--upstream', [CompletionResultType]::ParameterName, 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]')
            [CompletionResult]::new('--send-token-to', '--send-token-to', [CompletionResultType]::ParameterName, 'Also send a registry''s token to this host, for crates that are on another host than the index')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to color the output')
            [CompletionResult]::new('--message-format', '--message-format', [CompletionResultType]::ParameterName, 'Output format: text, or one JSON object per line on standard output')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network: take crates only from cargo''s caches on this machine')
            [CompletionResult]::new('--no-flush', '--no-flush', [CompletionResultType]::ParameterName, 'Do not flush to disk: a power cut may lose crates that were reported as stored')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('new', 'new', [CompletionResultType]::ParameterValue, 'Make a registry that crates can be published into')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the hosted registries of the mirror')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show a hosted registry')
            [CompletionResult]::new('set', 'set', [CompletionResultType]::ParameterValue, 'Change a hosted registry')
            break
        }
        'cargo-mirror;registry;new' {
            [CompletionResult]::new('--url', '--url', [CompletionResultType]::ParameterName, 'Address of its index, as clients name it, as in <https://HOST/registries/NAME/index/>')
            [CompletionResult]::new('--auth', '--auth', [CompletionResultType]::ParameterName, 'Who needs a token: nobody, whoever changes something, or everybody [default: publish]')
            [CompletionResult]::new('--alias', '--alias', [CompletionResultType]::ParameterName, 'Another address that means this registry; repeatable')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'Setting of `mirror.toml`, as in max-crate-size=5MiB; lists are separated by commas; repeatable')
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'Bucket that has the hosted registries and accounts, as servers with `serve --store` share it [default: `store` of `[serve]` in `mirror.toml`, else the mirror''s folder]')
            [CompletionResult]::new('--store-endpoint', '--store-endpoint', [CompletionResultType]::ParameterName, 'Address of the object store, for stores that speak another''s protocol [default: from the environment]')
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--mirror', '--mirror', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--upstream', '--upstream', [CompletionResultType]::ParameterName, 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]')
            [CompletionResult]::new('--send-token-to', '--send-token-to', [CompletionResultType]::ParameterName, 'Also send a registry''s token to this host, for crates that are on another host than the index')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to color the output')
            [CompletionResult]::new('--message-format', '--message-format', [CompletionResultType]::ParameterName, 'Output format: text, or one JSON object per line on standard output')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network: take crates only from cargo''s caches on this machine')
            [CompletionResult]::new('--no-flush', '--no-flush', [CompletionResultType]::ParameterName, 'Do not flush to disk: a power cut may lose crates that were reported as stored')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'cargo-mirror;registry;list' {
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'Bucket that has the hosted registries and accounts, as servers with `serve --store` share it [default: `store` of `[serve]` in `mirror.toml`, else the mirror''s folder]')
            [CompletionResult]::new('--store-endpoint', '--store-endpoint', [CompletionResultType]::ParameterName, 'Address of the object store, for stores that speak another''s protocol [default: from the environment]')
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--mirror', '--mirror', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--upstream', '--upstream', [CompletionResultType]::ParameterName, 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]')
            [CompletionResult]::new('--send-token-to', '--send-token-to', [CompletionResultType]::ParameterName, 'Also send a registry''s token to this host, for crates that are on another host than the index')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to color the output')
            [CompletionResult]::new('--message-format', '--message-format', [CompletionResultType]::ParameterName, 'Output format: text, or one JSON object per line on standard output')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network: take crates only from cargo''s caches on this machine')
            [CompletionResult]::new('--no-flush', '--no-flush', [CompletionResultType]::ParameterName, 'Do not flush to disk: a power cut may lose crates that were reported as stored')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'cargo-mirror;registry;show' {
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'Bucket that has the hosted registries and accounts, as servers with `serve --store` share it [default: `store` of `[serve]` in `mirror.toml`, else the mirror''s folder]')
            [CompletionResult]::new('--store-endpoint', '--store-endpoint', [CompletionResultType]::ParameterName, 'Address of the object store, for stores that speak another''s protocol [default: from the environment]')
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--mirror', '--mirror', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--upstream', '--upstream', [CompletionResultType]::ParameterName, 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]')
            [CompletionResult]::new('--send-token-to', '--send-token-to', [CompletionResultType]::ParameterName, 'Also send a registry''s token to this host, for crates that are on another host than the index')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to color the output')
            [CompletionResult]::new('--message-format', '--message-format', [CompletionResultType]::ParameterName, 'Output format: text, or one JSON object per line on standard output')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network: take crates only from cargo''s caches on this machine')
            [CompletionResult]::new('--no-flush', '--no-flush', [CompletionResultType]::ParameterName, 'Do not flush to disk: a power cut may lose crates that were reported as stored')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'cargo-mirror;registry;set' {
            [CompletionResult]::new('--url', '--url', [CompletionResultType]::ParameterName, 'New address of its index; the old one goes on to mean this registry')
            [CompletionResult]::new('--auth', '--auth', [CompletionResultType]::ParameterName, 'Who needs a token: nobody, whoever changes something, or everybody [default: publish]')
            [CompletionResult]::new('--alias', '--alias', [CompletionResultType]::ParameterName, 'Another address that means this registry; repeatable')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'Setting of `mirror.toml`, as in max-crate-size=5MiB; lists are separated by commas; repeatable')
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'Bucket that has the hosted registries and accounts, as servers with `serve --store` share it [default: `store` of `[serve]` in `mirror.toml`, else the mirror''s folder]')
            [CompletionResult]::new('--store-endpoint', '--store-endpoint', [CompletionResultType]::ParameterName, 'Address of the object store, for stores that speak another''s protocol [default: from the environment]')
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--mirror', '--mirror', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--upstream', '--upstream', [CompletionResultType]::ParameterName, 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]')
            [CompletionResult]::new('--send-token-to', '--send-token-to', [CompletionResultType]::ParameterName, 'Also send a registry''s token to this host, for crates that are on another host than the index')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to color the output')
            [CompletionResult]::new('--message-format', '--message-format', [CompletionResultType]::ParameterName, 'Output format: text, or one JSON object per line on standard output')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network: take crates only from cargo''s caches on this machine')
            [CompletionResult]::new('--no-flush', '--no-flush', [CompletionResultType]::ParameterName, 'Do not flush to disk: a power cut may lose crates that were reported as stored')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'cargo-mirror;add' {
            [CompletionResult]::new('--registry', '--registry', [CompletionResultType]::ParameterName, 'Registry to add to [default: the only one of the mirror]')
            [CompletionResult]::new('--from', '--from', [CompletionResultType]::ParameterName, 'Add every `.crate` file of this folder')
            [CompletionResult]::new('--package', '--package', [CompletionResultType]::ParameterName, 'Package what is in this folder with cargo, and add it; repeatable')
            [CompletionResult]::new('--owner', '--owner', [CompletionResultType]::ParameterName, 'Owner of crates that are new: a user, or a team as in team:core; repeatable [default: the administrators]')
            [CompletionResult]::new('--pubtime', '--pubtime', [CompletionResultType]::ParameterName, 'When the packages were published: 2026-05-01, 2026-05-01T12:00:00Z, or `git` for the time at which each file was committed [default: now]')
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'Bucket that has the hosted registries and accounts, as servers with `serve --store` share it [default: `store` of `[serve]` in `mirror.toml`, else the mirror''s folder]')
            [CompletionResult]::new('--store-endpoint', '--store-endpoint', [CompletionResultType]::ParameterName, 'Address of the object store, for stores that speak another''s protocol [default: from the environment]')
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--mirror', '--mirror', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--upstream', '--upstream', [CompletionResultType]::ParameterName, 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]')
            [CompletionResult]::new('--send-token-to', '--send-token-to', [CompletionResultType]::ParameterName, 'Also send a registry''s token to this host, for crates that are on another host than the index')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to color the output')
            [CompletionResult]::new('--message-format', '--message-format', [CompletionResultType]::ParameterName, 'Output format: text, or one JSON object per line on standard output')
            [CompletionResult]::new('--sync', '--sync', [CompletionResultType]::ParameterName, 'Also yank the versions whose file is not in the folder')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network: take crates only from cargo''s caches on this machine')
            [CompletionResult]::new('--no-flush', '--no-flush', [CompletionResultType]::ParameterName, 'Do not flush to disk: a power cut may lose crates that were reported as stored')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'cargo-mirror;yank' {
            [CompletionResult]::new('--registry', '--registry', [CompletionResultType]::ParameterName, 'Registry it is in [default: the only one of the mirror]')
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'Bucket that has the hosted registries and accounts, as servers with `serve --store` share it [default: `store` of `[serve]` in `mirror.toml`, else the mirror''s folder]')
            [CompletionResult]::new('--store-endpoint', '--store-endpoint', [CompletionResultType]::ParameterName, 'Address of the object store, for stores that speak another''s protocol [default: from the environment]')
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--mirror', '--mirror', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--upstream', '--upstream', [CompletionResultType]::ParameterName, 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]')
            [CompletionResult]::new('--send-token-to', '--send-token-to', [CompletionResultType]::ParameterName, 'Also send a registry''s token to this host, for crates that are on another host than the index')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to color the output')
            [CompletionResult]::new('--message-format', '--message-format', [CompletionResultType]::ParameterName, 'Output format: text, or one JSON object per line on standard output')
            [CompletionResult]::new('--undo', '--undo', [CompletionResultType]::ParameterName, 'Take the yank back')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network: take crates only from cargo''s caches on this machine')
            [CompletionResult]::new('--no-flush', '--no-flush', [CompletionResultType]::ParameterName, 'Do not flush to disk: a power cut may lose crates that were reported as stored')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'cargo-mirror;remove' {
            [CompletionResult]::new('--registry', '--registry', [CompletionResultType]::ParameterName, 'Registry it is in [default: the only one of the mirror]')
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'Bucket that has the hosted registries and accounts, as servers with `serve --store` share it [default: `store` of `[serve]` in `mirror.toml`, else the mirror''s folder]')
            [CompletionResult]::new('--store-endpoint', '--store-endpoint', [CompletionResultType]::ParameterName, 'Address of the object store, for stores that speak another''s protocol [default: from the environment]')
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--mirror', '--mirror', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--upstream', '--upstream', [CompletionResultType]::ParameterName, 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]')
            [CompletionResult]::new('--send-token-to', '--send-token-to', [CompletionResultType]::ParameterName, 'Also send a registry''s token to this host, for crates that are on another host than the index')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to color the output')
            [CompletionResult]::new('--message-format', '--message-format', [CompletionResultType]::ParameterName, 'Output format: text, or one JSON object per line on standard output')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Remove it; without this, only say what would be removed')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Remove it; without this, only say what would be removed')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network: take crates only from cargo''s caches on this machine')
            [CompletionResult]::new('--no-flush', '--no-flush', [CompletionResultType]::ParameterName, 'Do not flush to disk: a power cut may lose crates that were reported as stored')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'cargo-mirror;user' {
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'Bucket that has the hosted registries and accounts, as servers with `serve --store` share it [default: `store` of `[serve]` in `mirror.toml`, else the mirror''s folder]')
            [CompletionResult]::new('--store-endpoint', '--store-endpoint', [CompletionResultType]::ParameterName, 'Address of the object store, for stores that speak another''s protocol [default: from the environment]')
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--mirror', '--mirror', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--upstream', '--upstream', [CompletionResultType]::ParameterName, 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]')
            [CompletionResult]::new('--send-token-to', '--send-token-to', [CompletionResultType]::ParameterName, 'Also send a registry''s token to this host, for crates that are on another host than the index')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to color the output')
            [CompletionResult]::new('--message-format', '--message-format', [CompletionResultType]::ParameterName, 'Output format: text, or one JSON object per line on standard output')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network: take crates only from cargo''s caches on this machine')
            [CompletionResult]::new('--no-flush', '--no-flush', [CompletionResultType]::ParameterName, 'Do not flush to disk: a power cut may lose crates that were reported as stored')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('new', 'new', [CompletionResultType]::ParameterValue, 'Make a user; the first administrator is made so, on the machine that has the mirror')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List users: login, role, teams')
            [CompletionResult]::new('disable', 'disable', [CompletionResultType]::ParameterValue, 'Refuse every token of a user, from the next request on')
            break
        }
        'cargo-mirror;user;new' {
            [CompletionResult]::new('--name', '--name', [CompletionResultType]::ParameterName, 'Name that `cargo owner --list` shows')
            [CompletionResult]::new('--email', '--email', [CompletionResultType]::ParameterName, 'E-mail address that `cargo owner --list` shows')
            [CompletionResult]::new('--role', '--role', [CompletionResultType]::ParameterName, 'The most that tokens of the user may do')
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'Bucket that has the hosted registries and accounts, as servers with `serve --store` share it [default: `store` of `[serve]` in `mirror.toml`, else the mirror''s folder]')
            [CompletionResult]::new('--store-endpoint', '--store-endpoint', [CompletionResultType]::ParameterName, 'Address of the object store, for stores that speak another''s protocol [default: from the environment]')
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--mirror', '--mirror', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--upstream', '--upstream', [CompletionResultType]::ParameterName, 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]')
            [CompletionResult]::new('--send-token-to', '--send-token-to', [CompletionResultType]::ParameterName, 'Also send a registry''s token to this host, for crates that are on another host than the index')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to color the output')
            [CompletionResult]::new('--message-format', '--message-format', [CompletionResultType]::ParameterName, 'Output format: text, or one JSON object per line on standard output')
            [CompletionResult]::new('--admin', '--admin', [CompletionResultType]::ParameterName, 'Short for --role admin')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network: take crates only from cargo''s caches on this machine')
            [CompletionResult]::new('--no-flush', '--no-flush', [CompletionResultType]::ParameterName, 'Do not flush to disk: a power cut may lose crates that were reported as stored')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'cargo-mirror;user;list' {
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'Bucket that has the hosted registries and accounts, as servers with `serve --store` share it [default: `store` of `[serve]` in `mirror.toml`, else the mirror''s folder]')
            [CompletionResult]::new('--store-endpoint', '--store-endpoint', [CompletionResultType]::ParameterName, 'Address of the object store, for stores that speak another''s protocol [default: from the environment]')
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--mirror', '--mirror', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--upstream', '--upstream', [CompletionResultType]::ParameterName, 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]')
            [CompletionResult]::new('--send-token-to', '--send-token-to', [CompletionResultType]::ParameterName, 'Also send a registry''s token to this host, for crates that are on another host than the index')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to color the output')
            [CompletionResult]::new('--message-format', '--message-format', [CompletionResultType]::ParameterName, 'Output format: text, or one JSON object per line on standard output')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network: take crates only from cargo''s caches on this machine')
            [CompletionResult]::new('--no-flush', '--no-flush', [CompletionResultType]::ParameterName, 'Do not flush to disk: a power cut may lose crates that were reported as stored')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'cargo-mirror;user;disable' {
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'Bucket that has the hosted registries and accounts, as servers with `serve --store` share it [default: `store` of `[serve]` in `mirror.toml`, else the mirror''s folder]')
            [CompletionResult]::new('--store-endpoint', '--store-endpoint', [CompletionResultType]::ParameterName, 'Address of the object store, for stores that speak another''s protocol [default: from the environment]')
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--mirror', '--mirror', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--upstream', '--upstream', [CompletionResultType]::ParameterName, 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]')
            [CompletionResult]::new('--send-token-to', '--send-token-to', [CompletionResultType]::ParameterName, 'Also send a registry''s token to this host, for crates that are on another host than the index')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to color the output')
            [CompletionResult]::new('--message-format', '--message-format', [CompletionResultType]::ParameterName, 'Output format: text, or one JSON object per line on standard output')
            [CompletionResult]::new('--undo', '--undo', [CompletionResultType]::ParameterName, 'Accept the tokens again')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network: take crates only from cargo''s caches on this machine')
            [CompletionResult]::new('--no-flush', '--no-flush', [CompletionResultType]::ParameterName, 'Do not flush to disk: a power cut may lose crates that were reported as stored')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'cargo-mirror;team' {
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'Bucket that has the hosted registries and accounts, as servers with `serve --store` share it [default: `store` of `[serve]` in `mirror.toml`, else the mirror''s folder]')
            [CompletionResult]::new('--store-endpoint', '--store-endpoint', [CompletionResultType]::ParameterName, 'Address of the object store, for stores that speak another''s protocol [default: from the environment]')
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--mirror', '--mirror', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--upstream', '--upstream', [CompletionResultType]::ParameterName, 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]')
            [CompletionResult]::new('--send-token-to', '--send-token-to', [CompletionResultType]::ParameterName, 'Also send a registry''s token to this host, for crates that are on another host than the index')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to color the output')
            [CompletionResult]::new('--message-format', '--message-format', [CompletionResultType]::ParameterName, 'Output format: text, or one JSON object per line on standard output')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network: take crates only from cargo''s caches on this machine')
            [CompletionResult]::new('--no-flush', '--no-flush', [CompletionResultType]::ParameterName, 'Do not flush to disk: a power cut may lose crates that were reported as stored')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('new', 'new', [CompletionResultType]::ParameterValue, 'Make a team, which can own crates as `team:NAME`')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List teams and their members')
            [CompletionResult]::new('add', 'add', [CompletionResultType]::ParameterValue, 'Add members to a team')
            [CompletionResult]::new('remove', 'remove', [CompletionResultType]::ParameterValue, 'Remove members from a team, or a team that owns no crate')
            break
        }
        'cargo-mirror;team;new' {
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'Bucket that has the hosted registries and accounts, as servers with `serve --store` share it [default: `store` of `[serve]` in `mirror.toml`, else the mirror''s folder]')
            [CompletionResult]::new('--store-endpoint', '--store-endpoint', [CompletionResultType]::ParameterName, 'Address of the object store, for stores that speak another''s protocol [default: from the environment]')
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--mirror', '--mirror', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--upstream', '--upstream', [CompletionResultType]::ParameterName, 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]')
            [CompletionResult]::new('--send-token-to', '--send-token-to', [CompletionResultType]::ParameterName, 'Also send a registry''s token to this host, for crates that are on another host than the index')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to color the output')
            [CompletionResult]::new('--message-format', '--message-format', [CompletionResultType]::ParameterName, 'Output format: text, or one JSON object per line on standard output')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network: take crates only from cargo''s caches on this machine')
            [CompletionResult]::new('--no-flush', '--no-flush', [CompletionResultType]::ParameterName, 'Do not flush to disk: a power cut may lose crates that were reported as stored')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'cargo-mirror;team;list' {
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'Bucket that has the hosted registries and accounts, as servers with `serve --store` share it [default: `store` of `[serve]` in `mirror.toml`, else the mirror''s folder]')
            [CompletionResult]::new('--store-endpoint', '--store-endpoint', [CompletionResultType]::ParameterName, 'Address of the object store, for stores that speak another''s protocol [default: from the environment]')
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--mirror', '--mirror', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--upstream', '--upstream', [CompletionResultType]::ParameterName, 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]')
            [CompletionResult]::new('--send-token-to', '--send-token-to', [CompletionResultType]::ParameterName, 'Also send a registry''s token to this host, for crates that are on another host than the index')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to color the output')
            [CompletionResult]::new('--message-format', '--message-format', [CompletionResultType]::ParameterName, 'Output format: text, or one JSON object per line on standard output')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network: take crates only from cargo''s caches on this machine')
            [CompletionResult]::new('--no-flush', '--no-flush', [CompletionResultType]::ParameterName, 'Do not flush to disk: a power cut may lose crates that were reported as stored')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'cargo-mirror;team;add' {
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'Bucket that has the hosted registries and accounts, as servers with `serve --store` share it [default: `store` of `[serve]` in `mirror.toml`, else the mirror''s folder]')
            [CompletionResult]::new('--store-endpoint', '--store-endpoint', [CompletionResultType]::ParameterName, 'Address of the object store, for stores that speak another''s protocol [default: from the environment]')
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--mirror', '--mirror', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--upstream', '--upstream', [CompletionResultType]::ParameterName, 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]')
            [CompletionResult]::new('--send-token-to', '--send-token-to', [CompletionResultType]::ParameterName, 'Also send a registry''s token to this host, for crates that are on another host than the index')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to color the output')
            [CompletionResult]::new('--message-format', '--message-format', [CompletionResultType]::ParameterName, 'Output format: text, or one JSON object per line on standard output')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network: take crates only from cargo''s caches on this machine')
            [CompletionResult]::new('--no-flush', '--no-flush', [CompletionResultType]::ParameterName, 'Do not flush to disk: a power cut may lose crates that were reported as stored')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'cargo-mirror;team;remove' {
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'Bucket that has the hosted registries and accounts, as servers with `serve --store` share it [default: `store` of `[serve]` in `mirror.toml`, else the mirror''s folder]')
            [CompletionResult]::new('--store-endpoint', '--store-endpoint', [CompletionResultType]::ParameterName, 'Address of the object store, for stores that speak another''s protocol [default: from the environment]')
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--mirror', '--mirror', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--upstream', '--upstream', [CompletionResultType]::ParameterName, 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]')
            [CompletionResult]::new('--send-token-to', '--send-token-to', [CompletionResultType]::ParameterName, 'Also send a registry''s token to this host, for crates that are on another host than the index')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to color the output')
            [CompletionResult]::new('--message-format', '--message-format', [CompletionResultType]::ParameterName, 'Output format: text, or one JSON object per line on standard output')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network: take crates only from cargo''s caches on this machine')
            [CompletionResult]::new('--no-flush', '--no-flush', [CompletionResultType]::ParameterName, 'Do not flush to disk: a power cut may lose crates that were reported as stored')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'cargo-mirror;token' {
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'Bucket that has the hosted registries and accounts, as servers with `serve --store` share it [default: `store` of `[serve]` in `mirror.toml`, else the mirror''s folder]')
            [CompletionResult]::new('--store-endpoint', '--store-endpoint', [CompletionResultType]::ParameterName, 'Address of the object store, for stores that speak another''s protocol [default: from the environment]')
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--mirror', '--mirror', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--upstream', '--upstream', [CompletionResultType]::ParameterName, 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]')
            [CompletionResult]::new('--send-token-to', '--send-token-to', [CompletionResultType]::ParameterName, 'Also send a registry''s token to this host, for crates that are on another host than the index')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to color the output')
            [CompletionResult]::new('--message-format', '--message-format', [CompletionResultType]::ParameterName, 'Output format: text, or one JSON object per line on standard output')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network: take crates only from cargo''s caches on this machine')
            [CompletionResult]::new('--no-flush', '--no-flush', [CompletionResultType]::ParameterName, 'Do not flush to disk: a power cut may lose crates that were reported as stored')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('new', 'new', [CompletionResultType]::ParameterValue, 'Make a token and print it, this once: the mirror keeps only its hash')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List tokens: id, user, scopes, when they expire and were last used')
            [CompletionResult]::new('revoke', 'revoke', [CompletionResultType]::ParameterValue, 'Refuse tokens from the next request on')
            break
        }
        'cargo-mirror;token;new' {
            [CompletionResult]::new('--user', '--user', [CompletionResultType]::ParameterName, 'User that the token acts for')
            [CompletionResult]::new('--scope', '--scope', [CompletionResultType]::ParameterName, 'What it may do: read, publish-new, publish-update, yank, change-owners, trusted-publishing or admin; repeatable')
            [CompletionResult]::new('--registry', '--registry', [CompletionResultType]::ParameterName, 'Limit it to this registry; repeatable [default: all]')
            [CompletionResult]::new('--crate', '--crate', [CompletionResultType]::ParameterName, 'Limit it to these crates: a name, or the start of one and `*`; repeatable [default: all]')
            [CompletionResult]::new('--expires', '--expires', [CompletionResultType]::ParameterName, 'Time after which it is refused: 12h, 90d, 52w')
            [CompletionResult]::new('--name', '--name', [CompletionResultType]::ParameterName, 'What it is for, as `token list` shows it')
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'Bucket that has the hosted registries and accounts, as servers with `serve --store` share it [default: `store` of `[serve]` in `mirror.toml`, else the mirror''s folder]')
            [CompletionResult]::new('--store-endpoint', '--store-endpoint', [CompletionResultType]::ParameterName, 'Address of the object store, for stores that speak another''s protocol [default: from the environment]')
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--mirror', '--mirror', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--upstream', '--upstream', [CompletionResultType]::ParameterName, 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]')
            [CompletionResult]::new('--send-token-to', '--send-token-to', [CompletionResultType]::ParameterName, 'Also send a registry''s token to this host, for crates that are on another host than the index')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to color the output')
            [CompletionResult]::new('--message-format', '--message-format', [CompletionResultType]::ParameterName, 'Output format: text, or one JSON object per line on standard output')
            [CompletionResult]::new('--no-expiry', '--no-expiry', [CompletionResultType]::ParameterName, 'Let it never expire')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network: take crates only from cargo''s caches on this machine')
            [CompletionResult]::new('--no-flush', '--no-flush', [CompletionResultType]::ParameterName, 'Do not flush to disk: a power cut may lose crates that were reported as stored')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'cargo-mirror;token;list' {
            [CompletionResult]::new('--user', '--user', [CompletionResultType]::ParameterName, 'Only tokens of this user')
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'Bucket that has the hosted registries and accounts, as servers with `serve --store` share it [default: `store` of `[serve]` in `mirror.toml`, else the mirror''s folder]')
            [CompletionResult]::new('--store-endpoint', '--store-endpoint', [CompletionResultType]::ParameterName, 'Address of the object store, for stores that speak another''s protocol [default: from the environment]')
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--mirror', '--mirror', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--upstream', '--upstream', [CompletionResultType]::ParameterName, 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]')
            [CompletionResult]::new('--send-token-to', '--send-token-to', [CompletionResultType]::ParameterName, 'Also send a registry''s token to this host, for crates that are on another host than the index')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to color the output')
            [CompletionResult]::new('--message-format', '--message-format', [CompletionResultType]::ParameterName, 'Output format: text, or one JSON object per line on standard output')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network: take crates only from cargo''s caches on this machine')
            [CompletionResult]::new('--no-flush', '--no-flush', [CompletionResultType]::ParameterName, 'Do not flush to disk: a power cut may lose crates that were reported as stored')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'cargo-mirror;token;revoke' {
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'Bucket that has the hosted registries and accounts, as servers with `serve --store` share it [default: `store` of `[serve]` in `mirror.toml`, else the mirror''s folder]')
            [CompletionResult]::new('--store-endpoint', '--store-endpoint', [CompletionResultType]::ParameterName, 'Address of the object store, for stores that speak another''s protocol [default: from the environment]')
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--mirror', '--mirror', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--upstream', '--upstream', [CompletionResultType]::ParameterName, 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]')
            [CompletionResult]::new('--send-token-to', '--send-token-to', [CompletionResultType]::ParameterName, 'Also send a registry''s token to this host, for crates that are on another host than the index')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to color the output')
            [CompletionResult]::new('--message-format', '--message-format', [CompletionResultType]::ParameterName, 'Output format: text, or one JSON object per line on standard output')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network: take crates only from cargo''s caches on this machine')
            [CompletionResult]::new('--no-flush', '--no-flush', [CompletionResultType]::ParameterName, 'Do not flush to disk: a power cut may lose crates that were reported as stored')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'cargo-mirror;owner' {
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'Bucket that has the hosted registries and accounts, as servers with `serve --store` share it [default: `store` of `[serve]` in `mirror.toml`, else the mirror''s folder]')
            [CompletionResult]::new('--store-endpoint', '--store-endpoint', [CompletionResultType]::ParameterName, 'Address of the object store, for stores that speak another''s protocol [default: from the environment]')
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--mirror', '--mirror', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--upstream', '--upstream', [CompletionResultType]::ParameterName, 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]')
            [CompletionResult]::new('--send-token-to', '--send-token-to', [CompletionResultType]::ParameterName, 'Also send a registry''s token to this host, for crates that are on another host than the index')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to color the output')
            [CompletionResult]::new('--message-format', '--message-format', [CompletionResultType]::ParameterName, 'Output format: text, or one JSON object per line on standard output')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network: take crates only from cargo''s caches on this machine')
            [CompletionResult]::new('--no-flush', '--no-flush', [CompletionResultType]::ParameterName, 'Do not flush to disk: a power cut may lose crates that were reported as stored')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the owners of a crate')
            [CompletionResult]::new('add', 'add', [CompletionResultType]::ParameterValue, 'Add owners to a crate')
            [CompletionResult]::new('remove', 'remove', [CompletionResultType]::ParameterValue, 'Remove owners from a crate; the last one stays')
            break
        }
        'cargo-mirror;owner;list' {
            [CompletionResult]::new('--registry', '--registry', [CompletionResultType]::ParameterName, 'Registry of the crate [default: the only hosted one]')
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'Bucket that has the hosted registries and accounts, as servers with `serve --store` share it [default: `store` of `[serve]` in `mirror.toml`, else the mirror''s folder]')
            [CompletionResult]::new('--store-endpoint', '--store-endpoint', [CompletionResultType]::ParameterName, 'Address of the object store, for stores that speak another''s protocol [default: from the environment]')
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--mirror', '--mirror', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--upstream', '--upstream', [CompletionResultType]::ParameterName, 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]')
            [CompletionResult]::new('--send-token-to', '--send-token-to', [CompletionResultType]::ParameterName, 'Also send a registry''s token to this host, for crates that are on another host than the index')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to color the output')
            [CompletionResult]::new('--message-format', '--message-format', [CompletionResultType]::ParameterName, 'Output format: text, or one JSON object per line on standard output')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network: take crates only from cargo''s caches on this machine')
            [CompletionResult]::new('--no-flush', '--no-flush', [CompletionResultType]::ParameterName, 'Do not flush to disk: a power cut may lose crates that were reported as stored')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'cargo-mirror;owner;add' {
            [CompletionResult]::new('--registry', '--registry', [CompletionResultType]::ParameterName, 'Registry of the crate [default: the only hosted one]')
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'Bucket that has the hosted registries and accounts, as servers with `serve --store` share it [default: `store` of `[serve]` in `mirror.toml`, else the mirror''s folder]')
            [CompletionResult]::new('--store-endpoint', '--store-endpoint', [CompletionResultType]::ParameterName, 'Address of the object store, for stores that speak another''s protocol [default: from the environment]')
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--mirror', '--mirror', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--upstream', '--upstream', [CompletionResultType]::ParameterName, 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]')
            [CompletionResult]::new('--send-token-to', '--send-token-to', [CompletionResultType]::ParameterName, 'Also send a registry''s token to this host, for crates that are on another host than the index')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to color the output')
            [CompletionResult]::new('--message-format', '--message-format', [CompletionResultType]::ParameterName, 'Output format: text, or one JSON object per line on standard output')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network: take crates only from cargo''s caches on this machine')
            [CompletionResult]::new('--no-flush', '--no-flush', [CompletionResultType]::ParameterName, 'Do not flush to disk: a power cut may lose crates that were reported as stored')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'cargo-mirror;owner;remove' {
            [CompletionResult]::new('--registry', '--registry', [CompletionResultType]::ParameterName, 'Registry of the crate [default: the only hosted one]')
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'Bucket that has the hosted registries and accounts, as servers with `serve --store` share it [default: `store` of `[serve]` in `mirror.toml`, else the mirror''s folder]')
            [CompletionResult]::new('--store-endpoint', '--store-endpoint', [CompletionResultType]::ParameterName, 'Address of the object store, for stores that speak another''s protocol [default: from the environment]')
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--mirror', '--mirror', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--upstream', '--upstream', [CompletionResultType]::ParameterName, 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]')
            [CompletionResult]::new('--send-token-to', '--send-token-to', [CompletionResultType]::ParameterName, 'Also send a registry''s token to this host, for crates that are on another host than the index')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to color the output')
            [CompletionResult]::new('--message-format', '--message-format', [CompletionResultType]::ParameterName, 'Output format: text, or one JSON object per line on standard output')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network: take crates only from cargo''s caches on this machine')
            [CompletionResult]::new('--no-flush', '--no-flush', [CompletionResultType]::ParameterName, 'Do not flush to disk: a power cut may lose crates that were reported as stored')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'cargo-mirror;audit-log' {
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'Only entries of this time or later: 12h, 7d, 2026-05-01, 2026-05-01T12:00:00Z')
            [CompletionResult]::new('--registry', '--registry', [CompletionResultType]::ParameterName, 'Only entries about this registry')
            [CompletionResult]::new('--crate', '--crate', [CompletionResultType]::ParameterName, 'Only entries about this crate, in whichever registry')
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'Bucket that has the hosted registries and accounts, as servers with `serve --store` share it [default: `store` of `[serve]` in `mirror.toml`, else the mirror''s folder]')
            [CompletionResult]::new('--store-endpoint', '--store-endpoint', [CompletionResultType]::ParameterName, 'Address of the object store, for stores that speak another''s protocol [default: from the environment]')
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--mirror', '--mirror', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--upstream', '--upstream', [CompletionResultType]::ParameterName, 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]')
            [CompletionResult]::new('--send-token-to', '--send-token-to', [CompletionResultType]::ParameterName, 'Also send a registry''s token to this host, for crates that are on another host than the index')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to color the output')
            [CompletionResult]::new('--message-format', '--message-format', [CompletionResultType]::ParameterName, 'Output format: text, or one JSON object per line on standard output')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network: take crates only from cargo''s caches on this machine')
            [CompletionResult]::new('--no-flush', '--no-flush', [CompletionResultType]::ParameterName, 'Do not flush to disk: a power cut may lose crates that were reported as stored')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'cargo-mirror;host' {
            [CompletionResult]::new('--registry', '--registry', [CompletionResultType]::ParameterName, 'Registry to export: a hosted one, `crates-io`, or another of the mirror [default: the only hosted one]')
            [CompletionResult]::new('--base-url', '--base-url', [CompletionResultType]::ParameterName, 'URL at which clients find the folder')
            [CompletionResult]::new('--dl', '--dl', [CompletionResultType]::ParameterName, 'How crates are named')
            [CompletionResult]::new('--git', '--git', [CompletionResultType]::ParameterName, 'Also write the index as a git repository and push it to this remote, with the git on this machine')
            [CompletionResult]::new('--squash', '--squash', [CompletionResultType]::ParameterName, 'Collapse the git index into one commit once it has more than N, and keep the history in a branch')
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--mirror', '--mirror', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--upstream', '--upstream', [CompletionResultType]::ParameterName, 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]')
            [CompletionResult]::new('--send-token-to', '--send-token-to', [CompletionResultType]::ParameterName, 'Also send a registry''s token to this host, for crates that are on another host than the index')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to color the output')
            [CompletionResult]::new('--message-format', '--message-format', [CompletionResultType]::ParameterName, 'Output format: text, or one JSON object per line on standard output')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network: take crates only from cargo''s caches on this machine')
            [CompletionResult]::new('--no-flush', '--no-flush', [CompletionResultType]::ParameterName, 'Do not flush to disk: a power cut may lose crates that were reported as stored')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'cargo-mirror;sync' {
            [CompletionResult]::new('--registry', '--registry', [CompletionResultType]::ParameterName, 'Registry to copy: `crates-io`, one of cargo''s config or of mirror.toml, or the address of an index')
            [CompletionResult]::new('--index-git', '--index-git', [CompletionResultType]::ParameterName, 'Git index to learn changes from, without its contents; `none`: ask for each index file [default: that of crates.io]')
            [CompletionResult]::new('--names-from', '--names-from', [CompletionResultType]::ParameterName, 'File with names of crates, one a line, or a database dump of the registry (`db-dump.tar.gz`)')
            [CompletionResult]::new('--every', '--every', [CompletionResultType]::ParameterName, 'Run again and again, with this pause')
            [CompletionResult]::new('--on-removed', '--on-removed', [CompletionResultType]::ParameterName, 'What becomes of versions that upstream removes: `hold TIME`, `drop`, `keep` [default: hold 30d]')
            [CompletionResult]::new('--contact', '--contact', [CompletionResultType]::ParameterName, 'Mail address or URL for the registry to write to, in the User-Agent')
            [CompletionResult]::new('--requests-per-second', '--requests-per-second', [CompletionResultType]::ParameterName, 'Maximum number of requests a second')
            [CompletionResult]::new('--names', '--names', [CompletionResultType]::ParameterName, 'Crates by name, in which `*` and `?` may stand, and perhaps `@` and a version requirement')
            [CompletionResult]::new('--exclude', '--exclude', [CompletionResultType]::ParameterName, 'Crates to leave out')
            [CompletionResult]::new('--top', '--top', [CompletionResultType]::ParameterName, 'The crates with the most downloads, by the dump; of a file with names, the first')
            [CompletionResult]::new('--top-by', '--top-by', [CompletionResultType]::ParameterName, 'What `top` goes by: downloads, or dependents: crates whose shown version needs them [default: downloads]')
            [CompletionResult]::new('--categories', '--categories', [CompletionResultType]::ParameterName, 'Crates of these categories, by the dump: slugs as in `network-programming`')
            [CompletionResult]::new('--versions', '--versions', [CompletionResultType]::ParameterName, 'Versions: all, latest, `last N`, `per-compatible N` or `since DATE`')
            [CompletionResult]::new('--pre-releases', '--pre-releases', [CompletionResultType]::ParameterName, 'Pre-releases: all, if-only (of crates with nothing else) or none')
            [CompletionResult]::new('--max-size', '--max-size', [CompletionResultType]::ParameterName, 'Leave out versions larger than this: 500kB, 20MiB')
            [CompletionResult]::new('--min-age', '--min-age', [CompletionResultType]::ParameterName, 'Leave out versions younger than this: 3d')
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--mirror', '--mirror', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--upstream', '--upstream', [CompletionResultType]::ParameterName, 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]')
            [CompletionResult]::new('--send-token-to', '--send-token-to', [CompletionResultType]::ParameterName, 'Also send a registry''s token to this host, for crates that are on another host than the index')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to color the output')
            [CompletionResult]::new('--message-format', '--message-format', [CompletionResultType]::ParameterName, 'Output format: text, or one JSON object per line on standard output')
            [CompletionResult]::new('--heal', '--heal', [CompletionResultType]::ParameterName, 'Compare everything that is here, and try everything that failed; done by itself once a week')
            [CompletionResult]::new('--full', '--full', [CompletionResultType]::ParameterName, 'Ask for every index file anew')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Print what would be done, and what disk it needs; write nothing')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Print what would be done, and what disk it needs; write nothing')
            [CompletionResult]::new('--allow-mass-removal', '--allow-mass-removal', [CompletionResultType]::ParameterName, 'Remove even if upstream has removed versions of very many crates at once')
            [CompletionResult]::new('--accept-absent', '--accept-absent', [CompletionResultType]::ParameterName, 'Exit with 0 although upstream lists versions whose bytes it has not had for a week')
            [CompletionResult]::new('--no-yanked', '--no-yanked', [CompletionResultType]::ParameterName, 'Leave out yanked versions')
            [CompletionResult]::new('--closure', '--closure', [CompletionResultType]::ParameterName, 'Also take what the selected versions need, so that they build')
            [CompletionResult]::new('--follow-roots', '--follow-roots', [CompletionResultType]::ParameterName, 'Also take newer versions, and their closures, of what recorded lockfiles use')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network: take crates only from cargo''s caches on this machine')
            [CompletionResult]::new('--no-flush', '--no-flush', [CompletionResultType]::ParameterName, 'Do not flush to disk: a power cut may lose crates that were reported as stored')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'cargo-mirror;config' {
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--mirror', '--mirror', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--upstream', '--upstream', [CompletionResultType]::ParameterName, 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]')
            [CompletionResult]::new('--send-token-to', '--send-token-to', [CompletionResultType]::ParameterName, 'Also send a registry''s token to this host, for crates that are on another host than the index')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to color the output')
            [CompletionResult]::new('--message-format', '--message-format', [CompletionResultType]::ParameterName, 'Output format: text, or one JSON object per line on standard output')
            [CompletionResult]::new('--defaults', '--defaults', [CompletionResultType]::ParameterName, 'Print a mirror.toml in which every key is a comment with its default')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network: take crates only from cargo''s caches on this machine')
            [CompletionResult]::new('--no-flush', '--no-flush', [CompletionResultType]::ParameterName, 'Do not flush to disk: a power cut may lose crates that were reported as stored')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'cargo-mirror;serve' {
            [CompletionResult]::new('--listen', '--listen', [CompletionResultType]::ParameterName, 'Address and port to listen on, unless systemd passes sockets; repeatable')
            [CompletionResult]::new('--public-url', '--public-url', [CompletionResultType]::ParameterName, 'URL at which clients reach the server, such as that of a proxy; may have a path')
            [CompletionResult]::new('--trusted-proxy', '--trusted-proxy', [CompletionResultType]::ParameterName, 'Trust the X-Forwarded-* and Forwarded headers of proxies at these addresses; repeatable')
            [CompletionResult]::new('--h2c-upgrade', '--h2c-upgrade', [CompletionResultType]::ParameterName, 'Whether to take the upgrade from HTTP/1.1 to HTTP/2 without TLS, which cargo asks for on http:// addresses')
            [CompletionResult]::new('--refresh', '--refresh', [CompletionResultType]::ParameterName, 'Time after which an index file is revalidated with upstream')
            [CompletionResult]::new('--deleted', '--deleted', [CompletionResultType]::ParameterName, 'How to serve a mirrored version that upstream has deleted')
            [CompletionResult]::new('--prefetch', '--prefetch', [CompletionResultType]::ParameterName, 'Mirror this input once the server is up: a lockfile, a list or another input of `prefetch`; repeatable')
            [CompletionResult]::new('--sync', '--sync', [CompletionResultType]::ParameterName, 'Keep the copy of a registry that `[sync]` describes current, with this pause between two runs [default: `every` of `[sync]`, else not at all]')
            [CompletionResult]::new('--max-size', '--max-size', [CompletionResultType]::ParameterName, 'Evict the least recently used crates beyond this size, except those of roots: 500MB, 20GiB')
            [CompletionResult]::new('--max-age', '--max-age', [CompletionResultType]::ParameterName, 'Evict crates not requested within this time, except those of roots: 90d, 8w')
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'Bucket that many servers share: `s3://BUCKET/PREFIX`, `gs://BUCKET/PREFIX` or `az://CONTAINER/PREFIX`; what this server fetches is added to it, and what others have added is served')
            [CompletionResult]::new('--store-endpoint', '--store-endpoint', [CompletionResultType]::ParameterName, 'Address of the object store, for stores that speak another''s protocol [default: from the environment]')
            [CompletionResult]::new('--store-public-endpoint', '--store-public-endpoint', [CompletionResultType]::ParameterName, 'Address at which clients reach the object store, for redirects')
            [CompletionResult]::new('--redirect', '--redirect', [CompletionResultType]::ParameterName, 'Whether to redirect clients to the bucket for crates that are not on this server''s disk')
            [CompletionResult]::new('--redirect-above', '--redirect-above', [CompletionResultType]::ParameterName, 'Serve crates below this size without a redirect')
            [CompletionResult]::new('--tls-cert', '--tls-cert', [CompletionResultType]::ParameterName, 'Certificate and chain for HTTPS; reloaded when it changes and on SIGHUP')
            [CompletionResult]::new('--tls-key', '--tls-key', [CompletionResultType]::ParameterName, 'Private key of the certificate')
            [CompletionResult]::new('--token-file', '--token-file', [CompletionResultType]::ParameterName, 'Tokens of clients: lines of `read TOKEN` or `admin TOKEN`; reloaded when it changes and on SIGHUP')
            [CompletionResult]::new('--log', '--log', [CompletionResultType]::ParameterName, 'Format of the access log')
            [CompletionResult]::new('--log-file', '--log-file', [CompletionResultType]::ParameterName, 'Write the access log to this file instead of standard output; reopened on SIGHUP')
            [CompletionResult]::new('--memory', '--memory', [CompletionResultType]::ParameterName, 'Memory for cached index files and small crates')
            [CompletionResult]::new('--max-connections', '--max-connections', [CompletionResultType]::ParameterName, 'Maximum number of connections; 0 is unlimited')
            [CompletionResult]::new('--max-connections-per-address', '--max-connections-per-address', [CompletionResultType]::ParameterName, 'Maximum number of connections from one address; 0 is unlimited, for use behind a proxy')
            [CompletionResult]::new('--max-requests', '--max-requests', [CompletionResultType]::ParameterName, 'Maximum number of requests in flight; 0 is unlimited')
            [CompletionResult]::new('--client-timeout', '--client-timeout', [CompletionResultType]::ParameterName, 'Disconnect a client that neither sends nor receives for this time')
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--mirror', '--mirror', [CompletionResultType]::ParameterName, 'Folder of the mirror [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--upstream', '--upstream', [CompletionResultType]::ParameterName, 'Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]')
            [CompletionResult]::new('--send-token-to', '--send-token-to', [CompletionResultType]::ParameterName, 'Also send a registry''s token to this host, for crates that are on another host than the index')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Number of concurrent requests')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to color the output')
            [CompletionResult]::new('--message-format', '--message-format', [CompletionResultType]::ParameterName, 'Output format: text, or one JSON object per line on standard output')
            [CompletionResult]::new('--only-mirrored', '--only-mirrored', [CompletionResultType]::ParameterName, 'Serve only what is in the mirror; fetch from upstream only for --prefetch and /-/prefetch')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network: take crates only from cargo''s caches on this machine')
            [CompletionResult]::new('--no-flush', '--no-flush', [CompletionResultType]::ParameterName, 'Do not flush to disk: a power cut may lose crates that were reported as stored')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'cargo-mirror;help' {
            [CompletionResult]::new('vendor', 'vendor', [CompletionResultType]::ParameterValue, 'Mirror your projects and point their builds at the mirror')
            [CompletionResult]::new('prefetch', 'prefetch', [CompletionResultType]::ParameterValue, 'Fill a mirror from lockfiles, crate lists and names')
            [CompletionResult]::new('config', 'config', [CompletionResultType]::ParameterValue, 'How builds are pointed at a mirror or a server')
            [CompletionResult]::new('prune', 'prune', [CompletionResultType]::ParameterValue, 'Mirror only what you build for')
            [CompletionResult]::new('git', 'git', [CompletionResultType]::ParameterValue, 'Git dependencies')
            [CompletionResult]::new('registries', 'registries', [CompletionResultType]::ParameterValue, 'Other registries, logins, proxies and upstreams')
            [CompletionResult]::new('verify', 'verify', [CompletionResultType]::ParameterValue, 'Find damage and repair it')
            [CompletionResult]::new('gc', 'gc', [CompletionResultType]::ParameterValue, 'What a mirror keeps, and how to make it smaller')
            [CompletionResult]::new('bundles', 'bundles', [CompletionResultType]::ParameterValue, 'Dumps: a mirror carried to where there is no network')
            [CompletionResult]::new('buckets', 'buckets', [CompletionResultType]::ParameterValue, 'Many servers: a mirror in a bucket')
            [CompletionResult]::new('outdated', 'outdated', [CompletionResultType]::ParameterValue, 'What has changed upstream')
            [CompletionResult]::new('search', 'search', [CompletionResultType]::ParameterValue, 'Searching, without a network')
            [CompletionResult]::new('serve', 'serve', [CompletionResultType]::ParameterValue, 'Serve a team, a CI fleet or a laptop')
            [CompletionResult]::new('web', 'web', [CompletionResultType]::ParameterValue, 'Look around in a browser')
            [CompletionResult]::new('deploy', 'deploy', [CompletionResultType]::ParameterValue, 'Run the server as a service')
            [CompletionResult]::new('hosting', 'hosting', [CompletionResultType]::ParameterValue, 'Registries of your own')
            [CompletionResult]::new('people', 'people', [CompletionResultType]::ParameterValue, 'Users, teams, tokens and owners of hosted registries')
            [CompletionResult]::new('host', 'host', [CompletionResultType]::ParameterValue, 'Serve a registry from any web server, or from a git repository')
            [CompletionResult]::new('sync', 'sync', [CompletionResultType]::ParameterValue, 'Copy a whole registry, or a part of it, and keep the copy current')
            [CompletionResult]::new('settings', 'settings', [CompletionResultType]::ParameterValue, 'Settings of a mirror in mirror.toml')
            [CompletionResult]::new('ci', 'ci', [CompletionResultType]::ParameterValue, 'Onboarding scripts and CI')
            [CompletionResult]::new('output', 'output', [CompletionResultType]::ParameterValue, 'Exit status, JSON and what is printed')
            [CompletionResult]::new('layout', 'layout', [CompletionResultType]::ParameterValue, 'What is on disk, and why it is safe')
            [CompletionResult]::new('contributing', 'contributing', [CompletionResultType]::ParameterValue, 'Work on cargo mirror')
            [CompletionResult]::new('status', 'status', [CompletionResultType]::ParameterValue, 'Check that every package of a lockfile is in the mirror and intact')
            [CompletionResult]::new('on', 'on', [CompletionResultType]::ParameterValue, 'Point a project''s builds at the mirror, or at a server')
            [CompletionResult]::new('off', 'off', [CompletionResultType]::ParameterValue, 'Restore cargo''s config to what it was before `on` or `vendor`')
            [CompletionResult]::new('roots', 'roots', [CompletionResultType]::ParameterValue, 'List the roots of the mirror: the lockfiles and lists that it keeps crates for')
            [CompletionResult]::new('repair', 'repair', [CompletionResultType]::ParameterValue, 'Repair the mirror: fetch what is damaged or missing, fix the index, quarantine the rest')
            [CompletionResult]::new('export', 'export', [CompletionResultType]::ParameterValue, 'Write the mirror, or a part of it, into a dump that another mirror can import')
            [CompletionResult]::new('import', 'import', [CompletionResultType]::ParameterValue, 'Take dumps into the mirror')
            [CompletionResult]::new('bundle', 'bundle', [CompletionResultType]::ParameterValue, 'Look into dumps')
            [CompletionResult]::new('key', 'key', [CompletionResultType]::ParameterValue, 'Keys that dumps are signed with, and whose dumps are taken')
            [CompletionResult]::new('state', 'state', [CompletionResultType]::ParameterValue, 'Write down what the mirror has, for an `export --since` elsewhere')
            [CompletionResult]::new('diff', 'diff', [CompletionResultType]::ParameterValue, 'List what one mirror, dump or state has that another lacks')
            [CompletionResult]::new('push', 'push', [CompletionResultType]::ParameterValue, 'Copy the mirror into a bucket, as far as the bucket lacks it')
            [CompletionResult]::new('pull', 'pull', [CompletionResultType]::ParameterValue, 'Copy a mirror in a bucket into this one, as far as this one lacks it')
            [CompletionResult]::new('doctor', 'doctor', [CompletionResultType]::ParameterValue, 'Test whether an object store supports conditional writes, and say what a mirror may do there')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show what is known of a crate, without a network')
            [CompletionResult]::new('catalog', 'catalog', [CompletionResultType]::ParameterValue, 'Show, rebuild or extend what can be searched for')
            [CompletionResult]::new('registry', 'registry', [CompletionResultType]::ParameterValue, 'Make, list or change the hosted registries of the mirror, which crates are published into')
            [CompletionResult]::new('add', 'add', [CompletionResultType]::ParameterValue, 'Add packages to a hosted registry')
            [CompletionResult]::new('yank', 'yank', [CompletionResultType]::ParameterValue, 'Yank versions in a hosted registry, or take that back')
            [CompletionResult]::new('remove', 'remove', [CompletionResultType]::ParameterValue, 'Remove a version, or a whole crate, from a hosted registry')
            [CompletionResult]::new('stats', 'stats', [CompletionResultType]::ParameterValue, 'Show the statistics of a server, or how often each crate of a mirror was requested')
            [CompletionResult]::new('user', 'user', [CompletionResultType]::ParameterValue, 'Make, list and disable the users of hosted registries')
            [CompletionResult]::new('team', 'team', [CompletionResultType]::ParameterValue, 'Make, list and change the teams of hosted registries')
            [CompletionResult]::new('token', 'token', [CompletionResultType]::ParameterValue, 'Make, list and revoke the tokens of users')
            [CompletionResult]::new('owner', 'owner', [CompletionResultType]::ParameterValue, 'List and change the owners of a crate of a hosted registry')
            [CompletionResult]::new('audit-log', 'audit-log', [CompletionResultType]::ParameterValue, 'Print who published, yanked, removed or changed what in hosted registries, and who was refused')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print a completion script for a shell')
            [CompletionResult]::new('man', 'man', [CompletionResultType]::ParameterValue, 'Print the manual page')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Show a page of the guide, or the full help of a command')
            break
        }
        'cargo-mirror;help;vendor' {
            break
        }
        'cargo-mirror;help;prefetch' {
            break
        }
        'cargo-mirror;help;config' {
            break
        }
        'cargo-mirror;help;prune' {
            break
        }
        'cargo-mirror;help;git' {
            break
        }
        'cargo-mirror;help;registries' {
            break
        }
        'cargo-mirror;help;verify' {
            break
        }
        'cargo-mirror;help;gc' {
            break
        }
        'cargo-mirror;help;bundles' {
            break
        }
        'cargo-mirror;help;buckets' {
            break
        }
        'cargo-mirror;help;outdated' {
            break
        }
        'cargo-mirror;help;search' {
            break
        }
        'cargo-mirror;help;serve' {
            break
        }
        'cargo-mirror;help;web' {
            break
        }
        'cargo-mirror;help;deploy' {
            break
        }
        'cargo-mirror;help;hosting' {
            break
        }
        'cargo-mirror;help;people' {
            break
        }
        'cargo-mirror;help;host' {
            break
        }
        'cargo-mirror;help;sync' {
            break
        }
        'cargo-mirror;help;settings' {
            break
        }
        'cargo-mirror;help;ci' {
            break
        }
        'cargo-mirror;help;output' {
            break
        }
        'cargo-mirror;help;layout' {
            break
        }
        'cargo-mirror;help;contributing' {
            break
        }
        'cargo-mirror;help;status' {
            break
        }
        'cargo-mirror;help;on' {
            break
        }
        'cargo-mirror;help;off' {
            break
        }
        'cargo-mirror;help;roots' {
            break
        }
        'cargo-mirror;help;repair' {
            break
        }
        'cargo-mirror;help;export' {
            break
        }
        'cargo-mirror;help;import' {
            break
        }
        'cargo-mirror;help;bundle' {
            break
        }
        'cargo-mirror;help;key' {
            break
        }
        'cargo-mirror;help;state' {
            break
        }
        'cargo-mirror;help;diff' {
            break
        }
        'cargo-mirror;help;push' {
            break
        }
        'cargo-mirror;help;pull' {
            break
        }
        'cargo-mirror;help;doctor' {
            break
        }
        'cargo-mirror;help;show' {
            break
        }
        'cargo-mirror;help;catalog' {
            break
        }
        'cargo-mirror;help;registry' {
            break
        }
        'cargo-mirror;help;add' {
            break
        }
        'cargo-mirror;help;yank' {
            break
        }
        'cargo-mirror;help;remove' {
            break
        }
        'cargo-mirror;help;stats' {
            break
        }
        'cargo-mirror;help;user' {
            break
        }
        'cargo-mirror;help;team' {
            break
        }
        'cargo-mirror;help;token' {
            break
        }
        'cargo-mirror;help;owner' {
            break
        }
        'cargo-mirror;help;audit-log' {
            break
        }
        'cargo-mirror;help;completions' {
            break
        }
        'cargo-mirror;help;man' {
            break
        }
        'cargo-mirror;help;help' {
            break
        }
    })

    $completions.Where{ $_.CompletionText -like "$wordToComplete*" } |
        Sort-Object -Property ListItemText
}
