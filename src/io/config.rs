use std::path::Path;
#[derive(Debug)] pub struct ConfigError; impl ConfigError { pub fn at(self, _p:&Path)->crate::model::error::Error { unimplemented!() } }
pub struct Pointer { pub local_registry: String }
pub fn off(text:&str)->Result<Option<String>,ConfigError>{Ok(Some(text.to_owned()))}
pub fn on(_t:Option<&str>,_p:&Pointer)->Result<String,ConfigError>{ Err(ConfigError) }
pub fn block(_p:&Pointer)->String{ String::new() }
pub fn pointed_at(_t:&str)->Result<Option<String>,ConfigError>{ Ok(None) }
pub fn replacement(_t:&str)->Result<Option<String>,ConfigError>{ Ok(None) }
