//! Words of dates in the languages accounts are kept in. A language is a line of data here and nothing else.
//!
//! Words are compared as [`folded`] writes them, so accents, points and capitals do not matter. No word means two
//! things: a test refuses a language that would need a guess.

use std::collections::HashMap;
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// Months by language, January first; forms of one month divided by blanks, `_` stands for a blank in a form.
const MONTHS: &[(&str, [&str; 12])] = &[
    (
        "en",
        [
            "jan january",
            "feb february",
            "mar march",
            "apr april",
            "may",
            "jun june",
            "jul july",
            "aug august",
            "sep sept september",
            "oct october",
            "nov november",
            "dec december",
        ],
    ),
    (
        "fr",
        [
            "janv janvier",
            "févr fév février",
            "mars",
            "avr avril",
            "mai",
            "juin",
            "juil juill juillet",
            "août",
            "sept septembre",
            "oct octobre",
            "nov novembre",
            "déc décembre",
        ],
    ),
    (
        "es",
        [
            "ene enero",
            "feb febrero",
            "mar marzo",
            "abr abril",
            "may mayo",
            "jun junio",
            "jul julio",
            "ago agosto",
            "sep sept septiembre setiembre",
            "oct octubre",
            "nov noviembre",
            "dic diciembre",
        ],
    ),
    (
        "pt",
        [
            "jan janeiro",
            "fev fevereiro",
            "mar março",
            "abr abril",
            "mai maio",
            "jun junho",
            "jul julho",
            "ago agosto",
            "set setembro",
            "out outubro",
            "nov novembro",
            "dez dezembro",
        ],
    ),
    (
        "it",
        [
            "gen gennaio",
            "feb febbraio",
            "mar marzo",
            "apr aprile",
            "mag maggio",
            "giu giugno",
            "lug luglio",
            "ago agosto",
            "set sett settembre",
            "ott ottobre",
            "nov novembre",
            "dic dicembre",
        ],
    ),
    (
        "de",
        [
            "jan jän januar jänner",
            "feb februar feber",
            "mär märz",
            "apr april",
            "mai",
            "jun juni",
            "jul juli",
            "aug august",
            "sep sept september",
            "okt oktober",
            "nov november",
            "dez dezember",
        ],
    ),
    (
        "nl",
        [
            "jan januari",
            "feb februari",
            "mrt maart",
            "apr april",
            "mei",
            "jun juni",
            "jul juli",
            "aug augustus",
            "sep sept september",
            "okt oktober",
            "nov november",
            "dec december",
        ],
    ),
    (
        "da",
        [
            "jan januar",
            "feb februar",
            "mar marts",
            "apr april",
            "maj",
            "jun juni",
            "jul juli",
            "aug august",
            "sep sept september",
            "okt oktober",
            "nov november",
            "dec december",
        ],
    ),
    (
        "nb",
        [
            "jan januar",
            "feb februar",
            "mars",
            "apr april",
            "mai",
            "jun juni",
            "jul juli",
            "aug august",
            "sep sept september",
            "okt oktober",
            "nov november",
            "des desember",
        ],
    ),
    (
        "sv",
        [
            "jan januari",
            "feb februari",
            "mars",
            "apr april",
            "maj",
            "juni",
            "juli",
            "aug augusti",
            "sep sept september",
            "okt oktober",
            "nov november",
            "dec december",
        ],
    ),
    (
        "fi",
        [
            "tammi tammik tammikuuta",
            "helmi helmik helmikuuta",
            "maalis maalisk maaliskuuta",
            "huhti huhtik huhtikuuta",
            "touko toukok toukokuuta",
            "kesä kesäk kesäkuuta",
            "heinä heinäk heinäkuuta",
            "elo elok elokuuta",
            "syys syysk syyskuuta",
            "loka lokak lokakuuta",
            "marras marrask marraskuuta",
            "joulu jouluk joulukuuta",
        ],
    ),
    (
        "pl",
        [
            "sty stycznia styczeń",
            "lut lutego luty",
            "mar marca marzec",
            "kwi kwietnia kwiecień",
            "maj maja",
            "cze czerwca czerwiec",
            "lip lipca lipiec",
            "sie sierpnia sierpień",
            "wrz września wrzesień",
            "paź października październik",
            "lis listopada listopad",
            "gru grudnia grudzień",
        ],
    ),
    (
        "ro",
        [
            "ian ianuarie",
            "feb februarie",
            "mar martie",
            "apr aprilie",
            "mai",
            "iun iunie",
            "iul iulie",
            "aug august",
            "sept septembrie",
            "oct octombrie",
            "nov noiembrie",
            "dec decembrie",
        ],
    ),
    (
        "hu",
        [
            "jan január",
            "febr február",
            "márc március",
            "ápr április",
            "máj május",
            "jún június",
            "júl július",
            "aug augusztus",
            "szept szeptember",
            "okt október",
            "nov november",
            "dec december",
        ],
    ),
    (
        "tr",
        [
            "oca ocak",
            "şub şubat",
            "mar mart",
            "nis nisan",
            "may mayıs",
            "haz haziran",
            "tem temmuz",
            "ağu ağustos",
            "eyl eylül",
            "eki ekim",
            "kas kasım",
            "ara aralık",
        ],
    ),
    (
        "ru",
        [
            "янв января январь",
            "февр фев февраля февраль",
            "мар марта март",
            "апр апреля апрель",
            "мая май",
            "июн июня июнь",
            "июл июля июль",
            "авг августа август",
            "сент сен сентября сентябрь",
            "окт октября октябрь",
            "нояб ноя ноября ноябрь",
            "дек декабря декабрь",
        ],
    ),
    (
        "uk",
        [
            "січ січня",
            "лют лютого",
            "бер березня",
            "квіт квітня",
            "трав травня",
            "черв червня",
            "лип липня",
            "серп серпня",
            "вер верес вересня",
            "жовт жовтня",
            "лист листопада",
            "груд грудня",
        ],
    ),
    (
        "el",
        [
            "ιαν ιανουαρίου",
            "φεβ φεβρουαρίου",
            "μαρ μαρτίου",
            "απρ απριλίου",
            "μαΐ μαΐου",
            "ιουν ιουνίου",
            "ιουλ ιουλίου",
            "αυγ αυγούστου",
            "σεπ σεπτεμβρίου",
            "οκτ οκτωβρίου",
            "νοε νοεμβρίου",
            "δεκ δεκεμβρίου",
        ],
    ),
    (
        "ar",
        [
            "يناير",
            "فبراير",
            "مارس",
            "أبريل إبريل",
            "مايو",
            "يونيو",
            "يوليو",
            "أغسطس",
            "سبتمبر",
            "أكتوبر",
            "نوفمبر",
            "ديسمبر",
        ],
    ),
    (
        "ar-maghreb",
        ["جانفي", "فيفري", "مارس", "أفريل", "ماي", "جوان", "جويلية", "أوت", "سبتمبر", "أكتوبر", "نوفمبر", "ديسمبر"],
    ),
    (
        "ar-morocco",
        ["يناير", "فبراير", "مارس", "أبريل", "ماي", "يونيو", "يوليوز", "غشت", "شتنبر", "أكتوبر", "نونبر", "دجنبر"],
    ),
    (
        "ar-levant",
        [
            "كانون_الثاني",
            "شباط",
            "آذار",
            "نيسان",
            "أيار",
            "حزيران",
            "تموز",
            "آب",
            "أيلول",
            "تشرين_الأول",
            "تشرين_الثاني",
            "كانون_الأول",
        ],
    ),
    (
        "he",
        [
            "ינו ינואר",
            "פבר פברואר",
            "מרץ",
            "אפר אפריל",
            "מאי",
            "יוני",
            "יולי",
            "אוג אוגוסט",
            "ספט ספטמבר",
            "אוק אוקטובר",
            "נוב נובמבר",
            "דצמ דצמבר",
        ],
    ),
    (
        "id",
        [
            "jan januari",
            "feb februari",
            "mar maret",
            "apr april",
            "mei",
            "jun juni",
            "jul juli",
            "agu agt agustus",
            "sep sept september",
            "okt oktober",
            "nov november",
            "des desember",
        ],
    ),
    (
        "th",
        [
            "มค มกราคม",
            "กพ กุมภาพันธ์",
            "มีค มีนาคม",
            "เมย เมษายน",
            "พค พฤษภาคม",
            "มิย มิถุนายน",
            "กค กรกฎาคม",
            "สค สิงหาคม",
            "กย กันยายน",
            "ตค ตุลาคม",
            "พย พฤศจิกายน",
            "ธค ธันวาคม",
        ],
    ),
    (
        "wo",
        [
            "samwiyee",
            "fewriyee",
            "mars",
            "awril",
            "mee",
            "suwe",
            "sulet",
            "utt ut",
            "sàttumbar",
            "oktoobar",
            "nowàmbar",
            "desàmbar",
        ],
    ),
    (
        "sw",
        [
            "jan januari",
            "feb februari",
            "mac machi",
            "apr aprili",
            "mei",
            "jun juni",
            "jul julai",
            "ago agosti",
            "sep septemba",
            "okt oktoba",
            "nov novemba",
            "des desemba",
        ],
    ),
];

