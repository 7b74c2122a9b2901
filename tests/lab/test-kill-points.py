#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The program is killed at every step between Enter and the acknowledgement, at every step of receiving, and between the commit
of an edit, a retraction or a reaction and its acknowledgement.

After a restart with the same profile the message is once at the other end, in its order, and in one row here: R-26, R-11, R-13.
Once where the stream is resumed, and once where the server has forgotten it and the archive has to say. Argument: the server.
"""

import pathlib
import queue
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
import headless     # noqa: E402
import lab          # noqa: E402
import people       # noqa: E402
import peer         # noqa: E402

# The points in the order in which they are passed; the transport's and the store's are passed several times for one message.
SENDING = ['send-typed', 'send-queued', 'send-marking', 'send-marked', 'send-written', 'send-acknowledged', 'send-settled',
           *(f'store-before-commit {n}' for n in (1, 2, 3)), *(f'store-after-commit {n}' for n in (1, 2, 3)),
           *(f'transport-before-write {n}' for n in (1, 2)), *(f'transport-after-write {n}' for n in (1, 2))]
# The first commit may be another's.
BEFORE_COMMIT = ['send-typed', 'store-before-commit 1', 'store-after-commit 1', 'transport-before-write 1', 'transport-after-write 1']
# With what is done: each way of changing a message, at each step that is its own.
CHANGING = ['change-queued edit', 'send-marking edit', 'send-marked edit', 'send-written edit', 'send-acknowledged edit',
            'change-queued retract', 'send-written retract', 'change-queued react', 'send-marked react']
RECEIVING = ['receive-element', 'receive-storing', 'store-before-commit', 'store-after-commit', 'receive-stored',
             'receive-released', 'receive-before-ack', 'receive-after-ack', 'transport-before-write', 'transport-after-write']


def drain(romeo):
    for waiting in (romeo.messages, romeo.stanzas):
        while not waiting.empty():
            waiting.get()


class Talk:
    def __init__(self, server, client, romeo, forgets):
        self.server, self.client, self.romeo, self.forgets = server, client, romeo, forgets
        self.number = 0

    def die(self, point, act):
        """Does something with the point armed, and starts again after the end."""
        self.client.wait_online()
        self.romeo.wait_presence(headless.JULIET)
        self.client.ask('arm ' + (point if ' ' in point else point + ' 1'))
        act()
        self.client.wait_killed(point)
        if self.forgets:
            self.romeo.wait_presence(headless.JULIET, show='unavailable')
        self.client.start()

    def next(self, who):
        self.number += 1
        return f'{who} {self.number}'

    def once_here(self, text):
        rows = [row for row in self.client.rows() if row[0] == text]
        assert len(rows) == 1, f'“{text}” has {len(rows)} rows'

    def send(self, point):
        text, last = self.next('mine'), self.next('mine ends')
        self.die(point, lambda: self.client.do('say ' + text))
        self.client.wait_online()
        # Before its commit it is not the program's yet; and the first write can be the answer to a question of the server's.
        kept = bool([row for row in self.client.rows() if row[0] == text])
        assert kept or point in BEFORE_COMMIT, f'{point}: “{text}” was lost'
        if kept:
            self.client.wait_row(text, headless.SENT)
        self.client.do('say ' + last)
        self.client.wait_row(last, headless.SENT)
        for wanted in [text] * kept + [last]:
            got = self.romeo.wait_message(deadline=60)
            assert got == wanted, f'{point}: wanted “{wanted}”, got “{got}”'
        for one in [text] * kept + [last]:
            self.once_here(one)

    def apply(self, line):
        """To the last message, as soon as that is known; the answer may not come any more."""
        while self.client.process.poll() is None:
            self.client.do(line)
            try:
                if self.client.lines.get(timeout=2) == ['done']:
                    return
            except queue.Empty:
                pass

    def arrived(self, what):
        """What a stanza changed, of those that change something."""
        if what == 'react':
            return [s for s in self.stanzas if s.xml.find('{urn:xmpp:reactions:0}reactions') is not None]
        name = '{urn:xmpp:message-correct:0}replace' if what == 'edit' else '{urn:xmpp:message-retract:1}retract'
        return [s for s in self.stanzas if s.xml.find(name) is not None]

    def wait_ends(self, last):
        """All that came up to this message."""
        while not self.stanzas or self.stanzas[-1]['body'] != last:
            self.stanzas.append(self.romeo.stanzas.get(timeout=60))
            if self.stanzas[-1]['body']:
                self.romeo.wait_message()

    def change(self, both):
        point, what = both.split()
        text, last = self.next('mine'), self.next('mine ends')
        self.stanzas = []
        drain(self.romeo)
        self.client.wait_online()
        self.client.do('say ' + text)
        self.client.wait_row(text, headless.SENT)
        line = {'edit': f'edit {text}, better', 'retract': 'retract', 'react': 'react ' + chr(0x1F400 + self.number)}[what]
        self.die(point, lambda: self.apply(line))
        self.client.wait_online()
        self.client.do('say ' + last)
        self.client.wait_row(last, headless.SENT)
        self.wait_ends(last)
        found = self.arrived(what)
        assert len(found) == 1, f'{both}: came {len(found)} times'

    def receive(self, point):
        text, last = self.next('theirs'), self.next('theirs ends')
        self.die(point, lambda: self.romeo.say(headless.JULIET, text))
        self.client.wait_row(text)
        self.client.wait_online()
        self.romeo.say(headless.JULIET, last)
        self.client.wait_row(last)
        for one in (text, last):
            self.once_here(one)
        texts = [row[0] for row in self.client.rows('NOT own')]
        assert texts.index(text) < texts.index(last), f'{point}: out of order'


def run(kind, forgets, **options):
    with lab.server(kind, people.everyone(), **options) as server, peer.Peer(server, 'romeo', plugins=['xep_0444']) as romeo, \
            tempfile.TemporaryDirectory() as folder, headless.Headless(server, pathlib.Path(folder) / 'profile') as client:
        talk = Talk(server, client, romeo, forgets)
        failed = []
        for way, points in ((talk.send, SENDING), (talk.receive, RECEIVING), (talk.change, CHANGING)):
            for point in points:
                try:
                    way(point)
                except (AssertionError, queue.Empty) as error:
                    print(f'FAILED: {kind}, {"forgotten" if forgets else "resumed"}, {way.__name__} {point}: {error!r}', flush=True)
                    failed.append(point)
                    client.kill()
                    client.start()
                    client.wait_online()
                    drain(romeo)
        try:
            raise AssertionError(f'came twice: {romeo.wait_message(deadline=1)}')
        except queue.Empty:
            pass
        assert not failed, failed


def main():
    run(sys.argv[1], False)
    run(sys.argv[1], True, hibernation=1)


main()
