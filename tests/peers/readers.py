"""Prints what whatstk or chat-miner reads of chat files: one JSON line for each message. A file that it refuses has none."""

import json
import sys


def tell(path, time, author, text):
    print(json.dumps({"file": path, "time": time.strftime("%Y-%m-%dT%H:%M"), "author": author, "text": text}))


def whatstk(path):
    from whatstk import WhatsAppChat

    chat = WhatsAppChat.from_source(filepath=path)
    for row in chat.df.itertuples():
        tell(path, row.date, row.username, row.message)


def chatminer(path):
    from chatminer.chatparsers import WhatsAppParser

    parser = WhatsAppParser(path)
    parser.parse_file()
    for row in parser.parsed_messages.get_df().iter_rows(named=True):
        tell(path, row["timestamp"], row["author"], row["message"])


if __name__ == "__main__":
    read = {"whatstk": whatstk, "chat-miner": chatminer}[sys.argv[1]]
    for path in sys.argv[2:]:
        try:
            read(path)
        except Exception as refusal:
            print(f"{path}: {type(refusal).__name__}", file=sys.stderr)
