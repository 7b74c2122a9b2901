#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""People of the lab that talk: they sign in, have a status, answer what they are told, go away and come back."""

import asyncio
import logging
import random

logging.getLogger('slixmpp').setLevel(logging.ERROR)     # it recommends a faster library at every start
from slixmpp import ClientXMPP     # noqa: E402

# user: (show, status text, answers)
ROLES = {
    'romeo': (None, 'in the orchard', [
        'But soft, what light through yonder window breaks?',
        'It is the east, and Juliet is the sun.',
        'With love’s light wings did I o’er-perch these walls, for stony limits cannot hold love out.',
        'Shall I hear more, or shall I speak at this?']),
    'mercutio': ('dnd', 'at the masque', [
        'Nay, gentle Romeo, we must have you dance.',
        'O, then I see Queen Mab hath been with you. She is the fairies’ midwife, and she comes in shape no bigger '
        'than an agate-stone on the fore-finger of an alderman.',
        'A plague o’ both your houses! 🙂']),
    'benvolio': ('away', 'back at 16:00', ['Part, fools! You know not what you do.', 'I pray thee, good Mercutio, let’s retire.']),
    'nurse': (None, '', ['Now, afore God, I am so vexed that every part about me quivers.', 'Anon, anon!', 'Ay, ay, the cords.']),
    'laurence': ('xa', 'in his cell', ['Wisely and slow; they stumble that run fast.', 'I will send a friar with speed.']),
}


class Talker(ClientXMPP):
    def __init__(self, server, user, password, seed):
        super().__init__(f'{user}@{server.domain}', password)
        self.user, self.random = user, random.Random(seed)
        self.show, self.status, self.answers = ROLES[user]
        self.ca_certs = str(server.ca)
        self.auto_authorize = True
        self.register_plugin('xep_0085')
        self.register_plugin('xep_0199')
        self.add_event_handler('session_start', self.begin)
        self.add_event_handler('message', self.answer)

    async def begin(self, _):
        await self.get_roster()
        self.appear()
        asyncio.ensure_future(self.wander())

    def appear(self):
        self.send_presence(pshow=self.show, pstatus=self.status or None)

    async def wander(self):
        """Away for a while, then back, now and then offline for a moment."""
        while True:
            await asyncio.sleep(self.random.uniform(25, 60))
            if self.random.random() < 0.3:
                self.send_presence(ptype='unavailable')
            else:
                self.send_presence(pshow='away', pstatus='back in a minute')
            await asyncio.sleep(self.random.uniform(8, 20))
            self.appear()

    async def answer(self, message):
        if message['type'] not in ('chat', 'normal') or not message['body']:
            return
        await asyncio.sleep(0.6)
        self.state(message['from'], 'composing')
        await asyncio.sleep(self.random.uniform(0.8, 2.5))
        reply = self.make_message(mto=message['from'].bare, mbody=self.random.choice(self.answers), mtype='chat')
        reply['chat_state'] = 'active'
        reply.send()

    def state(self, to, name):
        hint = self.make_message(mto=to.bare, mtype='chat')
        hint['chat_state'] = name
        hint.send()


class Asker(ClientXMPP):
    """Asks once to be added."""

    def __init__(self, server, user, password, whom):
        super().__init__(f'{user}@{server.domain}', password)
        self.ca_certs, self.whom = str(server.ca), whom
        self.add_event_handler('session_start', self.begin)

    async def begin(self, _):
        await self.get_roster()
        self.send_presence()
        self.send_presence_subscription(pto=self.whom)


def start(server, users=tuple(ROLES), seed=7):
    """Signs them in; needs a running asyncio loop. Returns the clients."""
    passwords = {p.user: p.password for p in server.people}
    clients = [Talker(server, user, passwords[user], seed + i) for i, user in enumerate(users)]
    if 'tybalt' in passwords:
        clients.append(Asker(server, 'tybalt', passwords['tybalt'], f'juliet@{server.domain}'))
    for client in clients:
        client.connect((server.host, server.port))
    return clients
