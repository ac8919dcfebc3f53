//! Reads every file of a download: in parallel by section, in order within one, each element accounted for.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, PoisonError};

use rayon::prelude::*;
use serde_json::Value;

use super::owner::find_owner;
use super::reading::Reading;
use super::sections::{COMMENTS_ON_MEDIA, Form, Section, base_of, number_of};
use super::{INFO, activity, albums, detect, early, labels, named, sections};
use crate::bundle::{Bundle, File};
use crate::model::{Draft, Fingerprint, Kind, RecordId, Twins};
use crate::sources::meta::html::Zones;
use crate::sources::meta::layout::has_extension;
use crate::sources::meta::thread::Owner;
use crate::sources::meta::{Document, Fields, account_zone, pruned};
use crate::sources::{Problem, ProblemKind, ReadOptions, Role, Sink, SkipReason, Stop, detail, is_of_later_reader};

/// Files whose elements are numbered together, in order: the numbered files of one section in one layout. A different
/// file of the same path is a second telling and stands in a group of its own.
struct Group {
    section: &'static Section,
    /// HTML pages, which tell once more what JSON tells.
    pages: bool,
    files: Vec<usize>,
}

/// Posts and comments handed over so far, by whether pages told them, with their titles. Some sections tell them again: the
/// records get the same id, so that the archive merges them.
type Told = Mutex<HashMap<(bool, RecordId), Option<String>>>;

type NumberedFiles = (&'static Section, Vec<(u64, usize)>);

pub(super) fn read(bundle: &Bundle, options: &ReadOptions, sink: &dyn Sink) -> Result<(), Stop> {
    let (owner, told_by_download) = find_owner(bundle, options);
    if let Some(owner) = owner.told().filter(|_| told_by_download) {
        sink.owner(owner);
    }
    let zone = account_zone(bundle);
    if let Some(zone) = zone {
        sink.zone(zone);
    }
    let zones = Zones::Account(zone.or(options.zone));
    let told = Told::default();
    let pages: Vec<(usize, early::Page)> =
        own_files(bundle).filter_map(|(number, file)| Some((number, early::page_of(&file.key)?))).collect();
    if !pages.is_empty() {
        let shared = early::Early::of(bundle, zones, options.date_order);
        pages.par_iter().try_for_each(|(file, page)| {
            let section = &sections::UNLISTED;
            let reader = FileReader { bundle, section, pages: true, owner: &owner, told: &told, file: *file, sink };
            early::read(reader, *page, &shared)
        })?;
    }
    let (repeating, first): (Vec<Group>, Vec<Group>) =
        groups(bundle).into_iter().partition(|group| group.section.repeats());
    let read_group = |group: &Group| {
        let mut twins = Twins::new();
        let pages = group.pages;
        let reader =
            |file| FileReader { bundle, section: group.section, pages, owner: &owner, told: &told, file, sink };
        group.files.iter().try_for_each(|file| {
            if group.pages {
                reader(*file).read_page(zones, options.date_order, &mut twins)
            } else {
                reader(*file).read(&mut twins)
            }
        })
    };
    first.par_iter().try_for_each(read_group)?;
    // After the others and one by one, so that the same section always tells an element first.
    repeating.iter().try_for_each(read_group)
}

/// The files that this reader takes.
fn own_files(bundle: &Bundle) -> impl Iterator<Item = (usize, &File)> {
    let is_own = |file: &File| detect::role(file) == Some(Role::Read) && !is_of_later_reader(&INFO, bundle, file);
    bundle.files().filter(move |(_, file)| is_own(file))
}

fn groups(bundle: &Bundle) -> Vec<Group> {
    // By series and copy: the files with their numbers.
    let mut groups: BTreeMap<(String, bool, usize), NumberedFiles> = BTreeMap::new();
    for (number, file) in own_files(bundle) {
        if early::page_of(&file.key).is_some() {
            continue;
        }
        let Some(section) = detect::section_of(file) else { continue };
        let (folder, name) = file.key.rsplit_once('/').unwrap_or(("", &file.key));
        let series = format!("{folder}/{}", base_of(name));
        let pages = !has_extension(name, "json");
        let files = &mut groups.entry((series, pages, file.copy)).or_insert_with(|| (section, Vec::new())).1;
        files.push((number_of(name), number));
    }
    groups
        .into_iter()
        .map(|((_, pages, _), (section, mut files))| {
            files.sort_unstable();
            Group { section, pages, files: files.into_iter().map(|(_, number)| number).collect() }
        })
        .collect()
}

#[derive(Clone, Copy)]
pub(super) struct FileReader<'a> {
    pub(super) bundle: &'a Bundle,
    pub(super) section: &'static Section,
    pages: bool,
    pub(super) owner: &'a Owner,
    told: &'a Told,
    pub(super) file: usize,
    pub(super) sink: &'a dyn Sink,
}

