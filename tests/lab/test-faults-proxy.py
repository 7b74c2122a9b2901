#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Log-in, first messages and their acknowledgements on a real server through the proxy, struck at a byte of the first connection.

At every border of a TLS record, a byte before and after it, and at random bytes: FIN, RST, garbage, a black hole. Afterwards all
is there once, on one connection, and nobody did anything. W-01, R-17, R-26. STONECHAT_LONG=1 tries all (of the black
holes some), else it is a sample that STONECHAT_SEED repeats.
"""

import os
import pathlib
import queue
import random
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
import headless     # noqa: E402
import lab          # noqa: E402
import people       # noqa: E402
import peer         # noqa: E402
import proxy        # noqa: E402

LONG = os.environ.get('STONECHAT_LONG') == '1'
SEED = int(os.environ.get('STONECHAT_SEED', random.SystemRandom().randrange(1 << 30)))
RANDOM_BYTES, SAMPLE, SAMPLE_STALLS, LONG_STALLS = 200, 20, 2, 80     # a stall takes twenty seconds and more


class Talks:
    def __init__(self, server, network, romeo, folder):
        self.server, self.network, self.romeo, self.folder = server, network, romeo, pathlib.Path(folder)
        self.number = 0

    def talk(self, fault=None):
        """A new profile; what is said, both ways, begins before it is online. The bytes of the connection and their borders."""
        self.number += 1
        mine, theirs, last = (f'{who} {self.number}' for who in ('mine', 'theirs', 'last'))
        if fault:
            self.network.do(f'once {fault}')
        with headless.Headless(self.server, self.folder / str(self.number), port=self.network.port) as client:
            client.do('say ' + mine)
            self.romeo.say(headless.JULIET, theirs)
            client.wait_row(mine, headless.SENT)
            client.wait_row(theirs)
            found = self.network.do('count'), {way: list(map(int, self.network.do(f'borders {way}'))) for way in ('up', 'down')}
            client.do('say ' + last)
            client.wait_row(last, headless.SENT)
            for wanted in (mine, last):
                got = self.romeo.wait_message(deadline=60)
                assert got == wanted, f'wanted “{wanted}”, got “{got}”'
            for text in (mine, theirs, last):
                rows = [row for row in client.rows() if row[0] == text]
                assert len(rows) == 1, f'“{text}” has {len(rows)} rows'
            client.wait('one connection', lambda: self.network.do('count')[0] == '1', deadline=20)
            client.stop()
        return found


def choose(found):
    """The faults to try."""
    (_, _, up, down), borders = found
    chance = random.Random(SEED)
    ends = {'up': int(up), 'down': int(down)}
    places = [(way, byte + more) for way in borders for byte in borders[way] for more in (-1, 0, 1)]
    places += [(way, chance.randrange(ends[way])) for way in chance.choices(('up', 'down'), k=RANDOM_BYTES)]
    faults = [f'{kind} {way} {byte}' for way, byte in places for kind in ('fin', 'rst', 'garbage')]
    stalls = [f'stall {way} {byte}' for way, byte in places]
    return faults + chance.sample(stalls, LONG_STALLS) if LONG else chance.sample(faults, SAMPLE) + chance.sample(stalls, SAMPLE_STALLS)


def main():
    print(f'STONECHAT_SEED={SEED}', flush=True)
    with lab.server('prosody', people.everyone(), hibernation=60) as server, proxy.Process(server.port) as network, \
            peer.Peer(server, 'romeo') as romeo, tempfile.TemporaryDirectory() as folder:
        talks = Talks(server, network, romeo, folder)
        for fault in choose(talks.talk()):
            print(fault, flush=True)
            talks.talk(fault)
        try:
            raise AssertionError(f'came twice: {romeo.wait_message(deadline=1)}')
        except queue.Empty:
            pass


main()
