//! Where a registry's web API is.

/// What a path says behind `/api/v1/`, which is at the root for crates.io, else directly below a registry.
pub fn call_of(path: &str) -> Option<&str> {
    let inner = match path.strip_prefix("/registries/") {
        Some(rest) => &rest[rest.find('/')?..],
        None => path,
    };
    inner.strip_prefix("/api/v1/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_api_is_in_one_place() {
        assert_eq!(call_of("/api/v1/crates"), Some("crates"));
        assert_eq!(call_of("/registries/r/api/v1/crates/a"), Some("crates/a"));
        for path in [
            "/registries/r/api/x/api/v1/crates/a",
            "/registries/api/v1/crates/a",
            "/x/api/v1/crates/a",
            "/registries/r",
        ] {
            assert_eq!(call_of(path), None, "{path}");
        }
    }
}
