#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The first sign-in with a full archive, as the window shows it: a progress line that can be paused, the newest chat on top and
in view, nothing notified, and all of a chat by paging up. Then what came while the cable was out: one notification per chat.

W-03, W-13, R-38.
"""

import os
import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / 'support'), str(HERE.parent / 'bench')]
import window       # noqa: E402

window.private_session(desktop=True)
import archive      # noqa: E402
import lab          # noqa: E402
import notifier     # noqa: E402
import people       # noqa: E402
import peer         # noqa: E402
import proxy        # noqa: E402

HOME = pathlib.Path(os.environ['HOME'])
JULIET = f'juliet@{people.DOMAIN}'
MESSAGES, SECONDS = 2000, 4 * 3600      # most of a year
LINE = re.compile('^Catching up')


def chats(app):
    return app.every('list item', under=app.find('list', 'Chats'))


def rows(app):
    return [row.get_name() for row in app.every('list item', under=app.find('list', 'Conversation'))]


def is_on_top(app, name):
    """It is the first chat, and nothing of it is scrolled away."""
    first, up = chats(app)[0], app.find('list', 'Chats')
    top = [app.atspi.Component.get_extents(node, app.atspi.CoordType.WINDOW).y for node in (first, up)]
    return first.get_name().startswith(name) and top[0] >= top[1]


def test_catch_up(app, network, service):
    """The link stands still within the first page, so that there is time to look."""
    app.find('progress bar', 'Getting your messages…')
    assert not app.every('label', 'No Chats Yet')
    app.find('label', LINE)
    app.click('push button', 'Pause')
    app.find('label', 'Catching up is paused')
    network.do('pass')
    # The page that was under way is all that comes.
    app.find('label', re.compile('^Catching up is paused · about 17.. left$'))
    to_a_day(app)
    app.click('push button', 'Go On')
    app.gone('label', LINE)
    app.gone('push button', 'Pause')
    window.wait_for('all chats', lambda: len(chats(app)) == len(people.CAST))
    window.wait_for('the newest chat in view', lambda: is_on_top(app, 'Mercutio'))
    assert not [chat.get_name() for chat in chats(app) if 'unread' in chat.get_name()]
    assert not service.all, vars(service.all[0])


def to_a_day(app):
    """A day of months ago, while catching up is paused: it comes from the archive (W-38)."""
    window.Elsewhere.look_at('Stonechat')
    app.press(app.find('list item', re.compile('^Mercutio'), under=app.find('list', 'Chats')))
    app.find('list item', re.compile(f'^Mercutio, .*{MESSAGES - 1}: '), under=app.find('list', 'Conversation'))
    app.key('ctrl+k')
    app.find('entry', 'Search or Jump to')
    subprocess.run(['xdotool', 'type', '--delay', '20', 'go to day'], check=True)
    app.find('list item', 'Go to Day, Action')
    app.key('Return')
    window.wait_for('the calendar', lambda: app.every(name='Go to a Day'))
    app.key(*['ctrl+Left'] * 6)
    app.key('Return')
    window.wait_for('what was said then', lambda: [n for row in rows(app) for n in re.findall(r'(\d+): ', row)
                                                   if MESSAGES / 8 < int(n) < MESSAGES * 0.8])
    app.find('label', re.compile('^Catching up is paused'))
    app.click('push button', 'Go to the Newest Message')
    app.find('list item', re.compile(f'^Mercutio, .*{MESSAGES - 1}: '), under=app.find('list', 'Conversation'))


def test_paging(app):
    """Every message of the chat comes by in its order, once."""
    window.Elsewhere.look_at('Stonechat')
    app.press(app.find('list item', re.compile('^Mercutio'), under=app.find('list', 'Chats')))
    app.find('list item', re.compile(f'^Mercutio, .*{MESSAGES - 1}: '), under=app.find('list', 'Conversation'))
    app.key('F6', 'F6', 'F6')
    seen = set()

    def oldest():
        found = [int(number) for row in rows(app) for number in re.findall(r'(\d+): ', row)]
        assert len(found) == len(set(found)), found
        seen.update(found)
        app.key('Page_Up')
        return MERCUTIO[0] in seen
    window.wait_for('the oldest message', oldest, deadline=120)
    assert sorted(seen) == MERCUTIO, sorted(set(MERCUTIO) ^ seen)


def test_away(app, network, service, friends):
    window.Elsewhere.look_at('Elsewhere')
    network.do('refuse')
    app.find(name=re.compile('^The connection to'))
    for friend in friends:
        for i in range(10):
            friend.say(JULIET, f'{friend.user} {i}')
    network.do('pass')
    for friend in friends:
        app.find('list item', re.compile(f'10 unread messages, {friend.user} 9'), deadline=60)
    window.wait_for('the notifications', lambda: len(service.open) >= len(friends))
    window.wait_for('the newest chat in view', lambda: is_on_top(app, chats(app)[0].get_name()))
    assert sorted(n.text for n in service.open.values()) == sorted(f'{friend.user} 9' for friend in friends), \
        [vars(n) for n in service.open.values()]


with archive.prosody() as filled:
    filled.fill('juliet', MESSAGES, SECONDS)
    MERCUTIO = [n for n in range(MESSAGES) if people.CAST[n * 7 % len(people.CAST)][0] == 'mercutio']
    with proxy.Process(filled.port) as link, window.Elsewhere(), notifier.Notifier() as told, peer.Peer(filled, 'romeo') as romeo, \
            peer.Peer(filled, 'laurence') as laurence, peer.Peer(filled, 'john') as john:
        link.do('stall down 150000')
        with window.Stonechat('--profile', HOME / 'profile', '--provision',
                              people.provision(filled, HOME / 'provision.ini', port=link.port)) as program:
            test_catch_up(program, link, told)
            test_paging(program)
            romeo.wait_presence(JULIET)
            test_away(program, link, told, (romeo, laurence, john))
