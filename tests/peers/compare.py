"""Compares what readers make of the WhatsApp fixtures, and of chats in the header forms of every locale, with what they hold.

A message is right when its minute and its author are, and its words where a message has words of its own (texts that stand for
files, deleted messages and the like are worded differently by every reader and are not compared). What a reader tells beyond
that is wrong; notices without an author are not counted. A reader that gives nothing refuses the file.
"""

import collections
import datetime
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unicodedata
import zipfile

import forms

FIXTURES, SCRATCH, HERE = (pathlib.Path(argument) for argument in sys.argv[1:4])
MALLE = os.environ["MALLE"]


def plain(text):
    """Words without marks that carry no meaning, in one form."""
    text = "".join(c for c in unicodedata.normalize("NFC", text or "") if c not in "\u200e\u200f\u202a\u202c\u2068\u2069\ufeff")
    return " ".join(text.split())


def chats(bundle, into):
    """Every chat file of a fixture, unpacked where it lies in a ZIP."""
    for path in sorted(bundle.rglob("*")):
        if path.suffix == ".zip":
            target = into / path.stem
            zipfile.ZipFile(path).extractall(target)
            yield from chats(target, into)
        elif path.suffix == ".txt" and "__MACOSX" not in path.parts and not path.name.startswith("._"):
            yield path


def expected(case):
    """Messages that people wrote, by the file they stand in."""
    found = collections.defaultdict(list)
    # Joined exports tell a message twice: it is one.
    known = set()
    for line in (case / "expected.ndjson").read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        if record["kind"] != "message" or record["system"] or not record["author"] or record["id"] in known:
            continue
        known.add(record["id"])
        own = record["text"] if not record["attachments"] and not record["deleted"] and not record["edited"] else ""
        own = "" if record["place"] or record["extra"] else own
        key = ((record["time"]["local"] or "")[:16], plain(record["author"]["name"]))
        found[pathlib.PurePath(record["origin"][0]["file"]).name].append((key, plain(own)))
    return found


def run(command, chats):
    """What a reader tells of each chat."""
    told = {str(chat): [] for chat in chats}
    done = subprocess.run([*command, *told], capture_output=True, text=True, encoding="utf-8")
    for line in done.stdout.splitlines():
        if line.startswith("{"):
            message = json.loads(line)
            told[message.pop("file")].append(message)
    return told


def malle(chats):
    """The whole way: a new archive, an import, an export."""
    return {str(chat): imported(chat) for chat in chats}


def imported(chat):
    with tempfile.TemporaryDirectory(dir=SCRATCH) as home:
        home = pathlib.Path(home)
        (home / "phrase").write_text("cheval correct agrafe batterie lune")
        around = {"HOME": str(home), "MALLE_ARCHIVE": str(home / "archive"), "MALLE_PASSWORD_FILE": str(home / "phrase")}

        def call(*arguments):
            return subprocess.run([MALLE, *arguments], env=around, capture_output=True, text=True, encoding="utf-8")

        call("init", "--no-recovery-kit")
        call("import", str(chat))
        call("export", "ndjson", "-o", str(home / "out.ndjson"))
        records = map(json.loads, (home / "out.ndjson").read_text(encoding="utf-8").splitlines())
        messages = (record for record in records if record["kind"] == "message" and not record["system"] and record["author"])
        return [
            {"time": (message["time"]["local"] or "")[:16], "author": message["author"]["name"], "text": message["text"]}
            for message in messages
        ]


READERS = {
    "malle": malle,
    "whatsapp-chat-parser": lambda chats: run(["node", HERE / "parser.mjs", SCRATCH], chats),
    "whatstk": lambda chats: run([sys.executable, HERE / "readers.py", "whatstk"], chats),
    "chat-miner": lambda chats: run([sys.executable, HERE / "readers.py", "chat-miner"], chats),
    "chatpack": lambda chats: run([SCRATCH / "chatpack-target/debug/peer-chatpack"], chats),
}


