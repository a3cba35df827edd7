
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
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Requests under way at once')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Requests under way at once')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour the output')
            [CompletionResult]::new('--message-format', '--message-format', [CompletionResultType]::ParameterName, 'How to report: words, or one JSON object a line on standard output')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network: only what cargo has cached on this machine')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more; twice for every retry too')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more; twice for every retry too')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('vendor', 'vendor', [CompletionResultType]::ParameterValue, 'Mirror all that a project''s lockfile names, then point its builds at the mirror')
            [CompletionResult]::new('prefetch', 'prefetch', [CompletionResultType]::ParameterValue, 'Mirror what lockfiles, projects, lists or names want, and edit nothing')
            [CompletionResult]::new('status', 'status', [CompletionResultType]::ParameterValue, 'Tell whether every package of a lockfile is in the mirror, intact')
            [CompletionResult]::new('on', 'on', [CompletionResultType]::ParameterValue, 'Point a project''s builds at the mirror')
            [CompletionResult]::new('off', 'off', [CompletionResultType]::ParameterValue, 'Undo what `on` or `vendor` did to cargo''s config, exactly')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print a completion script for a shell')
            [CompletionResult]::new('man', 'man', [CompletionResultType]::ParameterValue, 'Print the manual page')
            [CompletionResult]::new('generate', 'generate', [CompletionResultType]::ParameterValue, 'Write completion scripts and manual page into a folder')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'cargo-mirror;vendor' {
            [CompletionResult]::new('--config-path', '--config-path', [CompletionResultType]::ParameterName, 'Edit this config file')
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'The mirror''s folder [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--mirror', '--mirror', [CompletionResultType]::ParameterName, 'The mirror''s folder [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--upstream', '--upstream', [CompletionResultType]::ParameterName, 'Where to fetch from: a sparse index, or the folder of a local registry [default: what cargo would use]')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Requests under way at once')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Requests under way at once')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour the output')
            [CompletionResult]::new('--message-format', '--message-format', [CompletionResultType]::ParameterName, 'How to report: words, or one JSON object a line on standard output')
            [CompletionResult]::new('--locked', '--locked', [CompletionResultType]::ParameterName, 'Fail if a lockfile is absent or not up to date, instead of having cargo mend it')
            [CompletionResult]::new('--check-archives', '--check-archives', [CompletionResultType]::ParameterName, 'Look inside every archive for what cargo refuses, not only where no lockfile vouches for it')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Print the plan and write nothing')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Print the plan and write nothing')
            [CompletionResult]::new('--no-config', '--no-config', [CompletionResultType]::ParameterName, 'Print the lines for cargo''s config instead of writing them')
            [CompletionResult]::new('--global', '--global', [CompletionResultType]::ParameterName, 'Edit the config of this user, which holds for every project')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network: only what cargo has cached on this machine')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more; twice for every retry too')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more; twice for every retry too')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'cargo-mirror;prefetch' {
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'The mirror''s folder [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--mirror', '--mirror', [CompletionResultType]::ParameterName, 'The mirror''s folder [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--upstream', '--upstream', [CompletionResultType]::ParameterName, 'Where to fetch from: a sparse index, or the folder of a local registry [default: what cargo would use]')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Requests under way at once')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Requests under way at once')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour the output')
            [CompletionResult]::new('--message-format', '--message-format', [CompletionResultType]::ParameterName, 'How to report: words, or one JSON object a line on standard output')
            [CompletionResult]::new('--locked', '--locked', [CompletionResultType]::ParameterName, 'Fail if a lockfile is absent or not up to date, instead of having cargo mend it')
            [CompletionResult]::new('--check-archives', '--check-archives', [CompletionResultType]::ParameterName, 'Look inside every archive for what cargo refuses, not only where no lockfile vouches for it')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Print the plan and write nothing')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Print the plan and write nothing')
            [CompletionResult]::new('--all-features', '--all-features', [CompletionResultType]::ParameterName, 'For crates asked for by name: with every feature')
            [CompletionResult]::new('--no-default-features', '--no-default-features', [CompletionResultType]::ParameterName, 'For crates asked for by name: without their default features')
            [CompletionResult]::new('--no-deps', '--no-deps', [CompletionResultType]::ParameterName, 'For crates asked for by name: without their dependencies')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network: only what cargo has cached on this machine')
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
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'The mirror''s folder [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--mirror', '--mirror', [CompletionResultType]::ParameterName, 'The mirror''s folder [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--upstream', '--upstream', [CompletionResultType]::ParameterName, 'Where to fetch from: a sparse index, or the folder of a local registry [default: what cargo would use]')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Requests under way at once')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Requests under way at once')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour the output')
            [CompletionResult]::new('--message-format', '--message-format', [CompletionResultType]::ParameterName, 'How to report: words, or one JSON object a line on standard output')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network: only what cargo has cached on this machine')
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
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'The mirror''s folder [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--mirror', '--mirror', [CompletionResultType]::ParameterName, 'The mirror''s folder [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--upstream', '--upstream', [CompletionResultType]::ParameterName, 'Where to fetch from: a sparse index, or the folder of a local registry [default: what cargo would use]')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Requests under way at once')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Requests under way at once')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour the output')
            [CompletionResult]::new('--message-format', '--message-format', [CompletionResultType]::ParameterName, 'How to report: words, or one JSON object a line on standard output')
            [CompletionResult]::new('--global', '--global', [CompletionResultType]::ParameterName, 'Edit the config of this user, which holds for every project')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Say what would be done and write nothing')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Say what would be done and write nothing')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network: only what cargo has cached on this machine')
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
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Requests under way at once')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Requests under way at once')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour the output')
            [CompletionResult]::new('--message-format', '--message-format', [CompletionResultType]::ParameterName, 'How to report: words, or one JSON object a line on standard output')
            [CompletionResult]::new('--global', '--global', [CompletionResultType]::ParameterName, 'Edit the config of this user, which holds for every project')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Say what would be done and write nothing')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Say what would be done and write nothing')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network: only what cargo has cached on this machine')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more; twice for every retry too')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more; twice for every retry too')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'cargo-mirror;completions' {
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'The mirror''s folder [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--mirror', '--mirror', [CompletionResultType]::ParameterName, 'The mirror''s folder [default: cargo-mirror in the user''s data folder]')
            [CompletionResult]::new('--upstream', '--upstream', [CompletionResultType]::ParameterName, 'Where to fetch from: a sparse index, or the folder of a local registry [default: what cargo would use]')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Requests under way at once')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Requests under way at once')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour the output')
            [CompletionResult]::new('--message-format', '--message-format', [CompletionResultType]::ParameterName, 'How to report: words, or one JSON object a line on standard output')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network: only what cargo has cached on this machine')
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
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Requests under way at once')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Requests under way at once')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour the output')
            [CompletionResult]::new('--message-format', '--message-format', [CompletionResultType]::ParameterName, 'How to report: words, or one JSON object a line on standard output')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network: only what cargo has cached on this machine')
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
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Requests under way at once')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Requests under way at once')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour the output')
            [CompletionResult]::new('--message-format', '--message-format', [CompletionResultType]::ParameterName, 'How to report: words, or one JSON object a line on standard output')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network: only what cargo has cached on this machine')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more; twice for every retry too')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more; twice for every retry too')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'cargo-mirror;help' {
            [CompletionResult]::new('vendor', 'vendor', [CompletionResultType]::ParameterValue, 'Mirror all that a project''s lockfile names, then point its builds at the mirror')
            [CompletionResult]::new('prefetch', 'prefetch', [CompletionResultType]::ParameterValue, 'Mirror what lockfiles, projects, lists or names want, and edit nothing')
            [CompletionResult]::new('status', 'status', [CompletionResultType]::ParameterValue, 'Tell whether every package of a lockfile is in the mirror, intact')
            [CompletionResult]::new('on', 'on', [CompletionResultType]::ParameterValue, 'Point a project''s builds at the mirror')
            [CompletionResult]::new('off', 'off', [CompletionResultType]::ParameterValue, 'Undo what `on` or `vendor` did to cargo''s config, exactly')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print a completion script for a shell')
            [CompletionResult]::new('man', 'man', [CompletionResultType]::ParameterValue, 'Print the manual page')
            [CompletionResult]::new('generate', 'generate', [CompletionResultType]::ParameterValue, 'Write completion scripts and manual page into a folder')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'cargo-mirror;help;vendor' {
            break
        }
        'cargo-mirror;help;prefetch' {
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
        'cargo-mirror;help;completions' {
            break
        }
        'cargo-mirror;help;man' {
            break
        }
        'cargo-mirror;help;generate' {
            break
        }
        'cargo-mirror;help;help' {
            break
        }
    })

    $completions.Where{ $_.CompletionText -like "$wordToComplete*" } |
        Sort-Object -Property ListItemText
}