impl<'a> FileReader<'a> {
    /// The same file, read as another section.
    pub(super) const fn with(self, section: &'static Section) -> Self {
        Self { section, ..self }
    }

    fn read(&self, twins: &mut Twins) -> Result<(), Stop> {
        let document = match Document::read(self.bundle, self.file) {
            Ok(document) => document,
            Err((kind, detail)) => {
                self.problem(None, kind, detail);
                self.sink.parsed(self.file, 0);
                return Ok(());
            }
        };
        if self.section.is_unlisted() && !document.text().contains("\"label_values\"") {
            self.sink.kept_raw(self.file, "unknown-file");
            return Ok(());
        }
        if document.not_utf8 {
            self.problem(None, ProblemKind::NotUtf8, String::new());
        }
        let (mut position, mut inner) = (0, 0);
        let walk = document.walk(self.section.holds, self.section.keys, &mut |under, json| {
            let at = position;
            position += 1;
            let Some(value) = document.element(json) else {
                self.problem(Some(at), ProblemKind::UnknownShape, detail("unreadable-element", &[]));
                return Ok(());
            };
            inner += self.element(under, value, at, twins)?;
            Ok(())
        })?;
        if walk.unknown {
            self.sink.kept_raw(self.file, "unknown-shape");
            return Ok(());
        }
        if walk.leftover > 0 {
            let fields = u64::try_from(walk.leftover).unwrap_or(u64::MAX);
            self.problem(None, ProblemKind::UnknownShape, detail("fields-beside-list", &[fields]));
        }
        if let Some((kind, detail)) = walk.broken {
            self.problem(None, kind, detail);
        }
        self.sink.parsed(self.file, walk.elements + inner);
        Ok(())
    }

    /// Hands over one element and the elements inside it; gives the number of the latter.
    fn element(&self, under: &str, value: Value, position: u64, twins: &mut Twins) -> Result<u64, Stop> {
        let Some((shape, fields)) = shape(self.section.form, under, value) else {
            self.problem(Some(position), ProblemKind::UnknownShape, detail("not-an-object", &[]));
            return Ok(0);
        };
        let Some(fields) = fields else {
            self.sink.skip(self.file, SkipReason::Empty, 1);
            return Ok(0);
        };
        let mut reading = self.reading(position);
        fill(&mut reading, shape, under, fields);
        if reading.bad_time {
            self.problem(Some(position), ProblemKind::BadTime, String::new());
        }
        let comments = std::mem::take(&mut reading.comments);
        self.hand_over(reading.finish(twins))?;
        let mut inner = 0;
        for (uri, comment) in comments {
            inner += 1;
            self.comment(uri, comment, position)?;
        }
        Ok(inner)
    }

