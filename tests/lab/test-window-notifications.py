#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Notifications of the real program, as a notification service gets them.

S-89 (what others write is text, never markup), S-95 (contacts only, none in do not disturb, withdrawn when read, without the
text where that is private), W-13 (one per chat), W-21, W-22 (with several accounts each says which).
"""

import json
import os
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / 'support')]
import window       # noqa: E402

window.private_session(desktop=True)
import lab          # noqa: E402
import notifier     # noqa: E402
import people       # noqa: E402
import peer         # noqa: E402

HOME = pathlib.Path(os.environ['HOME'])
JULIET = f'juliet@{people.DOMAIN}'
MARKUP = '<b>bold</b> & &amp; <img src="http://localhost/x"/> <a href="x">“quoted”</a> ]]> \'"'


def look_away(app):
    window.Elsewhere.look_at('Elsewhere')
    window.wait_for('the window to be in the back', lambda: not app.is_active())


def open_chat(app, name, text):
    app.press(app.find('list item', re.compile(f'^{name}')))
    shown(app, name, text)


def shown(app, name, text):
    """The message stands in the conversation."""
    app.find('list item', re.compile(f'^{name}, .*{text}'), under=app.find('list', 'Conversation'))


def test_messages(app, service, romeo, mercutio, tybalt):
    romeo.say(JULIET, 'wake')
    open_chat(app, 'Romeo Montague', 'wake')
    window.wait_for('the window in front', lambda: app.is_active())
    look_away(app)
    seen = len(service.all)

    # One message, one notification, its text as it was written.
    romeo.say(JULIET, MARKUP)
    first = service.wait(seen + 1)
    assert (first.title, first.text, first.styled) == ('Romeo Montague', MARKUP, False), vars(first)
    # The next of the same person takes its place.
    romeo.say(JULIET, 'second')
    second = service.wait(seen + 2)
    assert (second.number, second.text) == (first.number, 'second'), vars(second)

    # Strangers and their requests make none: what Mercutio says afterwards is the next.
    tybalt.do(tybalt.client.send_presence_subscription, pto=JULIET)
    tybalt.say(JULIET, 'What, drawn, and talk of peace?')
    app.find('list item', re.compile('^tybalt'))
    mercutio.say(JULIET, 'Queen Mab')
    third = service.wait(seen + 3)
    assert (third.title, third.text) == ('Mercutio', 'Queen Mab'), vars(third)
    assert len(service.open) == 2, service.open.keys()

    # A click opens that chat, and having read it ends the notification; the other stays until it is read.
    service.click(third)
    shown(app, 'Mercutio', 'Queen Mab')
    window.wait_for('the window in front', lambda: app.is_active())
    assert second.number in service.open
    open_chat(app, 'Romeo Montague', 'second')
    service.wait_closed(second)
    assert service.closed.count(second.number) == 1

    # What is being looked at makes none.
    romeo.say(JULIET, 'while you look')
    shown(app, 'Romeo Montague', 'while you look')
    look_away(app)
    romeo.say(JULIET, 'and now you do not')
    fourth = service.wait(seen + 4)
    assert fourth.text == 'and now you do not', vars(fourth)

    # Many at once make one, of the last; it ends with them.
    for i in range(20):
        romeo.say(JULIET, f'burst {i}')
    window.wait_for('the last of the burst', lambda: service.all[-1].text == 'burst 19')
    assert [n.title for n in service.open.values()] == ['Romeo Montague'], [vars(n) for n in service.open.values()]
    fifth = service.all[-1]

    # Looking again at the window reads what it shows.
    window.Elsewhere.look_at('Stonechat')
    service.wait_closed(fifth)
    assert not service.open, service.open


def naughty():
    """Of the naughty strings those that can be a message of one line, as many as there is patience for."""
    texts = json.loads((HERE.parent / 'data' / 'naughty-strings.json').read_text(encoding='utf-8'))
    fit = [text for text in texts if 0 < len(text) < 90 and ' '.join(text.split()) == text and not text.startswith('/me ')
           and all(char >= ' ' and char not in '\x7f\ufffe\uffff' and not '\x80' <= char <= '\x9f' for char in text)]
    return fit[::max(1, len(fit) // 60)]


def test_naughty(app, service, romeo):
    """S-89, S-90: whatever somebody writes, the notification, the conversation and the list of chats say it as it is."""
    look_away(app)
    for text in naughty():
        seen = len(service.all)
        romeo.say(JULIET, text)
        assert service.wait(seen + 1).text == text, (text, service.all[-1].text)
        for where in 'Conversation', 'Chats':
            window.wait_for(f'{text!r} in {where}', lambda: any(text in row.get_name() for row in app.every('list item', under=app.find('list', where))))


def test_do_not_disturb(app, service, romeo, nurse):
    set_status(app, 'Do Not Disturb')
    nurse.wait_presence(JULIET, show='dnd')
    look_away(app)
    seen = len(service.all)
    romeo.say(JULIET, 'in vain')
    nurse.say(JULIET, 'Anon, anon!')
    app.find('list item', re.compile('^Nurse.*Anon, anon'))
    set_status(app, 'Available')
    nurse.wait_presence(JULIET)
    nurse.say(JULIET, 'Madam!')
    assert service.wait(seen + 1).text == 'Madam!'


def set_status(app, name):
    app.press(app.find(name='Your Status'))
    app.click('push button', name)


def test_settings(app, service, romeo):
    """Switched off there is none; the message itself comes as always."""
    look_away(app)
    romeo.say(JULIET, 'quietly')
    app.find('list item', re.compile('^Romeo Montague.*quietly'))


def test_private(app, service, romeo):
    """A switch keeps the text for the window; it holds from the next message on."""
    window.Elsewhere.look_at('Stonechat')
    window.wait_for('the window in front', app.is_active)
    app.key('ctrl+comma')
    switch = app.find(name='Show Message Text')
    app.press(switch)
    window.wait_for('the switch to be off', lambda: 'notification-text=false' in (HOME / 'profile/settings.ini').read_text())
    look_away(app)
    seen = len(service.all)
    romeo.say(JULIET, 'It is the east')
    notification = service.wait(seen + 1)
    assert (notification.title, notification.text) == ('Romeo Montague', 'New message'), vars(notification)
    app.press(switch)
    window.wait_for('the switch to be on', lambda: 'notification-text=false' not in (HOME / 'profile/settings.ini').read_text())
    romeo.say(JULIET, 'and Juliet is the sun')
    assert service.wait(seen + 2).text == 'and Juliet is the sun', vars(service.all[-1])


def test_accounts(app, service, server, romeo):
    """With two accounts each names the one that it came to."""
    nurse = f'nurse@{people.DOMAIN}'
    with peer.Peer(server, 'juliet') as juliet:
        romeo.wait_presence(JULIET)
        juliet.wait_presence(nurse)
        look_away(app)
        romeo.say(JULIET, 'to Juliet')
        first = service.wait(1)
        assert (first.title, first.text) == (f'Romeo Montague · {JULIET}', 'to Juliet'), vars(first)
        juliet.say(nurse, 'to the nurse')
        second = service.wait(2)
        assert (second.title, second.text) == (f'Juliet Capulet · {nurse}', 'to the nurse'), vars(second)


def test_plain(app, service, romeo):
    """A service that takes text gets text."""
    romeo.wait_presence(JULIET)
    look_away(app)
    romeo.say(JULIET, MARKUP)
    assert service.wait(1).text == MARKUP, vars(service.all[0])


def main():
    profile = HOME / 'profile'
    with lab.server('prosody', people.everyone()) as server, window.Elsewhere(), peer.Peer(server, 'romeo') as romeo, \
            peer.Peer(server, 'mercutio') as mercutio, peer.Peer(server, 'nurse') as nurse, peer.Peer(server, 'tybalt') as tybalt:
        arguments = ['--provision', people.provision(server, HOME / 'provision.ini')]
        with notifier.Notifier() as service, window.Stonechat('--profile', profile, *arguments) as app:
            romeo.wait_presence(JULIET)
            test_messages(app, service, romeo, mercutio, tybalt)
            test_naughty(app, service, romeo)
            test_do_not_disturb(app, service, romeo, nurse)
            test_private(app, service, romeo)
        (profile / 'settings.ini').write_text('[Stonechat]\nnotifications=false\n')
        romeo.presences.clear()
        with notifier.Notifier() as service, window.Stonechat('--profile', profile, *arguments) as app:
            romeo.wait_presence(JULIET)
            test_settings(app, service, romeo)
        assert not service.all, service.all[0].text
        (profile / 'settings.ini').unlink()
        for options, place in ({'markup': False}, ['--profile', profile]), ({'gnome': True}, []):
            romeo.presences.clear()
            with notifier.Notifier(**options) as service, window.Stonechat(*place, *arguments) as app:
                test_plain(app, service, romeo)
        nurse.do(nurse.client.disconnect)
        two = HOME / 'two.ini'
        two.write_text(''.join(people.provision(server, HOME / f'{user}.ini', user).read_text() for user in ('juliet', 'nurse')))
        romeo.presences.clear()
        with notifier.Notifier() as service, window.Stonechat('--profile', HOME / 'two', '--provision', two) as app:
            test_accounts(app, service, server, romeo)


main()
