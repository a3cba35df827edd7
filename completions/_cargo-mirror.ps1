
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
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'The mirror''s folder [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--mirror', '--mirror', [CompletionResultType]::ParameterName, 'The mirror''s folder [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--upstream', '--upstream', [CompletionResultType]::ParameterName, 'Where to fetch from: a sparse index, or the folder of a local registry [default: what cargo would use]')
            [CompletionResult]::new('--send-token-to', '--send-token-to', [CompletionResultType]::ParameterName, 'Send a registry''s token to this host too, where its crates lie on another host than its index')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Requests under way at once')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Requests under way at once')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour the output')
            [CompletionResult]::new('--message-format', '--message-format', [CompletionResultType]::ParameterName, 'How to report: words, or one JSON object a line on standard output')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network: only what cargo has cached on this machine')
            [CompletionResult]::new('--no-flush', '--no-flush', [CompletionResultType]::ParameterName, 'Do not wait for the disk: a power cut may then lose what was reported, and the next run hashes what is new')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more; twice for every retry too')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more; twice for every retry too')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print a completion script for a shell')
            [CompletionResult]::new('man', 'man', [CompletionResultType]::ParameterValue, 'Print the manual page')
            [CompletionResult]::new('generate', 'generate', [CompletionResultType]::ParameterValue, 'Write completion scripts and manual page into a folder')
            [CompletionResult]::new('status', 'status', [CompletionResultType]::ParameterValue, 'Tell whether every package of a lockfile is in the mirror, intact')
            [CompletionResult]::new('on', 'on', [CompletionResultType]::ParameterValue, 'Point a project''s builds at the mirror, or at a server')
            [CompletionResult]::new('off', 'off', [CompletionResultType]::ParameterValue, 'Undo what `on` or `vendor` did to cargo''s config, exactly')
            [CompletionResult]::new('vendor', 'vendor', [CompletionResultType]::ParameterValue, 'Mirror all that a project''s lockfile names, then point its builds at the mirror')
            [CompletionResult]::new('prefetch', 'prefetch', [CompletionResultType]::ParameterValue, 'Mirror what lockfiles, projects, lists or names want, and edit nothing')
            [CompletionResult]::new('verify', 'verify', [CompletionResultType]::ParameterValue, 'Hash every crate in the mirror, and tell what is damaged, missing or does not belong there')
            [CompletionResult]::new('repair', 'repair', [CompletionResultType]::ParameterValue, 'Make the mirror sound again: fetch what is damaged or missing, put right what can be, quarantine the rest')
            [CompletionResult]::new('roots', 'roots', [CompletionResultType]::ParameterValue, 'List what the mirror was asked for: every lockfile and list that it keeps crates for')
            [CompletionResult]::new('gc', 'gc', [CompletionResultType]::ParameterValue, 'Drop the crates that no root wants. Says what would go; --yes lets it go')
            [CompletionResult]::new('outdated', 'outdated', [CompletionResultType]::ParameterValue, 'Tell which packages of a lockfile upstream has yanked, replaced, deleted or outdone since')
            [CompletionResult]::new('stats', 'stats', [CompletionResultType]::ParameterValue, 'Tell what a server has served, or how the crates of a mirror were used')
            [CompletionResult]::new('serve', 'serve', [CompletionResultType]::ParameterValue, 'Serve the mirror over HTTP as a registry that takes the place of crates.io, and fetch what it lacks on demand')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Show a page of the guide, or all that is known of a command')
            break
        }
        'cargo-mirror;completions' {
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'The mirror''s folder [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--mirror', '--mirror', [CompletionResultType]::ParameterName, 'The mirror''s folder [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--upstream', '--upstream', [CompletionResultType]::ParameterName, 'Where to fetch from: a sparse index, or the folder of a local registry [default: what cargo would use]')
            [CompletionResult]::new('--send-token-to', '--send-token-to', [CompletionResultType]::ParameterName, 'Send a registry''s token to this host too, where its crates lie on another host than its index')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Requests under way at once')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Requests under way at once')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour the output')
            [CompletionResult]::new('--message-format', '--message-format', [CompletionResultType]::ParameterName, 'How to report: words, or one JSON object a line on standard output')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network: only what cargo has cached on this machine')
            [CompletionResult]::new('--no-flush', '--no-flush', [CompletionResultType]::ParameterName, 'Do not wait for the disk: a power cut may then lose what was reported, and the next run hashes what is new')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more; twice for every retry too')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more; twice for every retry too')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'cargo-mirror;man' {
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'The mirror''s folder [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--mirror', '--mirror', [CompletionResultType]::ParameterName, 'The mirror''s folder [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--upstream', '--upstream', [CompletionResultType]::ParameterName, 'Where to fetch from: a sparse index, or the folder of a local registry [default: what cargo would use]')
            [CompletionResult]::new('--send-token-to', '--send-token-to', [CompletionResultType]::ParameterName, 'Send a registry''s token to this host too, where its crates lie on another host than its index')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Requests under way at once')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Requests under way at once')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour the output')
            [CompletionResult]::new('--message-format', '--message-format', [CompletionResultType]::ParameterName, 'How to report: words, or one JSON object a line on standard output')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network: only what cargo has cached on this machine')
            [CompletionResult]::new('--no-flush', '--no-flush', [CompletionResultType]::ParameterName, 'Do not wait for the disk: a power cut may then lose what was reported, and the next run hashes what is new')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more; twice for every retry too')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more; twice for every retry too')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'cargo-mirror;generate' {
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'The mirror''s folder [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--mirror', '--mirror', [CompletionResultType]::ParameterName, 'The mirror''s folder [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--upstream', '--upstream', [CompletionResultType]::ParameterName, 'Where to fetch from: a sparse index, or the folder of a local registry [default: what cargo would use]')
            [CompletionResult]::new('--send-token-to', '--send-token-to', [CompletionResultType]::ParameterName, 'Send a registry''s token to this host too, where its crates lie on another host than its index')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Requests under way at once')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Requests under way at once')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour the output')
            [CompletionResult]::new('--message-format', '--message-format', [CompletionResultType]::ParameterName, 'How to report: words, or one JSON object a line on standard output')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network: only what cargo has cached on this machine')
            [CompletionResult]::new('--no-flush', '--no-flush', [CompletionResultType]::ParameterName, 'Do not wait for the disk: a power cut may then lose what was reported, and the next run hashes what is new')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more; twice for every retry too')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more; twice for every retry too')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'cargo-mirror;status' {
            [CompletionResult]::new('--prove', '--prove', [CompletionResultType]::ParameterName, 'Have the real cargo prove it with the network closed to it: unpack every package, or build the project too')
            [CompletionResult]::new('--explain', '--explain', [CompletionResultType]::ParameterName, 'Tell who wants this package, by which way of dependencies, and how it stands in the mirror')
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'The mirror''s folder [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--mirror', '--mirror', [CompletionResultType]::ParameterName, 'The mirror''s folder [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--upstream', '--upstream', [CompletionResultType]::ParameterName, 'Where to fetch from: a sparse index, or the folder of a local registry [default: what cargo would use]')
            [CompletionResult]::new('--send-token-to', '--send-token-to', [CompletionResultType]::ParameterName, 'Send a registry''s token to this host too, where its crates lie on another host than its index')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Requests under way at once')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Requests under way at once')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour the output')
            [CompletionResult]::new('--message-format', '--message-format', [CompletionResultType]::ParameterName, 'How to report: words, or one JSON object a line on standard output')
            [CompletionResult]::new('--std', '--std', [CompletionResultType]::ParameterName, 'Look at the standard library''s own dependencies too, for `-Z build-std`')
            [CompletionResult]::new('--recursive', '--recursive', [CompletionResultType]::ParameterName, 'Look at every workspace below the folders')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network: only what cargo has cached on this machine')
            [CompletionResult]::new('--no-flush', '--no-flush', [CompletionResultType]::ParameterName, 'Do not wait for the disk: a power cut may then lose what was reported, and the next run hashes what is new')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more; twice for every retry too')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more; twice for every retry too')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'cargo-mirror;on' {
            [CompletionResult]::new('--config-path', '--config-path', [CompletionResultType]::ParameterName, 'Edit this config file')
            [CompletionResult]::new('--server', '--server', [CompletionResultType]::ParameterName, 'Point them at this server instead, which stands in for crates.io: http://HOST:PORT, or the whole address of its index')
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'The mirror''s folder [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--mirror', '--mirror', [CompletionResultType]::ParameterName, 'The mirror''s folder [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--upstream', '--upstream', [CompletionResultType]::ParameterName, 'Where to fetch from: a sparse index, or the folder of a local registry [default: what cargo would use]')
            [CompletionResult]::new('--send-token-to', '--send-token-to', [CompletionResultType]::ParameterName, 'Send a registry''s token to this host too, where its crates lie on another host than its index')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Requests under way at once')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Requests under way at once')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour the output')
            [CompletionResult]::new('--message-format', '--message-format', [CompletionResultType]::ParameterName, 'How to report: words, or one JSON object a line on standard output')
            [CompletionResult]::new('--global', '--global', [CompletionResultType]::ParameterName, 'Edit the config of this user, which holds for every project')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Say what would be done and write nothing')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Say what would be done and write nothing')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network: only what cargo has cached on this machine')
            [CompletionResult]::new('--no-flush', '--no-flush', [CompletionResultType]::ParameterName, 'Do not wait for the disk: a power cut may then lose what was reported, and the next run hashes what is new')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more; twice for every retry too')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more; twice for every retry too')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'cargo-mirror;off' {
            [CompletionResult]::new('--config-path', '--config-path', [CompletionResultType]::ParameterName, 'Edit this config file')
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'The mirror''s folder [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--mirror', '--mirror', [CompletionResultType]::ParameterName, 'The mirror''s folder [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--upstream', '--upstream', [CompletionResultType]::ParameterName, 'Where to fetch from: a sparse index, or the folder of a local registry [default: what cargo would use]')
            [CompletionResult]::new('--send-token-to', '--send-token-to', [CompletionResultType]::ParameterName, 'Send a registry''s token to this host too, where its crates lie on another host than its index')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Requests under way at once')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Requests under way at once')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour the output')
            [CompletionResult]::new('--message-format', '--message-format', [CompletionResultType]::ParameterName, 'How to report: words, or one JSON object a line on standard output')
            [CompletionResult]::new('--global', '--global', [CompletionResultType]::ParameterName, 'Edit the config of this user, which holds for every project')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Say what would be done and write nothing')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Say what would be done and write nothing')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network: only what cargo has cached on this machine')
            [CompletionResult]::new('--no-flush', '--no-flush', [CompletionResultType]::ParameterName, 'Do not wait for the disk: a power cut may then lose what was reported, and the next run hashes what is new')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more; twice for every retry too')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more; twice for every retry too')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'cargo-mirror;vendor' {
            [CompletionResult]::new('--target', '--target', [CompletionResultType]::ParameterName, 'Only what projects need that are built for this platform, and on this machine; `host` is this machine''s. May be repeated')
            [CompletionResult]::new('-F', '-F ', [CompletionResultType]::ParameterName, 'Only what projects need with these features, separated by commas, and their default ones [default: all features]')
            [CompletionResult]::new('--features', '--features', [CompletionResultType]::ParameterName, 'Only what projects need with these features, separated by commas, and their default ones [default: all features]')
            [CompletionResult]::new('--config-path', '--config-path', [CompletionResultType]::ParameterName, 'Edit this config file')
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'The mirror''s folder [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--mirror', '--mirror', [CompletionResultType]::ParameterName, 'The mirror''s folder [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--upstream', '--upstream', [CompletionResultType]::ParameterName, 'Where to fetch from: a sparse index, or the folder of a local registry [default: what cargo would use]')
            [CompletionResult]::new('--send-token-to', '--send-token-to', [CompletionResultType]::ParameterName, 'Send a registry''s token to this host too, where its crates lie on another host than its index')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Requests under way at once')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Requests under way at once')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour the output')
            [CompletionResult]::new('--message-format', '--message-format', [CompletionResultType]::ParameterName, 'How to report: words, or one JSON object a line on standard output')
            [CompletionResult]::new('--recursive', '--recursive', [CompletionResultType]::ParameterName, 'Take every workspace below the folders')
            [CompletionResult]::new('--std', '--std', [CompletionResultType]::ParameterName, 'Mirror the standard library''s own dependencies too, for `-Z build-std`')
            [CompletionResult]::new('--locked', '--locked', [CompletionResultType]::ParameterName, 'Fail if a lockfile is absent or not up to date, instead of having cargo mend it')
            [CompletionResult]::new('--no-dev', '--no-dev', [CompletionResultType]::ParameterName, 'Only what projects need without their dev-dependencies: no tests, examples and benches')
            [CompletionResult]::new('--no-default-features', '--no-default-features', [CompletionResultType]::ParameterName, 'Projects and crates asked for by name without their default features')
            [CompletionResult]::new('--check-archives', '--check-archives', [CompletionResultType]::ParameterName, 'Look inside every archive for what cargo refuses, not only where no lockfile vouches for it')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Print the plan and write nothing')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Print the plan and write nothing')
            [CompletionResult]::new('--no-config', '--no-config', [CompletionResultType]::ParameterName, 'Print the lines for cargo''s config instead of writing them')
            [CompletionResult]::new('--global', '--global', [CompletionResultType]::ParameterName, 'Edit the config of this user, which holds for every project')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network: only what cargo has cached on this machine')
            [CompletionResult]::new('--no-flush', '--no-flush', [CompletionResultType]::ParameterName, 'Do not wait for the disk: a power cut may then lose what was reported, and the next run hashes what is new')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more; twice for every retry too')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more; twice for every retry too')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'cargo-mirror;prefetch' {
            [CompletionResult]::new('--target', '--target', [CompletionResultType]::ParameterName, 'Only what projects need that are built for this platform, and on this machine; `host` is this machine''s. May be repeated')
            [CompletionResult]::new('-F', '-F ', [CompletionResultType]::ParameterName, 'Only what projects need with these features, separated by commas, and their default ones [default: all features]')
            [CompletionResult]::new('--features', '--features', [CompletionResultType]::ParameterName, 'Only what projects need with these features, separated by commas, and their default ones [default: all features]')
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'The mirror''s folder [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--mirror', '--mirror', [CompletionResultType]::ParameterName, 'The mirror''s folder [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--upstream', '--upstream', [CompletionResultType]::ParameterName, 'Where to fetch from: a sparse index, or the folder of a local registry [default: what cargo would use]')
            [CompletionResult]::new('--send-token-to', '--send-token-to', [CompletionResultType]::ParameterName, 'Send a registry''s token to this host too, where its crates lie on another host than its index')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Requests under way at once')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Requests under way at once')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour the output')
            [CompletionResult]::new('--message-format', '--message-format', [CompletionResultType]::ParameterName, 'How to report: words, or one JSON object a line on standard output')
            [CompletionResult]::new('--std', '--std', [CompletionResultType]::ParameterName, 'Mirror the standard library''s own dependencies too, for `-Z build-std`')
            [CompletionResult]::new('--locked', '--locked', [CompletionResultType]::ParameterName, 'Fail if a lockfile is absent or not up to date, instead of having cargo mend it')
            [CompletionResult]::new('--no-dev', '--no-dev', [CompletionResultType]::ParameterName, 'Only what projects need without their dev-dependencies: no tests, examples and benches')
            [CompletionResult]::new('--no-default-features', '--no-default-features', [CompletionResultType]::ParameterName, 'Projects and crates asked for by name without their default features')
            [CompletionResult]::new('--check-archives', '--check-archives', [CompletionResultType]::ParameterName, 'Look inside every archive for what cargo refuses, not only where no lockfile vouches for it')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Print the plan and write nothing')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Print the plan and write nothing')
            [CompletionResult]::new('--all-features', '--all-features', [CompletionResultType]::ParameterName, 'For crates asked for by name: with every feature')
            [CompletionResult]::new('--no-deps', '--no-deps', [CompletionResultType]::ParameterName, 'For crates asked for by name: without their dependencies')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network: only what cargo has cached on this machine')
            [CompletionResult]::new('--no-flush', '--no-flush', [CompletionResultType]::ParameterName, 'Do not wait for the disk: a power cut may then lose what was reported, and the next run hashes what is new')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more; twice for every retry too')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more; twice for every retry too')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'cargo-mirror;verify' {
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'Hash only files that a program has touched since: 12h, 7d, 2026-05-01, 2026-05-01T12:00:00Z')
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'The mirror''s folder [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--mirror', '--mirror', [CompletionResultType]::ParameterName, 'The mirror''s folder [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--upstream', '--upstream', [CompletionResultType]::ParameterName, 'Where to fetch from: a sparse index, or the folder of a local registry [default: what cargo would use]')
            [CompletionResult]::new('--send-token-to', '--send-token-to', [CompletionResultType]::ParameterName, 'Send a registry''s token to this host too, where its crates lie on another host than its index')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Requests under way at once')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Requests under way at once')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour the output')
            [CompletionResult]::new('--message-format', '--message-format', [CompletionResultType]::ParameterName, 'How to report: words, or one JSON object a line on standard output')
            [CompletionResult]::new('--quick', '--quick', [CompletionResultType]::ParameterName, 'Hash nothing: look only whether files, sizes, seals and index lines go together')
            [CompletionResult]::new('--archives', '--archives', [CompletionResultType]::ParameterName, 'Look inside every archive, too, for what cargo refuses; takes ten times as long')
            [CompletionResult]::new('--resume', '--resume', [CompletionResultType]::ParameterName, 'Go on where a run with the same options was stopped')
            [CompletionResult]::new('--repair', '--repair', [CompletionResultType]::ParameterName, 'Then do what `repair` does')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network: only what cargo has cached on this machine')
            [CompletionResult]::new('--no-flush', '--no-flush', [CompletionResultType]::ParameterName, 'Do not wait for the disk: a power cut may then lose what was reported, and the next run hashes what is new')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more; twice for every retry too')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more; twice for every retry too')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'cargo-mirror;repair' {
            [CompletionResult]::new('--accept', '--accept', [CompletionResultType]::ParameterName, 'Take what upstream has now for these versions, whose bytes changed there since they were mirrored')
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'The mirror''s folder [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--mirror', '--mirror', [CompletionResultType]::ParameterName, 'The mirror''s folder [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--upstream', '--upstream', [CompletionResultType]::ParameterName, 'Where to fetch from: a sparse index, or the folder of a local registry [default: what cargo would use]')
            [CompletionResult]::new('--send-token-to', '--send-token-to', [CompletionResultType]::ParameterName, 'Send a registry''s token to this host too, where its crates lie on another host than its index')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Requests under way at once')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Requests under way at once')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour the output')
            [CompletionResult]::new('--message-format', '--message-format', [CompletionResultType]::ParameterName, 'How to report: words, or one JSON object a line on standard output')
            [CompletionResult]::new('--quick', '--quick', [CompletionResultType]::ParameterName, 'Hash nothing to begin with: look only whether files, sizes, seals and index lines go together')
            [CompletionResult]::new('--archives', '--archives', [CompletionResultType]::ParameterName, 'Look inside every archive, too, and quarantine those that cargo refuses')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Say what is damaged and write nothing')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Say what is damaged and write nothing')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network: only what cargo has cached on this machine')
            [CompletionResult]::new('--no-flush', '--no-flush', [CompletionResultType]::ParameterName, 'Do not wait for the disk: a power cut may then lose what was reported, and the next run hashes what is new')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more; twice for every retry too')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more; twice for every retry too')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'cargo-mirror;roots' {
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'The mirror''s folder [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--mirror', '--mirror', [CompletionResultType]::ParameterName, 'The mirror''s folder [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--upstream', '--upstream', [CompletionResultType]::ParameterName, 'Where to fetch from: a sparse index, or the folder of a local registry [default: what cargo would use]')
            [CompletionResult]::new('--send-token-to', '--send-token-to', [CompletionResultType]::ParameterName, 'Send a registry''s token to this host too, where its crates lie on another host than its index')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Requests under way at once')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Requests under way at once')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour the output')
            [CompletionResult]::new('--message-format', '--message-format', [CompletionResultType]::ParameterName, 'How to report: words, or one JSON object a line on standard output')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network: only what cargo has cached on this machine')
            [CompletionResult]::new('--no-flush', '--no-flush', [CompletionResultType]::ParameterName, 'Do not wait for the disk: a power cut may then lose what was reported, and the next run hashes what is new')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more; twice for every retry too')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more; twice for every retry too')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List them: id, kind, origin, packages, when last given, whether it is still there')
            [CompletionResult]::new('add', 'add', [CompletionResultType]::ParameterValue, 'Record inputs as wanted, without fetching anything for them but what resolving a list takes')
            [CompletionResult]::new('forget', 'forget', [CompletionResultType]::ParameterValue, 'Forget roots: `gc` may then drop what only they wanted')
            break
        }
        'cargo-mirror;roots;list' {
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'The mirror''s folder [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--mirror', '--mirror', [CompletionResultType]::ParameterName, 'The mirror''s folder [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--upstream', '--upstream', [CompletionResultType]::ParameterName, 'Where to fetch from: a sparse index, or the folder of a local registry [default: what cargo would use]')
            [CompletionResult]::new('--send-token-to', '--send-token-to', [CompletionResultType]::ParameterName, 'Send a registry''s token to this host too, where its crates lie on another host than its index')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Requests under way at once')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Requests under way at once')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour the output')
            [CompletionResult]::new('--message-format', '--message-format', [CompletionResultType]::ParameterName, 'How to report: words, or one JSON object a line on standard output')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network: only what cargo has cached on this machine')
            [CompletionResult]::new('--no-flush', '--no-flush', [CompletionResultType]::ParameterName, 'Do not wait for the disk: a power cut may then lose what was reported, and the next run hashes what is new')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more; twice for every retry too')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more; twice for every retry too')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'cargo-mirror;roots;add' {
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'The mirror''s folder [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--mirror', '--mirror', [CompletionResultType]::ParameterName, 'The mirror''s folder [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--upstream', '--upstream', [CompletionResultType]::ParameterName, 'Where to fetch from: a sparse index, or the folder of a local registry [default: what cargo would use]')
            [CompletionResult]::new('--send-token-to', '--send-token-to', [CompletionResultType]::ParameterName, 'Send a registry''s token to this host too, where its crates lie on another host than its index')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Requests under way at once')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Requests under way at once')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour the output')
            [CompletionResult]::new('--message-format', '--message-format', [CompletionResultType]::ParameterName, 'How to report: words, or one JSON object a line on standard output')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network: only what cargo has cached on this machine')
            [CompletionResult]::new('--no-flush', '--no-flush', [CompletionResultType]::ParameterName, 'Do not wait for the disk: a power cut may then lose what was reported, and the next run hashes what is new')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more; twice for every retry too')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more; twice for every retry too')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'cargo-mirror;roots;forget' {
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'The mirror''s folder [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--mirror', '--mirror', [CompletionResultType]::ParameterName, 'The mirror''s folder [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--upstream', '--upstream', [CompletionResultType]::ParameterName, 'Where to fetch from: a sparse index, or the folder of a local registry [default: what cargo would use]')
            [CompletionResult]::new('--send-token-to', '--send-token-to', [CompletionResultType]::ParameterName, 'Send a registry''s token to this host too, where its crates lie on another host than its index')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Requests under way at once')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Requests under way at once')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour the output')
            [CompletionResult]::new('--message-format', '--message-format', [CompletionResultType]::ParameterName, 'How to report: words, or one JSON object a line on standard output')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network: only what cargo has cached on this machine')
            [CompletionResult]::new('--no-flush', '--no-flush', [CompletionResultType]::ParameterName, 'Do not wait for the disk: a power cut may then lose what was reported, and the next run hashes what is new')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more; twice for every retry too')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more; twice for every retry too')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'cargo-mirror;gc' {
            [CompletionResult]::new('--keep', '--keep', [CompletionResultType]::ParameterName, 'Keep these too: NAME or NAME@REQ, where NAME may hold `*` and `?`')
            [CompletionResult]::new('--keep-latest', '--keep-latest', [CompletionResultType]::ParameterName, 'Keep the newest N versions of each crate in the mirror, yanked ones not counted')
            [CompletionResult]::new('--older-than', '--older-than', [CompletionResultType]::ParameterName, 'Keep what arrived, or was last let go of by a root, within this time: 12h, 90d, 8w')
            [CompletionResult]::new('--max-size', '--max-size', [CompletionResultType]::ParameterName, 'Drop, oldest first, only until the crates take no more than this: 500MB, 20GiB')
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'The mirror''s folder [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--mirror', '--mirror', [CompletionResultType]::ParameterName, 'The mirror''s folder [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--upstream', '--upstream', [CompletionResultType]::ParameterName, 'Where to fetch from: a sparse index, or the folder of a local registry [default: what cargo would use]')
            [CompletionResult]::new('--send-token-to', '--send-token-to', [CompletionResultType]::ParameterName, 'Send a registry''s token to this host too, where its crates lie on another host than its index')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Requests under way at once')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Requests under way at once')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour the output')
            [CompletionResult]::new('--message-format', '--message-format', [CompletionResultType]::ParameterName, 'How to report: words, or one JSON object a line on standard output')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Let it go, instead of saying what would')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Let it go, instead of saying what would')
            [CompletionResult]::new('--forget-gone', '--forget-gone', [CompletionResultType]::ParameterName, 'Forget roots whose lockfile or list is no longer there')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network: only what cargo has cached on this machine')
            [CompletionResult]::new('--no-flush', '--no-flush', [CompletionResultType]::ParameterName, 'Do not wait for the disk: a power cut may then lose what was reported, and the next run hashes what is new')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more; twice for every retry too')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more; twice for every retry too')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'cargo-mirror;outdated' {
            [CompletionResult]::new('--advisories', '--advisories', [CompletionResultType]::ParameterName, 'Also tell which have known advisories: the folder of a RustSec database, or the address of its git repository')
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'The mirror''s folder [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--mirror', '--mirror', [CompletionResultType]::ParameterName, 'The mirror''s folder [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--upstream', '--upstream', [CompletionResultType]::ParameterName, 'Where to fetch from: a sparse index, or the folder of a local registry [default: what cargo would use]')
            [CompletionResult]::new('--send-token-to', '--send-token-to', [CompletionResultType]::ParameterName, 'Send a registry''s token to this host too, where its crates lie on another host than its index')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Requests under way at once')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Requests under way at once')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour the output')
            [CompletionResult]::new('--message-format', '--message-format', [CompletionResultType]::ParameterName, 'How to report: words, or one JSON object a line on standard output')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network: only what cargo has cached on this machine')
            [CompletionResult]::new('--no-flush', '--no-flush', [CompletionResultType]::ParameterName, 'Do not wait for the disk: a power cut may then lose what was reported, and the next run hashes what is new')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more; twice for every retry too')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more; twice for every retry too')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'cargo-mirror;stats' {
            [CompletionResult]::new('--server', '--server', [CompletionResultType]::ParameterName, 'Ask this server, instead of the mirror''s folder; with the token in `CARGO_MIRROR_TOKEN`')
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'The mirror''s folder [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--mirror', '--mirror', [CompletionResultType]::ParameterName, 'The mirror''s folder [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--upstream', '--upstream', [CompletionResultType]::ParameterName, 'Where to fetch from: a sparse index, or the folder of a local registry [default: what cargo would use]')
            [CompletionResult]::new('--send-token-to', '--send-token-to', [CompletionResultType]::ParameterName, 'Send a registry''s token to this host too, where its crates lie on another host than its index')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Requests under way at once')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Requests under way at once')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour the output')
            [CompletionResult]::new('--message-format', '--message-format', [CompletionResultType]::ParameterName, 'How to report: words, or one JSON object a line on standard output')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network: only what cargo has cached on this machine')
            [CompletionResult]::new('--no-flush', '--no-flush', [CompletionResultType]::ParameterName, 'Do not wait for the disk: a power cut may then lose what was reported, and the next run hashes what is new')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more; twice for every retry too')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more; twice for every retry too')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'cargo-mirror;serve' {
            [CompletionResult]::new('--listen', '--listen', [CompletionResultType]::ParameterName, 'Address and port to listen on, unless systemd hands over sockets; may be given more than once')
            [CompletionResult]::new('--public-url', '--public-url', [CompletionResultType]::ParameterName, 'Where clients find the server, if not at the host they ask for, such as behind a proxy')
            [CompletionResult]::new('--trusted-proxy', '--trusted-proxy', [CompletionResultType]::ParameterName, 'Believe the X-Forwarded-* and Forwarded headers of proxies at these addresses; may be given more than once')
            [CompletionResult]::new('--refresh', '--refresh', [CompletionResultType]::ParameterName, 'How long an index file is served before upstream is asked whether it still holds')
            [CompletionResult]::new('--deleted', '--deleted', [CompletionResultType]::ParameterName, 'What becomes of a version that is here and that upstream no longer lists')
            [CompletionResult]::new('--prefetch', '--prefetch', [CompletionResultType]::ParameterName, 'Mirror this, too, once the server is up: a lockfile, a list or whatever `prefetch` takes; may be given more than once')
            [CompletionResult]::new('--max-size', '--max-size', [CompletionResultType]::ParameterName, 'Let the least recently used crates go when all take more than this: 500MB, 20GiB. What a root wants stays')
            [CompletionResult]::new('--max-age', '--max-age', [CompletionResultType]::ParameterName, 'Let crates go that nobody has asked for in this time: 90d, 8w. What a root wants stays')
            [CompletionResult]::new('--tls-cert', '--tls-cert', [CompletionResultType]::ParameterName, 'The certificate, with its chain, to serve HTTPS with; read again when it changes and on SIGHUP')
            [CompletionResult]::new('--tls-key', '--tls-key', [CompletionResultType]::ParameterName, 'The key of the certificate')
            [CompletionResult]::new('--token-file', '--token-file', [CompletionResultType]::ParameterName, 'Who may read, and who may command: lines of `read TOKEN` or `admin TOKEN`; read again when it changes')
            [CompletionResult]::new('--log', '--log', [CompletionResultType]::ParameterName, 'The access log')
            [CompletionResult]::new('--log-file', '--log-file', [CompletionResultType]::ParameterName, 'Write the access log there instead of to standard output; opened anew on SIGHUP')
            [CompletionResult]::new('--memory', '--memory', [CompletionResultType]::ParameterName, 'Keep index files and small crates ready in memory, up to this')
            [CompletionResult]::new('--max-connections', '--max-connections', [CompletionResultType]::ParameterName, 'Connections at once; 0 is no limit')
            [CompletionResult]::new('--max-connections-per-address', '--max-connections-per-address', [CompletionResultType]::ParameterName, 'Connections of one address at once; 0 is no limit, as behind a proxy')
            [CompletionResult]::new('--max-requests', '--max-requests', [CompletionResultType]::ParameterName, 'Requests in flight at once; 0 is no limit')
            [CompletionResult]::new('--client-timeout', '--client-timeout', [CompletionResultType]::ParameterName, 'Cut a client that neither sends nor takes anything for so long')
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'The mirror''s folder [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--mirror', '--mirror', [CompletionResultType]::ParameterName, 'The mirror''s folder [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--upstream', '--upstream', [CompletionResultType]::ParameterName, 'Where to fetch from: a sparse index, or the folder of a local registry [default: what cargo would use]')
            [CompletionResult]::new('--send-token-to', '--send-token-to', [CompletionResultType]::ParameterName, 'Send a registry''s token to this host too, where its crates lie on another host than its index')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Requests under way at once')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Requests under way at once')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour the output')
            [CompletionResult]::new('--message-format', '--message-format', [CompletionResultType]::ParameterName, 'How to report: words, or one JSON object a line on standard output')
            [CompletionResult]::new('--no-h2c-upgrade', '--no-h2c-upgrade', [CompletionResultType]::ParameterName, 'Take no upgrade from HTTP/1.1 to HTTP/2 without TLS, as if --public-url were given: a proxy that passes it on sees no request behind it')
            [CompletionResult]::new('--only-mirrored', '--only-mirrored', [CompletionResultType]::ParameterName, 'Serve only what is in the mirror, and ask upstream for nothing but what is prefetched')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network: only what cargo has cached on this machine')
            [CompletionResult]::new('--no-flush', '--no-flush', [CompletionResultType]::ParameterName, 'Do not wait for the disk: a power cut may then lose what was reported, and the next run hashes what is new')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more; twice for every retry too')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more; twice for every retry too')
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
            [CompletionResult]::new('outdated', 'outdated', [CompletionResultType]::ParameterValue, 'What has happened upstream since')
            [CompletionResult]::new('serve', 'serve', [CompletionResultType]::ParameterValue, 'Serve a team, a CI fleet or a laptop')
            [CompletionResult]::new('deploy', 'deploy', [CompletionResultType]::ParameterValue, 'Run the server as a service')
            [CompletionResult]::new('ci', 'ci', [CompletionResultType]::ParameterValue, 'Onboarding scripts and CI')
            [CompletionResult]::new('output', 'output', [CompletionResultType]::ParameterValue, 'Exit status, JSON and what is printed')
            [CompletionResult]::new('layout', 'layout', [CompletionResultType]::ParameterValue, 'What is on disk, and why it is safe')
            [CompletionResult]::new('contributing', 'contributing', [CompletionResultType]::ParameterValue, 'Work on cargo mirror')
            [CompletionResult]::new('status', 'status', [CompletionResultType]::ParameterValue, 'Tell whether every package of a lockfile is in the mirror, intact')
            [CompletionResult]::new('on', 'on', [CompletionResultType]::ParameterValue, 'Point a project''s builds at the mirror, or at a server')
            [CompletionResult]::new('off', 'off', [CompletionResultType]::ParameterValue, 'Undo what `on` or `vendor` did to cargo''s config, exactly')
            [CompletionResult]::new('roots', 'roots', [CompletionResultType]::ParameterValue, 'List what the mirror was asked for: every lockfile and list that it keeps crates for')
            [CompletionResult]::new('repair', 'repair', [CompletionResultType]::ParameterValue, 'Make the mirror sound again: fetch what is damaged or missing, put right what can be, quarantine the rest')
            [CompletionResult]::new('stats', 'stats', [CompletionResultType]::ParameterValue, 'Tell what a server has served, or how the crates of a mirror were used')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print a completion script for a shell')
            [CompletionResult]::new('man', 'man', [CompletionResultType]::ParameterValue, 'Print the manual page')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Show a page of the guide, or all that is known of a command')
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
        'cargo-mirror;help;outdated' {
            break
        }
        'cargo-mirror;help;serve' {
            break
        }
        'cargo-mirror;help;deploy' {
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
        'cargo-mirror;help;stats' {
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
