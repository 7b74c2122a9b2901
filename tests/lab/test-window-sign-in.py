#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A newcomer in the real window: signs in, sees contacts, writes, gets an answer, sets a status, starts again offline.

W-11: the password is in the Secret Service and in no file. W-26: everything by role and name, as a screen reader goes.
"""

import base64
import os
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / 'support')]
import window       # noqa: E402

window.private_session(keyring=True)
import lab          # noqa: E402
import people       # noqa: E402
import peer         # noqa: E402


def fill(app, values):
    for name, text in values.items():
        app.write(app.find(name=name), text)


def main():
    profile = pathlib.Path(tempfile.mkdtemp(prefix='profile-', dir=os.environ['HOME']))
    password = people.password('juliet')
    with lab.server('prosody', people.everyone()) as server, peer.Peer(server, 'romeo') as romeo:
        with window.Stonechat('--profile', profile) as app:
            # A wrong password stands at its field, in words.
            fill(app, {'Address': f'juliet@{server.domain}', 'Password': 'not this one'})
            fill(app, {'Host': server.host, 'Port': str(server.port)})
            app.click('push button', 'Sign In')
            app.click('push button', re.compile('Trust'))
            app.find(name=re.compile('password', re.I))
            window.wait_for('the wrong password in words', lambda: app.every(name=re.compile('password.*(wrong|right|accept)', re.I)))
            fill(app, {'Password': password})
            app.click('push button', 'Sign In')

            # Contacts and chats.
            app.find(name='Chats')
            romeo.wait_presence(f'juliet@{server.domain}')
            app.click(re.compile('toggle|radio|push'), 'Contacts')
            row = app.find('list item', re.compile('^Romeo Montague.*Available'))
            app.press(row)

            # One message each way.
            app.write(app.find('text', 'Message'), 'Art thou not Romeo?')
            app.click('push button', 'Send')
            assert romeo.wait_message() == 'Art thou not Romeo?'
            app.find('list item', re.compile('^You, .*Art thou not Romeo\\?, Sent'))
            romeo.say(f'juliet@{server.domain}', 'Neither, fair maid <b>&amp;</b>')
            app.find('list item', re.compile('^Romeo Montague, .*Neither, fair maid <b>&amp;</b>'))

            # A status with a text.
            app.press(app.find(name='Your Status'))
            app.write(app.find('text', 'Status Text'), 'on the balcony')
            app.click(re.compile('.'), 'Away')
            romeo.wait_presence(f'juliet@{server.domain}', show='away', status='on the balcony')

        # W-11: nowhere in the profile, nor in what was printed.
        secrets = [password.encode(), base64.b64encode(password.encode()).rstrip(b'=')]
        for path in [*profile.rglob('*'), *pathlib.Path(os.environ['HOME']).rglob('stonechat*')]:
            if path.is_file():
                content = path.read_bytes()
                assert not any(secret in content for secret in secrets), f'the password is in {path}'
        found = subprocess.run(['secret-tool', 'search', '--all', 'account', f'juliet@{server.domain}'],
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=True).stdout
        assert password in found, found

        # The second start signs in by itself, with the same status.
        with window.Stonechat('--profile', profile) as app:
            romeo.wait_presence(f'juliet@{server.domain}', show='away', status='on the balcony')

    # Without the server everything can still be read.
    with window.Stonechat('--profile', profile) as app:
        app.press(app.find('list item', re.compile('^Romeo Montague')))
        app.find('list item', re.compile('Neither, fair maid'))


main()