/// Halves of the day. `_` stands for a blank.
const MORNING: &str = "am a_m rano dopoledne 오전 午前 上午 凌晨 清晨 早上 ص öö sa πμ fm vorm";
const AFTERNOON: &str = "pm p_m po_południu wieczorem 오후 午後 下午 中午 晚上 م ös ch μμ em nachm";

/// Words between the parts of a date that say nothing.
const FILLERS: &str = "at à a le la las lo les de del do da das dos d um uhr om kl klo kello alle ore ora el o os e às as i в \
     г год р о v om. den af på в. στις lúc في على الساعة pukul jam saat tarihinde at. ngày vào 的 에 में u час години min";

/// Offsets of abbreviations that mean one thing only, in minutes. PST, CST, IST and the like mean several.
const ZONES: &[(&str, i32)] = &[
    ("utc", 0),
    ("gmt", 0),
    ("pdt", -420),
    ("mdt", -360),
    ("edt", -240),
    ("wet", 0),
    ("west", 60),
    ("cet", 60),
    ("cest", 120),
    ("eet", 120),
    ("eest", 180),
];

/// What a word in a date means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// A month, 1 to 12.
    Month(u32),
    /// Before noon.
    Morning,
    /// After noon.
    Afternoon,
    /// A zone, minutes east of Greenwich.
    Zone(i32),
    /// Nothing.
    Filler,
    /// The number before it is a year, month or day, an hour, minute or second.
    Unit(Unit),
    /// The number after it is a month (Vietnamese).
    MonthFollows,
}

