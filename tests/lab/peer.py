# SPDX-License-Identifier: GPL-3.0-or-later
"""A person at the other end, played by slixmpp in a thread of its own; the calls wait with a deadline."""

import asyncio
import logging
import queue
import threading
import time

logging.getLogger('slixmpp').setLevel(logging.ERROR)     # it recommends a faster library at every start
from slixmpp import ClientXMPP     # noqa: E402

DEADLINE = 20


class Peer:
    def __init__(self, server, user, plugins=()):
        self.server, self.user, self.plugins = server, user, plugins
        self.messages, self.stanzas = queue.Queue(), queue.Queue()
        self.presences = {}
        self.ready = threading.Event()
        self.client = self.loop = None
        self.thread = threading.Thread(target=self._run, daemon=True)

    def _run(self):
        self.loop = asyncio.new_event_loop()
        asyncio.set_event_loop(self.loop)
        password = next(p.password for p in self.server.people if p.user == self.user)
        self.client = ClientXMPP(f'{self.user}@{self.server.domain}', password)
        self.client.ca_certs = str(self.server.ca)
        for plugin in self.plugins:
            self.client.register_plugin(plugin)
        self.client.add_event_handler('session_start', self._begin)
        self.client.add_event_handler('message', self._message)
        self.client.add_event_handler('reactions', self._message)     # which have no body, so they are no 'message'
        self.client.add_event_handler('changed_status', self._presence)
        self.client.connect((self.server.host, self.server.port))
        self.loop.run_forever()

    async def _begin(self, _):
        await self.client.get_roster()
        self.client.send_presence()
        self.ready.set()

    def _message(self, message):
        self.stanzas.put(message)
        if message['body']:
            self.messages.put(message['body'])

    def _presence(self, presence):
        self.presences[presence['from'].bare] = (presence['type'], presence['status'])

    def do(self, function, *arguments, **options):
        """Runs something in the peer's thread."""
        self.loop.call_soon_threadsafe(lambda: function(*arguments, **options))

    def say(self, to, text, **options):
        self.do(self.client.send_message, mto=to, mbody=text, mtype='chat', **options)

    def presence(self, **options):
        self.do(self.client.send_presence, **options)

    def wait_message(self, deadline=DEADLINE):
        return self.messages.get(timeout=deadline)

    def wait_presence(self, jid, show='available', status=None, deadline=DEADLINE):
        end = time.monotonic() + deadline
        while True:
            found = self.presences.get(jid)
            if found and found[0] == show and (status is None or found[1] == status):
                return
            assert time.monotonic() < end, f'{jid}: wanted {show} “{status}”, have {found}'
            time.sleep(0.05)

    def __enter__(self):
        self.thread.start()
        assert self.ready.wait(DEADLINE), f'{self.user} could not sign in'
        return self

    def __exit__(self, *_):
        self.do(self.client.abort)
        self.do(self._finish)
        self.thread.join(5)

    def _finish(self):
        for task in asyncio.all_tasks(self.loop):
            task.cancel()
        self.loop.call_soon(self.loop.stop)
