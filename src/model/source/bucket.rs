//! The address of a mirror in an object store: `s3://BUCKET/PREFIX`, `gs://BUCKET/PREFIX`, `az://CONTAINER/PREFIX`.

use std::fmt;

use url::Url;

/// Which protocol the object store speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cloud {
    /// Amazon S3 and what speaks it.
    S3,
    /// Google Cloud Storage.
    Google,
    /// Azure Blob Storage.
    Azure,
}

impl Cloud {
    fn scheme(self) -> &'static str {
        match self {
            Self::S3 => "s3",
            Self::Google => "gs",
            Self::Azure => "az",
        }
    }
}

/// A bucket, and where in it the mirror lies. It holds no login: credentials come from the environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BucketAddress {
    pub cloud: Cloud,
    pub bucket: String,
    /// Without slashes at its ends; may be empty.
    pub prefix: String,
}

impl BucketAddress {
    /// Whether a text means a bucket, well-formed or not.
    pub fn is_meant(text: &str) -> bool {
        ["s3://", "gs://", "az://"]
            .iter()
            .any(|start| text.starts_with(start))
    }

    /// Reads an address; says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let url = Url::parse(text).map_err(|cause| cause.to_string())?;
        let cloud = match url.scheme() {
            "s3" => Cloud::S3,
            "gs" => Cloud::Google,
            "az" => Cloud::Azure,
            _ => return Err("a bucket is s3://, gs:// or az://".to_owned()),
        };
        let bucket = url.host_str().unwrap_or_default().to_owned();
        if bucket.is_empty() {
            return Err("it names no bucket".to_owned());
        }
        let has_login = !url.username().is_empty() || url.password().is_some();
        if has_login || url.query().is_some() || url.fragment().is_some() || url.port().is_some() {
            return Err(
                "no more than a bucket and a path: keys and endpoints come from the environment"
                    .to_owned(),
            );
        }
        let prefix = url.path().trim_matches('/').to_owned();
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./".contains(&byte);
        let dots = |part: &str| part.is_empty() || part.chars().all(|it| it == '.');
        if !prefix.bytes().all(plain) || !prefix.is_empty() && prefix.split('/').any(dots) {
            return Err(
                "its path is made of letters, digits, `-`, `_`, `.` and single `/`".to_owned(),
            );
        }
        Ok(Self {
            cloud,
            bucket,
            prefix,
        })
    }

    /// The key of an object of the mirror in the bucket.
    pub fn key(&self, path: &str) -> String {
        if self.prefix.is_empty() {
            path.to_owned()
        } else {
            format!("{}/{path}", self.prefix)
        }
    }
}

impl fmt::Display for BucketAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", self.cloud.scheme(), self.bucket)?;
        if self.prefix.is_empty() {
            Ok(())
        } else {
            write!(f, "/{}", self.prefix)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_and_printed() {
        for (text, key) in [
            ("s3://crates", "a"),
            ("s3://crates/team/mirror", "team/mirror/a"),
            ("gs://crates/x", "x/a"),
            ("az://crates", "a"),
        ] {
            let read = BucketAddress::parse(text).unwrap();
            assert_eq!(read.to_string(), text);
            assert_eq!(read.key("a"), key);
            assert_eq!(BucketAddress::parse(&format!("{text}/")).unwrap(), read);
        }
        for text in [
            "s3://",
            "s3:///x",
            "s3://key:secret@crates/x",
            "s3://crates/x?endpoint=y",
            "s3://crates/a//b",
            "s3://crates/a b",
            "http://crates/x",
            "crates",
        ] {
            assert!(BucketAddress::parse(text).is_err(), "{text}");
        }
    }
}
