//! What people could not find, and complained about: each query, and the crate they wanted.
//!
//! The rows are the crates that compete for these words, with their names, keywords, descriptions and downloads as
//! they were about 2026, typed in as facts. The numbers are issues of crates.io, unless they say otherwise.

use std::collections::HashSet;

use crate::model::search::find::{find, in_memory};
use crate::model::search::query::Query;
use crate::model::search::row::{About, Dumped, Row};
use crate::model::search::text::{SearchWanted, Text, line};

/// Name, keywords, description, thousands of downloads.
const ROWS: &str = r"
serde|serde serialization no_std|A generic serialization/deserialization framework|600000
serde_json|json serde serialization|A JSON serialization file format|520000
serde_derive|serde serialization no_std derive|Macros 1.1 implementation of #[derive(Serialize, Deserialize)]|560000
serde_yaml|yaml yml serde serialization|YAML data format for Serde|180000
serde_with|serde utilities serialization deserialization|Custom de/serialization functions for Rust's serde|190000
serde_urlencoded|serde serialization urlencoded|`x-www-form-urlencoded` meets Serde|330000
serde-xml-rs|serde xml|xml-rs based deserializer for Serde|25000
serde-json-core||serde-json for no_std programs|6000
serde_codegen||Macros to auto-generate implementations for the serde framework|900
json|json json-parser json-serializer|JSON implementation in Rust|60000
json5|json5 parse parser serde json|A Rust JSON5 serializer and deserializer which speaks Serde.|40000
simd-json|simd json rust serialize deserialize|High performance JSON parser based on a port of simdjson|20000
jsonwebtoken|jwt token jws jwe|Create and decode JWTs in a strongly typed way.|110000
json-patch|json json-patch|RFC 6902, JavaScript Object Notation (JSON) Patch|30000
http|http|A set of types for representing HTTP requests and responses.|420000
httparse|http parser no_std|A tiny, safe, speedy, zero-copy HTTP/1.x parser.|380000
httpdate|http date time simple timestamp|HTTP date parsing and formatting|350000
http-body|http|Trait representing an asynchronous, streaming, HTTP request or response body.|390000
http-client||Types and traits for http clients.|5000
async-http-client|http client async|Async HTTP client|20
simple-http-client||Simple HTTP client|9
http_client_easy||An easy http client|2
aws-smithy-http-client||HTTP client abstractions for generated smithy clients|55000
reqwest|http request client|higher level HTTP client library|340000
hyper|http hyper hyperium|A protective and efficient HTTP library for all.|400000
ureq|web request https http client|Simple, safe HTTP client|95000
isahc|http curl http-client|The practical HTTP client that is fun to use.|20000
surf|http client framework request|Surf the web - HTTP client framework|10000
axum|http web routing framework|HTTP routing and request handling library that focuses on ergonomics and modularity|230000
actix-web|actix http web framework async|Actix Web is a powerful, pragmatic, and extremely fast web framework for Rust|45000
rocket|rocket web framework server|Web framework with a focus on usability, security, extensibility, and speed.|7000
warp|warp server http hyper|serve the web at warp speeds|30000
web-framework||A web framework|1
tide|tide web async middleware http|A minimal and pragmatic Rust web application framework built for rapid development|4000
image||Imaging library. Provides basic image processing and encoders/decoders for common image formats.|90000
imageproc||Image processing operations|9000
image-processing|image|placeholder|1
image_processing_utils||image processing helpers|3
resize-image|image resize|Resize an image|5
fast_image_resize|image resize simd|Library for fast image resizing with using of SIMD instructions|12000
dotenv|environment env dotenv settings config|A `dotenv` implementation for Rust|45000
dotenvy|dotenv env environment settings config|A well-maintained fork of the dotenv crate|95000
dotenv_codegen|environment env dotenv settings config|A `dotenv` implementation for Rust|4500
dotenv-parser|dotenv parser|Parse the .env file provided in a string form|600
dotenv-build|dotenv build env|Rust's dotenv for cargo:rustc-env|400
dotenv-linter|dotenv linter|Lightning-fast linter for .env files|90
dotenvy_macro|dotenv env macro|A macro for compile-time dotenv inspection|3500
thiserror|error error-handling derive|derive(Error)|650000
thiserror-impl||Implementation detail of the `thiserror` crate|651000
thiserror-no-std||A fork of thiserror for no_std|4000
thiserror-core|error error-handling derive|derive(Error) in core|3000
anyhow|error error-handling|Flexible concrete Error type built on std::error::Error|480000
eyre||Flexible concrete Error Reporting type built on std::error::Error with customizable Reports|60000
color-eyre||An error report handler for panics and eyre::Reports for colorful, consistent, and well formatted error reports|40000
error-handling|error|placeholder|1
error-chain||Yet another error boilerplate library.|30000
rand|random rng|Random number generators and other randomness functionality.|750000
rand_core|random rng|Core random number generator traits and tools for implementation.|800000
fastrand|simple fast rand random wyrand|A simple and fast random number generator|420000
random|random probability|The package provides sources of randomness.|600
random-number||Generate random numbers quickly.|500
getrandom||A small cross-platform library for retrieving random data from system source|820000
clap|argument cli arg parser parse|A simple to use, efficient, and full-featured Command Line Argument Parser|480000
clap_derive|clap cli parse derive proc_macro|Parse command line argument by defining a struct, derive crate.|380000
structopt|clap cli derive docopt|Parse command line argument by defining a struct.|110000
argh|args arguments derive cli|Derive-based argument parser optimized for code size|18000
pico-args|args cli argument parser|An ultra simple CLI arguments parser.|45000
cli||placeholder|20
argparse||Powerful command-line argument parsing library|2500
log|logging|A lightweight logging facade for Rust|680000
env_logger|logging log logger|A logging implementation for `log` which is configured via an environment variable.|310000
tracing|logging tracing metrics async|Application-level tracing for Rust.|430000
logging||A logging crate|2
slog|slog logging json log|Structured, extensible, composable logging for Rust|40000
chrono|date time calendar|Date and time library for Rust|420000
time|date time calendar duration|Date and time library. Fully interoperable with the standard library. Mostly compatible with #![no_std].|450000
jiff|date time calendar zone duration|A date-time library that encourages you to jump into the pit of success.|60000
datetime||Library for date and time formatting and arithmetic|150
date-time||a date time crate|3
regex||An implementation of regular expressions for Rust. This implementation uses finite automata and guarantees linear time matching on all inputs.|510000
regex-syntax||A regular expression parser.|600000
fancy-regex||An implementation of regexes, supporting a relatively rich set of features, including backreferences and look-around.|60000
regular-expression||placeholder|1
tokio|io async non-blocking futures|An event-driven, non-blocking I/O platform for writing asynchronous I/O backed applications.|470000
tokio-util||Additional utilities for working with Tokio.|400000
async-std|async await future futures|Deprecated in favor of `smol` - Async version of the Rust standard library|60000
async-runtime||placeholder|1
smol|async await future io networking runtime|A small and fast async runtime|25000
futures||An implementation of futures and streams featuring zero allocations, composability, and iterator-like interfaces.|390000
rayon|parallel thread concurrency join performance|Simple work-stealing parallelism for Rust|290000
crossbeam|atomic garbage non-blocking lock-free rcu|Tools for concurrent programming|90000
parallel||Shell parallelism|30
diesel|orm database sql|A safe, extensible ORM and Query Builder for PostgreSQL, SQLite, and MySQL|20000
sqlx|database async postgres mysql sqlite|The Rust SQL Toolkit. An async, pure Rust SQL crate featuring compile-time checked queries without a DSL.|60000
rusqlite|sqlite database ffi|Ergonomic wrapper for SQLite|45000
sqlite|database|The package provides an interface to SQLite.|3500
postgres|database postgres postgresql sql|A native, synchronous PostgreSQL client|12000
tokio-postgres|database postgres postgresql sql async|A native, asynchronous PostgreSQL client|25000
postgresql||placeholder|10
toml|encoding toml|A native Rust encoder and decoder of TOML-formatted files and streams.|400000
toml_edit|encoding toml|Yet another format-preserving TOML parser.|330000
basic-toml||Minimal TOML library with few dependencies|30000
uuid|guid unique uuid|A library to generate and parse UUIDs.|330000
guid||guid creation|300
sha2|crypto sha2 hash digest|Pure Rust implementation of the SHA-2 hash function family|420000
sha256|sha256|sha256 crypto digest|9000
md5|md5 crypto hash digest|The package provides the MD5 hash function.|60000
base64|base64 utf8 encode decode no_std|encodes and decodes base64 as bytes or utf8|720000
itertools|iterator data-structure zip product|Extra iterator adaptors, iterator methods, free functions, and macros.|560000
iter||placeholder|1
syn|macros syn|Parser for Rust source code|1000000
nom|parser parser-combinators parsing streaming bit|A byte-oriented, zero-copy, parser combinators library|330000
winnow|parser parser-combinators parsing streaming bit|A byte-oriented, zero-copy, parser combinators library|380000
parser||A parser|5
tempfile|tempfile tmpfile filesystem|A library for managing temporary files and directories.|370000
temp-file||Simple temporary file library|60
lazy_static|macro lazy static|A macro for declaring lazily evaluated statics in Rust.|490000
once_cell|lazy static|Single assignment cells and lazy values.|560000
bitflags|bit bitmask bitflags flags|A macro to generate structures which behave like bitflags.|900000
walkdir|directory recursive walk iterator|Recursively walk a directory.|330000
glob||Support for matching file paths against Unix shell style patterns.|330000
";

