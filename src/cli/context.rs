//! What every command is given: words, streams, surroundings, and what the global flags say.

use std::path::PathBuf;

use chrono_tz::Tz;
use clap::ArgMatches;

use super::clock;
use super::error::{CommandError, ErrorKind};
use super::output::Output;
use super::password::PasswordSources;
use super::progress::Progress;
use crate::backup::find_archive;
use crate::config::Config;
use crate::store::{Archive, Layout, peek};
use crate::words::Words;

/// Name of the archive's setting that holds its country.
pub(super) const COUNTRY: &str = "country";

/// What every command is given.
pub struct Context {
    /// Texts in the user's language.
    pub words: Words,
    /// Standard output and standard error.
    pub output: Output,
    /// The surroundings.
    pub config: Config,
    /// Where the passphrase may come from.
    pub passwords: PasswordSources,
    /// `--identity`: a file with a recovery line or a person's age identity.
    pub identity: Option<PathBuf>,
    /// `--archive`.
    archive: Option<PathBuf>,
    /// `--country`, else `MALLE_COUNTRY`: two capital letters.
    country: Option<String>,
    /// `--tz`, else `MALLE_TZ`, else the machine's zone.
    pub zone: Tz,
    /// Nobody may be asked.
    pub no_input: bool,
    no_progress: bool,
}

impl Context {
    /// What the global flags say. `zone` was chosen by `zone_of`, `country` by `country_of`.
    #[must_use]
    pub fn new(
        words: Words,
        output: Output,
        config: Config,
        matches: &ArgMatches,
        (zone, country): (Tz, Option<String>),
    ) -> Self {
        Self {
            identity: matches.get_one::<PathBuf>("identity").cloned(),
            archive: matches.get_one::<PathBuf>("archive").cloned(),
            country,
            zone,
            no_input: matches.get_flag("no-input"),
            no_progress: matches.get_flag("no-progress"),
            passwords: PasswordSources::new(matches, &config),
            words,
            output,
            config,
        }
    }

    /// Where the archive lies: `--archive`, `MALLE_ARCHIVE`, else the user's documents. For a drive that holds one copy
    /// it is the copy.
    #[must_use]
    pub fn archive_path(&self) -> PathBuf {
        let path = self.place();
        if peek(&path).is_ok() {
            return path;
        }
        find_archive(&path).ok().filter(|copy| Layout::new(copy).is_copy()).unwrap_or(path)
    }

    /// The folder that was given, whatever is in it.
    #[must_use]
    pub fn place(&self) -> PathBuf {
        self.archive.clone().or_else(|| self.config.archive.clone()).unwrap_or_else(|| self.config.default_archive())
    }

    /// The country of an archive: that of this call, else the one chosen when it was made, else the locale's.
    #[must_use]
    pub fn country_of<'a>(&'a self, archive: &'a Archive) -> Option<&'a str> {
        let kept = || archive.commit().settings.get(COUNTRY).map(String::as_str);
        self.country().or_else(kept).or_else(|| self.config.region())
    }

    /// The country that was asked for in this call.
    #[must_use]
    pub fn country(&self) -> Option<&str> {
        self.country.as_deref()
    }

    /// A progress bar when somebody watches, else nothing.
    #[must_use]
    pub fn progress(&self, label: &str) -> Progress {
        let watched = self.output.stderr_is_terminal() && !self.output.is_quiet() && !self.output.is_json();
        if watched && !self.no_progress { Progress::visible(&self.words, label) } else { Progress::silent() }
    }
}

/// `--tz`, else `MALLE_TZ`, else the machine's zone.
pub(super) fn zone_of(matches: &ArgMatches, config: &Config) -> Result<Tz, CommandError> {
    match matches.get_one::<String>("tz").or(config.zone.as_ref()) {
        None => Ok(clock::machine_zone()),
        Some(name) => name.parse().map_err(|_| unknown_zone(name)),
    }
}

/// The zone is not in the time-zone database.
pub(super) fn unknown_zone(name: &str) -> CommandError {
    CommandError::new(ErrorKind::UnknownZone).with("given", name)
}
