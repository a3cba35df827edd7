//! Runs one command and writes down what it cost.
//!
//! usage: clock REPORT SECONDS PROGRAM [ARGUMENT]...
//!
//! REPORT gets one JSON object: wall and processor seconds, the peak memory of its largest process in bytes, the exit code
//! (128 + n for signal n). After SECONDS the command is killed. A program of its own because a child's
//! peak memory starts at that of the process that spawned it: a script's interpreter would show in every figure.
//! Only std: build with `rustc -O`.

use std::process::{Command, exit};
use std::time::{Duration, Instant};
use std::{env, fs, thread};

fn main() {
    let arguments: Vec<String> = env::args().collect();
    let [_, report, seconds, program, rest @ ..] = arguments.as_slice() else {
        eprintln!("usage: clock REPORT SECONDS PROGRAM [ARGUMENT]...");
        exit(2);
    };
    let limit = Duration::from_secs(seconds.parse().expect("SECONDS"));
    let start = Instant::now();
    let child = Command::new(program)
        .args(rest)
        .spawn()
        .expect("the program starts");
    let process = i32::try_from(child.id()).expect("a process id");
    thread::spawn(move || {
        thread::sleep(limit);
        unsafe { kill(process, SIGKILL) };
    });
    let mut status = 0;
    let mut usage = Usage::default();
    let reaped = unsafe { wait4(process, &mut status, 0, &mut usage) };
    let wall = start.elapsed().as_secs_f64();
    assert_eq!(reaped, process, "wait4");
    let signal = status & 0x7f;
    let code = if signal == 0 {
        (status >> 8) & 0xff
    } else {
        128 + signal
    };
    let cpu = usage.user.seconds() + usage.system.seconds();
    let peak = usage.max_rss_kib * 1024;
    let json = format!(r#"{{"wall":{wall:.6},"cpu":{cpu:.6},"peak":{peak},"exit":{code}}}"#);
    fs::write(report, json).expect("the report can be written");
}

const SIGKILL: i32 = 9;

#[repr(C)]
#[derive(Default)]
struct Time {
    seconds: i64,
    micros: i64,
}

impl Time {
    fn seconds(&self) -> f64 {
        Duration::new(self.seconds.unsigned_abs(), 1000 * self.micros as u32).as_secs_f64()
    }
}

/// `struct rusage` of 64-bit Linux.
#[repr(C)]
#[derive(Default)]
struct Usage {
    user: Time,
    system: Time,
    max_rss_kib: i64,
    rest: [i64; 13],
}

unsafe extern "C" {
    fn wait4(process: i32, status: *mut i32, options: i32, usage: *mut Usage) -> i32;
    fn kill(process: i32, signal: i32) -> i32;
}