/// The thread, what was looked for, what was wanted. Where a thread names a kind of trouble and no words, the words are an example.
const COMPLAINTS: &str = r"
#1850: on page 19|image processing|imageproc
#1850|image|image
#5222: no reqwest|http client|reqwest
#5222|http|http
#9248: not dotenvy|dotenv|dotenvy
deps-lsp#97: thiserror is 14th|thiserr|thiserror
deps-lsp#97|thiserror|thiserror
#649, #677: a placeholder on top|random number|rand
#677|random|rand
#281: the most used is not found|json|serde_json
#281|serde|serde
#2541|regular expressions|regex
#2541|regex|regex
#3187|command line argument parser|clap
#3187|argument parser|clap
docs.rs#111: readmes drown names|error handling|anyhow
#1026: the beginning of a name|serde_j|serde_json
#4211: the beginning of a name|tokio-u|tokio-util
cargo#4161: names alone|rayon|rayon
#5315: the exact name|log|log
#281|logging|log
#281|date time|chrono
#1850|web framework|axum
#2541|async runtime|smol
#2541|sqlite|rusqlite
#281|postgres|tokio-postgres
#281|yaml|serde_yaml
#1026|serde json|serde_json
#1026|lazy static|lazy_static
#3187|temporary files|tempfile
#2541|parser combinators|nom
#281|iter|itertools
#1026|Base64|base64
#3187|walk directory|walkdir
";

