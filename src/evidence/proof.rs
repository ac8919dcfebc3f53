//! Proof that one record was in the archive when a statement was made. It shows that record and no other.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::error::EvidenceError;
use super::leaf::hashed;
use super::log::{Log, parsed, salter};
use super::statement::Statement;
use super::tree::{Hash, climbed, path};
use crate::crypto::hex;
use crate::store::Archive;

/// What somebody needs to check one record against the two lines of a statement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Proof {
    /// Version of this shape.
    pub v: u32,
    /// The two lines of the statement.
    pub statement: Vec<String>,
    /// Root over everything, 64 hexadecimal digits: that of the second line.
    pub root: String,
    /// The record, as its line of JSON, byte for byte.
    pub content: String,
    /// 32 bytes that stand before the content when it is hashed, as hexadecimal digits.
    pub salt: String,
    /// The hashes that lead to the root, nearest first.
    pub path: Vec<Step>,
}

/// A hash beside the way to the root.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Step {
    /// On which side it stands: `left` or `right`.
    pub side: String,
    /// 64 hexadecimal digits.
    pub hash: String,
}

/// Proves one record line against the first statement that covers it.
///
/// # Errors
/// [`EvidenceError::NotStated`] when there is none; those of reading.
pub fn prove(archive: &Archive, line: &[u8]) -> Result<Proof, EvidenceError> {
    let salter = salter(archive).ok_or(EvidenceError::NotStated)?;
    let log = Log::read(archive)?;
    let leaf = salter.leaf(line);
    let index = log.entries.iter().position(|entry| entry.leaf == leaf).ok_or(EvidenceError::NotStated)?;
    let covers = |statement: &&Statement| usize::try_from(statement.leaves).is_ok_and(|leaves| index < leaves);
    let statement = log.statements.iter().find(covers).ok_or(EvidenceError::NotStated)?;
    let count = usize::try_from(statement.leaves).unwrap_or(usize::MAX);
    let leaves: Vec<Hash> = log.entries.iter().take(count).map(|entry| entry.leaf).collect();
    let side = |is_left: bool| if is_left { "left" } else { "right" };
    let steps = path(&leaves, index).into_iter();
    Ok(Proof {
        v: 1,
        statement: statement.lines().to_vec(),
        root: statement.root.clone(),
        content: String::from_utf8_lossy(line).into_owned(),
        salt: hex(&salter.salt(line)),
        path: steps.map(|(is_left, hash)| Step { side: side(is_left).to_owned(), hash: hex(&hash) }).collect(),
    })
}

impl Proof {
    /// Whether content, salt and path give the root.
    #[must_use]
    pub fn holds(&self) -> bool {
        let Some(salt) = parsed(&self.salt) else { return false };
        let steps: Option<Vec<(bool, Hash)>> =
            self.path.iter().map(|step| Some((step.side == "left", parsed(&step.hash)?))).collect();
        let top = steps.map(|steps| climbed(hashed(&salt, self.content.as_bytes()), &steps));
        top.is_some_and(|top| hex(&top) == self.root)
    }
}
