#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The real program behind the fault proxy: cut, reset, refused, server restarted; a message typed meanwhile arrives once.

W-01 (without suspend, which tests/chat has with a mocked logind), W-02, R-15, R-17, R-25.
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


def main():
    with lab.server('prosody', people.everyone()) as server, proxy.Process(server.port) as network, peer.Peer(server, 'romeo') as romeo:
        juliet = f'juliet@{server.domain}'
        pin = lab.run('certtool', '--fingerprint', '--hash', 'sha256', '--infile',
                      server.authority.folder / f'{server.domain}.crt').strip()
        path = HOME / 'provision.ini'
        path.write_text(f'[account:{juliet}]\npassword={people.password("juliet")}\npassword-storage=session\n'
                        f'host=127.0.0.1\nport={network.port}\npin-sha256={pin}\n')
        with window.Stonechat('--profile', HOME / 'profile', '--provision', path,
                              f'xmpp:romeo@{server.domain}') as app:
            field = app.find('text', 'Message')
            romeo.wait_presence(juliet)
            for number, fault in enumerate(('fin down 0', 'rst down 0', 'refuse', 'garbage down 0', 'stall up 0')):
                network.do(fault)
                if fault == 'garbage down 0':
                    romeo.say(juliet, 'something to spoil')
                text = f'written during “{fault}”'
                app.write(field, text)
                app.click('push button', 'Send')
                app.find('list item', re.compile(f'^You, .*{re.escape(text)}'))
                network.do('pass')
                assert romeo.wait_message(deadline=60) == text
                app.find('list item', re.compile(f'^You, .*{re.escape(text)}, Sent'), deadline=30)
                assert int(network.do('count')[0]) == 1, 'more than one connection is open'
                romeo.say(juliet, f'answer {number}')
                app.find('list item', re.compile(f'answer {number}'))
                # What a screen reader says by itself (W-26).
                app.find('status bar', re.compile(f'answer {number}'))
            try:
                raise AssertionError(f'came twice: {romeo.wait_message(deadline=1)}')
            except queue.Empty:
                pass


main()
