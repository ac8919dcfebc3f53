//! The only reader of environment variables and of the user's folders.

use std::ffi::OsString;
use std::path::PathBuf;

use zeroize::Zeroizing;

/// Everything the surroundings say. Flags of the command line win over it.
pub struct Config {
    /// `MALLE_ARCHIVE`.
    pub archive: Option<PathBuf>,
    /// Locale names to choose the language from, most important first: `MALLE_LANG`, `LC_ALL`, `LC_MESSAGES`, `LANG`,
    /// then what the operating system says.
    pub locales: Vec<String>,
    /// `MALLE_COUNTRY`.
    pub country: Option<String>,
    /// `MALLE_TZ`.
    pub zone: Option<String>,
    /// `MALLE_PASSWORD_FILE`.
    pub password_file: Option<PathBuf>,
    /// `MALLE_PASSWORD_COMMAND`.
    pub password_command: Option<String>,
    /// `MALLE_PASSWORD`; weaker, since other programs of the same user can read it.
    pub password: Option<Zeroizing<String>>,
    /// `NO_COLOR` is set, or the terminal is `dumb`.
    pub plain: bool,
    /// `CLICOLOR_FORCE` is set.
    pub color_forced: bool,
    /// The user's Documents folder, else the home folder.
    pub documents: Option<PathBuf>,
    /// The file of this program.
    pub program: Option<PathBuf>,
    /// The user's own short forms for searches: `MALLE_ABBREVIATIONS`.
    pub abbreviations: Option<PathBuf>,
    /// The folder of this user's settings for this program; it may not exist.
    pub settings: Option<PathBuf>,
    /// A per-user folder that lives in memory only (Linux: `XDG_RUNTIME_DIR`).
    pub runtime: Option<PathBuf>,
    /// The per-user folder for data of programs on this computer.
    pub data: Option<PathBuf>,
}

impl Config {
    /// Reads the environment once.
    #[must_use]
    pub fn read() -> Self {
        let mut locales: Vec<String> =
            ["MALLE_LANG", "LC_ALL", "LC_MESSAGES", "LANG"].into_iter().filter_map(text).collect();
        locales.extend(sys_locale::get_locale());
        Self {
            archive: variable("MALLE_ARCHIVE").map(PathBuf::from),
            locales,
            country: text("MALLE_COUNTRY"),
            zone: text("MALLE_TZ"),
            password_file: variable("MALLE_PASSWORD_FILE").map(PathBuf::from),
            password_command: text("MALLE_PASSWORD_COMMAND"),
            password: text("MALLE_PASSWORD").map(Zeroizing::new),
            plain: variable("NO_COLOR").is_some() || text("TERM").is_some_and(|term| term == "dumb"),
            color_forced: text("CLICOLOR_FORCE").is_some_and(|force| force != "0"),
            documents: dirs::document_dir().or_else(dirs::home_dir),
            program: std::env::current_exe().ok(),
            abbreviations: variable("MALLE_ABBREVIATIONS").map(PathBuf::from),
            settings: dirs::config_dir().map(|folder| folder.join("malle")),
            runtime: dirs::runtime_dir(),
            data: dirs::data_local_dir(),
        }
    }

    /// The country of the first locale that names one: `SN` of `fr_SN.UTF-8`.
    #[must_use]
    pub fn region(&self) -> Option<&str> {
        self.locales.iter().find_map(|locale| {
            let region = locale.split(['.', '@']).next()?.split(['_', '-']).nth(1)?;
            (region.len() == 2 && region.bytes().all(|b| b.is_ascii_uppercase())).then_some(region)
        })
    }

    /// Where an archive lies when nobody says: the folder `Malle` of the user's documents, so that people can see it.
    #[must_use]
    pub fn default_archive(&self) -> PathBuf {
        self.documents.as_deref().map_or_else(|| PathBuf::from("Malle"), |documents| documents.join("Malle"))
    }
}

/// A variable that is set and not empty.
#[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
fn variable(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}

fn text(name: &str) -> Option<String> {
    variable(name)?.into_string().ok()
}
