#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""--provision in the real program: what it prints, what it refuses, and that refusing changes nothing."""

import os
import pathlib
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

HOME = pathlib.Path(os.environ['HOME'])


def stonechat(*arguments, **more):
    return subprocess.run([os.environ['STONECHAT'], *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, timeout=60, check=False, env=dict(os.environ, **more))


def refused(text, *words, **more):
    profile = pathlib.Path(tempfile.mkdtemp(dir=HOME)) / 'profile'
    path = HOME / 'bad.ini'
    path.write_text(text)
    done = stonechat('--profile', profile, '--provision', path, '--quit', **more)
    assert done.returncode != 0, (text, done.stdout)
    assert all(word in done.stdout for word in words), (words, done.stdout)
    check = stonechat('--profile', profile, '--provision', empty(), '--quit')
    assert 'juliet' not in check.stdout, check.stdout


def empty():
    path = HOME / 'empty.ini'
    path.write_text('')
    return path


def main():
    version = stonechat('--version')
    assert version.returncode == 0 and 'tonechat' in version.stdout, version.stdout

    good = '[account:juliet@verona.test]\npassword=x\n'
    refused('this is no key file', 'bad.ini')
    refused(good + 'colour=blue\n', 'colour')
    refused(good + 'port=70000\n', 'port')
    refused(good + 'pin-sha256=xyz\n', 'pin-sha256')
    refused('[account:@@@]\npassword=x\n', '@@@')
    refused(good + '[account:also@bad@]\npassword=x\n', 'also@bad@')
    refused(good, DBUS_SESSION_BUS_ADDRESS='unix:path=/nonexistent')

    with lab.server('prosody', people.everyone()) as server, peer.Peer(server, 'romeo') as romeo:
        pin = lab.run('certtool', '--fingerprint', '--hash', 'sha256', '--infile',
                      server.authority.folder / f'{server.domain}.crt').strip()
        path = HOME / 'good.ini'
        path.write_text(f'[account:juliet@{server.domain}]\npassword={people.password("juliet")}\nhost={server.host}\n'
                        f'port={server.port}\npin-sha256={pin}\nalias=Balcony\n')
        profile = HOME / 'good-profile'
        done = stonechat('--profile', profile, '--provision', path, '--quit')
        assert done.returncode == 0 and f'juliet@{server.domain}' in done.stdout, done.stdout
        assert people.password('juliet') not in done.stdout
        with window.Stonechat('--profile', profile):
            romeo.wait_presence(f'juliet@{server.domain}')


main()
