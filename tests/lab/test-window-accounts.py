#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Accounts in the real window: a wrong password is solved where it is said, a host that is none is refused at its field, and
removing an account closes its settings and leaves nothing of it; after the last one comes the sign-in page (W-22, W-24).
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


def provision(server):
    pin = lab.run('certtool', '--fingerprint', '--hash', 'sha256', '--infile',
                  server.authority.folder / f'{server.domain}.crt').strip()
    path = HOME / 'provision.ini'
    path.write_text(''.join(
        f'[account:{user}@{server.domain}]\npassword={password}\nhost={server.host}\nport={server.port}\npin-sha256={pin}\n'
        for user, password in (('juliet', people.password('juliet')), ('romeo', 'not this one'))))
    return path


def in_menu(app, role, name):
    """Opens the menu of accounts where it is closed: it closes by itself when another window takes the focus, late or soon."""
    def look():
        hits = app.every(role, name)
        if not hits and not app.every('list', 'Accounts'):
            app.press(app.find(name='Your Status'))
        return hits and hits[0]
    return window.wait_for(f'{role} “{name}”', look)


def open_settings(app, button):
    app.press(in_menu(app, 'push button', button))
    app.find('label', 'Account Settings')


def remove(app, address):
    open_settings(app, f'Settings of {address}')
    app.click('push button', 'Remove Account…')
    app.find(name=re.compile(f'Remove {re.escape(address)}\\?'))
    app.press(app.find('push button', re.compile('Remove$')))
    app.gone('label', 'Account Settings')


def main():
    with lab.server('prosody', people.everyone()) as server:
        with window.Stonechat('--profile', HOME / 'profile', '--provision', provision(server)) as app:
            juliet, romeo = f'juliet@{server.domain}', f'romeo@{server.domain}'
            open_settings(app, f'Solve the Problem of {romeo}')
            app.find(name=re.compile(f'^The password for {re.escape(romeo)} is wrong'))

            # A host that is none is not taken, and the sentence says what one looks like.
            app.write(app.find('text', 'Host'), 'no host')
            app.click('push button', 'Apply')
            app.find(name=re.compile('^This is not the name of a server'))
            app.write(app.find('text', 'Host'), server.host)
            app.click('push button', 'Apply')

            # The right password, and it is online.
            app.write(app.find('text', 'New Password'), people.password('romeo'))
            app.click('push button', 'Apply')
            settings = app.find('filler', 'Account Settings')
            app.find('label', 'Online', settings)
            app.click('push button', 'Close', settings)
            app.gone('label', 'Account Settings')

            remove(app, romeo)
            in_menu(app, 'list item', juliet)
            app.gone('list item', romeo)
            remove(app, juliet)
            app.find('push button', 'Sign In')


main()
