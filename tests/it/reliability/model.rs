//! What a disk may hold after a crash.
//!
//! Bytes of a file that were not synced may be there, be absent, be cut short, be zeros or be garbage. Names that were not
//! synced survive in any combination, each folder for itself. By the POSIX model a renaming happens as one or not at all; by
//! the exFAT model it can be torn, so that both names or neither are there, and two names then share the same clusters.

use std::collections::hash_map::DefaultHasher;
use std::collections::{BTreeMap, HashMap};
use std::hash::{Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::recorder::Op;

/// Which promises the file system gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Model {
    Posix,
    ExFat,
}

/// Random numbers that a test can repeat.
#[derive(Clone, Debug)]
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x1234_5678_9abc_def1)
    }

    /// A number below `n`.
    pub fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap() % n.max(1)
    }
}

type Id = usize;

#[derive(Clone, Debug)]
enum Node {
    Folder(Folder),
    File(File),
}

#[derive(Clone, Debug, Default)]
struct Folder {
    /// The names that are there for good.
    durable: BTreeMap<String, Id>,
    /// Changes since, in order.
    pending: Vec<Change>,
    /// What programs see.
    now: BTreeMap<String, Id>,
}

#[derive(Clone, Debug)]
struct Change {
    name: String,
    /// What the name then means; nothing when it is taken away.
    node: Option<Id>,
    /// Changes of one operation.
    operation: usize,
}

#[derive(Clone, Debug, Default)]
struct File {
    /// Bytes that are there for good.
    durable: Option<Arc<[u8]>>,
    /// What programs see.
    now: Vec<u8>,
    dirty: bool,
}

/// A disk with its memory.
#[derive(Clone, Debug)]
pub struct Machine {
    model: Model,
    nodes: Vec<Node>,
    operations: usize,
}

/// What is found after a crash: folders, and files by their contents; files of one number are one and the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Survivor {
    folders: Vec<PathBuf>,
    files: Vec<(PathBuf, Id, Arc<[u8]>)>,
}

/// How what was not synced fares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Lost,
    Kept,
    /// Names are kept, bytes are not.
    NamesOnly,
    /// Names are kept, bytes are zeros.
    Zeros,
    /// Bytes are kept, names are not.
    BytesOnly,
    /// Names are kept, bytes are cut short.
    Cut,
    Random,
}

const FATES: [Fate; 6] = [Fate::Lost, Fate::Kept, Fate::NamesOnly, Fate::Zeros, Fate::BytesOnly, Fate::Cut];

impl Machine {
    /// An empty disk.
    pub fn new(model: Model) -> Self {
        Self { model, nodes: vec![Node::Folder(Folder::default())], operations: 0 }
    }

    /// A disk that holds, for good, what lies below a folder.
    pub fn of(model: Model, base: &Path) -> Self {
        use std::os::unix::fs::MetadataExt as _;
        let mut machine = Self::new(model);
        let mut known: HashMap<u64, Id> = HashMap::new();
        let mut pending = vec![(base.to_owned(), 0)];
        while let Some((path, id)) = pending.pop() {
            for item in std::fs::read_dir(path).unwrap() {
                let item = item.unwrap();
                let name = item.file_name().into_string().unwrap();
                let inode = item.metadata().unwrap().ino();
                let node = if item.file_type().unwrap().is_dir() {
                    let folder = machine.add(Node::Folder(Folder::default()));
                    pending.push((item.path(), folder));
                    folder
                } else if let Some(twin) = known.get(&inode) {
                    *twin
                } else {
                    let bytes: Arc<[u8]> = std::fs::read(item.path()).unwrap().into();
                    let file = File { now: bytes.to_vec(), durable: Some(bytes), dirty: false };
                    let file = machine.add(Node::File(file));
                    known.insert(inode, file);
                    file
                };
                let folder = machine.folder(id);
                folder.durable.insert(name.clone(), node);
                folder.now.insert(name, node);
            }
        }
        machine
    }