def judge(told, wanted):
    """How many are right, and how many are wrong."""
    left = collections.defaultdict(list)
    for key, text in wanted:
        left[key].append(text)
    right = wrong = 0
    for message in told:
        author = plain(message["author"] or "")
        if author in ("", "System", "system"):
            continue
        texts = left[(message["time"] or "", author)]
        text = plain(message["text"])
        fitting = next((known for known in texts if known and known == text), None)
        if fitting is None:
            fitting = next((known for known in texts if not known), None)
        if fitting is None:
            wrong += 1
        else:
            texts.remove(fitting)
            right += 1
    return right, wrong


def fixtures(scratch):
    """The table of the fixtures."""
    print("| chat file | messages | " + " | ".join(READERS) + " |")
    print("|---|--:|" + "--:|" * len(READERS))
    cases = []
    for case in sorted(path for path in FIXTURES.iterdir() if (path / "bundle").is_dir()):
        wanted = expected(case)
        cases += [(case, chat, wanted[chat.name]) for chat in chats(case / "bundle", scratch / case.name) if chat.name in wanted]
    told = {name: reader([chat for _, chat, _ in cases]) for name, reader in READERS.items()}
    totals = collections.Counter()
    for case, chat, messages in cases:
        cells = []
        for name in READERS:
            right, wrong = judge(told[name][str(chat)], messages)
            totals[name, "right"] += right
            totals[name, "wrong"] += wrong
            totals[name, "refused"] += right + wrong == 0
            cells.append("refused" if right + wrong == 0 else f"{right} / {wrong}")
        print(f"| {case.name}/{chat.name} | {len(messages)} | " + " | ".join(cells) + " |")
    cells = [f"**{totals[name, 'right']}** / {totals[name, 'wrong']}, {totals[name, 'refused']} refused" for name in READERS]
    print(f"| all | {sum(len(messages) for *_, messages in cases)} | " + " | ".join(cells) + " |")


def headers(scratch):
    """The table of the header forms, and the forms that malle does not read and another does."""
    cases = []
    for name, text, wanted in forms.chats(FIXTURES / "locales/forms.tsv"):
        chat = scratch / f"WhatsApp Chat with {len(cases)}.txt"
        chat.write_text(text, encoding="utf-8", newline="")
        cases.append((name, chat, wanted))
    told = {name: reader([chat for _, chat, _ in cases]) for name, reader in READERS.items()}
    totals, behind = collections.Counter(), []
    for name, chat, wanted in cases:
        best = {}
        for reader in READERS:
            right, wrong = judge(told[reader][str(chat)], wanted)
            best[reader] = right == len(wanted) and wrong == 0
            state = "whole" if best[reader] else "refused" if right + wrong == 0 else "wrong"
            totals[reader, state] += 1
            totals[reader, "messages"] += right
            totals[reader, "wrong messages"] += wrong
        if not best["malle"] and any(best.values()):
            behind.append(name)
    count = sum(len(wanted) for *_, wanted in cases)
    print(f"| {len(cases)} forms, {count} messages | " + " | ".join(READERS) + " |")
    print("|---|" + "--:|" * len(READERS))
    for state, words in [
        ("whole", "forms read whole, nothing wrong"),
        ("wrong", "forms read with errors"),
        ("refused", "forms refused"),
        ("messages", "messages right"),
        ("wrong messages", "messages wrong"),
    ]:
        print(f"| {words} | " + " | ".join(str(totals[reader, state]) for reader in READERS) + " |")
    print(f"\nForms that another reads whole and malle does not: {', '.join(behind) or 'none'}")


def main():
    with tempfile.TemporaryDirectory(dir=SCRATCH) as unpacked:
        fixtures(pathlib.Path(unpacked))
        print()
        headers(pathlib.Path(unpacked))
    print(f"\n{datetime.date.today().isoformat()}")


main()
