//! Where a passphrase comes from: flags, then the environment, then a person at a terminal. Never waits without one.

use std::io::{IsTerminal as _, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use clap::ArgMatches;
use fs_err as fs;
use zeroize::Zeroizing;

use super::context::Context;
use super::convert::unreadable;
use super::error::{CommandError, ErrorKind};
use crate::config::Config;
use crate::crypto::{Passphrase, RecoveryLine, SlotError};

/// A passphrase file larger than this is some other file.
const PASSWORD_BYTES_MAX: u64 = 1 << 16;

/// The sources a passphrase may come from without a person, in the order they are tried.
pub struct PasswordSources {
    source: Option<Source>,
}

#[derive(Clone)]
enum Source {
    File(PathBuf),
    Command(String),
    Stdin,
    Variable(Zeroizing<String>),
}

impl PasswordSources {
    /// The first source that is given.
    #[must_use]
    pub fn new(matches: &ArgMatches, config: &Config) -> Self {
        let flags = || {
            let file = matches.get_one::<PathBuf>("password-file").cloned().map(Source::File);
            let command = || matches.get_one::<String>("password-command").cloned().map(Source::Command);
            let stdin = || matches.get_flag("password-stdin").then_some(Source::Stdin);
            file.or_else(command).or_else(stdin)
        };
        let environment = || {
            let file = config.password_file.clone().map(Source::File);
            let command = || config.password_command.clone().map(Source::Command);
            let variable = || config.password.clone().map(Source::Variable);
            file.or_else(command).or_else(variable)
        };
        Self { source: flags().or_else(environment) }
    }

    /// The passphrase, when a source is given.
    ///
    /// # Errors
    /// When the source gives none.
    pub fn read(&self) -> Result<Option<Passphrase>, CommandError> {
        let Some(source) = &self.source else { return Ok(None) };
        let passphrase = match source {
            Source::File(path) => from_file(path)?,
            Source::Command(command) => from_command(command)?,
            Source::Stdin => from_stdin()?,
            Source::Variable(text) => Passphrase::new(text),
        };
        if passphrase.is_empty() { Err(CommandError::new(ErrorKind::PasswordEmpty)) } else { Ok(Some(passphrase)) }
    }
}

/// The passphrase of a file: its whole content without the last line end.
///
/// # Errors
/// When the file cannot be read or is no text.
pub(super) fn from_file(path: &Path) -> Result<Passphrase, CommandError> {
    let unreadable =
        |error: std::io::Error| CommandError::new(ErrorKind::PasswordFileUnreadable).with("path", path).because(error);
    let file = fs::File::open(path).map_err(unreadable)?;
    text_of(file).map_err(unreadable)?.ok_or_else(|| CommandError::new(ErrorKind::PasswordNotText))
}

/// The recovery line or age identity of a file.
///
/// # Errors
/// When the file cannot be read or holds none.
pub(super) fn line_from_file(path: &Path) -> Result<RecoveryLine, CommandError> {
    let text = fs::File::open(path).and_then(text_of).map_err(|error| unreadable(path, error))?;
    // Bytes that are no text are no line either.
    Ok(text.map_or(Err(SlotError::BadRecoveryLine), |text| RecoveryLine::parse(text.reveal()))?)
}

fn from_command(command: &str) -> Result<Passphrase, CommandError> {
    let failed = || CommandError::new(ErrorKind::PasswordCommandFailed);
    let (shell, flag) = if cfg!(windows) { ("cmd", "/C") } else { ("sh", "-c") };
    let output = Command::new(shell)
        .args([flag, command])
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| failed().because(error))?;
    let printed = Zeroizing::new(output.stdout);
    if !output.status.success() {
        return Err(failed().because(output.status.to_string()));
    }
    let text = std::str::from_utf8(&printed).map_err(|_| CommandError::new(ErrorKind::PasswordNotText))?;
    Ok(Passphrase::new(text))
}