    fn add(&mut self, node: Node) -> Id {
        self.nodes.push(node);
        self.nodes.len() - 1
    }

    fn folder(&mut self, id: Id) -> &mut Folder {
        match &mut self.nodes[id] {
            Node::Folder(folder) => folder,
            Node::File(_) => panic!("a file where a folder should be"),
        }
    }

    fn file(&mut self, path: &Path) -> &mut File {
        let id = self.find(path).unwrap_or_else(|| panic!("{} is not there", path.display()));
        match &mut self.nodes[id] {
            Node::File(file) => file,
            Node::Folder(_) => panic!("a folder where a file should be"),
        }
    }

    fn find(&self, path: &Path) -> Option<Id> {
        path.iter().try_fold(0, |id, name| match &self.nodes[id] {
            Node::Folder(folder) => folder.now.get(name.to_str().unwrap()).copied(),
            Node::File(_) => None,
        })
    }

    fn change(&mut self, path: &Path, node: Option<Id>) {
        let parent = self.find(path.parent().unwrap()).unwrap();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let operation = self.operations;
        let folder = self.folder(parent);
        match node {
            Some(node) => folder.now.insert(name.clone(), node),
            None => folder.now.remove(&name),
        };
        folder.pending.push(Change { name, node, operation });
    }

    /// Does one operation.
    pub fn apply(&mut self, op: &Op) {
        self.operations += 1;
        match op {
            Op::Folder(path) => {
                if self.find(path).is_none() {
                    let node = self.add(Node::Folder(Folder::default()));
                    self.change(path, Some(node));
                }
            }
            Op::Create(path) => {
                if self.find(path).is_some() {
                    let file = self.file(path);
                    (file.now, file.dirty) = (Vec::new(), true);
                } else {
                    let node = self.add(Node::File(File { dirty: true, ..File::default() }));
                    self.change(path, Some(node));
                }
            }
            Op::Write(path, bytes) => {
                let file = self.file(path);
                file.now.extend_from_slice(bytes);
                file.dirty = true;
            }
            Op::SyncFile(path) => {
                let file = self.file(path);
                (file.durable, file.dirty) = (Some(file.now.as_slice().into()), false);
            }
            Op::SyncFolder(path) => self.sync_folder(path),
            Op::Rename(from, to) => {
                let node = self.find(from).unwrap();
                self.change(to, Some(node));
                self.change(from, None);
            }
            Op::Remove(path) => self.change(path, None),
            Op::Promise(_) => {}
        }
    }

    fn sync_folder(&mut self, path: &Path) {
        let id = self.find(path).unwrap();
        let folder = self.folder(id);
        folder.durable = folder.now.clone();
        let done: Vec<usize> = std::mem::take(&mut folder.pending).iter().map(|change| change.operation).collect();
        if self.model == Model::ExFat {
            return;
        }
        // What happened as one is there as one.
        for node in &mut self.nodes {
            let Node::Folder(folder) = node else { continue };
            let (kept, rest) =
                std::mem::take(&mut folder.pending).into_iter().partition(|it| done.contains(&it.operation));
            folder.pending = rest;
            apply_changes(&mut folder.durable, &kept);
        }
    }

