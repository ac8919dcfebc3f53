//! Invented people who chat: words with the frequencies of a language, French of phones, a few rare words.

use std::fmt::Write as _;

/// Numbers from a seed: the same everywhere, for ever.
pub struct Random(u64);

impl Random {
    /// The next number (splitmix64).
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`.
    pub fn below(&mut self, end: u64) -> u64 {
        ((u128::from(self.next()) * u128::from(end.max(1))) >> 64) as u64
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.below(from.len() as u64) as usize]
    }
}

const COMMON: &str = "de la le et je que tu pas est les un pour on a en une ça des il qui avec oui non mais moi toi \
    c'est j'ai demain bien plus merci d'accord tout ce soir bonjour salut elle nous vous dans sur au du si comme y fait \
    faire va vais quoi être avoir très trop là aussi encore maintenant hier aujourd'hui matin midi semaine mois année \
    commande livraison prix boutique tissu robe couture taille photo colis facture paiement mobile argent client \
    cliente marché atelier rendez-vous magasin modèle couleur rouge bleu noir blanc doré wax bazin broderie perles \
    maman papa frère sœur ami amie famille enfant école maison voiture route pluie soleil chaud froid manger boire \
    déjeuner dîner café thé riz poisson poulet sauce marmite gâteau fête mariage baptême anniversaire musique danse \
    film match équipe téléphone message appel vidéo groupe numéro adresse rue ville village mer plage bateau avion \
    train bus taxi heure minute attends viens pars reviens envoie reçu vu lu dit demande réponds regarde écoute \
    inchallah wesh mdr lol ok stp svp bisous bises désolée pardon félicitations courage bravo super génial cool";
const STARTS: [&str; 20] = [
    "ba", "ca", "dé", "fo", "ga", "lé", "ma", "ni", "pa", "ré", "sa", "té", "vo", "chi", "tra", "plu", "bré", "qui",
    "gro", "con",
];
const MIDDLES: [&str; 20] = [
    "", "la", "mi", "ssi", "tou", "ra", "ni", "ble", "ve", "mé", "chan", "rou", "lli", "po", "fi", "gue", "dra", "su",
    "té", "ca",
];
const ENDS: [&str; 20] = [
    "er", "ée", "ment", "tion", "eur", "euse", "ais", "ons", "ique", "age", "eau", "ette", "oir", "isme", "able",
    "ant", "ence", "ure", "el", "is",
];
const SMILEYS: [&str; 12] = ["😂", "❤️", "🙏🏾", "👍", "😍", "🎉", "😭", "🔥", "😅", "🥰", "✨", "👌🏿"];
const GIVEN: [&str; 24] = [
    "Awa",
    "Zoé",
    "Moussa",
    "Élodie",
    "Ibrahima",
    "Fatou",
    "Chloé",
    "Noël",
    "Aïssatou",
    "Léa",
    "Ousmane",
    "Mariama",
    "Théo",
    "Anaïs",
    "Cheikh",
    "Inès",
    "Mamadou",
    "Jérôme",
    "Khady",
    "Maëlle",
    "Babacar",
    "Célestine",
    "Aminata",
    "Gaëtan",
];
const FAMILY: [&str; 16] = [
    "Exemple",
    "Échantillon",
    "Modèle",
    "Essai",
    "Témoin",
    "Patron",
    "Gabarit",
    "Ébauche",
    "Esquisse",
    "Maquette",
    "Fictif",
    "Inventé",
    "Specimen",
    "Canevas",
    "Brouillon",
    "Croquis",
];

/// What people say.
pub struct Speech {
    pub random: Random,
    /// Most frequent first.
    words: Vec<String>,
    /// Natural logarithm of the number of words: ranks of a Zipf law are its powers.
    ln: f64,
}

impl Speech {
    /// The same seed says the same things.
    pub fn new(seed: u64) -> Self {
        let mut words: Vec<String> = COMMON.split_whitespace().map(str::to_owned).collect();
        for start in STARTS {
            for middle in MIDDLES {
                words.extend(ENDS.iter().map(|end| format!("{start}{middle}{end}")));
            }
        }
        for number in 0..24_000_usize {
            let (a, b, c) = (number % 20, number / 20 % 20, number / 400 % 20);
            words.push(format!("{}{}{}{}", STARTS[a], MIDDLES[b], MIDDLES[(c + 7) % 20], ENDS[(a + b + c) % 20]));
        }
        let ln = f64::from(u32::try_from(words.len()).unwrap()).ln();
        Self { random: Random(seed), words, ln }
    }

    /// Adds a message of about 57 bytes to `out`.
    pub fn say(&mut self, out: &mut String) {
        let mut left = 1 + self.random.below(6) + self.random.below(6) + self.random.below(7);
        while left > 0 {
            left -= 1;
            match self.random.below(200) {
                0..=7 => out.push_str(&rare(self.random.next())),
                8 => write!(out, "{}", 500 * (1 + self.random.below(90))).unwrap(),
                9..=11 => out.push_str(self.random.pick(&SMILEYS)),
                _ => {
                    let part = f64::from(u32::try_from(self.random.below(1 << 31)).unwrap()) / f64::from(1_u32 << 31);
                    out.push_str(&self.words[((part * self.ln).exp() as usize).saturating_sub(1)]);
                }
            }
            out.push_str(match (left, self.random.below(12)) {
                (0, 0..=5) => "",
                (0, 6..=7) => "?",
                (0, 8) => " !",
                (0, _) => ".",
                (_, 0) => ", ",
                _ => " ",
            });
        }
    }
}

/// A word that hardly ever comes again: a name, a reference, a slip of the finger.
fn rare(number: u64) -> String {
    let digit = |shift: u32| (number >> shift) as usize % 20;
    format!("{}{}{}{}", STARTS[digit(0)], MIDDLES[digit(8)], ENDS[digit(16)], number >> 48)
}

/// The name of an invented person.
pub fn person(number: usize) -> String {
    let given = GIVEN[number % GIVEN.len()];
    format!("{given} {}", FAMILY[(number / GIVEN.len() + number) % FAMILY.len()])
}

/// `total` cut in `count` parts, the first large, as few people write most.
pub fn shares(total: u64, count: u64) -> Vec<u64> {
    let weights: u64 = (1..=count).map(|rank| 10_000 / rank).sum();
    let mut parts: Vec<u64> = (1..=count).map(|rank| total * (10_000 / rank) / weights).collect();
    parts[0] += total - parts.iter().sum::<u64>();
    parts
}
