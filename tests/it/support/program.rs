//! Runs the real program in a folder of its own, without the surroundings of whoever runs the tests.

use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The program, with a home folder nobody else has.
pub struct Malle {
    home: tempfile::TempDir,
    variables: Vec<(String, String)>,
}

/// What one run gave.
pub struct Run {
    /// Exit code; -1 for a signal.
    pub code: i32,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
}

impl Malle {
    /// The program speaking French.
    pub fn new() -> Self {
        Self::bare().set("LANG", "fr_FR.UTF-8")
    }

    /// The program in surroundings that say nothing.
    pub fn bare() -> Self {
        Self { home: tempfile::tempdir().unwrap(), variables: Vec::new() }
    }

    /// Sets an environment variable.
    pub fn set(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Takes an environment variable away again.
    pub fn unset(mut self, name: &str) -> Self {
        self.variables.retain(|(known, _)| known != name);
        self
    }

    /// The home folder; gone when `self` is.
    pub fn home(&self) -> &Path {
        self.home.path()
    }

    /// A path in the home folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.home().join(name)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_malle"));
        command.args(arguments).current_dir(self.home()).env_clear().env("HOME", self.home()).stdin(Stdio::null());
        if let Some(path) = std::env::var_os("PATH") {
            command.env("PATH", path);
        }
        for (name, value) in &self.variables {
            command.env(name, value);
        }
        command
    }

    /// Runs to the end with nothing to read.
    pub fn run(&self, arguments: &[&str]) -> Run {
        finished(self.command(arguments).output().unwrap())
    }

    /// Runs and kills it (not politely) after `moment`; false when it had ended by itself.
    pub fn run_and_kill(&self, arguments: &[&str], moment: std::time::Duration) -> bool {
        let mut child = self.command(arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(moment);
        child.kill().unwrap();
        child.wait().unwrap().code().is_none()
    }

    /// Runs to the end with something to read.
    pub fn run_with_input(&self, arguments: &[&str], input: &str) -> Run {
        let mut command = self.command(arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        finished(child.wait_with_output().unwrap())
    }

    /// Runs until standard error holds `sign`, then presses Ctrl-C.
    pub fn run_and_interrupt(&self, arguments: &[&str], sign: &str) -> Run {
        let mut command = self.command(arguments);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut stderr = child.stderr.take().unwrap();
        let mut seen = Vec::new();
        while !String::from_utf8_lossy(&seen).contains(sign) {
            let mut byte = [0];
            assert_eq!(stderr.read(&mut byte).unwrap(), 1, "ended before {sign}");
            seen.push(byte[0]);
        }
        let killed = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
        assert!(killed.success());
        let mut run = finished(child.wait_with_output().unwrap());
        stderr.read_to_end(&mut seen).unwrap();
        run.stderr = String::from_utf8(seen).unwrap();
        run
    }

    /// Runs until a file is there, then presses Ctrl-C, and gives the exit code.
    pub fn run_and_interrupt_once(&self, arguments: &[&str], there: &Path) -> i32 {
        let mut child = self.command(arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        while !there.exists() && child.try_wait().unwrap().is_none() {
            std::thread::yield_now();
        }
        // A run that has ended by now is not there any more.
        let _sent = Command::new("kill").args(["-INT", &child.id().to_string()]).stderr(Stdio::null()).status();
        child.wait().unwrap().code().unwrap_or(-1)
    }

    /// Runs with nobody reading standard output.
    pub fn run_without_reader(&self, arguments: &[&str]) -> Run {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        finished(
            self.command(arguments).stdout(writer).stderr(Stdio::piped()).spawn().unwrap().wait_with_output().unwrap(),
        )
    }
}

fn finished(output: std::process::Output) -> Run {
    Run {
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}