/// What a number counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Year.
    Year,
    /// Month.
    Month,
    /// Day.
    Day,
    /// Hour.
    Hour,
    /// Minute.
    Minute,
    /// Second.
    Second,
}

const UNITS: &[(Unit, &str)] = &[
    (Unit::Year, "年 년"),
    (Unit::Month, "月 월"),
    (Unit::Day, "日 일"),
    (Unit::Hour, "時 时 시 h"),
    (Unit::Minute, "分 분 min"),
    (Unit::Second, "秒 초 s"),
];

static WORDS: LazyLock<HashMap<String, Meaning>> = LazyLock::new(|| {
    let mut words = HashMap::new();
    for (word, meaning) in listed() {
        words.entry(folded(&word)).or_insert(meaning);
    }
    words
});

/// Every word with its meaning; the first telling of a word counts.
fn listed() -> impl Iterator<Item = (String, Meaning)> {
    let months = MONTHS
        .iter()
        .flat_map(|(_, months)| (1..).zip(months))
        .flat_map(|(number, forms)| forms.split(' ').map(move |form| (form.replace('_', " "), Meaning::Month(number))));
    let list =
        |words: &'static str, meaning| words.split_whitespace().map(move |word| (word.replace('_', " "), meaning));
    months
        .chain(list(MORNING, Meaning::Morning))
        .chain(list(AFTERNOON, Meaning::Afternoon))
        .chain(UNITS.iter().flat_map(move |(unit, words)| list(words, Meaning::Unit(*unit))))
        .chain(ZONES.iter().map(|(word, offset)| ((*word).to_owned(), Meaning::Zone(*offset))))
        .chain(list("tháng thg", Meaning::MonthFollows))
        .chain(list(FILLERS, Meaning::Filler))
}

/// What a folded word, or two with a blank between them, means.
#[must_use]
pub fn meaning_of(folded: &str) -> Option<Meaning> {
    WORDS.get(folded).copied()
}

/// Lower case without accents and points.
#[must_use]
pub fn folded(word: &str) -> String {
    // Thai writes vowels as marks.
    let is_accent = |c: char| is_combining_mark(c) && !('\u{e00}'..='\u{e7f}').contains(&c);
    let lower = word.nfkd().filter(|c| *c != '.').flat_map(char::to_lowercase);
    lower.filter(|c| !is_accent(*c)).map(|c| if c == 'ı' { 'i' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_word_means_two_things() {
        let mut words: HashMap<String, Meaning> = HashMap::new();
        for (word, meaning) in listed() {
            let known = *words.entry(folded(&word)).or_insert(meaning);
            let harmless = meaning == Meaning::Filler;
            assert!(known == meaning || harmless, "{word} is {known:?} and {meaning:?}");
        }
    }

    #[test]
    fn every_language_names_twelve_months() {
        for (language, months) in MONTHS {
            for (number, forms) in (1..).zip(months) {
                for form in forms.split(' ') {
                    let form = form.replace('_', " ");
                    assert_eq!(meaning_of(&folded(&form)), Some(Meaning::Month(number)), "{language} {form}");
                }
            }
        }
    }
}
