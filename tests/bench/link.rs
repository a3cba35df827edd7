//! A link emulator between two network namespaces, for kernels without netem.
//!
//! usage: link NAMESPACE_A NAMESPACE_B DEVICE RTT_MS MBIT
//!
//! Each namespace holds a TUN device of the same name. Every packet that enters one leaves the other after the time it
//! takes on a wire of that rate (first in first out, dropped when the queue is longer than `QUEUE`) and half a round trip.
//! A rate of 0 has no limit. Only std: build with `rustc -O`.

use std::collections::VecDeque;
use std::ffi::c_void;
use std::fs::File;
use std::os::fd::AsRawFd;
use std::time::{Duration, Instant};
use std::{env, ptr, thread};

/// How much the bottleneck holds back before it drops, like a home router without much care for latency.
const QUEUE: Duration = Duration::from_millis(60);
/// While packets are in flight the pump wakes this often: fewer wake-ups for half a millisecond of jitter.
const TICK: Duration = Duration::from_micros(500);
/// The virtio header before each packet; it travels along untouched.
const VNET_HEADER: u64 = 10;
/// IP and TCP headers with timestamps, and what a segment carries beside them on an Ethernet of 1500 bytes.
const HEADERS: u64 = 52;
const SEGMENT: u64 = 1448;

fn main() {
    let arguments: Vec<String> = env::args().collect();
    let [_, a, b, device, rtt_ms, mbit] = arguments.as_slice() else {
        eprintln!("usage: link NAMESPACE_A NAMESPACE_B DEVICE RTT_MS MBIT");
        std::process::exit(2);
    };
    let delay = Duration::from_millis(rtt_ms.parse().expect("RTT_MS")) / 2;
    let mbit: u64 = mbit.parse().expect("MBIT");
    let (a, b) = (open_tun(a, device), open_tun(b, device));
    eprintln!("link: up");
    thread::spawn(move || pump(b, a, delay, mbit));
    pump(a, b, delay, mbit);
}

fn pump(from: i32, to: i32, delay: Duration, mbit: u64) -> ! {
    // The default slack of timers, 50 us, would be added to every sleep.
    unsafe { prctl(PR_SET_TIMERSLACK, 1, 0, 0, 0) };
    let mut in_flight: VecDeque<(Instant, Vec<u8>)> = VecDeque::new();
    let mut buffer = vec![0_u8; 65536];
    let mut wire_free_at = Instant::now();
    loop {
        for _ in 0..256 {
            let length = unsafe { read(from, buffer.as_mut_ptr().cast(), buffer.len()) };
            if length <= 0 {
                break;
            }
            let length = length.unsigned_abs();
            let now = Instant::now();
            wire_free_at = wire_free_at.max(now);
            if wire_free_at - now > QUEUE {
                continue;
            }
            let bits = 8 * bytes_on_the_wire(length as u64 - VNET_HEADER);
            // Bits over megabits a second are microseconds.
            wire_free_at += Duration::from_nanos((bits * 1000).checked_div(mbit).unwrap_or(0));
            in_flight.push_back((wire_free_at + delay, buffer[..length].to_vec()));
        }
        while let Some((_, packet)) = in_flight.pop_front_if(|(due, _)| *due <= Instant::now()) {
            unsafe { write(to, packet.as_ptr().cast(), packet.len()) };
        }
        let sleep = in_flight.front().map(|(due, _)| {
            let left = due.saturating_duration_since(Instant::now());
            left.clamp(Duration::from_micros(20), TICK)
        });
        match sleep {
            // Sleep without looking at the input, so that a tick gathers a batch.
            Some(sleep) => thread::sleep(sleep),
            None => wait_for_input(from),
        }
    }
}

/// The kernel hands over segments of up to 16 KB in one piece; on a wire each further one carries headers of its own.
fn bytes_on_the_wire(packet: u64) -> u64 {
    let segments = packet.saturating_sub(HEADERS).div_ceil(SEGMENT).max(1);
    packet + (segments - 1) * HEADERS
}

fn open_tun(namespace: &str, device: &str) -> i32 {
    let namespace = File::open(format!("/run/netns/{namespace}")).expect("the namespace");
    assert!(device.len() < 16, "device name");
    let mut request = [0_u8; 40];
    request[..device.len()].copy_from_slice(device.as_bytes());
    request[16..18].copy_from_slice(&(IFF_TUN | IFF_NO_PI | IFF_VNET_HDR).to_ne_bytes());
    unsafe {
        assert_eq!(setns(namespace.as_raw_fd(), CLONE_NEWNET), 0, "setns");
        let tun = open(c"/dev/net/tun".as_ptr().cast(), O_RDWR | O_NONBLOCK);
        assert!(tun >= 0, "open /dev/net/tun");
        assert_eq!(
            ioctl(tun, TUNSETIFF, request.as_mut_ptr().cast()),
            0,
            "TUNSETIFF"
        );
        // Checksums and segmentation offloaded, as to a network card: it keeps the cost of packets off the processors.
        let offload = ptr::without_provenance_mut(TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6);
        assert_eq!(ioctl(tun, TUNSETOFFLOAD, offload), 0, "TUNSETOFFLOAD");
        tun
    }
}

fn wait_for_input(tun: i32) {
    let mut wanted = PollFd {
        fd: tun,
        events: POLLIN,
        revents: 0,
    };
    unsafe { poll(&mut wanted, 1, -1) };
}

const CLONE_NEWNET: i32 = 0x4000_0000;
const O_RDWR: i32 = 2;
const O_NONBLOCK: i32 = 0o4000;
const POLLIN: i16 = 1;
const PR_SET_TIMERSLACK: i32 = 29;
const TUNSETIFF: u64 = 0x4004_54ca;
const TUNSETOFFLOAD: u64 = 0x4004_54d0;
const IFF_TUN: u16 = 0x0001;
const IFF_NO_PI: u16 = 0x1000;
const IFF_VNET_HDR: u16 = 0x4000;
const TUN_F_CSUM: usize = 1;
const TUN_F_TSO4: usize = 2;
const TUN_F_TSO6: usize = 4;

#[repr(C)]
struct PollFd {
    fd: i32,
    events: i16,
    revents: i16,
}

unsafe extern "C" {
    fn setns(fd: i32, kind: i32) -> i32;
    fn open(path: *const c_void, flags: i32) -> i32;
    fn ioctl(fd: i32, request: u64, argument: *mut c_void) -> i32;
    fn read(fd: i32, buffer: *mut c_void, length: usize) -> isize;
    fn write(fd: i32, buffer: *const c_void, length: usize) -> isize;
    fn poll(fds: *mut PollFd, count: u64, timeout_ms: i32) -> i32;
    fn prctl(option: i32, a: u64, b: u64, c: u64, d: u64) -> i32;
}
