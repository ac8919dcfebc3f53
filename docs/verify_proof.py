#!/usr/bin/env python3
"""Checks a proof of one record (malle evidence prove) against the two lines somebody was sent. Needs nothing but Python.

    python3 verify_proof.py proof.json statement.txt
"""
import hashlib
import json
import sys


def root_of(proof):
    content, salt = proof["content"].encode(), bytes.fromhex(proof["salt"])
    top = hashlib.sha256(b"\0" + salt + content).digest()
    for step in proof["path"]:
        beside = bytes.fromhex(step["hash"])
        both = beside + top if step["side"] == "left" else top + beside
        top = hashlib.sha256(b"\1" + both).digest()
    return top.hex()


proof = json.load(open(sys.argv[1], encoding="utf-8"))
words = open(sys.argv[2], encoding="utf-8").read().split()
stated = words[words.index("root") + 1].lower()
if root_of(proof) != stated:
    sys.exit("NOT PROVEN: this record is not among what was stated")
print("PROVEN: this record was in the archive when the statement was made")
print(json.dumps(json.loads(proof["content"]), ensure_ascii=False, indent=1))
