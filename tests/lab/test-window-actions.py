#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is done to messages, by keyboard alone, as a screen reader follows it (W-26)."""

import os
import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / 'support')]
import window       # noqa: E402

window.private_session(desktop=True)

HOME = pathlib.Path(os.environ['HOME'])


def wait_focus(app, role, name):
    def on_it():
        state = app.atspi.StateType.FOCUSED
        return [n for n in app.every(role, name) if n.get_state_set().contains(state)]
    window.wait_for(f'the focus on {role} “{name}”', on_it)


def go_to(app, text):
    """Gives the message with this text the focus, by keys."""
    app.key('End')
    for _ in range(8):
        state = app.atspi.StateType.FOCUSED
        if [n for n in app.every('list item', re.compile(text)) if n.get_state_set().contains(state)]:
            return
        app.key('Up')
    wait_focus(app, 'list item', re.compile(text))


def test_menu(app):
    go_to(app, '^Mercutio.*Ask the fountain')
    app.key('Menu')
    app.find('menu item', 'Reply')
    names = [n.get_name() for n in app.every('menu item')]
    assert names == ['Reply', 'React…', 'Copy Text', 'Forward…', 'Pin', 'Mark Unread from Here', 'Details', 'Delete for Me…'], names
    app.key('Escape')
    app.gone('menu item', 'Reply')
    wait_focus(app, 'list item', re.compile('^Mercutio.*Ask the fountain'))


def test_react(app):
    app.key('plus')
    wait_focus(app, 'push button', 'thumbs up')
    app.key('Return')
    app.find('push button', 'thumbs up, 1, you')
    wait_focus(app, 'list item', re.compile('Ask the fountain.*Reactions: thumbs up, 1, you'))
    # By its own button, too, and the message has the focus again.
    app.key('Tab')
    wait_focus(app, 'push button', 'thumbs up, 1, you')
    app.key('Return')
    app.gone('push button', 'thumbs up, 1, you')
    wait_focus(app, 'list item', re.compile('^Mercutio.*Ask the fountain'))
    app.key('plus')
    wait_focus(app, 'push button', 'thumbs up')
    app.key('Return')
    app.find('push button', 'thumbs up, 1, you')
    # The same takes it away again.
    app.key('plus')
    wait_focus(app, 'push button', 'thumbs up, yours')
    app.key('Return')
    app.gone('push button', 'thumbs up, 1, you')


def test_pin(app):
    app.key('p')
    app.find('list item', re.compile('Ask the fountain.*pinned'))
    app.find('push button', re.compile('^Pinned message 1 of 1, Mercutio: .*Ask the fountain'))
    app.key('p')
    app.gone('list item', re.compile('Ask the fountain.*pinned'))
    app.gone('push button', re.compile('^Pinned message'))


def test_details(app):
    app.key('alt+Return')
    app.find('frame', 'Message Details')
    app.find('list item', 'Written')
    app.key('Escape')
    app.gone('frame', 'Message Details')


def test_forward(app):
    window.wait_for('the window in front', app.is_active)
    app.key('f')
    wait_focus(app, 'entry', 'Search chats')
    app.key('Escape')
    app.gone('frame', 'Forward')


def test_hide(app):
    window.wait_for('the window in front', app.is_active)
    wait_focus(app, 'list item', re.compile('Ask the fountain'))
    app.key('shift+Delete')
    wait_focus(app, 'push button', re.compile('Cancel$'))
    app.key('Tab')
    wait_focus(app, 'push button', re.compile('Delete$'))
    app.key('Return')
    app.gone('list item', re.compile('Ask the fountain'))


def test_answer(app):
    window.wait_for('the window in front', app.is_active)
    go_to(app, '^You.*He did NOT')
    app.key('r')
    wait_focus(app, 'text', 'Message')


def main():
    profile = HOME / 'profile'
    subprocess.run([os.environ['SEED_PROFILE'], '--profile', profile, '--account', 'juliet@verona.test'], check=True,
                   stdout=subprocess.DEVNULL)
    with window.Stonechat('--profile', profile, 'xmpp:mercutio@verona.test') as app:
        app.find('list', 'Conversation')
        window.wait_for('the window in front', app.is_active)
        wait_focus(app, 'text', 'Message')
        app.key('shift+F6')
        for test in (test_menu, test_react, test_pin, test_details, test_forward, test_hide, test_answer):
            print(test.__name__, flush=True)
            test(app)


main()
