#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the real program does with a bad profile: newer, corrupt, read-only, in use; R-44, R-45."""

import hashlib
import os
import pathlib
import re
import sqlite3
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / 'support')]
import window       # noqa: E402

window.private_session(desktop=True)

HOME = pathlib.Path(os.environ['HOME'])


def seeded(name):
    profile = HOME / name
    subprocess.run([os.environ['SEED_PROFILE'], '--profile', profile, '--account', 'juliet@verona.test'], check=True,
                   stdout=subprocess.DEVNULL)
    return profile


def database(profile):
    found = list(profile.rglob('*.db')) + list(profile.rglob('*.sqlite'))
    assert len(found) == 1, found
    return found[0]


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_newer():
    profile = seeded('newer')
    path = database(profile)
    connection = sqlite3.connect(path)
    connection.execute('PRAGMA journal_mode=DELETE')
    connection.execute('PRAGMA user_version=9999')
    connection.commit()
    connection.close()
    before = digest(path)
    with window.Stonechat('--profile', profile) as app:
        app.find(name=re.compile('newer', re.I))
    assert digest(path) == before, 'a newer database was touched'


def test_corrupt():
    profile = seeded('corrupt')
    path = database(profile)
    content = bytearray(path.read_bytes())
    content[:4096] = b'x' * 4096
    path.write_bytes(content)
    with window.Stonechat('--profile', profile) as app:
        app.find(name=re.compile('damaged|corrupt|moved', re.I))
    kept = [p for p in path.parent.rglob('*') if p.is_file() and p != path and p.read_bytes()[:8] == b'x' * 8]
    assert kept, 'the corrupt database was not kept'


def test_second_start():
    profile = seeded('second')
    with window.Elsewhere() as elsewhere, window.Stonechat('--profile', profile) as app:
        app.find(name='Chats')
        elsewhere.look_at('Elsewhere')
        window.wait_for('the window to be in the back', lambda: not app.is_active())
        done = subprocess.run([os.environ['STONECHAT'], '--profile', str(profile)], timeout=30, check=False,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        assert done.returncode == 0, done.stdout
        window.wait_for('the window in front', app.is_active)
        assert len(app.every('frame')) == 1, 'a second window'
        # Without a bus the lock file guards the profile.
        done = subprocess.run([os.environ['STONECHAT'], '--profile', str(profile), '--quit'], timeout=30, check=False,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              env=dict(os.environ, DBUS_SESSION_BUS_ADDRESS='unix:path=/nonexistent'))
        assert done.returncode != 0 and re.search('already', done.stdout), done.stdout


def test_modes():
    profile = seeded('modes')
    with window.Stonechat('--profile', profile) as app:
        app.find(name='Chats')
        for path in profile.rglob('*'):
            assert path.stat().st_mode & 0o077 == 0, f'{path} can be read by others'


def main():
    for test in (test_newer, test_corrupt, test_second_start, test_modes):
        print(test.__name__, flush=True)
        test()


main()
