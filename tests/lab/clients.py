# SPDX-License-Identifier: GPL-3.0-or-later
"""Other people's programs, signed in as somebody of the lab: slixmpp, Profanity, Gajim and Dino.

Each has start (), say (to, text), texts () (what it has shown or kept of what came), stop (), and where the program can do it
without a hand on the mouse: appear (show, status) and ask (whom), a request to see somebody.
They run in a session of window.private_session (desktop=True, machine=True), with folders of their own.
"""

import json
import os
import pathlib
import sqlite3
import subprocess

import peer
import people
import window


class Client:
    name = None

    def __init__(self, server, user):
        self.server, self.user = server, user
        self.jid, self.password = f'{user}@{server.domain}', people.password(user)
        self.folder = pathlib.Path(os.environ['HOME']) / f'{self.name}-{user}'
        self.process = None

    def environment(self):
        return dict(os.environ, XDG_DATA_HOME=str(self.folder / 'data'), XDG_CONFIG_HOME=str(self.folder / 'config'),
                    XDG_CACHE_HOME=str(self.folder / 'cache'), G_DEBUG='', GTK_A11Y='none', NO_AT_BRIDGE='1',
                    TMUX_TMPDIR=str(self.folder),
                    SHELL='/bin/sh')        # nobody's own lets nobody in

    def run(self, *command):
        return subprocess.run([*map(str, command)], env=self.environment(), check=True, timeout=20, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True).stdout

    def launch(self, *command):
        self.folder.mkdir(exist_ok=True)
        with open(self.folder / 'log', 'ab') as log:
            self.process = window.start(*command, env=self.environment(), stdout=log, stderr=log)

    def log(self):
        path = self.folder / 'log'
        return path.read_text(errors='replace')[-4000:] if path.exists() else ''

    def stop(self):
        window.end(self.process)

    def __enter__(self):
        try:
            self.start()
        except BaseException as error:
            self.__exit__(type(error))
            raise
        return self

    def __exit__(self, kind, *_):
        if kind:
            print(f'{self.name}: {self.log()}', flush=True)
        if self.process:
            self.stop()


class Slixmpp(Client):
    name = 'slixmpp'

    def start(self):
        self.peer = peer.Peer(self.server, self.user)
        self.peer.__enter__()
        self.seen = []

    def say(self, to, text):
        self.peer.say(to, text)

    def texts(self):
        while not self.peer.messages.empty():
            self.seen.append(self.peer.messages.get())
        return self.seen

    def appear(self, show, status):
        self.peer.presence(pshow=show, pstatus=status)

    def ask(self, whom):
        self.peer.do(self.peer.client.send_presence_subscription, pto=whom)

    def __exit__(self, *_):
        self.peer.__exit__()


class Profanity(Client):
    """In a terminal of tmux; what it shows is what the terminal shows."""

    name = 'profanity'
    # Its socket is “p”: with the folders that it is in, the path may have 107 characters.

    def start(self):
        config = self.folder / 'config' / 'profanity'
        config.mkdir(parents=True)
        (config / 'profrc').write_text('[ui]\nsplash=false\n[logging]\nchlog=true\n[notifications]\nmessage=off\n')
        self.launch('tmux', '-L', 'p', '-f', '/dev/null', '-u', 'new-session', '-d', '-x', '220', '-y', '200', 'profanity')
        self.process.wait()
        window.wait_for('Profanity', lambda: 'Profanity' in self.screen())
        self.type(f'/connect {self.jid} server {self.server.host} port {self.server.port} tls force')
        window.wait_for('the question for the password', lambda: 'password' in self.screen().lower())
        self.type(self.password)
        window.wait_for('the log-in', lambda: 'logged in successfully' in self.screen())

    def tmux(self, *command):
        return self.run('tmux', '-L', 'p', *command)

    def type(self, text):
        self.tmux('send-keys', '-l', text)
        self.tmux('send-keys', 'Enter')

    def screen(self):
        return self.tmux('capture-pane', '-p', '-J')

    def say(self, to, text):
        self.type(f'/msg {to} {text}')

    def texts(self):
        logs = (self.folder / 'data/profanity/chatlogs').rglob('*.log')
        lines = '\n'.join(path.read_text() for path in logs).splitlines()
        # "time - name: text"
        return [line.split(' - ', 1)[1].split(': ', 1)[1] for line in lines if ' - ' in line and ' - me: ' not in line]

    def appear(self, show, status):
        self.type(f'/status set {show} "{status}"')

    def ask(self, whom):
        self.type(f'/sub request {whom}')

    def log(self):
        return self.screen()

    def stop(self):
        self.type('/quit')
        window.wait_for('the end of Profanity', self.ended)

    def ended(self):
        try:
            return not self.screen()
        except subprocess.CalledProcessError:
            return True