    /// A reading of an element of this file. Unlisted files are told apart by their names.
    pub(super) fn reading(&self, position: u64) -> Reading<'a> {
        let mut reading = Reading::new(self.section, self.owner, self.file, position);
        if self.section.is_unlisted()
            && let Some(file) = self.bundle.file(self.file)
        {
            let name = file.key.rsplit('/').next().unwrap_or(&file.key);
            base_of(name).clone_into(&mut reading.list);
            reading.note("list", base_of(name));
        }
        reading
    }

    pub(super) fn hand_over(&self, mut draft: Draft) -> Result<(), Stop> {
        if matches!(draft.kind, Kind::Post | Kind::Comment) {
            let title = draft.extra.get("title").and_then(Value::as_str).map(str::to_owned);
            let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
            if self.section.repeats() {
                // Within one download equal titles are equal to the letter: with another title it is another element,
                // such as one text posted on the timeline and in a group at once.
                let known = told.get(&(self.pages, draft.id)).cloned().flatten();
                if known.is_some() && title.is_some() && known != title {
                    let print = Fingerprint::new(draft.platform, draft.kind).text(self.section.id);
                    draft.id = print.text(&draft.id.to_string()).finish(&mut Twins::new());
                }
            }
            told.entry((self.pages, draft.id)).or_insert(title);
        }
        self.sink.record(draft)
    }

    /// A comment under a file. The file may stand in a post and in an album: it is the same comment, never a twin.
    fn comment(&self, uri: String, comment: Value, position: u64) -> Result<(), Stop> {
        let mut reading = Reading::new(&COMMENTS_ON_MEDIA, self.owner, self.file, position);
        if activity::comment_on_media(&mut reading, comment, uri).is_err() {
            self.problem(Some(position), ProblemKind::UnknownShape, detail("not-a-comment", &[]));
            return Ok(());
        }
        if reading.bad_time {
            self.problem(Some(position), ProblemKind::BadTime, String::new());
        }
        self.sink.record(reading.finish(&mut Twins::new()))
    }

    pub(super) fn problem(&self, position: Option<u64>, kind: ProblemKind, detail: String) {
        self.sink.problem(Problem { file: self.file, position, kind, detail });
    }
}

/// How one element is read: as its section says, or as a table of labels, to which Facebook moves one section after
/// the other.
#[derive(Clone, Copy)]
pub(super) enum Shape {
    Form(Form),
    Labels,
}

/// The shape of an element with what it holds (nothing, if it is empty); `None` when it is no object.
fn shape(form: Form, under: &str, value: Value) -> Option<(Shape, Option<Fields>)> {
    let object = |key: &str, value: Value| Value::Object([(key.to_owned(), value)].into_iter().collect());
    let value = match value {
        // What stands under a group's name is a list of badges, or one badge; the name counts even without any.
        badges if form == Form::Badges && !under.is_empty() => object("badges", badges),
        // A name alone: pages and people were once listed so.
        name @ Value::String(_) if matches!(form, Form::Named | Form::Event) => object("name", name),
        value => value,
    };
    let Some(value) = pruned(value) else {
        let named = form == Form::Badges && !under.is_empty();
        return Some((Shape::Form(form), named.then(Fields::default)));
    };
    let fields = Fields::of(value).ok()?;
    Some((shape_of(form, &fields), Some(fields)))
}

/// The shape of an element that holds something.
pub(super) fn shape_of(form: Form, fields: &Fields) -> Shape {
    if fields.has("label_values") { Shape::Labels } else { Shape::Form(form) }
}

pub(super) fn fill(reading: &mut Reading<'_>, shape: Shape, under: &str, fields: Fields) {
    match shape {
        Shape::Labels => labels::fill(reading, fields),
        Shape::Form(Form::Own) => activity::fill(reading, fields, true),
        Shape::Form(Form::Others) => activity::fill(reading, fields, false),
        Shape::Form(Form::Album) => albums::album(reading, fields),
        Shape::Form(Form::Media) => albums::single(reading, fields),
        Shape::Form(Form::Named) => named::named(reading, fields),
        Shape::Form(Form::Event) => named::event(reading, fields, under),
        Shape::Form(Form::Listing) => named::listing(reading, fields),
        Shape::Form(Form::Profile) => named::profile(reading, fields),
        Shape::Form(Form::Badges) => named::badges(reading, fields, under),
    }
}
