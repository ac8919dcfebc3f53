"""Chats in the header forms that phones print, by locale: plain messages only, so that every reader has a fair chance.

The forms come from fixtures/whatsapp/locales/forms.tsv (Unicode locale data and the Android app). Chats that print alike are one.
"""

import datetime
import re

FIRST = datetime.datetime(2022, 3, 5, 0, 30, 5)
# Meets midnight, noon, both halves of the day, and days beyond 12.
STEP = datetime.timedelta(minutes=451)
PEOPLE = ["Ana Lima", "Bob", "Zoé Ndiaye"]
WORDS = ["hello", "is the blue dress still there?", "25 000 F", "one\ntwo", "العربية 中文 हिन्दी", "and so on"]
COUNT = 40


def shown(moment, pattern, halves, zero):
    """Prints a moment by a pattern of Unicode locale data."""
    values = {
        "y": lambda width: moment.strftime("%y") if width == 2 else str(moment.year),
        "M": lambda width: str(moment.month),
        "d": lambda width: str(moment.day),
        "H": lambda width: str(moment.hour),
        "h": lambda width: str(moment.hour % 12 or 12),
        "K": lambda width: str(moment.hour % 12),
        "m": lambda width: str(moment.minute),
        "s": lambda width: str(moment.second),
    }

    def part(match):
        quoted, run, other = match.group(1), match.group(2), match.group(4)
        if quoted is not None:
            return quoted
        if other is not None:
            return other
        if run[0] in "aB":
            return halves[moment.hour >= 12]
        digits = values[run[0]](len(run)).rjust(len(run), "0")
        return "".join(chr(ord(zero) + int(digit)) for digit in digits)

    return re.sub(r"'([^']*)'|(([yMdHhKmsaB])\3*)|(.)", part, pattern, flags=re.S)


def forms(path):
    """Rows of the table: locales, date, glue, the four patterns of the time, both halves of the day, zero."""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        fields = [re.sub(r"\\u([0-9A-Fa-f]{4})", lambda code: chr(int(code.group(1), 16)), field) for field in line.split("\t")]
        yield fields[0].split(" ")[0], fields[1], fields[2].replace("'", ""), fields[3:7], fields[7:9], fields[9][0]


def chats(path):
    """`(name, text, wanted)` for each form: wanted holds `((minute, author), words)`."""
    known = set()
    for locale, date, glue, times, halves, zero in forms(path):
        for place, time in enumerate(times):
            if not time:
                continue
            ios = place >= 2
            lines, wanted = [], []
            for number in range(COUNT):
                moment = FIRST + number * STEP
                day, clock = (shown(moment, pattern, halves, zero) for pattern in (date, time))
                stamp = glue.replace("{1}", day).replace("{0}", clock)
                author, words = PEOPLE[number % len(PEOPLE)], WORDS[number % len(WORDS)]
                if ios:
                    lines.append("[{}] {}: {}\r\n".format(stamp, author, words.replace("\n", "\r\n")))
                else:
                    lines.append(f"{stamp} - {author}: {words}\n")
                wanted.append(((moment.strftime("%Y-%m-%dT%H:%M"), author), " ".join(words.split())))
            text = "".join(lines)
            if text not in known:
                known.add(text)
                clock = "24 h" if place % 2 == 0 else "12 h"
                yield f"{locale} {'iOS' if ios else 'Android'} {clock}", text, wanted
