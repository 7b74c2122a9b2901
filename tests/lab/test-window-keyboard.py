#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The window by keyboard alone, as a screen reader follows it (W-26). That everything has a name, window-walk looks at."""

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


def focused(app, under=None):
    """Names of what has the focus, outermost first."""
    state = app.atspi.StateType.FOCUSED
    return [node for node in app.every(under=under) if node.get_state_set().contains(state)]


def wait_focus(app, role, name):
    try:
        window.wait_for(f'the focus on {role} “{name}”',
                        lambda: any(window.matches(role, n.get_role_name()) and window.matches(name, n.get_name()) for n in focused(app)))
    except window.Missing as error:
        raise window.Missing(f'{error}: it is on {[(n.get_role_name(), n.get_name()) for n in focused(app)]}\n{app.tree()}') from None


def test_search_and_write(app):
    app.key('ctrl+l')
    wait_focus(app, 'entry', 'Search')
    subprocess.run(['xdotool', 'type', '--delay', '20', 'Merc'], check=True)
    window.wait_for('one chat left', lambda: len([n for n in app.every('list item', under=app.find('list', 'Chats'))]) == 1)
    app.key('Return')
    app.find('list', 'Conversation')
    wait_focus(app, 'text', 'Message')
    # Tab leaves the message box.
    app.key('Tab')
    window.wait_for('the focus away from the message box', lambda: not any(n.get_name() == 'Message' for n in focused(app)))
    app.key('shift+Tab')
    wait_focus(app, 'text', 'Message')


def test_round(app):
    """F6 goes from the message box to the list, to the header, to the log and back."""
    app.key('F6')
    window.wait_for('the focus in the list', lambda: any(n.get_role_name() == 'list item' and n.get_parent().get_name() == 'Chats'
                                                         for n in focused(app)))
    app.key('F6')
    wait_focus(app, 'push button', 'Chat Menu')
    app.key('F6')
    window.wait_for('the focus in the log', lambda: any(n.get_role_name() == 'list item' and n.get_parent().get_name() == 'Conversation'
                                                        for n in focused(app)))
    last = focused(app)[-1].get_name()
    # "sender, time, text, state"
    assert re.match(r'^(You|Mercutio), .*\d', last), last
    app.key('Up')
    window.wait_for('the message before', lambda: focused(app) and focused(app)[-1].get_name() != last
                    and focused(app)[-1].get_role_name() == 'list item')
    app.key('F6')
    wait_focus(app, 'text', 'Message')
    app.key('shift+F6')
    window.wait_for('the focus in the log again', lambda: any(n.get_role_name() == 'list item' for n in focused(app)))
    app.key('F6')
    wait_focus(app, 'text', 'Message')


def test_list(app):
    app.key('ctrl+l')
    wait_focus(app, 'entry', 'Search')
    app.key('Escape')
    window.wait_for('all chats', lambda: len(app.every('list item', under=app.find('list', 'Chats'))) > 5)
    window.wait_for('the focus in the list', lambda: any(n.get_role_name() == 'list item' for n in focused(app)))
    app.key('Home')
    app.key('Down')
    window.wait_for('the focus on a row', lambda: any(n.get_role_name() == 'list item' for n in focused(app)))
    row = focused(app)[-1].get_name()
    app.key('shift+F10')
    app.find('menu item', 'Contact Details')
    app.key('Escape')
    app.gone('menu item', 'Contact Details')
    window.wait_for('the focus on the row again', lambda: any(n.get_name() == row for n in focused(app)))
    app.key('Return')
    wait_focus(app, 'text', 'Message')


def test_dialogs(app):
    for keys, name in (('ctrl+n', 'New Chat'), ('ctrl+shift+n', 'Add Contact'), ('ctrl+comma', 'Preferences'),
                       ('ctrl+question', 'Shortcuts')):
        app.key(keys)
        window.wait_for(f'the window “{name}”', lambda: app.application().get_child_count() == 2)
        app.key('Escape')
        window.wait_for(f'the end of “{name}”', lambda: app.application().get_child_count() == 1)
        window.wait_for('the window in front', app.is_active)


def main():
    profile = HOME / 'profile'
    subprocess.run([os.environ['SEED_PROFILE'], '--profile', profile, '--account', 'juliet@verona.test'], check=True,
                   stdout=subprocess.DEVNULL)
    with window.Stonechat('--profile', profile) as app:
        app.find('list', 'Chats')
        app.find('list item', re.compile('^Mercutio'))
        window.wait_for('the window in front', app.is_active)
        test_search_and_write(app)
        test_round(app)
        test_list(app)
        test_dialogs(app)


main()
