#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The real program is killed right after messages were sent and came in, and is started again with the same profile.

The stream is resumed, or begun anew where the server has forgotten it; each message is once at the other end, in the order in
which it was written, and in one row here. R-13, R-25, R-26, R-27.
"""

import os
import pathlib
import queue
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / 'support')]
import window       # noqa: E402

window.private_session()
import lab          # noqa: E402
import people       # noqa: E402
import peer         # noqa: E402
import proxy        # noqa: E402

HOME = pathlib.Path(os.environ['HOME'])
JULIET = f'juliet@{people.DOMAIN}'
# What the network does to the last messages before the end: nothing; ours and our acknowledgements stay on the way; theirs and
# the server's acknowledgements do; there is no connection any more.
ROUNDS = ('pass', 'stall up 0', 'stall down 0', 'refuse')


def start(server, network):
    return window.Stonechat('--profile', HOME / f'profile-{server.hibernation}', '--provision',
                            people.provision(server, HOME / 'provision.ini', port=network.port), f'xmpp:romeo@{server.domain}')


def row(app, name, text, state=''):
    return app.find('list item', re.compile(f'^{name}, .*{re.escape(text)}{state}'), deadline=60)


def send(app, text):
    app.write(app.find('text', 'Message'), text)
    app.click('push button', 'Send')
    row(app, 'You', text)


def kill(app):
    app.process.kill()
    app.process.wait()


def talk_and_die(app, network, romeo, fault, mine, theirs):
    """mine and theirs are said, and as soon as the last that can be seen of them is there, the program is gone."""
    network.do(fault)
    for text in mine:
        send(app, text)
    for text in theirs:
        romeo.say(JULIET, text)
    if fault in ('pass', 'stall up 0'):
        row(app, 'Romeo Montague', theirs[0] if fault == 'pass' else theirs[-1])
    elif fault == 'stall down 0':
        window.wait_for('the messages at the other end', lambda: romeo.messages.qsize() == len(mine))
    kill(app)


def check(app, romeo, number, mine, theirs):
    """What is said now comes last; before it came everything, once."""
    for text in mine:
        row(app, 'You', text, ', Sent')
    send(app, f'mine ends {number}')
    got = []
    while not got or got[-1] != f'mine ends {number}':
        got.append(romeo.wait_message(deadline=60))
    assert got[:-1] == mine, got
    romeo.say(JULIET, f'theirs ends {number}')
    row(app, 'Romeo Montague', f'theirs ends {number}')
    for text in mine + theirs:
        rows = app.every('list item', re.compile(re.escape(text)), app.find('list', 'Conversation'))
        assert len(rows) == 1, f'“{text}” stands {len(rows)} times:\n{app.tree()}'
    try:
        raise AssertionError(f'came twice: {romeo.wait_message(deadline=1)}')
    except queue.Empty:
        pass


def resumed(server):
    return server.log.read_text(errors='replace').count('mod_smacks session resumed')


def main():
    for hibernation in (300, 1):
        with lab.server('prosody', people.everyone(), hibernation=hibernation, log='debug') as server, \
                proxy.Process(server.port) as network, peer.Peer(server, 'romeo') as romeo:
            app = start(server, network)
            for number, fault in enumerate(ROUNDS):
                print(f'{hibernation} {fault}', flush=True)
                romeo.wait_presence(JULIET)
                mine = [f'mine {i} of {number}' for i in range(3)]
                theirs = [f'theirs {i} of {number}' for i in range(3)]
                before = resumed(server)
                with app:
                    talk_and_die(app, network, romeo, fault, mine, theirs)
                network.do('refuse')        # what stood still is lost
                if hibernation == 1:
                    romeo.wait_presence(JULIET, show='unavailable')
                network.do('pass')
                app = start(server, network)
                check(app, romeo, number, mine, theirs)
                assert resumed(server) - before == (hibernation == 300), f'resumed {resumed(server) - before} times'
            app.stop()


main()