class Gajim(Client):
    """Led by its own remote control; what it keeps is in its archive."""

    name = 'gajim'
    PLACE = ['--session', '--dest', 'org.gajim.Gajim', '--object-path', '/org/gajim/dbus/RemoteObject', '--method']

    def start(self):
        config = self.folder / 'config' / 'gajim'
        config.mkdir(parents=True)
        rows = {'app': {'remote_control': True, 'use_keyring': False, 'check_for_update': False}, 'soundevents': {},
                'status_presets': {}, 'proxies': {}, 'plugins': {}, 'workspaces': {'00000000-0000-4000-8000-000000000000': {}}}
        account = {'account': {'name': self.user, 'hostname': self.server.domain, 'password': self.password, 'active': True,
                               'use_custom_host': True, 'custom_host': self.server.host, 'custom_port': self.server.port,
                               'account_label': self.user, 'resource': 'gajim'}, 'contact': {}, 'group_chat': {}}
        with sqlite3.connect(config / 'settings.sqlite') as database:
            database.execute('CREATE TABLE settings (name TEXT UNIQUE, settings TEXT)')
            database.execute('CREATE TABLE account_settings (account TEXT UNIQUE, settings TEXT)')
            database.executemany('INSERT INTO settings VALUES (?, ?)', [(k, json.dumps(v)) for k, v in rows.items()])
            database.execute('INSERT INTO account_settings VALUES (?, ?)', (self.user, json.dumps(account)))
            database.execute('PRAGMA user_version=5')
        self.launch('gajim')
        window.wait_for('Gajim', lambda: self.process.poll() is None and 'online' in self.remote('get_status', self.user), 60)

    def remote(self, method, *arguments):
        return self.run('gdbus', 'call', *self.PLACE, f'org.gajim.dbus.RemoteInterface.{method}', *arguments)

    def say(self, to, text):
        assert 'true' in self.remote('send_chat_message', to, text, self.user)

    def texts(self):
        path = self.folder / 'data/gajim/logs.db'
        with sqlite3.connect(f'file:{path}?mode=ro', uri=True) as database:
            return [text for text, in database.execute('SELECT message FROM logs WHERE message IS NOT NULL')]

    def appear(self, show, status):
        self.remote('change_status', show, status, self.user)

    def stop(self):
        if self.process.poll() is None:
            self.remote('change_status', 'offline', '', self.user)
            window.wait_for('Gajim to sign out', lambda: 'offline' in self.remote('get_status', self.user))
        super().stop()


class Dino(Client):
    """Led by the keyboard; what it keeps is in its database. It finds the server by its name alone, at port 5222."""

    name = 'dino'

    def start(self):
        data = self.folder / 'data' / 'dino'
        self.launch('dino-im')
        window.wait_for('Dino’s database', lambda: self.rows('SELECT 1 FROM settings UNION SELECT 1'))
        window.end(self.process)
        with sqlite3.connect(data / 'dino.db') as database:
            database.execute('INSERT INTO account (bare_jid, resourcepart, password, alias, enabled) VALUES (?,?,?,?,1)',
                             (self.jid, 'dino', self.password, ''))
        self.launch('dino-im')
        window.wait_for('Dino’s contacts', lambda: self.rows('SELECT jid FROM roster'), 60)

    def rows(self, query):
        with sqlite3.connect(f'file:{self.folder / "data/dino/dino.db"}?mode=ro', uri=True) as database:
            return database.execute(query).fetchall()

    def say(self, to, text):
        self.run('dino-im', f'xmpp:{to}?message')
        self.look()
        self.run('xdotool', 'type', text)
        self.run('xdotool', 'key', 'Return')
        window.wait_for('Dino’s message', lambda: self.rows('SELECT 1 FROM message WHERE direction = 1'))

    def texts(self):
        return [text for text, in self.rows('SELECT body FROM message WHERE direction = 0')]

    def look(self):
        self.run('xdotool', 'search', '--sync', '--onlyvisible', '--class', '^[Dd]ino', 'windowactivate', '--sync')

    def stop(self):
        if self.process.poll() is None:
            self.look()
            self.run('xdotool', 'key', 'ctrl+q')
            window.wait_for('the end of Dino', lambda: self.process.poll() is not None)


EVERY = [Slixmpp, Profanity, Gajim, Dino]
