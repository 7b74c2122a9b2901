#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two devices of one account, each the real program: what is read on one counts as read on the other, and its notification
goes. By the mark that the sender asked for, and without one by read state alone. W-13, W-19, R-39.
"""

import os
import pathlib
import re
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / 'support')]
import window       # noqa: E402

window.private_session(desktop=True)
import lab          # noqa: E402
import notifier     # noqa: E402
import people       # noqa: E402
import peer         # noqa: E402

HOME = pathlib.Path(os.environ['HOME'])
MARKABLE = "<markable xmlns='urn:xmpp:chat-markers:0'/>"


def look_at(app):
    subprocess.run(['xdotool', 'search', '--sync', '--onlyvisible', '--all', '--pid', str(app.process.pid),
                    '--name', '^Stonechat$', 'windowactivate', '--sync'],
                   check=True, stdout=subprocess.DEVNULL)


def look_away(*apps):
    window.Elsewhere.look_at('Elsewhere')
    window.wait_for('both windows to be in the back', lambda: not any(app.is_active() for app in apps))


def unread(app):
    return [row for row in app.every('list item', under=app.find('list', 'Chats')) if 'unread' in row.get_name()]


def read_on(kind, first, second, service, romeo, juliet, how):
    """The first reads it; how long the second needs from then on is printed."""
    look_away(first, second)
    romeo.do(romeo.client.send_raw, f"<message to='{juliet}' type='chat' id='{how}'><body>{how}</body>{MARKABLE if 'mark' in how else ''}</message>")
    for app in (first, second):
        app.find('list item', re.compile(f'^Romeo Montague.*1 unread message, {how}'))
    window.wait_for('a notification of each', lambda: [n.text for n in service.open.values()] == [how] * 2)
    look_at(first)
    window.wait_for('the first to have read', lambda: not unread(first))
    begin = time.monotonic()
    window.wait_for('the second to have heard of it', lambda: not unread(second))
    counted = time.monotonic() - begin
    window.wait_for('the end of both notifications', lambda: not service.open)
    print(f'{kind}, {how}: count after {counted:.2f} s, notification after {time.monotonic() - begin:.2f} s')


def main():
    kind = sys.argv[1]
    with lab.server(kind, people.everyone()) as server, window.Elsewhere(), notifier.Notifier() as service, \
            peer.Peer(server, 'romeo') as romeo:
        juliet, uri = f'juliet@{server.domain}', f'xmpp:romeo@{server.domain}'
        path = people.provision(server, HOME / 'provision.ini')
        with window.Stonechat('--profile', HOME / 'one', '--provision', path, uri) as one, \
                window.Stonechat('--profile', HOME / 'two', '--provision', path, uri) as two:
            for app in (one, two):
                app.find('label', re.compile('^Available'))
            read_on(kind, one, two, service, romeo, juliet, 'by a mark')
            read_on(kind, two, one, service, romeo, juliet, 'by another mark')
            read_on(kind, one, two, service, romeo, juliet, 'by read state')


main()
