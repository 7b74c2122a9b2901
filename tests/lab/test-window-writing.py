#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writing in the real window by keys: emojis, an edit of the last message, answers left by Esc, spelling, a file that is pasted;
and all that was half-made is there again after a start. W-06, W-26, W-37.
"""

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
import lab          # noqa: E402
import people       # noqa: E402
import peer         # noqa: E402

HOME = pathlib.Path(os.environ['HOME'])
# As a file manager offers what is copied in it: with its path as text.
COPY = '''
import gi, sys
gi.require_version('Gtk', '4.0')
from gi.repository import Gdk, Gio, GLib, GObject, Gtk
Gtk.init()
data = GLib.Bytes.new(sys.argv[1].encode())
offers = [Gdk.ContentProvider.new_for_bytes(kind, data) for kind in ('text/uri-list', 'text/plain;charset=utf-8')]
window = Gtk.Window()
window.get_clipboard().set_content(Gdk.ContentProvider.new_union(offers))
print('ready', flush=True)
GLib.MainLoop().run()
'''


def type_in(text):
    subprocess.run(['xdotool', 'type', '--delay', '20', '--', text], check=True)


def wait_text(app, text):
    field = app.find('text', 'Message')
    try:
        window.wait_for(f'“{text}” in the field', lambda: app.read(field) == text)
    except window.Missing as error:
        raise window.Missing(f'{error}: it has “{app.read(field)}”\n{app.tree()}') from None


def stored():
    with sqlite3.connect(f'file:{HOME}/profile/data/chat.db?mode=ro', uri=True, timeout=20) as database:
        return [row[0] for row in database.execute('SELECT text FROM message WHERE own ORDER BY id')]


def check_edit(app, mercutio):
    type_in('Good :sun')
    app.find('list', 'Emojis')
    app.key('Down', 'Tab')
    app.gone('list', 'Emojis')
    app.key('ctrl+a', 'BackSpace')
    type_in('Good :tada: marrow')
    app.key('Return')
    assert mercutio.wait_message() == 'Good 🎉 marrow'
    wait_text(app, '')
    app.key('Up')
    wait_text(app, 'Good 🎉 marrow')
    app.find('label', 'Edit message')
    app.key('BackSpace', 'BackSpace', 'BackSpace', 'BackSpace', 'BackSpace')
    type_in('orrow')
    wait_text(app, 'Good 🎉 morrow')


def finish_edit(app):
    wait_text(app, 'Good 🎉 morrow')
    app.find('label', 'Edit message')
    app.key('Return')
    wait_text(app, '')
    window.wait_for('the edit', lambda: stored() == ['Good 🎉 morrow'])
    # Esc leaves the next one as it is.
    type_in('And')
    app.key('ctrl+a', 'Delete', 'Up')
    wait_text(app, 'Good 🎉 morrow')
    app.key('Escape')
    wait_text(app, '')
    app.gone('label', 'Edit message')
    assert stored() == ['Good 🎉 morrow'], stored()


def check_spelling(app):
    """The menu of the field by its key."""
    type_in('Whereforee art')
    app.key('Home', 'Right')
    app.key('Menu')
    app.find('menu item', 'Wherefore')
    app.find('menu item', 'Add to Dictionary')
    focused = app.atspi.StateType.FOCUSED
    for _ in range(20):
        app.key('Down')
        if any(item.get_state_set().contains(focused) for item in app.every('menu item', 'Wherefore')):
            break
    app.key('Return')
    wait_text(app, 'Wherefore art')
    app.key('ctrl+z')
    wait_text(app, 'Whereforee art')
    app.key('ctrl+a', 'ctrl+b')
    wait_text(app, '*Whereforee art*')
    app.key('ctrl+b')
    wait_text(app, 'Whereforee art')
    app.key('BackSpace')
    wait_text(app, '')


def check_paste(app):
    file = HOME / 'secret plan.txt'
    helper = window.start('/usr/bin/python3', '-c', COPY, file.as_uri(), stdout=subprocess.PIPE, text=True)
    try:
        assert helper.stdout.readline() == 'ready\n'
        app.key('ctrl+v')
        app.find('label', 'Files can’t be sent yet')
        wait_text(app, '')
    finally:
        window.end(helper)


def main():
    with lab.server('prosody', people.everyone()) as server, peer.Peer(server, 'mercutio') as mercutio:
        path = people.provision(server, HOME / 'provision.ini')
        arguments = ('--profile', HOME / 'profile', '--provision', path, f'xmpp:mercutio@{server.domain}')
        with window.Stonechat(*arguments) as app:
            app.find('text', 'Message')
            mercutio.wait_presence(f'juliet@{server.domain}')
            window.wait_for('the window in front', app.is_active)
            check_edit(app, mercutio)
        with window.Stonechat(*arguments) as app:
            app.find('list item', re.compile('Draft.*Good 🎉 morrow'), under=app.find('list', 'Chats'))
            window.wait_for('the window in front', app.is_active)
            finish_edit(app)
            check_spelling(app)
            check_paste(app)


main()
