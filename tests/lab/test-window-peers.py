#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stonechat's window and other people's programs on one server: presence, a status, messages each way and once, requests.

Real programs of this Debian: slixmpp, Profanity, Gajim and Dino, one after the other as Romeo; requests come from Tybalt.
"""

import os
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / 'support')]
import window       # noqa: E402

window.private_session(desktop=True, machine=True)
import clients      # noqa: E402
import lab          # noqa: E402
import people       # noqa: E402

HOME = pathlib.Path(os.environ['HOME'])
JULIET = f'juliet@{people.DOMAIN}'
OURS = 'Art thou not Romeo? <b>&amp;</b> “é” 🙂'
THEIRS = 'Neither, fair maid: <i>&lt;</i>'


def conversation(app, text):
    """The rows of the open conversation that have this text."""
    return app.every('list item', re.compile(re.escape(text)), app.find('list', 'Conversation'))


def talk(app, client):
    window.wait_for(f'the presence of {client.name}', lambda: app.every('label', re.compile('^Available')))
    ours, theirs = f'{client.name}, {OURS}', f'{client.name} says: {THEIRS}'
    app.write(app.find('text', 'Message'), ours)
    app.click('push button', 'Send')
    window.wait_for(f'our text in {client.name}', lambda: ours in client.texts())
    client.say(JULIET, theirs)
    window.wait_for(f'the text of {client.name}', lambda: conversation(app, theirs))
    if hasattr(client, 'appear'):
        client.appear('away', f'gone from {client.name}')
        window.wait_for('the status', lambda: app.every('label', re.compile(f'^Away.*gone from {client.name}')))
    assert client.texts().count(ours) == 1, client.texts()
    assert len(conversation(app, theirs)) == 1, conversation(app, theirs)


def request(app, kind, server, answer):
    """Somebody asks to see the status, and is answered."""
    with kind(server, 'tybalt') as client:
        client.ask(f'juliet@{server.domain}')
        title = 'tybalt.* wants to see your status'
        app.find('label', re.compile(title))
        app.click('push button', answer)
        app.gone('label', re.compile(title))
        if answer == 'Accept':
            app.find('list item', re.compile('^tybalt.*Available'))


def main():
    wanted = [client for client in clients.EVERY if client.name in sys.argv[1:]] or clients.EVERY
    with lab.server('prosody', people.everyone(), port=5222) as server:
        window.introduce(server)
        path = people.provision(server, HOME / 'provision.ini')
        with window.Stonechat('--profile', HOME / 'profile', '--provision', path, f'xmpp:romeo@{server.domain}') as app:
            app.find('label', re.compile('^Offline'))
            for kind in wanted:
                with kind(server, 'romeo') as client:
                    talk(app, client)
                print(kind.name, 'talked', flush=True)
                window.wait_for(f'the end of {kind.name}', lambda: app.every('label', re.compile('^Offline')))
            app.click(re.compile('toggle|radio|push'), 'Contacts')
            for kind, answer in ((clients.Profanity, 'Decline'), (clients.Slixmpp, 'Accept')):
                request(app, kind, server, answer)


main()
