use std::process::ExitCode;

fn main() -> ExitCode {
    cargo_mirror::cli::run::main(std::env::args_os())
}
