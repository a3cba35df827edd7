//! Why cargo could not fetch a git source, read from what it has said.
//!
//! Cargo's chain of causes begins with what it was asked for and ends with the cause. Where it runs the git program, git
//! has written the cause before that chain, after the last of cargo's tries.

/// What a failed fetch means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GitTrouble {
    /// The host cannot be reached, or lets nobody in: its other repositories will fail in the same way.
    Host(String),
    /// The repository is there, and the locked commit is on no branch or tag of it.
    NoCommit,
    /// Anything else, of this repository.
    Repository(String),
}

/// Signs, in lower case, that it is the host and not the repository that fails.
const OF_HOST: [&str; 26] = [
    "failed to resolve",
    "could not resolve",
    "couldn't resolve",
    "name resolution",
    "failed to connect",
    "couldn't connect",
    "could not connect",
    "unable to connect",
    "connection refused",
    "connection timed out",
    "connection reset",
    "connection closed by",
    "kex_exchange_identification",
    "operation timed out",
    "timed out",
    "timeout",
    "network is unreachable",
    "network is down",
    "no route to host",
    "from proxy",
    "certificate",
    "host key",
    "permission denied (publickey",
    "ssl connect error",
    "tls connect error",
    "proxy connect aborted",
];

/// Signs that git or libgit2 does not find the commit.
const OF_COMMIT: [&str; 4] = [
    "revspec '",
    "not our ref",
    "couldn't find remote ref",
    "object not found",
];

impl GitTrouble {
    /// Reads all that cargo has written to standard error.
    pub fn read(said: &str) -> Self {
        let cause = root_cause(said);
        let lower = cause.to_lowercase();
        // The chain also ends so where a registry or a submodule, which may be elsewhere, cannot be fetched; and a path
        // that cannot be resolved is a repository on this machine.
        let of_this = ["failed to clone into", "failed to fetch into"]
            .iter()
            .any(|sign| said.contains(sign))
            && !said.contains("failed to update submodule")
            && !lower.contains("resolve path");
        let is_host = of_this && OF_HOST.iter().any(|sign| lower.contains(sign));
        if is_host {
            Self::Host(cause)
        } else if OF_COMMIT.iter().any(|sign| lower.contains(sign)) {
            Self::NoCommit
        } else {
            Self::Repository(cause)
        }
    }
}

/// The cause, on one line.
fn root_cause(said: &str) -> String {
    let start = said.rfind("\nerror: ").map_or(0, |at| at + 1);
    let (before, error) = said.split_at(start);
    let last = error.rsplit("\nCaused by:\n").next().unwrap_or_default();
    let last = last.trim().trim_start_matches("error: ");
    if last.starts_with("process didn't exit successfully: `git") {
        let attempts = before.rsplit("warning: spurious network error");
        let told = attempts.map(gits_words).find(|words| !words.is_empty());
        if let Some(words) = told {
            return words;
        }
    }
    let lines = last.lines().map(str::trim).filter(|line| {
        !line.is_empty()
            && !line.starts_with("required by package")
            && !line.starts_with("if a proxy or similar is necessary")
            && !line.starts_with("https://doc.rust-lang.org/")
    });
    let text = lines.collect::<Vec<_>>().join(": ");
    // Numbers of libgit2's own.
    let text = text.split("; class=").next().unwrap_or_default();
    text.to_owned()
}

/// What git itself has said in one attempt.
fn gits_words(attempt: &str) -> String {
    let words: Vec<&str> = attempt
        .lines()
        .filter(|line| {
            ["fatal: ", "ssh: ", "remote: ", "error: ", "kex_", "ERROR: "]
                .iter()
                .any(|start| line.starts_with(start))
                || line.contains("Permission denied")
                || line.contains("Host key verification failed")
        })
        .map(|line| line.trim_start_matches("fatal: ").trim())
        .collect();
    // It follows the true cause, if that is said at all.
    let hollow = "Could not read from remote repository.";
    let telling: Vec<&str> = words
        .iter()
        .copied()
        .filter(|line| *line != hollow)
        .collect();
    if telling.is_empty() { words } else { telling }.join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: &str = "    Updating git repository `https://git.example.com/x/y`\n";
    const CHAIN: &str = "error: failed to get `rr` as a dependency of package `p v0.0.0 (/tmp/p)`\n\n\
        Caused by:\n  failed to load source for dependency `rr`\n\n\
        Caused by:\n  unable to update https://git.example.com/x/y#01234567\n\n\
        Caused by:\n  failed to fetch into: /h/git/db/y-75dac4159e57e11b\n\n";

    #[test]
    fn the_last_cause_is_the_cause() {
        let said = format!(
            "{START}warning: spurious network error (1 try remaining): failed to resolve\n{CHAIN}\
             Caused by:\n  revision 0123 not found\n\n\
             Caused by:\n  network failure seems to have happened\n  if a proxy or similar is necessary x\n\n\
             Caused by:\n  failed to resolve address for git.example.com: Temporary failure in name resolution; class=Net (12)\n"
        );
        let cause =
            "failed to resolve address for git.example.com: Temporary failure in name resolution";
        assert_eq!(GitTrouble::read(&said), GitTrouble::Host(cause.to_owned()));
    }

    #[test]
    fn what_the_git_program_says_stands_before_cargos_words() {
        let ended = "process didn't exit successfully: `git fetch --tags 'https://git.example.com/x/y'` (exit status: 128)\n";
        for (said, cause) in [
            (
                "fatal: unable to access 'https://git.example.com/x/y/': Could not resolve host: git.example.com\n",
                "unable to access 'https://git.example.com/x/y/': Could not resolve host: git.example.com",
            ),
            (
                "ssh: connect to host git.example.com port 22: Connection refused\nfatal: Could not read from remote repository.\n\n\
                 Please make sure you have the correct access rights\nand the repository exists.\n",
                "ssh: connect to host git.example.com port 22: Connection refused",
            ),
            (
                "git@git.example.com: Permission denied (publickey).\nfatal: Could not read from remote repository.\n",
                "git@git.example.com: Permission denied (publickey).",
            ),
        ] {
            let said = format!(
                "{START}{said}warning: spurious network error (1 try remaining): {ended}{said}{CHAIN}Caused by:\n  {ended}"
            );
            assert_eq!(GitTrouble::read(&said), GitTrouble::Host(cause.to_owned()));
        }
        let said = format!(
            "{START}fatal: repository 'https://git.example.com/x/y/' not found\n{CHAIN}Caused by:\n  {ended}"
        );
        let cause = "repository 'https://git.example.com/x/y/' not found";
        assert_eq!(
            GitTrouble::read(&said),
            GitTrouble::Repository(cause.to_owned())
        );
    }

    #[test]
    fn a_commit_that_is_gone_is_told_from_a_repository_that_is_gone() {
        let said = format!(
            "{CHAIN}Caused by:\n  revspec '0123456789abcdef0123456789abcdef01234567' not found; class=Reference (4); code=NotFound (-3)\n"
        );
        assert_eq!(GitTrouble::read(&said), GitTrouble::NoCommit);
        let said = format!(
            "{CHAIN}Caused by:\n  failed to resolve path '/w/r': No such file or directory; class=Os (2)\n"
        );
        let cause = "failed to resolve path '/w/r': No such file or directory";
        assert_eq!(
            GitTrouble::read(&said),
            GitTrouble::Repository(cause.to_owned())
        );
    }
}
