#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Contacts in the real window: found out about, renamed, put into groups and out of them, hidden from, removed; the other
side sees what it should. By role and name only (W-26)."""

import os
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / 'support')]
import window       # noqa: E402

window.private_session(keyring=True, desktop=True)
import lab          # noqa: E402
import people       # noqa: E402
import peer         # noqa: E402

HOME = pathlib.Path(os.environ['HOME'])


def provision(server):
    pin = lab.run('certtool', '--fingerprint', '--hash', 'sha256', '--infile',
                  server.authority.folder / f'{server.domain}.crt').strip()
    path = HOME / 'provision.ini'
    path.write_text(f'[account:juliet@{server.domain}]\npassword={people.password("juliet")}\nhost={server.host}\n'
                    f'port={server.port}\npin-sha256={pin}\n')
    return path


def main():
    with lab.server('prosody', people.everyone()) as server, peer.Peer(server, 'romeo') as romeo:
        juliet = f'juliet@{server.domain}'
        with window.Stonechat('--profile', HOME / 'profile', '--provision', provision(server)) as app:
            romeo.wait_presence(juliet)
            app.click(re.compile('toggle|radio|push'), re.compile('^Contacts'))
            app.press(app.find('list item', re.compile('^Romeo Montague, Available')))
            app.click('push button', 'Chat Menu')
            app.click('menu item', 'Contact Details')
            groups = app.find('list', 'Groups')

            app.write(app.find('text', 'Name'), 'Romeo, wherefore')
            app.click('push button', 'Apply')
            app.find('list item', 'Romeo, wherefore, Available')

            app.write(app.find('text', 'Add to Group'), 'Balcony')
            app.click('push button', 'Add to Group')
            app.find('list item', 'Balcony', groups)
            app.click('push button', 'Remove From “Friends”')
            window.wait_for('the end of Friends', lambda: not app.every('list item', 'Friends', groups))
            app.find('list item', re.compile('^Balcony, 1 of 1'))

            app.find('list item', 'You see each other’s status')
            app.click('push button', 'Stop Showing My Status')
            app.find('list item', 'They can’t see your status')
            romeo.wait_presence(juliet, show='unavailable')

            app.click('push button', 'Remove Contact…')
            app.find(name='Remove Romeo, wherefore?')
            app.click('push button', re.compile('Remove$'))
            app.gone('list', 'Groups')
            app.gone('list item', re.compile('^Romeo'))


main()
