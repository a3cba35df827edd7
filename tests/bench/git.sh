#!/usr/bin/env bash
# Ten git sources that are in cargo's cache already: `cargo mirror vendor` beside `cargo vendor`, without any network.
# Prints one Markdown table: seconds, the median of the rounds. See README.md here.
#
#   cargo build --release && tests/bench/git.sh
#
# Settings, all from the environment:
#   MIRROR_BIN     our binary                                   default: cargo-mirror on PATH
#   BENCH_HOME     the repositories and cargo's cache of them   default: ~/.cache/cargo-mirror-bench
#   BENCH_OUT      where what the runs write gets its folder    default: /dev/shm; disks are noisy
#   BENCH_RUNS     rounds; every round runs every tool once     default: 9
#   BENCH_SOURCES  how many repositories                        default: 10
#   BENCH_FILES    files in each package, four packages each    default: 60
set -euo pipefail

home=${BENCH_HOME:-$HOME/.cache/cargo-mirror-bench}/git
out=${BENCH_OUT:-/dev/shm}/cargo-mirror-bench-git
MIRROR_BIN=${MIRROR_BIN:-cargo-mirror}
runs=${BENCH_RUNS:-9}
sources=${BENCH_SOURCES:-10}
files=${BENCH_FILES:-60}

main() {
  command -v "$MIRROR_BIN" >/dev/null || fail "$MIRROR_BIN is not there (cargo build --release, and set MIRROR_BIN)"
  command -v git >/dev/null || fail "git is missing"
  MIRROR_BIN=$(realpath "$(command -v "$MIRROR_BIN")")
  # The real cargo, not rustup's proxy: its start-up time is nobody's here.
  CARGO=$(rustup which cargo 2>/dev/null || command -v cargo)
  export CARGO CARGO_HOME=$home/cargo-home-$sources-$files
  rm -rf "$out"
  mkdir -p "$out" "$home"
  trap 'rm -rf "$out"' EXIT
  [ -f "$CARGO_HOME/ready" ] || prepare
  cp -r "$home/app-$sources-$files" "$out/app"
  # Both know these folders as they are left by the round before, but for what they are to make.
  for ((round = 0; round < runs; round++)); do
    rm -rf "$out/mirror" "$out/vendor" "$out/app/.cargo"
    clock ours-first "$MIRROR_BIN" mirror vendor --offline --mirror "$out/mirror"
    clock ours-again "$MIRROR_BIN" mirror vendor --offline --mirror "$out/mirror"
    "$MIRROR_BIN" mirror off >/dev/null 2>&1 || true
    rm -rf "$out/app/.cargo"
    clock cargo-first "$CARGO" vendor --offline --locked "$out/vendor"
    clock cargo-again "$CARGO" vendor --offline --locked "$out/vendor"
  done
  echo "| $sources git sources, $((sources * 4)) packages, $((sources * 4 * files)) files | first | again |"
  echo "|---|--:|--:|"
  echo "| cargo mirror vendor | $(median ours-first) | $(median ours-again) |"
  echo "| cargo vendor | $(median cargo-first) | $(median cargo-again) |"
}

fail() {
  echo "git.sh: $*" >&2
  exit 2
}

# Runs a command within the project, and notes how long it took.
clock() {
  local name=$1 begin end
  shift
  begin=$(date +%s%N)
  (cd "$out/app" && "$@") >"$out/log" 2>&1 || {
    cat "$out/log" >&2
    fail "$* failed"
  }
  end=$(date +%s%N)
  echo $(((end - begin) / 1000)) >>"$out/$name"
}

median() {
  sort -n "$out/$1" | awk '{ at[NR] = $1 } END { printf "%.3f s", at[int((NR + 1) / 2)] / 1000000 }'
}

# Repositories with a workspace of four packages each, a history of some commits, and cargo's cache of them.
prepare() {
  local number package file commit start repository app=$home/app-$sources-$files
  rm -rf "$CARGO_HOME" "$app" "$home/upstream-$sources-$files"
  mkdir -p "$app/src" "$CARGO_HOME"
  : >"$app/src/lib.rs"
  printf '[package]\nname = "app"\nversion = "0.1.0"\nedition = "2021"\n[workspace]\n' >"$app/Cargo.toml"
  for ((number = 0; number < sources; number++)); do
    repository=$home/upstream-$sources-$files/work$number
    mkdir -p "$repository"
    git -C "$repository" init -q -b main
    printf '[workspace]\nmembers = ["p*"]\nresolver = "2"\n[workspace.package]\nversion = "0.1.0"\nedition = "2021"\n' \
      >"$repository/Cargo.toml"
    for ((commit = 0; commit < 5; commit++)); do
      for package in 0 1 2 3; do
        mkdir -p "$repository/p$package/src"
        {
          printf '[package]\nname = "work%s-%s"\nversion.workspace = true\nedition.workspace = true\n' "$number" "$package"
          [ "$package" != 0 ] || printf '[dependencies]\nwork%s-1 = { path = "../p1" }\nwork%s-2 = { path = "../p2" }\nwork%s-3 = { path = "../p3" }\n' \
            "$number" "$number" "$number"
        } >"$repository/p$package/Cargo.toml"
        : >"$repository/p$package/src/lib.rs"
        for ((file = 1; file < files - 1; file++)); do
          start=$((commit * 100000 + number * 10000 + package * 1000 + file))
          seq "$start" "$((start + 400))" |
            sed 's/.*/pub fn f&() -> u64 { & }/' >"$repository/p$package/src/m$file.rs"
        done
      done
      git -C "$repository" add -A
      git -C "$repository" -c user.name=b -c user.email=b@r.example commit -qm "$commit"
    done
    printf '[dependencies.work%s-0]\ngit = "file://%s"\n' "$number" "$repository" >>"$app/Cargo.toml"
  done
  (cd "$app" && "$CARGO" generate-lockfile -q && "$CARGO" fetch -q --locked)
  : >"$CARGO_HOME/ready"
}

main
