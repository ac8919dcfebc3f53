"""Compares what readers make of the WhatsApp fixtures with what the fixtures expect.

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


def run(command, **more):
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=300, **more)
    if done.returncode != 0:
        return []
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


def malle(chat):
    """The whole way: a new archive, an import, an export."""
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
    "whatsapp-chat-parser": lambda chat: run(["node", HERE / "parser.mjs", SCRATCH, chat]),
    "whatstk": lambda chat: run([sys.executable, HERE / "readers.py", "whatstk", chat]),
    "chat-miner": lambda chat: run([sys.executable, HERE / "readers.py", "chat-miner", chat]),
    "chatpack": lambda chat: run([SCRATCH / "chatpack-target/debug/peer-chatpack", chat]),
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


def main():
    totals = collections.Counter()
    count = 0
    print("| chat file | messages | " + " | ".join(READERS) + " |")
    print("|---|--:|" + "--:|" * len(READERS))
    with tempfile.TemporaryDirectory(dir=SCRATCH) as unpacked:
        for case in sorted(path for path in FIXTURES.iterdir() if (path / "bundle").is_dir()):
            wanted = expected(case)
            for chat in chats(case / "bundle", pathlib.Path(unpacked) / case.name):
                if chat.name not in wanted:
                    continue
                messages = wanted[chat.name]
                cells = []
                for name, reader in READERS.items():
                    right, wrong = judge(reader(chat), messages)
                    totals[name, "right"] += right
                    totals[name, "wrong"] += wrong
                    totals[name, "refused"] += right + wrong == 0
                    cells.append("refused" if right + wrong == 0 else f"{right} / {wrong}")
                count += len(messages)
                print(f"| {case.name}/{chat.name} | {len(messages)} | " + " | ".join(cells) + " |", flush=True)
    cells = [f"**{totals[name, 'right']}** / {totals[name, 'wrong']}, {totals[name, 'refused']} refused" for name in READERS]
    print(f"| all | {count} | " + " | ".join(cells) + " |")
    print(f"\n{datetime.date.today().isoformat()}; right / wrong of the messages that people wrote")


main()
