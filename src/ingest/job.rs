//! One download on its way: what is done with each of its files, and what became of it.

use std::collections::BTreeSet;

use super::lacking::Lacks;
use super::media::FileFacts;
use super::plan::Recognised;
use super::report::{FileLine, ProblemLine, SkipLine};
use super::sink::{FileTally, Tallies};
use super::twice::{is_page, root_of};
use crate::bundle::Bundle;
use crate::sources::{FileOutcome, ProblemKind, Role, SOURCES, Source, default_role, detail};

/// One download on its way.
pub(super) struct Job {
    pub(super) family: &'static str,
    /// See [`Recognised::download`].
    pub(super) download: Option<String>,
    pub(super) bundle: Bundle,
    pub(super) facts: FileFacts,
    roles: Vec<Role>,
}

impl Job {
    pub(super) fn new(recognised: Recognised) -> Self {
        let Recognised { family, download, bundle } = recognised;
        let facts = FileFacts::new(&bundle);
        let sources: Vec<&dyn Source> = sources_of(family).collect();
        let roles = bundle
            .all_files()
            .map(|(_, file)| {
                let roles = sources.iter().filter_map(|source| source.role(&bundle, file));
                // A file that one source reads is read, whatever another would do with it.
                roles.min_by_key(|role| !matches!(role, Role::Read)).unwrap_or_else(|| default_role(file))
            })
            .collect();
        Self { family, download, bundle, facts, roles }
    }

    /// Parts of downloads and the folders in them, one pair for all files of a folder.
    pub(super) fn roots(&self) -> impl Iterator<Item = (&str, &str)> {
        let roots: BTreeSet<(usize, &str)> =
            self.bundle.all_files().map(|(_, file)| (file.part, root_of(&file.path))).collect();
        roots.into_iter().filter_map(|(part, root)| Some((self.bundle.parts().get(part)?.name.as_str(), root)))
    }

    fn role(&self, file: usize) -> Role {
        self.roles.get(file).copied().unwrap_or(Role::Raw("unknown-file"))
    }

    /// Takes what its files lack out of `lacks`.
    pub(super) fn report(&self, mut tallies: Tallies, lacks: &mut Lacks) -> Vec<FileLine> {
        let files = self.bundle.all_files().map(|(number, file)| {
            let tally = tallies.remove(&number).unwrap_or_default();
            let (outcome, reason) = self.outcome(number, &tally);
            let bundle = self.bundle.parts().get(file.part).map_or_else(String::new, |part| part.name.clone());
            let place = (bundle, file.path.clone());
            let lack = lacks.remove(&place).unwrap_or_default();
            let (bundle, path) = place;
            let mut line = FileLine {
                bundle,
                file: path,
                size_bytes: file.size,
                sha256: self.facts.sha256(number),
                outcome,
                reason,
                elements: tally.parsed.unwrap_or(0),
                records: tally.records,
                skips: tally.skips.iter().map(|(reason, count)| SkipLine { reason: *reason, count: *count }).collect(),
                problems: tally.problems,
                problem_count: tally.problem_count,
                missing: lack.lines,
                missing_count: lack.count,
            };
            let skipped: u64 = tally.skips.values().sum();
            if tally.parsed.is_some_and(|elements| elements != tally.records + skipped + tally.replaced) {
                let detail = detail("counts", &[line.elements, line.records, skipped, tally.replaced]);
                line.problems.push(ProblemLine { kind: ProblemKind::Accounting, position: None, detail });
                line.problem_count += 1;
            }
            // Every damaged file is a problem, whoever met the damage.
            if line.outcome == FileOutcome::Damaged && line.problem_count == 0 {
                let detail = line.reason.clone().unwrap_or_default();
                line.problems.push(ProblemLine { kind: ProblemKind::Damaged, position: None, detail });
                line.problem_count = 1;
            }
            line
        });
        self.cut_zips().chain(files).collect()
    }

    /// A line for each ZIP that is cut short, before those of the files that were found in it.
    fn cut_zips(&self) -> impl Iterator<Item = FileLine> {
        self.bundle.parts().iter().filter(|part| part.container().is_cut()).map(|part| {
            let found = u64::try_from(part.container().entries.len()).unwrap_or(u64::MAX);
            let kind = ProblemKind::TruncatedZip;
            FileLine {
                bundle: part.name.clone(),
                file: part.container().name.clone(),
                size_bytes: part.container().size_bytes(),
                sha256: None,
                outcome: FileOutcome::Damaged,
                reason: Some(kind.name().to_owned()),
                elements: 0,
                records: 0,
                skips: Vec::new(),
                problems: vec![ProblemLine { kind, position: None, detail: detail("files-found", &[found]) }],
                problem_count: 1,
                missing: Vec::new(),
                missing_count: 0,
            }
        })
    }

    fn outcome(&self, number: usize, tally: &FileTally) -> (FileOutcome, Option<String>) {
        let damage = self.bundle.damage(number).or_else(|| self.facts.damage(number));
        let role = self.role(number);
        if self.bundle.file(number).is_some_and(|file| file.duplicate_of.is_some()) {
            return (FileOutcome::Duplicate, None);
        }
        if let Role::Noise(reason) = role {
            return (FileOutcome::Ignored, Some(reason.to_owned()));
        }
        if let Some(damage) = damage {
            return (FileOutcome::Damaged, Some(damage.name().to_owned()));
        }
        // What could be read of it was read; the file itself is not kept.
        if self.facts.is_erased(number) && (tally.parsed.is_none() || tally.kept_raw.is_some()) {
            return (FileOutcome::Ignored, Some("erased".to_owned()));
        }
        let broken = tally.problems.iter().find(|problem| {
            matches!(
                problem.kind,
                ProblemKind::BadJson | ProblemKind::TruncatedJson | ProblemKind::TruncatedTable | ProblemKind::Damaged
            )
        });
        match (role, tally.kept_raw, broken) {
            (_, _, Some(problem)) => (FileOutcome::Damaged, Some(problem.kind.name().to_owned())),
            (Role::Raw(reason), ..) | (_, Some(reason), None) => (FileOutcome::KeptRaw, Some(reason.to_owned())),
            (Role::Read, None, None) if tally.parsed.is_none() => {
                (FileOutcome::KeptRaw, Some("unknown-shape".to_owned()))
            }
            _ => (FileOutcome::Parsed, None),
        }
    }

    /// Whether a file is media, or what has to be kept verbatim; duplicates and noise are neither.
    pub(super) fn files(&self, wanted: impl Fn(Role) -> bool) -> impl Iterator<Item = usize> {
        self.bundle.files().map(|(number, _)| number).filter(move |number| wanted(self.role(*number)))
    }

    /// Its media files, duplicates apart.
    pub(super) fn media(&self) -> impl Iterator<Item = usize> {
        self.files(|role| role == Role::Media)
    }

    /// Whether an HTML page is read.
    pub(super) fn brings_pages(&self) -> bool {
        let mut read = self.files(|role| role == Role::Read).filter_map(|number| self.bundle.file(number));
        read.any(|file| is_page(&file.key))
    }

    pub(super) fn size(&self, file: usize) -> u64 {
        self.bundle.file(file).map_or(0, |file| file.size)
    }
}

/// The sources of a family.
pub(super) fn sources_of(family: &'static str) -> impl Iterator<Item = &'static dyn Source> {
    SOURCES.iter().copied().filter(move |source| source.about().family == family)
}
