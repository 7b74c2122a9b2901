# SPDX-License-Identifier: GPL-3.0-or-later
"""A Prosody whose archive was filled beforehand, and the barest client that reads it."""

import base64
import re
import socket
import sqlite3
import ssl
import time

import lab
import people

TEXTS = ('Good morrow, cousin.', 'But soft, what light through yonder window breaks? It is the east, and Juliet is the sun.',
         'Ay me!', 'What’s in a name? That which we call a rose by any other word would smell as sweet. 🌹', 'ok',
         'See https://verona.test/balcony?at=night#moon and tell me what you think of it, when you have a minute to spare.')


class Prosody(lab.Prosody):
    """Its archive lies in SQLite."""

    def configuration(self):
        return super().configuration().replace('storage = "internal"', 'storage = { archive = "sql" }\n'
                                               f'sql = {{ driver = "SQLite3", database = "{self.folder}/archive.sqlite" }}')

    def fill(self, user, n, seconds=60):
        """n messages between user and the others, one every so many seconds until a minute ago."""
        with sqlite3.connect(self.folder / 'archive.sqlite') as db:
            db.execute('CREATE TABLE IF NOT EXISTS prosodyarchive (sort_id INTEGER PRIMARY KEY AUTOINCREMENT, host TEXT NOT NULL,'
                       ' user TEXT NOT NULL, store TEXT NOT NULL, key TEXT NOT NULL, "when" INTEGER NOT NULL, "with" TEXT NOT NULL,'
                       ' type TEXT NOT NULL, value MEDIUMTEXT NOT NULL)')
            for name, columns in (('index', 'key'), ('with_when', '"with", "when"'), ('when', '"when"'), ('sort', 'sort_id')):
                db.execute(f'CREATE {"UNIQUE" if name == "index" else ""} INDEX IF NOT EXISTS prosodyarchive_{name}'
                           f' ON prosodyarchive (host, user, store, {columns})')
            first = int(time.time()) - 60 - n * seconds
            db.executemany('INSERT INTO prosodyarchive (host, user, store, key, "when", "with", type, value)'
                           " VALUES (?, ?, 'archive', ?, ?, ?, 'xml', ?)",
                           (self._row(user, number, first + number * seconds) for number in range(n)))

    def _row(self, user, number, when):
        other = f'{people.CAST[number * 7 % len(people.CAST)][0]}@{self.domain}'
        mine = f'{user}@{self.domain}'
        sender, to = ((f'{mine}/phone', other), (f'{other}/desk', mine))[number % 3 > 0]
        value = (f"<message xmlns='jabber:client' type='chat' from='{sender}' to='{to}' id='m-{number:08x}-5c1f-4e0c' xml:lang='en'>"
                 f"<body>{number}: {TEXTS[number % len(TEXTS)]}</body><active xmlns='http://jabber.org/protocol/chatstates'/>"
                 f"<origin-id xmlns='urn:xmpp:sid:0' id='m-{number:08x}-5c1f-4e0c'/><request xmlns='urn:xmpp:receipts'/>"
                 "<markable xmlns='urn:xmpp:chat-markers:0'/></message>")
        return self.domain, user, f'{number:08x}-archive', when, other, value


class Bare:
    """Logs in, asks for the same pages as we do, looks for the end of each, and throws everything away.

    managed: with stream management, as we have it, for that costs the server more than the client.
    """

    STANZAS = (b'</result></message>', b'</iq>')

    def __init__(self, server, user, managed=False):
        self.managed, self.handled = False, 0
        context = ssl.create_default_context(cafile=str(server.ca))
        self.socket = context.wrap_socket(socket.create_connection((server.host, server.tls_port)), server_hostname=server.domain)
        self.domain = server.domain
        password = next(person.password for person in server.people if person.user == user)
        self._open()
        secret = base64.b64encode(f'\0{user}\0{password}'.encode()).decode()
        self._ask(f"<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>{secret}</auth>", b'<success')
        self._open()
        self._ask("<iq type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>", b'</iq>')
        if managed:
            self._ask("<enable xmlns='urn:xmpp:sm:3' resume='true'/>", b'<enabled')
            self.managed = True

    def _open(self):
        self._ask(f"<?xml version='1.0'?><stream:stream xmlns='jabber:client' to='{self.domain}' version='1.0'"
                  " xmlns:stream='http://etherx.jabber.org/streams'>", b'</stream:features>')

    def _ask(self, text, end):
        """What comes from the last megabyte before the end on; the rest is thrown away."""
        self.socket.sendall(text.encode())
        tail = b''
        while end not in tail[-4000:]:
            data = self.socket.recv(1 << 16)
            if not data:
                raise lab.LabError('The bare client was cut off')
            if self.managed:
                self._acknowledge(tail, data)
            tail = tail[-4000:] + data
        return tail

    def _acknowledge(self, before, data):
        def count(text):
            return (before[1 - len(text):] + data).count(text)
        self.handled += sum(map(count, self.STANZAS))
        if count(b"<r xmlns='urn:xmpp:sm:3'"):
            self.socket.sendall(f"<a xmlns='urn:xmpp:sm:3' h='{self.handled}'/>".encode())

    def read_all(self, page=250):
        """Seconds for the whole archive, backwards, and the number of its pages."""
        before, number, begin = '', 0, time.perf_counter()
        while True:
            number += 1
            answer = self._ask(f"<iq type='set' id='q{number}'><query xmlns='urn:xmpp:mam:2' queryid='q{number}'>"
                               "<x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE' type='hidden'><value>urn:xmpp:mam:2</value>"
                               f"</field></x><set xmlns='http://jabber.org/protocol/rsm'><max>{page}</max><before>{before}</before></set>"
                               '</query></iq>', b'</fin></iq>')
            fin = answer[answer.rindex(b'<fin'):]
            if b"complete='true'" in fin:
                return time.perf_counter() - begin, number
            before = re.search(rb'<first[^>]*>([^<]+)</first>', fin).group(1).decode()

    def close(self):
        """With a word: a session that is kept for a resumption makes the server slower for whoever comes next."""
        self.socket.sendall(b'</stream:stream>')
        self.socket.close()


def prosody():
    return Prosody(people.everyone())
