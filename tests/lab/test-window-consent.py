#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A server that wants the password itself: nothing is sent before the user has agreed, after a question that says why.

S-43: where a safer way was known before, and at the first log-in. The server tells what it got.
"""

import os
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / 'support')]
import window       # noqa: E402

window.private_session(keyring=True)
import lab          # noqa: E402
import people       # noqa: E402

HOME = pathlib.Path(os.environ['HOME'])
JULIET = f'juliet@{people.DOMAIN}'
SAFER = ['DIGEST-MD5', *(f'SCRAM-SHA-{size}{plus}' for size in (1, 256, 512) for plus in ('', '-PLUS'))]


class Wire:
    """What the server saw from now on."""

    def __init__(self, server):
        self.log = server.log
        self.start = self.log.stat().st_size

    def text(self):
        return self.log.read_bytes()[self.start:].decode(errors='replace')

    def log_ins(self):
        """Every stanza in which a password or a proof of it can be."""
        return re.findall(r'Received\[c2s_unauthed\]: (<(?:auth|response)\b.*)', self.text())

    def assert_silent(self):
        """A way to log in was offered, and not taken."""
        window.wait_for('the offer of PLAIN alone', lambda: 'Offering usable mechanisms: PLAIN\n' in self.text())
        assert not self.log_ins(), self.log_ins()

    def wait_log_in(self, mechanism):
        window.wait_for('the log-in', lambda: 'Authenticated as juliet' in self.text())
        assert [line for line in self.log_ins() if '<auth' in line and f"mechanism='{mechanism}'" in line], self.log_ins()


def open_menu(app):
    app.press(app.find(name='Your Status'))
    return app.find('list', 'Accounts')


def ask(app):
    """The account says what is wrong, and its settings ask before they go on."""
    app.click('push button', f'Solve the Problem of {JULIET}', deadline=60)
    settings = app.find('filler', 'Account Settings')
    app.find('label', re.compile('weaker way to sign in.*password was not sent'), settings)
    app.click('push button', 'Sign In Anyway…', settings)
    app.find(name='Sign In Less Safely?')
    return settings


def answer(app, question, name):
    app.click('push button', re.compile(f'{name}$'), app.find('dialog', question))
    app.gone(name=question)


def test_weaker_than_before(server):
    provision = people.provision(server, HOME / 'provision.ini')
    wire = Wire(server)
    with window.Stonechat('--profile', HOME / 'profile', '--provision', provision) as app:
        app.find('label', 'Online', open_menu(app))
        wire.wait_log_in('SCRAM-SHA-1')
        server.halt()
        server.disabled = SAFER
        wire = Wire(server)
        server.start()
        settings = ask(app)
        wire.assert_silent()
        answer(app, 'Sign In Less Safely?', 'Cancel')
        app.find('push button', 'Sign In Anyway…', settings)
        wire.assert_silent()

    # It was not agreed to: the next start knows what there was before, and sends nothing either.
    wire = Wire(server)
    with window.Stonechat('--profile', HOME / 'profile', '--provision', provision) as app:
        open_menu(app)
        settings = ask(app)
        wire.assert_silent()
        answer(app, 'Sign In Less Safely?', 'Sign In Anyway')
        app.find('label', 'Online', settings)
        wire.wait_log_in('PLAIN')

    # Agreed to once, it is not asked again.
    wire = Wire(server)
    with window.Stonechat('--profile', HOME / 'profile', '--provision', provision) as app:
        app.find('label', 'Online', open_menu(app))
        wire.wait_log_in('PLAIN')


def test_first(server):
    wire = Wire(server)
    with window.Stonechat('--profile', HOME / 'first') as app:
        for name, text in {'Address': JULIET, 'Password': people.password('juliet'), 'Host': server.host, 'Port': str(server.port)}.items():
            app.write(app.find(name=name), text)
        app.click('push button', 'Sign In')
        answer(app, 'Trust This Certificate?', 'Trust This Certificate')
        app.find(name='Send the Password Itself?')
        wire.assert_silent()
        answer(app, 'Send the Password Itself?', 'Cancel')
        app.click('push button', 'Sign In')
        app.find(name='Send the Password Itself?')
        wire.assert_silent()
        answer(app, 'Send the Password Itself?', 'Send Password')
        app.find(name='Chats')
        wire.wait_log_in('PLAIN')


def main():
    with lab.server('prosody', people.everyone(), log='debug') as server:
        for test in test_weaker_than_before, test_first:
            print(test.__name__, flush=True)
            test(server)


main()
