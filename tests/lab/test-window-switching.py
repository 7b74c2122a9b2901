#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Chats are changed, written in and sent from as fast as the keys come: all arrives where it was written, once, in order.

By keyboard, by click and as a screen reader does it; with the network there, and into a black hole that ends later. W-02, R-25.
"""

import os
import pathlib
import queue
import re
import sqlite3
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / 'support')]
import window       # noqa: E402

window.private_session(desktop=True)
import lab          # noqa: E402
import people       # noqa: E402
import peer         # noqa: E402
import proxy        # noqa: E402

HOME = pathlib.Path(os.environ['HOME'])
NAMES = {'mercutio': 'Mercutio', 'nurse': 'Nurse'}
TIMES = 4


def hurry(*words):
    subprocess.run(['xdotool', *map(str, words)], check=True)


def write(text):
    """Words for xdotool; it takes what follows “type” for text up to the number of arguments."""
    return ['type', '--delay', 1, '--args', 1, text, 'key', 'Return']


def find_row(app, user):
    return app.find('list item', re.compile('^' + NAMES[user]), under=app.find('list', 'Chats'))


def by_keyboard(app, turns):
    """All turns in one go."""
    words = []
    for user, text in turns:
        words += ['key', 'ctrl+k', 'type', '--delay', 1, '--args', 1, NAMES[user], 'key', 'Return', *write(text)]
    # All chats are in the list again.
    hurry(*words, 'key', 'ctrl+k', 'key', 'Escape')


def by_click(app, turns):
    """Where a row stands is known once it is at rest: each message takes its chat to the top. The window manager holds a click
    back until it has seen it, while keys go on: so they wait for the chat."""
    for user, text in turns:
        places = []

        def rests():
            box = app.atspi.Component.get_extents(find_row(app, user), app.atspi.CoordType.WINDOW)
            places.append((box.x + box.width // 2, box.y + box.height // 2))
            return len(places) > 2 and places[-1] == places[-2] == places[-3]
        window.wait_for('rows that rest', rests, deadline=60)
        frame = subprocess.run(['xdotool', 'getactivewindow'], check=True, stdout=subprocess.PIPE, text=True).stdout.strip()
        hurry('mousemove', '--window', frame, *places[-1], 'click', 1)
        window.wait_for('the chat', lambda: find_row(app, user).get_state_set().contains(app.atspi.StateType.SELECTED))
        hurry(*write(text))


def by_action(app, turns):
    """By what a screen reader calls. GTK's buttons click a quarter of a second after they are activated so."""
    field, send = app.find('text', 'Message'), app.find('push button', 'Send')
    for user, text in turns:
        app.press(find_row(app, user))
        app.write(field, text)
        app.press(send)
        window.wait_for('an empty field', lambda: app.read(field) == '')


def stored():
    with sqlite3.connect(f'file:{HOME}/profile/data/chat.db?mode=ro', uri=True, timeout=20) as database:
        return database.execute('SELECT c.jid, m.text FROM message m JOIN conversation c ON c.id = m.conversation'
                                ' WHERE own ORDER BY m.id').fetchall()


def check(app, server, way, turns, peers):
    want = [(f'{user}@{server.domain}', text) for user, text in turns]
    texts = {text for _, text in turns}
    try:
        window.wait_for('all rows', lambda: len([row for row in stored() if row[1] in texts]) >= len(turns))
    except window.Missing as error:
        raise AssertionError(f'{way}: {error}; stored: {stored()}\n{app.tree()}') from None
    assert [row for row in stored() if row[1] in texts] == want, f'{way}: wanted {want}, have {stored()}'
    return {user: [text for one, text in turns if one == user] for user in peers}


def arrive(way, expected, peers):
    for user, texts in expected.items():
        for text in texts:
            got = peers[user].wait_message(deadline=60)
            assert got == text, f'{way}: {user} wanted “{text}”, got “{got}”'


def run(app, server, network, peers):
    for fault in ('pass', 'stall up 0', 'refuse'):
        network.do(fault)
        for way in (by_keyboard, by_click, by_action):
            name = f'{way.__name__} during {fault}'
            turns = [(user, f'{name} for {user} {i}') for i in range(TIMES) for user in NAMES]
            way(app, turns)
            expected = check(app, server, name, turns, peers)
            network.do('pass')
            arrive(name, expected, peers)
            network.do(fault)
    network.do('pass')
    for user, one in peers.items():
        try:
            raise AssertionError(f'{user} got something twice: {one.wait_message(deadline=1)}')
        except queue.Empty:
            pass


def main():
    with lab.server('prosody', people.everyone()) as server, proxy.Process(server.port) as network, \
            peer.Peer(server, 'mercutio') as mercutio, peer.Peer(server, 'nurse') as nurse:
        path = people.provision(server, HOME / 'provision.ini', port=network.port)
        with window.Stonechat('--profile', HOME / 'profile', '--provision', path, f'xmpp:mercutio@{server.domain}') as app:
            app.find('text', 'Message')
            for one, user in ((mercutio, 'mercutio'), (nurse, 'nurse')):
                one.wait_presence(f'juliet@{server.domain}')
                one.say(f'juliet@{server.domain}', 'Good morrow')
                find_row(app, user)
            window.wait_for('the window in front', app.is_active)
            run(app, server, network, {'mercutio': mercutio, 'nurse': nurse})


main()
