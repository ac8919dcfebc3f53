"""Drives the comparison that tests/search/run describes."""

import argparse
import json
import os
import re
import shutil
import sqlite3
import statistics
import subprocess
import sys
import time
from pathlib import Path

import corpus

HERE = Path(__file__).resolve().parent
FIXTURES = HERE.parent.parent / "fixtures" / "search"
PAGE = 20


def size(*paths):
    return sum(f.stat().st_size for path in paths for f in ([path] if path.is_file() else path.rglob("*")) if f.is_file())


def forget(*paths):
    """Takes files that are on the disk out of the page cache, without touching what others have there."""
    for path in paths:
        for file in [path] if path.is_file() else path.rglob("*"):
            if file.is_file():
                with open(file, "rb") as handle:
                    os.posix_fadvise(handle.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def run(command, ends_with=None, **options):
    """Output, seconds and peak memory in bytes of a process, which must end with one of these codes where they are told."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, **options)
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if ends_with and process.returncode not in ends_with:
        raise SystemExit(f"{process.returncode} is how this ended: {command}")
    return output.decode("utf-8", "replace"), time.perf_counter() - start, usage.ru_maxrss * 1024


class Query:
    """The parts of a query that every tool can be asked: words, phrases, words to leave out, beginnings."""

    def __init__(self, text):
        self.text = text
        self.parts = []
        for sign, phrase, word in re.findall(r'(-?)(?:["«]\s*([^"»]+?)\s*["»]|(\S+))', text):
            word = word.lstrip("=~")
            if not phrase and word.startswith("-") and not word[1:2].isdigit():
                sign, word = "-", word[1:]
            is_prefix = word.endswith("*")
            if phrase or word.strip("*"):
                self.parts.append((bool(sign), phrase or word.strip("*"), bool(phrase), is_prefix))

    def wanted(self):
        return [part for part in self.parts if not part[0]]

    def unwanted(self):
        return [part for part in self.parts if part[0]]


class Malle:
    name = "malle"

    def __init__(self, program, folder):
        self.program, self.folder = str(program), folder
        self.archive, self.key = folder / "archive", folder / "age.key"
        self.config = folder / "config"
        self.paths = [self.archive]

    def command(self, *arguments, country="SN"):
        return [self.program, "--archive", str(self.archive), "--identity", str(self.key), "--country", country, *arguments]

    def environment(self):
        kept = {name: value for name, value in os.environ.items() if not name.startswith("MALLE_")}
        return {**kept, "XDG_CONFIG_HOME": str(self.config), "MALLE_LANG": "en"}

    def index(self, exports):
        shutil.rmtree(self.archive, ignore_errors=True)
        self.key.unlink(missing_ok=True)
        (self.folder / "password").write_text("correct-horse-battery-staple-of-the-bench\n")
        subprocess.run(["age-keygen", "-o", str(self.key)], check=True, stderr=subprocess.DEVNULL)
        recipient = subprocess.check_output(["age-keygen", "-y", str(self.key)], text=True).strip()
        with_password = [self.program, "--archive", str(self.archive), "--password-file", str(self.folder / "password")]
        quiet = {"check": True, "stdout": subprocess.DEVNULL, "env": self.environment()}
        init = [self.program, "init", str(self.archive), "--password-file", str(self.folder / "password"), "--no-recovery-kit"]
        subprocess.run(init, **quiet)
        subprocess.run([*with_password, "key", "add", "--name", "bench", "--recipient", recipient], **quiet)
        start = time.perf_counter()
        done = subprocess.run(
            [*self.command(), "--json", "--tz", "Africa/Dakar", "import", "--me", corpus.ME, str(exports)],
            stdout=subprocess.PIPE, text=True, env=self.environment(),
        )
        imported = time.perf_counter() - start
        summary = json.loads(done.stdout.splitlines()[-1])
        added = sum(summary["added"].values())
        start = time.perf_counter()
        subprocess.run(self.command("index", "rebuild"), **quiet)
        self.notes = {"import seconds": imported, "records": added, "bytes of the archive": size(self.archive)}
        self.index_bytes = size(self.archive / "cache")
        return time.perf_counter() - start

    def search(self, query):
        # 1: nothing was found.
        return run(self.command("search", "--json", "-m", str(PAGE), query.text), ends_with=(0, 1), env=self.environment())

    def finds(self, case, query, number):
        arguments = ["search", "--json", "--in", corpus.case_name(number), "-m", "50", case.query]
        output, _, _ = run(self.command(*arguments, country=case.country), env=self.environment())
        if not output.strip():
            raise SystemExit(f"no answer to {case.id} {case.query!r}")
        found = json.loads(output)
        hits = [hit["snippet"] for hit in found["hits"]]
        near = [hit["snippet"] for hit in found["approx"]]
        return bool(hits), bool(near)


class Fts:
    def __init__(self, folder, name, tokenizer):
        self.name, self.tokenizer = f"FTS5 {name}", tokenizer
        self.file = folder / f"{name}.db"
        self.paths = [self.file]
        self.trigram = tokenizer.startswith("trigram")

    def index(self, rows):
        self.file.unlink(missing_ok=True)
        base = sqlite3.connect(self.file)
        base.execute("CREATE TABLE message (id INTEGER PRIMARY KEY, chat TEXT, time TEXT, author TEXT, text TEXT)")
        base.executemany("INSERT INTO message (chat, time, author, text) VALUES (?, ?, ?, ?)", rows())
        base.execute("CREATE INDEX by_chat ON message (chat)")
        base.commit()
        before = self.file.stat().st_size
        start = time.perf_counter()
        base.execute(f"CREATE VIRTUAL TABLE words USING fts5(text, content='message', content_rowid='id', tokenize=\"{self.tokenizer}\")")
        base.execute("INSERT INTO words (rowid, text) SELECT id, text FROM message")
        base.commit()
        seconds = time.perf_counter() - start
        base.close()
        self.index_bytes = self.file.stat().st_size - before
        self.notes = {}
        return seconds

    def match(self, query):
        def quoted(part):
            _, text, _, is_prefix = part
            star = "*" if is_prefix and not self.trigram else ""
            return '"' + text.replace('"', " ") + '"' + star
        wanted = " AND ".join(quoted(part) for part in query.wanted())
        return " NOT ".join([f"({wanted})", *(quoted(part) for part in query.unwanted())]) if wanted else ""

    def search(self, query):
        match = self.match(query).replace("'", "''")
        found = f"FROM words JOIN message ON message.id = words.rowid WHERE words MATCH '{match}'"
        return run(["sqlite3", "-readonly", str(self.file),
                    f"SELECT count(*) FROM words WHERE words MATCH '{match}'; SELECT time, author, message.text {found} ORDER BY time DESC LIMIT {PAGE}"], ends_with=(0,))

    def finds(self, case, query, number):
        base = sqlite3.connect(f"file:{self.file}?mode=ro", uri=True)
        ask = "SELECT count(*) FROM message WHERE chat = ? AND id IN (SELECT rowid FROM words WHERE words MATCH ?)"
        try:
            found = base.execute(ask, (corpus.case_name(number), self.match(query))).fetchone()[0]
        except sqlite3.OperationalError:
            found = 0
        base.close()
        return found > 0, False


class Recoll:
    name = "recoll"

    def __init__(self, folder):
        self.config, self.tree = folder / "recoll-config", folder / "recoll"
        self.paths = [self.config / "xapiandb"]

    def index(self, rows, all_cases):
        shutil.rmtree(self.config, ignore_errors=True)
        shutil.rmtree(self.tree, ignore_errors=True)
        self.config.mkdir(parents=True)
        (self.tree / "chats").mkdir(parents=True)
        (self.config / "recoll.conf").write_text(
            f"topdirs = {self.tree}\nindexstemminglanguages = french\nloglevel = 1\nidxloglevel = 1\nskippedNames =\n"
            "idxflushmb = 200\nnoaspell = 1\nidxniceprio = 0\n"
        )
        files = {}
        names = {corpus.case_name(number) for number in range(len(all_cases))}
        for chat, at, author, text in rows():
            if chat in names:
                folder = self.tree / "cases" / chat
                folder.mkdir(parents=True)
                (folder / "text.txt").write_text(text + "\n", encoding="utf-8")
                continue
            if chat not in files:
                files[chat] = open(self.tree / "chats" / chat.replace(" ", "_"), "w", encoding="utf-8")
            files[chat].write(
                f"From a@example.org Thu Jan  1 00:00:00 1970\nFrom: a <a@example.org>\nDate: {at}\nSubject: m\nMIME-Version: 1.0\n"
                f"Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n{text}\n\n"
            )
        for file in files.values():
            file.close()
        start = time.perf_counter()
        subprocess.run(["recollindex", "-c", str(self.config)], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        seconds = time.perf_counter() - start
        self.index_bytes = size(*self.paths)
        self.notes = {}
        return seconds

    def typed(self, query):
        def told(part):
            is_not, text, is_phrase, is_prefix = part
            text = '"' + text.replace('"', " ") + '"' if is_phrase else text + ("*" if is_prefix else "")
            return ("-" if is_not else "") + text
        return " ".join(told(part) for part in query.parts)

    def ask(self, typed, most):
        return run(["recollq", "-c", str(self.config), "-S", "mtime", "-s", "french", "-n", str(most), "-q", typed],
                   env={**os.environ, "LC_ALL": "C.UTF-8"})

    def search(self, query):
        return self.ask(self.typed(query), PAGE)

    def finds(self, case, query, number):
        typed = f"{self.typed(query)} dir:{self.tree / 'cases' / corpus.case_name(number)}"
        return "text.txt]" in self.ask(typed, 5)[0], False


class Ripgrep:
    name = "ripgrep"

    def __init__(self, exports):
        self.exports, self.paths, self.index_bytes, self.notes = exports, [exports], 0, {}

    def stages(self, query, where):
        stages = []
        for is_not, text, _, is_prefix in sorted(query.parts):
            flags = ["-i", "-a", "--no-config", "-N", "--no-filename"] + (["-v"] if is_not else [])
            pattern = rf"\b{re.escape(text)}" if is_prefix else None
            stages.append(["rg", *flags, *(["-e", pattern] if pattern else ["-F", "-e", text])])
        if stages:
            stages[0] += ["--sort", "none", str(where)]
        return stages

    def ask(self, query, where):
        start = time.perf_counter()
        before, processes = None, []
        for command in self.stages(query, where):
            process = subprocess.Popen(command, stdin=before or subprocess.DEVNULL, stdout=subprocess.PIPE)
            if before:
                before.close()
            before = process.stdout
            processes.append(process)
        output = before.read().decode("utf-8", "replace") if before else ""
        peak = max((os.wait4(process.pid, 0)[2].ru_maxrss for process in processes), default=0)
        for process in processes:
            process.returncode = 0
        return output, time.perf_counter() - start, peak * 1024

    def search(self, query):
        return self.ask(query, self.exports)

    def finds(self, case, query, number):
        if not query.wanted():
            return False, False
        lines = self.ask(query, self.exports / f"Discussion WhatsApp avec {corpus.case_name(number)}.txt")[0].splitlines()
        return any(case.text in line for line in lines), False


def holds(expect, found, near):
    if expect == 0:
        return not found and not near
    if expect == 9:
        return not found
    return found or (expect == 4 and near)


def rows(count, seed, all_cases):
    """Chat, time, author and text of every message; each case in a chat of its own."""
    def each():
        for message in corpus.messages(count, seed):
            yield corpus.chat_name(message.chat), message.time.isoformat(), message.author, message.text
        for number, case in enumerate(all_cases):
            yield corpus.case_name(number), "2024-03-01T10:00:00", corpus.ME, case.text
    return each


def write_exports(folder, each):
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    files = {}
    for chat, at, author, text in each():
        if len(files) > 200:
            for file in files.values():
                file.close()
            files = {}
        if chat not in files:
            files[chat] = open(folder / f"Discussion WhatsApp avec {chat}.txt", "a", encoding="utf-8")
        day, clock = at.split("T")
        year, month, day = day.split("-")
        files[chat].write(f"{day}/{month}/{year}, {clock[:5]} - {author}: {text}\n")
    for file in files.values():
        file.close()


def main():
    parser = argparse.ArgumentParser()
    for name in ("malle", "dir"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    for name in ("messages", "rounds", "seed"):
        parser.add_argument(f"--{name}", type=int, required=True)
    given = parser.parse_args()
    folder = given.dir.resolve()
    all_cases = corpus.cases(FIXTURES)
    each = rows(given.messages, given.seed, all_cases)
    exports = folder / "exports"
    print(f"{given.messages} messages and {len(all_cases)} cases", file=sys.stderr)
    write_exports(exports, each)
    frequent, middling, rare = corpus.spoken(text for (_, _, _, text), _ in zip(each(), range(50_000)))
    asked = [Query(text) for text in (
        frequent, middling, rare, f"{frequent} {middling}", "robe bleue", "commande livrée demain", '"la robe"', "couture*", "25000",
        "livraison -demain", "rendez-vous", "jerejef", "introuvablement",
    )]
    tools = [
        Malle(given.malle.resolve(), folder),
        Fts(folder, "words", "unicode61 remove_diacritics 2"),
        Fts(folder, "trigrams", "trigram"),
        Recoll(folder),
        Ripgrep(exports),
    ]
    report = {"messages": given.messages, "cases": len(all_cases), "tools": {}}
    for tool in tools:
        print(tool.name, file=sys.stderr)
        match tool:
            case Malle():
                seconds = tool.index(exports)
            case Recoll():
                seconds = tool.index(each, all_cases)
            case Fts():
                seconds = tool.index(each)
            case _:
                seconds = 0.0
        os.sync()
        print("  cases", file=sys.stderr)
        right, wrong = {}, []
        for number, case in enumerate(all_cases):
            found, near = tool.finds(case, Query(case.query), number)
            told = right.setdefault({0: "must not match", 9: "must not match"}.get(case.expect, f"tier {case.expect}"), [0, 0])
            told[1] += 1
            if holds(case.expect, found, near):
                told[0] += 1
            else:
                wrong.append(f"{case.id} {case.query!r} in {case.text!r}")
        print("  searches", file=sys.stderr)
        cold, warm, peak = [], [], 0
        for query in asked:
            for _ in range(max(1, given.rounds // 2)):
                forget(*tool.paths)
                cold.append(tool.search(query)[1])
            for _ in range(given.rounds):
                _, taken, memory = tool.search(query)
                warm.append(taken)
                peak = max(peak, memory)
        report["tools"][tool.name] = {
            "right": sum(told[0] for told in right.values()), "right by tier": right, "wrong": wrong,
            "cold ms": 1000 * statistics.median(cold), "warm ms": 1000 * statistics.median(warm), "slowest warm ms": 1000 * max(warm),
            "peak bytes of a search": peak, "index bytes a message": tool.index_bytes / (given.messages + len(all_cases)),
            "index seconds": seconds, **tool.notes,
        }
    (folder / "report.json").write_text(json.dumps(report, ensure_ascii=False, indent=1))
    show(report)
    missed = report["tools"]["malle"]["wrong"]
    if missed:
        print("malle misses:\n  " + "\n  ".join(missed), file=sys.stderr)
        sys.exit(1)


def show(report):
    columns = [("cold ms", ".0f"), ("warm ms", ".0f"), ("slowest warm ms", ".0f"), ("index bytes a message", ".1f"), ("index seconds", ".1f")]
    base = report["tools"]["malle"]
    print(f"{'':14}{'right':>14}" + "".join(f"{name:>30}" for name, _ in columns))
    for name, told in report["tools"].items():
        line = f"{name:14}{told['right']:>8} / {report['cases']}"
        for column, form in columns:
            ratio = f"{told[column] / base[column]:.2f}×" if base[column] else "–"
            line += f"{format(told[column], form) + '  ' + ratio:>30}"
        print(line)
    for tier in sorted(base["right by tier"]):
        counts = ", ".join(f"{name} {told['right by tier'][tier][0]}" for name, told in report["tools"].items())
        print(f"{tier} ({base['right by tier'][tier][1]}): {counts}")
    print(f"malle: import {base['import seconds']:.1f} s, {base['bytes of the archive'] / report['messages']:.0f} bytes of archive a message, "
          f"{base['peak bytes of a search'] / 1e6:.0f} MB peak of a search")


if __name__ == "__main__":
    main()
