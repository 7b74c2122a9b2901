#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Log-in, a page of the archive, first messages and their acknowledgements on a real server through the proxy, struck at a byte.

At every end of a TLS record, a byte before and after it, and at random bytes of the page: FIN, RST, garbage, a black hole.
Afterwards all is there once and in order, on one connection, and nobody did anything. W-01, R-17, R-26. Argument: the server.
STONECHAT_LONG=1 tries all (of the black holes some), in an order by chance, with STONECHAT_PART=I/N the Ith of N parts
(0 to N - 1); else it is a sample. STONECHAT_SEED repeats either. STONECHAT_FAULT="KIND WAY PLACE" tries one alone.
"""

import contextlib
import os
import pathlib
import queue
import random
import re
import sys
import tempfile
import zlib

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
import headless     # noqa: E402
import lab          # noqa: E402
import people       # noqa: E402
import peer         # noqa: E402
import proxy        # noqa: E402

LONG = os.environ.get('STONECHAT_LONG') == '1'
PART, PARTS = map(int, os.environ.get('STONECHAT_PART', '0/1').split('/'))
# All parts of a long run have to choose alike.
SEED = int(os.environ.get('STONECHAT_SEED', 1 if LONG else random.SystemRandom().randrange(1 << 30)))
RANDOM_BYTES, SAMPLE, SAMPLE_STALLS, LONG_STALLS = 200, 12, 2, 80     # a stall takes twenty seconds and more
PAGE = 10           # messages in the archive before the first talk
TALKS = 25          # on one server, for its archive grows
SILENCE = 130       # seconds until it is noticed where nobody says anything, and all is fetched again


class Talks:
    def __init__(self, server, network, romeo, folder):
        self.server, self.network, self.romeo, self.folder = server, network, romeo, pathlib.Path(folder)
        self.number = 0
        self.mine, self.theirs = [], [f'old {i} ' + 'x' * 100 for i in range(PAGE)]     # what there is in the archive

    def client(self, name, **options):
        return headless.Headless(self.server, self.folder / name, **options)

    def fill(self):
        """An archive, and nothing that waits for Juliet otherwise."""
        with self.client('first') as client:
            client.wait_online()
            for text in self.theirs:
                self.romeo.say(headless.JULIET, text)
            client.wait_row(self.theirs[-1])
            client.stop()

    def check_rows(self, client, mine, theirs, last):
        """All of both, once and in order; what was typed before anything was known of the archive stands behind it."""
        for own, wanted in (True, [*self.mine, mine, last]), (False, [*self.theirs, theirs]):
            def have(own=own):
                return [text for text, ours, _ in client.rows() if bool(ours) == own]
            client.wait(f'{len(wanted)} rows', lambda wanted=wanted, have=have: len(have()) >= len(wanted), deadline=SILENCE)
            assert have() == wanted, f'wanted {wanted}, have {have()}'
        self.mine += [mine, last]
        self.theirs.append(theirs)

    def talk(self, fault=None):
        """A new profile; what is said, both ways, begins before it is online. Bytes that came down, and records."""
        self.number += 1
        mine, theirs, last = (f'{who} {self.number}' for who in ('mine', 'theirs', 'last'))
        if fault:
            self.network.do(f'once {fault}')
        with self.client(str(self.number), port=self.network.port) as client:
            client.do('say ' + mine)
            self.romeo.say(headless.JULIET, theirs)
            client.wait_row(mine, headless.SENT, SILENCE)
            client.wait_row(theirs, deadline=SILENCE)
            client.wait(f'{PAGE} old rows', lambda: len(client.rows("text LIKE 'old %'")) >= PAGE, deadline=SILENCE)
            found = int(self.network.do('count')[3]), self.network.do('records')
            client.do('say ' + last)
            client.wait_row(last, headless.SENT)
            for wanted in (mine, last):
                got = self.romeo.wait_message(deadline=60)
                assert got == wanted, f'wanted “{wanted}”, got “{got}”'
            self.check_rows(client, mine, theirs, last)
            client.wait('one connection', lambda: self.network.do('count')[0] == '1', deadline=20)
            client.stop()
        return found


@contextlib.contextmanager
def stage(kind):
    """A server that has nothing but the page in its archive."""
    options = {} if kind == 'ejabberd' else {'hibernation': 60}
    with lab.server(kind, people.everyone(), **options) as server, proxy.Process(server.port) as network, \
            peer.Peer(server, 'romeo') as romeo, tempfile.TemporaryDirectory() as folder:
        talks = Talks(server, network, romeo, folder)
        talks.fill()
        yield talks


def rank(fault):
    """By chance, but always the same: also where another run finds a record more or less."""
    return zlib.crc32(f'{SEED} {fault}'.encode())


def choose(kind):
    """The faults to try, by a talk without one."""
    with stage(kind) as talks:
        down, records = talks.talk()
    places = [f'{way} r{i}{more}' for way, n in zip(('up', 'down'), records) for i in range(int(n)) for more in ('-1', '+0', '+1')]
    faults = [f'{sign} {place}' for place in [*places, *range(RANDOM_BYTES)] for sign in ('fin', 'rst', 'garbage')]
    stalls = [f'stall {place}' for place in [*places, *range(RANDOM_BYTES)]]
    print(f'{len(faults)} faults and {len(stalls)} black holes at {len(places) + RANDOM_BYTES} places', flush=True)
    faults, stalls = sorted(faults, key=rank), sorted(stalls, key=rank)
    chosen = faults + stalls[:LONG_STALLS] if LONG else faults[:SAMPLE] + stalls[:SAMPLE_STALLS]
    # The later half of what comes down is the page, and what comes after it.
    return [re.sub(r' (\d+)$', lambda found: f' down {int(down * (1 + rank(found[1]) / 2 ** 32) / 2)}', fault)
            for fault in sorted(chosen, key=rank) if rank(fault) % PARTS == PART]


def main():
    kind = sys.argv[1]
    print(f'STONECHAT_SEED={SEED}', flush=True)
    faults = [os.environ['STONECHAT_FAULT']] if 'STONECHAT_FAULT' in os.environ else choose(kind)
    failed, tried, struck = [], 0, 0
    while tried < len(faults):
        with stage(kind) as talks:
            for fault in faults[tried:tried + TALKS]:
                print(fault, flush=True)
                tried += 1
                try:
                    talks.talk(fault)
                except (AssertionError, queue.Empty) as error:
                    print(f'FAILED: {kind} {fault}: {error!r}', flush=True)
                    failed.append(fault)
                    break       # on to a server that knows nothing of it
            else:
                with contextlib.suppress(queue.Empty):
                    failed.append(f'came twice: {talks.romeo.wait_message(deadline=1)}')
            struck += int(talks.network.do('struck')[0])
    print(f'{tried} tried, {struck} came to be, {len(failed)} failed', flush=True)
    assert not failed, failed


main()