    /// One of the disks that a crash now may leave. The first of them are set, the others are random.
    pub fn survivor(&self, number: usize, seed: u64) -> Survivor {
        let fate = FATES.get(number).copied().unwrap_or(Fate::Random);
        let mut dice = Dice::new(seed.wrapping_mul(131).wrapping_add(u64::try_from(number).unwrap()));
        let mut survivor = Survivor { folders: Vec::new(), files: Vec::new() };
        let mut kept_operations: HashMap<usize, bool> = HashMap::new();
        let mut contents: HashMap<Id, Arc<[u8]>> = HashMap::new();
        let mut pending = vec![(PathBuf::new(), 0)];
        while let Some((path, id)) = pending.pop() {
            match &self.nodes[id] {
                Node::Folder(folder) => {
                    if !path.as_os_str().is_empty() {
                        survivor.folders.push(path.clone());
                    }
                    let mut names = folder.durable.clone();
                    let kept: Vec<Change> = folder
                        .pending
                        .iter()
                        .filter(|change| {
                            let mut keep = || match fate {
                                Fate::Lost | Fate::BytesOnly => false,
                                Fate::Random => dice.below(2) == 0,
                                _ => true,
                            };
                            match self.model {
                                Model::ExFat => keep(),
                                Model::Posix => *kept_operations.entry(change.operation).or_insert_with(keep),
                            }
                        })
                        .cloned()
                        .collect();
                    apply_changes(&mut names, &kept);
                    pending.extend(names.into_iter().map(|(name, node)| (path.join(name), node)));
                }
                Node::File(file) => {
                    let bytes = contents.entry(id).or_insert_with(|| bytes_of(file, fate, &mut dice));
                    survivor.files.push((path, id, Arc::clone(bytes)));
                }
            }
        }
        survivor.folders.sort();
        survivor.files.sort();
        survivor
    }
}

fn apply_changes(names: &mut BTreeMap<String, Id>, changes: &[Change]) {
    for change in changes {
        match change.node {
            Some(node) => names.insert(change.name.clone(), node),
            None => names.remove(&change.name),
        };
    }
}

fn bytes_of(file: &File, fate: Fate, dice: &mut Dice) -> Arc<[u8]> {
    let durable = || file.durable.clone().unwrap_or_default();
    if !file.dirty {
        return durable();
    }
    let cut = |dice: &mut Dice| file.now[..dice.below(file.now.len() + 1)].into();
    let zeros = || vec![0; file.now.len()].into();
    match fate {
        Fate::Lost => durable(),
        Fate::Kept | Fate::BytesOnly => file.now.as_slice().into(),
        Fate::NamesOnly => Arc::default(),
        Fate::Zeros => zeros(),
        Fate::Cut => cut(dice),
        Fate::Random => match dice.below(5) {
            0 => durable(),
            1 => file.now.as_slice().into(),
            2 => cut(dice),
            3 => zeros(),
            _ => {
                let mut bytes = file.now.clone();
                let from = dice.below(bytes.len() + 1);
                for byte in &mut bytes[from..] {
                    *byte = u8::try_from(dice.below(256)).unwrap();
                }
                bytes.into()
            }
        },
    }
}

impl Survivor {
    /// A number that two equal survivors share.
    pub fn fingerprint(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.folders.hash(&mut hasher);
        for (place, (path, id, bytes)) in self.files.iter().enumerate() {
            path.hash(&mut hasher);
            bytes.hash(&mut hasher);
            // Two names of one file are not two files.
            let twin = self.files.iter().position(|(_, other, _)| other == id);
            twin.filter(|twin| *twin != place).hash(&mut hasher);
        }
        hasher.finish()
    }

    /// Writes it below an empty folder. Names of one file become hard links.
    pub fn write(&self, base: &Path) {
        for folder in &self.folders {
            std::fs::create_dir(base.join(folder)).unwrap();
        }
        let mut written: HashMap<Id, PathBuf> = HashMap::new();
        for (path, id, bytes) in &self.files {
            let path = base.join(path);
            if let Some(twin) = written.get(id) {
                std::fs::hard_link(twin, &path).unwrap();
            } else {
                std::fs::write(&path, bytes).unwrap();
                written.insert(*id, path);
            }
        }
    }
}

/// A folder in memory where the system has one, so that syncs of the recovery cost nothing.
pub fn scratch() -> tempfile::TempDir {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() { tempfile::tempdir_in(memory).or_else(|_| tempfile::tempdir()) } else { tempfile::tempdir() }
        .unwrap()
}