fn from_stdin() -> Result<Passphrase, CommandError> {
    let unreadable =
        |error: std::io::Error| CommandError::new(ErrorKind::PasswordFileUnreadable).with("path", "-").because(error);
    text_of(std::io::stdin().lock()).map_err(unreadable)?.ok_or_else(|| CommandError::new(ErrorKind::PasswordNotText))
}

fn text_of(reader: impl std::io::Read) -> std::io::Result<Option<Passphrase>> {
    let mut bytes = Zeroizing::new(Vec::new());
    reader.take(PASSWORD_BYTES_MAX).read_to_end(&mut bytes)?;
    let text = std::str::from_utf8(&bytes).ok();
    // Editors put a mark before the text that nobody typed.
    Ok(text.map(|text| Passphrase::new(text.strip_prefix('\u{feff}').unwrap_or(text))))
}

/// No echo at the terminal as long as it lives. A Windows console echoes what is read, and nothing before.
struct Silence {
    #[cfg(unix)]
    before: Option<(fs::File, rustix::termios::Termios)>,
}

impl Silence {
    #[cfg(unix)]
    fn begin() -> Self {
        use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};
        let silenced = || {
            let terminal = fs::File::open("/dev/tty").ok()?;
            let before = tcgetattr(&terminal).ok()?;
            let mut silent = before.clone();
            silent.local_modes.remove(LocalModes::ECHO | LocalModes::ECHONL);
            tcsetattr(&terminal, OptionalActions::Now, &silent).ok()?;
            Some((terminal, before))
        };
        Self { before: silenced() }
    }

    #[cfg(not(unix))]
    const fn begin() -> Self {
        Self {}
    }
}

#[cfg(unix)]
impl Drop for Silence {
    fn drop(&mut self) {
        if let Some((terminal, before)) = &self.before {
            // A terminal that is gone shows nothing.
            let _restored = rustix::termios::tcsetattr(terminal, rustix::termios::OptionalActions::Now, before);
        }
    }
}

impl Context {
    /// Whether a person can be asked.
    #[must_use]
    pub fn may_ask(&self) -> bool {
        !self.no_input && std::io::stdin().is_terminal() && self.output.stderr_is_terminal()
    }

    /// The passphrase of an archive: from a source, else from the person at the terminal.
    ///
    /// # Errors
    /// When a source fails, or when nobody can be asked.
    pub fn passphrase(&mut self) -> Result<Passphrase, CommandError> {
        if let Some(passphrase) = self.passwords.read()? {
            return Ok(passphrase);
        }
        if !self.may_ask() {
            return Err(CommandError::new(ErrorKind::PasswordNeeded));
        }
        let question = self.words.text("ask-password");
        self.typed(&question)
    }

    /// A passphrase typed without echo.
    ///
    /// # Errors
    /// When the terminal gives none.
    pub fn typed(&mut self, question: &str) -> Result<Passphrase, CommandError> {
        self.typed_or_nothing(question)?.ok_or_else(|| CommandError::new(ErrorKind::PasswordEmpty))
    }

    /// A passphrase typed without echo; `None` when only Enter was pressed.
    ///
    /// # Errors
    /// When the terminal gives none.
    pub fn typed_or_nothing(&mut self, question: &str) -> Result<Option<Passphrase>, CommandError> {
        // Off before the question, so that what is typed or pasted at once is not shown.
        let _silence = Silence::begin();
        self.output.ask(question);
        let typed = rpassword::read_password()
            .map(Zeroizing::new)
            .map_err(|error| CommandError::new(ErrorKind::PasswordNeeded).because(error))?;
        Ok((!typed.is_empty()).then(|| Passphrase::new(&typed)))
    }

    /// A line typed at the terminal; empty for the default.
    ///
    /// # Errors
    /// When nobody can be asked.
    pub fn answer(&mut self, question: &str) -> Result<String, CommandError> {
        self.output.ask(question);
        let mut line = String::new();
        std::io::stdin()
            .read_line(&mut line)
            .map_err(|error| CommandError::new(ErrorKind::PasswordNeeded).because(error))?;
        Ok(line.trim().to_owned())
    }
}
