//! Words that Instagram prints as keys, in the language of the account. Shape decides where a word is not known.

/// What a key means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Label {
    /// Text of a comment.
    Comment,
    /// Whose post it is.
    MediaOwner,
    /// User name.
    Username,
    /// Display name, name of a collection.
    Name,
    /// Text of a post.
    Caption,
    /// Searched words.
    Search,
    /// Date of birth.
    BirthDate,
    /// About the owner.
    Bio,
    /// Web site of the owner.
    Website,
    /// Mail address.
    Email,
    /// Telephone number.
    Phone,
    /// First name in an address book.
    FirstName,
    /// Last name in an address book.
    LastName,
    /// Mail address or telephone number in an address book.
    ContactInformation,
    /// Degrees north.
    Latitude,
    /// Degrees east.
    Longitude,
    /// Name of a place.
    Location,
}

/// Keys as [`folded`] writes them.
const WORDS: &[(Label, &[&str])] = &[
    (
        Label::Comment,
        &[
            "comment",
            "commentaire",
            "kommentar",
            "comentario",
            "comentário",
            "commento",
            "opmerking",
            "reactie",
            "댓글",
            "评论",
            "コメント",
        ],
    ),
    (
        Label::MediaOwner,
        &[
            "mediaowner",
            "propriétaireducontenumultimédia",
            "propriétairedumédia",
            "medieninhaber",
            "eigentümerdesmediums",
            "propietariodelcontenidomultimedia",
            "proprietáriodamídia",
            "proprietariodelcontenutomultimediale",
            "mediaeigenaar",
            "author",
            "auteur",
            "作者",
        ],
    ),
    (
        Label::Username,
        &[
            "username",
            "nomdutilisateur",
            "benutzername",
            "nombredeusuario",
            "nomedeusuário",
            "nomedeutilizador",
            "nomeutente",
            "gebruikersnaam",
            "사용자이름",
            "用户名",
            "ユーザーネーム",
        ],
    ),
    (Label::Name, &["name", "nom", "nombre", "nome", "naam", "이름", "姓名", "名前"]),
    (
        Label::Caption,
        &[
            "caption",
            "légende",
            "bildunterschrift",
            "piedefoto",
            "legenda",
            "didascalia",
            "bijschrift",
            "캡션",
            "キャプション",
        ],
    ),
    (Label::Search, &["search", "recherche", "suche", "búsqueda", "pesquisa", "ricerca", "zoekopdracht", "검색"]),
    (
        Label::BirthDate,
        &[
            "dateofbirth",
            "datedenaissance",
            "geburtsdatum",
            "fechadenacimiento",
            "datadenascimento",
            "datadinascita",
            "geboortedatum",
        ],
    ),
    (Label::Bio, &["bio", "biographie", "biografie", "biografía", "biografia"]),
    (Label::Website, &["website", "siteweb", "webseite", "sitioweb", "site", "sitoweb"]),
    (
        Label::Email,
        &["email", "emailaddress", "adresseemail", "emailadresse", "correoelectrónico", "indirizzoemail", "mailadres"],
    ),
    (
        Label::Phone,
        &[
            "phonenumber",
            "numérodetéléphone",
            "telefonnummer",
            "númerodeteléfono",
            "númerodetelefone",
            "numeroditelefono",
            "telefoonnummer",
        ],
    ),
    (Label::FirstName, &["firstname", "prénom", "vorname", "primernombre", "primeironome", "voornaam"]),
    (
        Label::LastName,
        &["lastname", "nomdefamille", "nachname", "apellido", "apellidos", "sobrenome", "cognome", "achternaam"],
    ),
    (
        Label::ContactInformation,
        &[
            "contactinformation",
            "contactinfo",
            "coordonnées",
            "kontaktinformationen",
            "informacióndecontacto",
            "informaçõesdecontato",
            "informazionidicontatto",
            "contactgegevens",
        ],
    ),
    (Label::Latitude, &["latitude", "breitengrad", "latitud", "latitudine", "breedtegraad"]),
    (Label::Longitude, &["longitude", "längengrad", "longitud", "longitudine", "lengtegraad"]),
    (
        Label::Location,
        &["location", "locationname", "lieu", "nomdulieu", "standort", "ubicación", "localização", "luogo", "locatie"],
    ),
];

/// What a printed key means, if its word is known.
#[must_use]
pub fn label_of(key: &str) -> Option<Label> {
    let folded = folded(key);
    WORDS.iter().find(|(_, words)| words.contains(&folded.as_str())).map(|(label, _)| *label)
}

/// Lower case, letters and digits only: English itself varies (`Phone Number`, `Phone number`), French has typographic
/// apostrophes.
fn folded(key: &str) -> String {
    key.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Whether a text has the shape of a user name.
#[must_use]
pub fn is_username(text: &str) -> bool {
    (1..=30).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.' || b == b'_')
}

/// The user name in the address of a profile (`https://www.instagram.com/_u/NAME`, `https://www.threads.net/@NAME`).
#[must_use]
pub fn username_in(href: &str) -> Option<&str> {
    const RESERVED: [&str; 7] = ["p", "reel", "reels", "tv", "explore", "stories", "accounts"];
    let rest = href.strip_prefix("https://").or_else(|| href.strip_prefix("http://"))?;
    let (host, path) = rest.split_once('/')?;
    if !["instagram.com", "threads.net", "threads.com"].iter().any(|known| host.ends_with(known)) {
        return None;
    }
    let path = path.split(['?', '#']).next()?.trim_matches('/');
    let path = path.strip_prefix("_u/").unwrap_or(path);
    let name = path.strip_prefix('@').unwrap_or(path);
    (is_username(name) && !RESERVED.contains(&name)).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_known_in_several_languages() {
        assert_eq!(label_of("Nom d\u{2019}utilisateur"), Some(Label::Username));
        assert_eq!(label_of("Media-eigenaar"), Some(Label::MediaOwner));
        assert_eq!(label_of("Date of birth"), Some(Label::BirthDate));
        assert_eq!(label_of("사용자 이름"), Some(Label::Username));
        assert_eq!(label_of("Impressions"), None);
    }

    #[test]
    fn user_names_are_found_in_addresses() {
        assert_eq!(username_in("https://www.instagram.com/_u/cafe.nord"), Some("cafe.nord"));
        assert_eq!(username_in("https://www.instagram.com/Cafe_Nord/?hl=fr"), Some("Cafe_Nord"));
        assert_eq!(username_in("https://www.threads.net/@x.y"), Some("x.y"));
        assert_eq!(username_in("https://www.instagram.com/p/CFAKE000001/"), None);
        assert_eq!(username_in("https://www.instagram.com/explore"), None);
        assert_eq!(username_in("https://example.org/x"), None);
    }
}
