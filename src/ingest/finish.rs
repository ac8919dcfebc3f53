//! From draft to record: media resolved, kinds of attachments settled, origin attached.

use super::mime::{kind_of, mime_of_name};
use crate::bundle::Bundle;
use crate::model::{
    Attachment, AttachmentKind, AttachmentStatus, ConversationRef, Draft, DraftAttachment, Origin, Record, Target,
};

/// What is known of a stored file of a bundle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MediaFact {
    /// SHA-256 of the plain bytes, lower-case hex.
    pub sha256: String,
    /// Size of the plain bytes.
    pub size_bytes: u64,
    /// Media type sniffed from the bytes, else guessed from the name.
    pub mime: String,
}

/// Makes the record of a draft. `fact` gives what is known of a file by its number; `None` means the file could not be
/// stored. `claim` is told each file the record names.
pub fn finish(
    draft: Draft,
    bundle: &Bundle,
    import: &str,
    fact: &dyn Fn(usize) -> Option<MediaFact>,
    claim: &dyn Fn(usize),
) -> Record {
    let attachments = draft.attachments.into_iter().map(|attachment| settle(attachment, bundle, fact, claim)).collect();
    let file = bundle.file(draft.file);
    let origin = Origin {
        import: import.to_owned(),
        bundle: file.and_then(|f| bundle.parts().get(f.part)).map_or_else(String::new, |part| part.name.clone()),
        file: file.map_or_else(String::new, |f| f.path.clone()),
        position: draft.position,
    };
    Record {
        v: 1,
        id: draft.id,
        kind: draft.kind,
        platform: draft.platform,
        account: draft.account.map(|account| account.as_ref().to_owned()),
        conversation: draft.conversation.map(|conversation| ConversationRef {
            id: conversation.id.clone(),
            title: conversation.title.clone(),
            kind: conversation.kind,
        }),
        author: draft.author,
        time: draft.time,
        order: draft.order,
        text: draft.text,
        system: draft.system,
        deleted: draft.deleted,
        edited: draft.edited,
        attachments,
        links: draft.links,
        place: draft.place,
        tags: draft.tags,
        reactions: draft.reactions,
        extra: draft.extra,
        origin: vec![origin],
    }
}

/// Gives a missing attachment the bytes that came in another import.
pub(super) fn supply(attachment: &mut Attachment, fact: MediaFact) {
    if attachment.kind == AttachmentKind::Other {
        attachment.kind = kind_of(Some(&fact.mime));
    }
    attachment.status = AttachmentStatus::Stored;
    attachment.sha256 = Some(fact.sha256);
    attachment.size_bytes = Some(fact.size_bytes);
    attachment.mime = Some(fact.mime);
}

fn settle(
    draft: DraftAttachment,
    bundle: &Bundle,
    fact: &dyn Fn(usize) -> Option<MediaFact>,
    claim: &dyn Fn(usize),
) -> Attachment {
    let (found, path, fixed) = match draft.target {
        Target::Path(path) => (bundle.resolve(&path), Some(path), None),
        Target::File(number) => (Some(number), bundle.file(number).map(|file| file.path.clone()), None),
        Target::Remote(url) => (None, Some(url), Some(AttachmentStatus::Remote)),
        Target::Omitted => (None, None, Some(AttachmentStatus::Omitted)),
        Target::Failed => (None, None, Some(AttachmentStatus::Failed)),
    };
    if let Some(number) = found {
        claim(number);
    }
    let known = found.and_then(fact);
    let status = fixed.unwrap_or(match (found, &known) {
        (Some(_), Some(_)) => AttachmentStatus::Stored,
        (Some(_), None) => AttachmentStatus::Failed,
        (None, _) => AttachmentStatus::Missing,
    });
    let mime = known.as_ref().map(|fact| fact.mime.clone());
    let kind = match draft.kind {
        AttachmentKind::Other => kind_of(mime.as_deref().or_else(|| mime_of_name(&draft.name))),
        kind => kind,
    };
    Attachment {
        kind,
        name: draft.name,
        mime,
        size_bytes: known.as_ref().map(|fact| fact.size_bytes),
        sha256: known.map(|fact| fact.sha256),
        status,
        caption: draft.caption,
        taken: draft.taken,
        place: draft.place,
        path: path.filter(|path| !path.is_empty()),
    }
}
