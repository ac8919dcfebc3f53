//! Which file holds what. Parts (`tweets-part1.js`) hold more of the same.

/// What a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    /// Own posts; `deleted` ones were taken back shortly before the download.
    Posts {
        /// Taken back.
        deleted: bool,
    },
    /// The whole words of long posts.
    Notes {
        /// Of posts taken back.
        deleted: bool,
    },
    /// Conversations.
    Messages,
    /// What the owner and Grok wrote to each other.
    Grok,
    /// Posts the owner liked.
    Likes,
    /// Lists of accounts, by the name of the list.
    Accounts(&'static str),
    /// The address book that was handed to X.
    Contacts,
    /// The owner.
    Profile,
    /// Lists of accounts that the owner made, joined or follows.
    Lists,
    /// Searches the owner kept.
    Searches,
}

/// What the file of this name holds.
pub fn of(name: &str) -> Option<Section> {
    Some(match stem(name).as_str() {
        "tweets" | "tweet" | "community-tweet" | "twitter-circle-tweet" => Section::Posts { deleted: false },
        "deleted-tweets" | "deleted-tweet" => Section::Posts { deleted: true },
        "note-tweet" | "note-tweets" => Section::Notes { deleted: false },
        "deleted-note-tweet" | "deleted-note-tweets" => Section::Notes { deleted: true },
        "direct-messages" | "direct-message" | "direct-messages-group" | "direct-message-group" => Section::Messages,
        "grok-chat-item" => Section::Grok,
        "like" | "likes" => Section::Likes,
        "follower" => Section::Accounts("follower"),
        "following" => Section::Accounts("following"),
        "block" => Section::Accounts("block"),
        "mute" => Section::Accounts("mute"),
        "contact" => Section::Contacts,
        "account" | "profile" => Section::Profile,
        "lists-created" | "lists-member" | "lists-subscribed" => Section::Lists,
        "saved-search" => Section::Searches,
        _ => return None,
    })
}

/// Settings, devices, advertising, headers of messages whose words are told elsewhere.
pub fn is_technical(name: &str) -> bool {
    let stem = stem(name);
    let begins = [
        "ad-",
        "account-",
        "app",
        "ageinfo",
        "connected-",
        "device",
        "email-",
        "ip-",
        "key-",
        "ni-",
        "personalization",
    ];
    begins.iter().any(|start| stem.starts_with(start))
        || stem.ends_with("-headers")
        || stem.ends_with("-metadata")
        || matches!(
            stem.as_str(),
            "manifest"
                | "phone-number"
                | "protected-history"
                | "screen-name-change"
                | "sso"
                | "verified"
                | "user-link-clicks"
        )
}

/// The name without ending and number of the part, and without what copies have at their end: `tweets (1).js`. X writes
/// `community_tweet` too.
fn stem(name: &str) -> String {
    let stem = name.strip_suffix(".js").unwrap_or(name);
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let copied = stem.rsplit_once(" (").filter(|(_, number)| number.strip_suffix(')').is_some_and(is_number));
    let stem = copied.map_or(stem, |(first, _)| first);
    let part = stem.rsplit_once("-part").filter(|(_, number)| is_number(number));
    part.map_or(stem, |(first, _)| first).replace('_', "-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_belong_to_their_section() {
        assert_eq!(of("tweets.js"), Some(Section::Posts { deleted: false }));
        assert_eq!(of("tweets-part12.js"), of("tweets.js"));
        assert_eq!(of("direct-messages-group-part1.js"), Some(Section::Messages));
        assert_eq!(of("deleted-tweets.js"), Some(Section::Posts { deleted: true }));
        assert_eq!(of("grok-chat-item-part1.js"), Some(Section::Grok));
        assert_eq!(of("community_tweet.js"), of("tweets.js"));
        assert_eq!((of("tweets (1).js"), of("tweets-part1 (2).js")), (of("tweets.js"), of("tweets.js")));
        assert_eq!(of("deleted-note-tweet.js"), Some(Section::Notes { deleted: true }));
        assert_eq!((of("tweet-headers.js"), of("ad-impressions.js"), of("community-note.js")), (None, None, None));
        assert!(is_technical("tweet-headers.js") && is_technical("manifest.js") && !is_technical("community-note.js"));
    }
}
