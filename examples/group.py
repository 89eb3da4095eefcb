"""A group, a mention, a reaction and a search: python examples/group.py SERVER (it makes the accounts ann and ben there)"""

import sys

from hubbub.client.sync import Client


def main(server: str) -> None:
    """Ann makes the group and asks; ben answers and reacts; ann finds it again."""
    with (
        Client(server, user="ann", password="correct horse", register=True) as ann,
        Client(server, user="ben", password="correct horse", register=True) as ben,
    ):
        group = ann.create_group("release", ["ben"], topic="what goes out, and when").name
        asked = ann.send(group, "@ben is the changelog ready?")
        print(f"ben has {ben.home()[0].mentions} mention in {group}")
        ben.react(asked, "👍")
        ben.send(group, "It is, since noon.", reply_to=asked)
        ben.mark_read(group, asked.seq)
        for hit in ann.search("changelog", conversation=group):
            reactions = " ".join(f"{one.emoji} {one.count}" for one in hit.reactions)
            print(f"{hit.sender}: {hit.marked('*', '*')}  {reactions}")
            for message in ann.history(group, around=hit.seq, limit=10):
                print(f"  {message.seq} {message.sender}: {message.text}")


if __name__ == "__main__":
    main(sys.argv[1])
