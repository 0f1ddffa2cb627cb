//! A bare socket: what the server and the machine give to whoever does nothing else, as a limit for all programs.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpStream;
use std::time::Instant;

use super::server::job;
use crate::{Failure, processor, worker};

/// Commands in one packet, where they go together.
const PIPELINED: u64 = 100;

/// Takes jobs with one blocking pop after the other until it is killed. They are lost with it.
pub fn work(url: &str) -> Result<(), Failure> {
    let mut socket = Socket::open(url)?;
    loop {
        socket.send(&["BRPOP", "queue:default", "0"])?;
        let popped = socket.answer()?.ok_or("a pop without a time limit was answered with nothing")?;
        if popped.contains(r#""class":"Stamp""#) {
            let waited = worker::now().saturating_sub(argument_of(&popped)?);
            socket.send(&["RPUSH", "bench:pickup", &waited.to_string()])?;
            socket.answer()?;
        }
    }
}

fn argument_of(job: &str) -> Result<u64, Failure> {
    let arguments = job.split(r#""args":["#).nth(1).ok_or("a job has arguments")?;
    let digits = arguments.split(']').next().unwrap_or_default();
    Ok(digits.parse().map_err(|_| format!("`{digits}` is no number"))?)
}

/// Pushes jobs, one command a round trip or many, and tells how long it took and what it took of the processors.
pub fn enqueue(url: &str, way: &str, count: &str) -> Result<(), Failure> {
    let count: u64 = count.parse()?;
    let mut socket = Socket::open(url)?;
    socket.send(&["SADD", "queues", "default"])?;
    socket.answer()?;
    let (began, before) = (Instant::now(), processor::time_of(std::process::id()));
    let step = if way == "single" { 1 } else { PIPELINED };
    for first in (0..count).step_by(step as usize) {
        let numbers = first..count.min(first + step);
        for number in numbers.clone() {
            socket.put(&["LPUSH", "queue:default", &job("Nothing", number)]);
        }
        socket.flush()?;
        for _ in numbers {
            socket.answer()?;
        }
    }
    let own = processor::time_of(std::process::id()) - before;
    println!("{} {}", began.elapsed().as_secs_f64(), own.as_secs_f64());
    Ok(())
}

/// A connection, and what is about to be sent through it.
struct Socket {
    answers: BufReader<TcpStream>,
    packet: Vec<u8>,
}

impl Socket {
    /// Of a URL such as `redis://127.0.0.1:6379/1`.
    fn open(url: &str) -> Result<Self, Failure> {
        let place = url.strip_prefix("redis://").ok_or_else(|| format!("`{url}` is no plain connection to Redis"))?;
        let (address, database) = place.split_once('/').unwrap_or((place, "0"));
        let stream = TcpStream::connect(address).map_err(|error| format!("{address}: {error}"))?;
        stream.set_nodelay(true)?;
        let mut socket = Self { answers: BufReader::with_capacity(64 << 10, stream), packet: Vec::new() };
        socket.send(&["SELECT", database])?;
        socket.answer()?;
        Ok(socket)
    }

    fn put(&mut self, words: &[&str]) {
        let _ = write!(self.packet, "*{}\r\n", words.len());
        for word in words {
            let _ = write!(self.packet, "${}\r\n{word}\r\n", word.len());
        }
    }

    fn flush(&mut self) -> Result<(), Failure> {
        self.answers.get_mut().write_all(&self.packet)?;
        self.packet.clear();
        Ok(())
    }

    fn send(&mut self, words: &[&str]) -> Result<(), Failure> {
        self.put(words);
        self.flush()
    }

    /// One answer; of several words in it, the last.
    fn answer(&mut self) -> Result<Option<String>, Failure> {
        let head = self.line()?;
        let (kind, rest) = head.split_at_checked(1).ok_or("the server answered with an empty line")?;
        match kind {
            "+" | ":" => Ok(Some(rest.to_owned())),
            "$" if rest == "-1" => Ok(None),
            "$" => self.line().map(Some),
            "*" => {
                let n_words: i64 = rest.parse()?;
                (0..n_words).try_fold(None, |_, _| self.answer())
            }
            _ => Err(format!("the server answered `{head}`").into()),
        }
    }

    /// None of what is measured has a line break in it.
    fn line(&mut self) -> Result<String, Failure> {
        let mut line = String::new();
        if self.answers.read_line(&mut line)? == 0 {
            return Err("the server closed the connection".into());
        }
        Ok(line.trim_end_matches("\r\n").to_owned())
    }
}
