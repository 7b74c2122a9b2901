#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Moving about and finding with the mouse unplugged (W-26, W-38)."""

import os
import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / 'support')]
import window       # noqa: E402

window.private_session()
HOME = pathlib.Path(os.environ['HOME'])


def chats(app):
    """The names in the list, as it is shown."""
    return [re.split(', ', n.get_name())[0] for n in app.every('list item', under=app.find('list', 'Chats'))]


def focused(app, role, name):
    return any(n.get_state_set().contains(app.atspi.StateType.FOCUSED) for n in app.every(role, name))


def wait_chat(app, name):
    """The chat with this person is open, and one can write in it."""
    window.wait_for(f'the chat with {name}', lambda: app.every('label', name))
    window.wait_for('the focus on the message box', lambda: focused(app, 'text', 'Message'))


def test_next(app):
    """W-26: Alt+Down and Alt+Up go through the list, Ctrl+2 to its second chat."""
    names = chats(app)
    app.key('ctrl+1')
    wait_chat(app, names[0])
    app.key('alt+Down')
    wait_chat(app, names[1])
    app.key('alt+Down')
    wait_chat(app, names[2])
    app.key('alt+Up')
    wait_chat(app, names[1])
    app.key('ctrl+4')
    wait_chat(app, names[3])
    app.key('ctrl+2')
    wait_chat(app, names[1])
    return names


def test_back(app, names):
    """Alt+Left goes back through what was open, Alt+Right forward again."""
    for key, name in (('alt+Left', names[3]), ('alt+Left', names[1]), ('alt+Left', names[2]), ('alt+Right', names[1]), ('alt+Right', names[3]), ('alt+Right', names[1])):
        app.key(key)
        wait_chat(app, name)


def test_unread(app):
    """Alt+Shift+Down goes to what is unread, and past what was read."""
    unread = [re.split(', ', n.get_name())[0] for n in app.every('list item', re.compile('unread message'), under=app.find('list', 'Chats'))]
    assert len(unread) > 1, unread
    seen = []
    for _ in unread:
        app.key('alt+shift+Down')
        window.wait_for('another unread chat', lambda: any(app.every('label', n) for n in unread if n not in seen))
        seen.append(next(n for n in unread if n not in seen and app.every('label', n)))
        wait_chat(app, seen[-1])
        window.wait_for('its end as unread', lambda: not app.every('list item', re.compile(f'^{re.escape(seen[-1])}.*unread')))


def write(text):
    subprocess.run(['xdotool', 'type', '--delay', '20', text], check=True)


def test_palette(app):
    """W-26: Ctrl+K, a few letters and Enter; arrows choose; Esc goes back to where one was."""
    app.key('ctrl+1')
    wait_chat(app, chats(app)[0])
    app.key('ctrl+k')
    window.wait_for('the field', lambda: focused(app, 'entry', 'Search or Jump to'))
    app.find('list item', 'tybalt wants to see your status, tybalt@verona.test, Request')
    write('benv')
    app.find('list item', 'Benvolio, benvolio@verona.test, Chat')
    app.key('Escape')
    window.wait_for('the focus on the message box', lambda: focused(app, 'text', 'Message'))
    app.key('ctrl+k')
    window.wait_for('the field', lambda: focused(app, 'entry', 'Search or Jump to'))
    write('friar')
    app.find('list item', re.compile('^Friar John.*Chat'), under=app.find('list', 'Choices'))
    names = [n.get_name().split(',')[0] for n in app.every('list item', under=app.find('list', 'Choices'))]
    app.key('Down')
    app.find(re.compile('status'), re.compile(f'^{names[1]}'))
    app.key('Return')
    wait_chat(app, names[1])


def test_find(app):
    """W-38: Ctrl+F counts what is found, Enter goes to older ones and round, Esc goes back to the message box."""
    app.key('ctrl+k')
    window.wait_for('the field', lambda: focused(app, 'entry', 'Search or Jump to'))
    write('nurse')
    app.find('list item', re.compile('^Nurse.*Chat'), under=app.find('list', 'Choices'))
    app.key('Return')
    wait_chat(app, 'Nurse')
    app.key('ctrl+f')
    window.wait_for('the field', lambda: focused(app, re.compile('text|entry'), 'Find in This Chat'))
    write('window')
    app.find('status bar', '1 of 3')
    for keys, place in (('Return', 2), ('Return', 3), ('Return', 1), ('shift+Return', 3), ('ctrl+g', 1), ('ctrl+shift+g', 3)):
        app.key(keys)
        app.find('status bar', f'{place} of 3')
    write('qq')
    app.find(re.compile('status'), 'Not found')
    app.key('Escape')
    window.wait_for('the focus on the message box', lambda: focused(app, 'text', 'Message'))


def test_search(app):
    """W-38: Ctrl+Shift+F finds in all chats; a result opens its chat there, and Alt+Left goes back to the results."""
    app.key('ctrl+shift+f')
    window.wait_for('the field', lambda: focused(app, 'entry', 'Search All Messages'))
    write('qqzz')
    app.find('label', 'Nothing Found')
    app.key('ctrl+a')
    write('LARK')
    results = app.find('list', 'Found Messages')
    app.find('list item', re.compile('before the lark'), under=results)
    app.key('Return')
    window.wait_for('the focus on a result', lambda: focused(app, 'list item', re.compile('lark')))
    app.key('Return')
    wait_chat(app, 'Romeo Montague')
    app.find('list item', re.compile('before the lark'), under=app.find('list', 'Conversation'))
    app.key('alt+Left')
    window.wait_for('the field again', lambda: focused(app, 'entry', 'Search All Messages'))
    app.find('list item', re.compile('before the lark'), under=app.find('list', 'Found Messages'))
    app.key('alt+Left')
    wait_chat(app, 'Nurse')


def test_date(app):
    """A day of the calendar, by keys."""
    app.key('ctrl+k')
    window.wait_for('the field', lambda: focused(app, 'entry', 'Search or Jump to'))
    write('go to day')
    app.find('list item', 'Go to Day, Action')
    app.key('Return')
    window.wait_for('the calendar', lambda: app.every(name='Go to a Day'))
    app.key('Up')
    app.key('Return')
    window.wait_for('the focus in the log', lambda: any(n.get_parent().get_name() == 'Conversation' and n.get_state_set().contains(
        app.atspi.StateType.FOCUSED) for n in app.every('list item')))


def test_settings(app):
    """A setting opens where it is. Last: without a window manager no window is in front when that one has closed."""
    app.key('ctrl+k')
    window.wait_for('the field', lambda: focused(app, 'entry', 'Search or Jump to'))
    write('keep running')
    app.find('list item', 'Keep Running When Closed, Setting')
    app.key('Return')
    window.wait_for('the preferences at that row', lambda: any(
        n.get_state_set().contains(app.atspi.StateType.FOCUSED) for n in app.every(re.compile('toggle|switch|push|check'), 'Keep Running When Closed')))


def main():
    profile = HOME / 'profile'
    subprocess.run([os.environ['SEED_PROFILE'], '--profile', profile, '--account', 'juliet@verona.test'], check=True,
                   stdout=subprocess.DEVNULL)
    with window.Stonechat('--profile', profile) as app:
        app.find('list', 'Chats')
        app.find('list item', re.compile('^Mercutio'))
        window.wait_for('the window in front', app.is_active)
        test_unread(app)
        test_back(app, test_next(app))
        test_palette(app)
        test_find(app)
        test_search(app)
        test_date(app)
        test_settings(app)


main()
