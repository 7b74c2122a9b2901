#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The real program where nothing can be stored: a full disk, a home and folders that can't be written.

It says so in a sentence, ends or runs on, and loses nothing. R-44. Runs as a user that is not root, with a small disk.
"""

import os
import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / 'support')]
import window       # noqa: E402

window.private_session(desktop=True, machine=True)
import lab          # noqa: E402
import people       # noqa: E402
import peer         # noqa: E402

HOME = pathlib.Path(os.environ['HOME'])
SMALL = HOME / 'small'
JULIET = f'juliet@{people.DOMAIN}'


def fill():
    """Not a byte is left."""
    path = SMALL / 'filler'
    with open(path, 'wb', buffering=0) as filler:
        for size in (1 << 20, 1 << 12, 1):
            try:
                while filler.write(b'\0' * size):
                    pass
            except OSError:
                continue
    return path


def start(server, profile, *more, **options):
    return window.Stonechat('--profile', profile, '--provision', people.provision(server, HOME / 'provision.ini'),
                            f'xmpp:romeo@{server.domain}', *more, **options)


def incoming(app, text):
    return app.every('list item', re.compile(f'^Romeo Montague, .*{text}'), app.find('list', 'Conversation'))


def arrives(app, text):
    window.wait_for(f'“{text}”', lambda: incoming(app, text))


def test_full_disk(server, romeo):
    """What comes and what is written wait until there is space again; what was written stays as the chat's draft."""
    with start(server, SMALL / 'profile') as app:
        romeo.wait_presence(JULIET)
        romeo.say(JULIET, 'there is space')
        arrives(app, 'there is space')
        field = app.find('text', 'Message')
        filler = fill()
        romeo.say(JULIET, 'first while full')
        romeo.say(JULIET, 'second while full')
        app.write(field, 'written while full')
        app.click('push button', 'Send')
        app.find('label', re.compile('disk is full'))
        app.click(re.compile('push|toggle|radio'), 'Contacts')      # once they show, the button before has done its work
        app.find('list item', re.compile('^Nurse'))
        app.click(re.compile('push|toggle|radio'), 'Chats')
        app.find('list item', re.compile('^Romeo Montague.*Draft: written while full'))
        filler.unlink()
        arrives(app, 'second while full')
        assert len(incoming(app, 'first while full')) == 1, app.tree()
        window.wait_for('what was written', lambda: app.read(field) == 'written while full')
        app.click('push button', 'Send')
        assert romeo.wait_message() == 'written while full'
        app.find('list item', re.compile('^You, .*written while full, Sent'))


def test_killed_while_full(server, romeo):
    """What was not stored was not confirmed either: the server has it still, and it comes with the next start."""
    with start(server, SMALL / 'profile') as app:
        romeo.wait_presence(JULIET)
        filler = fill()
        romeo.say(JULIET, 'only the server has it')
        app.find('label', re.compile('disk is full'))
        app.process.kill()
        app.process.wait()
        filler.unlink()
    romeo.wait_presence(JULIET, show='unavailable')
    with start(server, SMALL / 'profile') as app:
        arrives(app, 'only the server has it')
        assert len(incoming(app, 'only the server has it')) == 1


def refused(words, *arguments, **environment):
    """It says so in the window and on the terminal, and its exit status tells."""
    with window.Stonechat(*arguments, environment=environment) as app:
        app.find('label', re.compile(words))
        assert re.search(words, app.stop())
    assert app.process.returncode == 1, app.process.returncode
    done = subprocess.run([os.environ['STONECHAT'], *map(str, arguments), '--quit'], env=dict(os.environ, **environment),
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=window.DEADLINE, check=False)
    assert done.returncode == 1 and re.search(words, done.stdout), done


def test_no_space_to_begin():
    filler = fill()
    refused('disk is full', '--profile', SMALL / 'new')
    filler.unlink()
    with window.Stonechat('--profile', SMALL / 'new') as app:
        app.find(name='Address')


def test_not_writable():
    home = HOME / 'closed'
    home.mkdir(mode=0o500)
    refused('can’t be written', '--profile', home / 'profile')
    refused('can’t be written', HOME=str(home), **{f'XDG_{kind}_HOME': str(home / kind.lower())
                                                  for kind in ('CONFIG', 'DATA', 'CACHE', 'STATE')})


def test_read_only_disk():
    """The chats can be read, with a word on why no more; not a byte of the profile changes."""
    subprocess.run([os.environ['SEED_PROFILE'], '--profile', HOME / 'writable/profile', '--account', JULIET], check=True,
                   stdout=subprocess.DEVNULL)
    files = [path for path in (HOME / 'writable').rglob('*') if path.is_file()]
    before = {path: path.read_bytes() for path in files}
    with window.Stonechat('--profile', HOME / 'read-only/profile') as app:
        app.find('list item', re.compile('^Romeo Montague'), app.find('list', 'Chats'))
        app.find('label', re.compile('can’t be written'))
    assert before == {path: path.read_bytes() for path in (HOME / 'writable').rglob('*') if path.is_file()}


def main():
    for test in (test_no_space_to_begin, test_not_writable, test_read_only_disk):
        print(test.__name__, flush=True)
        test()
    with lab.server('prosody', people.everyone(), hibernation=3) as server, peer.Peer(server, 'romeo') as romeo:
        for test in (test_full_disk, test_killed_while_full):
            print(test.__name__, flush=True)
            test(server, romeo)


main()
