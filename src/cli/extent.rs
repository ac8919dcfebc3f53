//! How much a check reads, as it is typed: `--quick`, `--read-data all`, `--read-data 5%`, `--read-data 2/12`.

use clap::{Arg, ArgMatches};

use super::flags;
use crate::store::Bucket;
use crate::words::Words;

/// More parts than this no one would ever come through.
const PARTS_MAX: u32 = 1000;

/// What `--read-data` asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ReadData {
    /// Everything, with the key.
    All,
    /// A share: the next part of as many as it takes to read everything.
    Share {
        /// How many parts there are.
        of: u32,
    },
    /// This part.
    Part(Bucket),
}

impl ReadData {
    /// The part that is meant; `next` knows which part of so many is due.
    pub(super) fn part(self, next: impl FnOnce(u32) -> Option<Bucket>) -> Option<Bucket> {
        match self {
            Self::All => None,
            Self::Share { of } => next(of),
            Self::Part(part) => Some(part),
        }
    }
}

/// The arguments of a check.
pub(super) fn arguments(words: &Words) -> [Arg; 2] {
    [
        flags::switch(words, "quick", "rapide", "check-quick").conflicts_with("read-data"),
        flags::option(words, "read-data", "lire", "check-read-data", "value-extent")
            .num_args(0..=1)
            .default_missing_value("all")
            .value_parser(parse),
    ]
}

/// What was asked for.
pub(super) fn asked(matches: &ArgMatches) -> Option<ReadData> {
    matches.get_one::<ReadData>("read-data").copied()
}

fn parse(text: &str) -> Result<ReadData, String> {
    let refused = || "all | 5% | 2/12".to_owned();
    if matches!(text, "all" | "tout") {
        return Ok(ReadData::All);
    }
    if let Some(percent) = text.strip_suffix('%') {
        let percent: u32 = percent.trim().parse().map_err(|_| refused())?;
        return match percent {
            0 | 101.. => Err(refused()),
            percent => Ok(ReadData::Share { of: 100_u32.div_ceil(percent) }),
        };
    }
    let (number, of) = text.split_once('/').ok_or_else(refused)?;
    let (number, of) = (number.parse().map_err(|_| refused())?, of.parse().map_err(|_| refused())?);
    Bucket::new(number, of).filter(|part| part.of() <= PARTS_MAX).map(ReadData::Part).ok_or_else(refused)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extents_are_read_as_typed() {
        assert_eq!(parse("all"), Ok(ReadData::All));
        assert_eq!(parse("tout"), Ok(ReadData::All));
        assert_eq!(parse("5%"), Ok(ReadData::Share { of: 20 }));
        assert_eq!(parse("30%"), Ok(ReadData::Share { of: 4 }));
        assert_eq!(parse("100 %"), Ok(ReadData::Share { of: 1 }));
        assert_eq!(parse("2/12"), Ok(ReadData::Part(Bucket::new(2, 12).unwrap())));
        for wrong in ["", "0%", "101%", "0/3", "4/3", "1/0", "1/1001", "x", "-1%", "1.5%"] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }
}