fn corpus() -> (Text, Vec<Row>) {
    let rows = ROWS.lines().filter(|line| !line.is_empty()).map(|line| {
        let fields: Vec<&str> = line.split('|').collect();
        let [name, keywords, description, thousands] = fields[..] else {
            panic!("{line}");
        };
        let thousands: u64 = thousands.parse().unwrap();
        Row {
            name: name.to_owned(),
            dump: Some(Dumped {
                downloads: thousands * 1000,
                about: About {
                    description: Some(description.to_owned()),
                    keywords: keywords.split(' ').map(str::to_owned).collect(),
                    ..About::default()
                },
                ..Dumped::default()
            }),
            ..Row::default()
        }
    });
    let mut rows: Vec<Row> = rows.collect();
    rows.sort_by(|one, other| {
        let key = |row: &Row| row.usage().downloads;
        key(other).cmp(&key(one))
    });
    let mut lines = String::new();
    for (at, row) in rows.iter().enumerate() {
        line(row, at as u64, &mut lines);
    }
    (Text::new(lines).unwrap(), rows)
}

fn found(text: &Text, rows: &[Row], query: &str) -> Vec<String> {
    let wanted = SearchWanted {
        query: Query::parse(query),
        most: 10,
        ..SearchWanted::default()
    };
    let (none, empty) = (HashSet::new(), Text::default());
    let hits = find(text, &empty, &none, &none, &wanted, &mut in_memory).unwrap();
    let names = hits.hits.iter().map(|hit| {
        let at = hit.offset(text, &empty).unwrap();
        rows[usize::try_from(at).unwrap()].name.clone()
    });
    names.collect()
}

#[test]
fn what_people_could_not_find_is_found() {
    let (text, rows) = corpus();
    let mut wrong = String::new();
    let complaints: Vec<&str> = COMPLAINTS.lines().filter(|line| !line.is_empty()).collect();
    for line in &complaints {
        let fields: Vec<&str> = line.split('|').collect();
        let [who, query, wanted] = fields[..] else {
            panic!("{line}");
        };
        let found = found(&text, &rows, query);
        let at = found.iter().position(|name| name == wanted);
        let is_name = Query::parse(query).name() == Query::parse(wanted).name();
        let most = if is_name { 1 } else { 3 };
        if at.is_none_or(|at| at >= most) {
            let found = found.join(" ");
            wrong.push_str(who);
            wrong.push_str(": `");
            wrong.push_str(query);
            wrong.push_str("` finds ");
            wrong.push_str(&found);
            wrong.push('\n');
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    assert!(complaints.len() >= 30);
}

#[test]
fn orders_are_total_and_the_name_itself_is_first_only_by_relevance() {
    use crate::model::search::text::Sort;
    let (text, rows) = corpus();
    let (none, empty) = (HashSet::new(), Text::default());
    for sort in [Sort::Use, Sort::Recent, Sort::Name, Sort::Relevance] {
        let page = |skip: usize, most: usize| {
            let query = Query::parse("json");
            let wanted = SearchWanted {
                query,
                sort,
                skip,
                most,
                names_only: false,
            };
            find(&text, &empty, &none, &none, &wanted, &mut in_memory).unwrap()
        };
        let all = page(0, 100);
        assert_eq!(all.hits.len(), all.total);
        // Pages are parts of the whole, whatever their size.
        for size in [1, 2, 3, 7] {
            let paged: Vec<_> = (0..all.total)
                .step_by(size)
                .flat_map(|skip| page(skip, size).hits)
                .collect();
            assert_eq!(paged, all.hits, "{size}");
        }
        let first = all.hits[0].offset(&text, &empty).unwrap();
        let is_exact = rows[usize::try_from(first).unwrap()].name == "json";
        assert_eq!(is_exact, matches!(sort, Sort::Relevance | Sort::Name));
    }
}
