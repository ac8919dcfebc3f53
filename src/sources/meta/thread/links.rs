//! Web addresses as Meta wraps them, and places hidden in them.

use crate::model::Place;

/// The address behind a redirect of Facebook or Instagram (`l.facebook.com/l.php?u=…`), else the address itself.
#[must_use]
pub fn unwrap_link(url: &str) -> String {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://")).unwrap_or(url);
    let wrapped = ["l.facebook.com/l.php?", "lm.facebook.com/l.php?", "l.instagram.com/?", "www.facebook.com/l.php?"]
        .iter()
        .find_map(|redirect| rest.strip_prefix(redirect))
        .and_then(|query| parameter(query, "u"));
    wrapped.filter(|target| !target.is_empty()).unwrap_or_else(|| url.to_owned())
}

/// The place of a location share: a link to Bing maps with `where1=LATITUDE,LONGITUDE` or `where1=ADDRESS`.
pub fn place_of(url: &str) -> Option<Place> {
    let (address, query) = url.split_once('?')?;
    if !address.contains("bing.com/maps") {
        return None;
    }
    let spot = parameter(query, "where1")?;
    let degrees = spot.split_once(',').and_then(|(latitude, longitude)| {
        let latitude: f64 = latitude.trim().parse().ok()?;
        let longitude: f64 = longitude.trim().parse().ok()?;
        ((-90.0..=90.0).contains(&latitude) && (-180.0..=180.0).contains(&longitude)).then_some((latitude, longitude))
    });
    Some(match degrees {
        Some((latitude, longitude)) => {
            Place { latitude: Some(latitude), longitude: Some(longitude), ..Place::default() }
        }
        None => Place { address: Some(spot), ..Place::default() },
    })
}

fn parameter(query: &str, name: &str) -> Option<String> {
    let pair = query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))?;
    let mut bytes = Vec::with_capacity(pair.len());
    let mut rest = pair.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        let escaped = (*first == b'%').then(|| tail.get(..2)).flatten().and_then(|digits| {
            if !digits.iter().all(u8::is_ascii_hexdigit) {
                return None;
            }
            u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
        });
        if let Some(byte) = escaped {
            bytes.push(byte);
            rest = tail.get(2..).unwrap_or_default();
        } else {
            bytes.push(if *first == b'+' { b' ' } else { *first });
            rest = tail;
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn redirects_are_unwrapped() {
        let wrapped = "https://l.facebook.com/l.php?u=https%3A%2F%2Fexample.org%2Fa%3Fb%3D1&h=AT0";
        assert_eq!(unwrap_link(wrapped), "https://example.org/a?b=1");
        assert_eq!(unwrap_link("https://l.facebook.com/l.php?h=1"), "https://l.facebook.com/l.php?h=1");
        assert_eq!(unwrap_link("https://example.org/l.php?u=x"), "https://example.org/l.php?u=x");
        assert_eq!(unwrap_link("https://l.facebook.com/l.php?u=%E9%2"), "https://l.facebook.com/l.php?u=%E9%2");
    }

    #[test]
    fn a_location_share_gives_a_place() {
        let place = place_of("https://www.bing.com/maps?where1=14.69%2C-17.44&v=2").unwrap_or_default();
        assert_eq!((place.latitude, place.longitude), (Some(14.69), Some(-17.44)));
        let place = place_of("https://www.bing.com/maps?where1=Place+de+l%27Europe").unwrap_or_default();
        assert_eq!(place.address.as_deref(), Some("Place de l'Europe"));
        assert_eq!(place_of("https://example.org/maps?where1=1,2"), None);
    }
}
