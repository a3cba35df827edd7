//! One test for each fault that somebody reported, named after the report: `issue_12_what_went_wrong`. A test that fits a
//! file of its command stands there; here is what would have no other home, or only makes sense with its history.
