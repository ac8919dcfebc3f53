"""Prints what whatstk or chat-miner reads of a chat file: one JSON line for each message."""

import json
import sys


def tell(time, author, text):
    print(json.dumps({"time": time.strftime("%Y-%m-%dT%H:%M"), "author": author, "text": text}))


def whatstk(path):
    from whatstk import WhatsAppChat

    chat = WhatsAppChat.from_source(filepath=path)
    for row in chat.df.itertuples():
        tell(row.date, row.username, row.message)


def chatminer(path):
    from chatminer.chatparsers import WhatsAppParser

    parser = WhatsAppParser(path)
    parser.parse_file()
    for row in parser.parsed_messages.get_df().iter_rows(named=True):
        tell(row["timestamp"], row["author"], row["message"])


if __name__ == "__main__":
    {"whatstk": whatstk, "chat-miner": chatminer}[sys.argv[1]](sys.argv[2])
