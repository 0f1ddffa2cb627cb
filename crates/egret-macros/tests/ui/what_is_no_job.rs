//! Only a plain struct is a job.

use egret_macros::Job;

#[derive(Job)]
enum Either {
    One,
    Two(u64),
}

#[derive(Job)]
union Overlaid {
    number: u64,
    bytes: [u8; 8],
}

#[derive(Job)]
struct Generic<T>(T);

#[derive(Job)]
struct Borrowing<'a> {
    name: &'a str,
}

#[derive(Job)]
struct Misplaced {
    #[job(rename = "id")]
    identity: u64,
}

fn main() {}
