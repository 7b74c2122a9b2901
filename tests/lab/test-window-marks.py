#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What becomes of a message on a real server, as the window shows it: sent, delivered, read; or come back, with the reason.

And what the other one is told: one receipt, and a mark for what was seen. S-18, S-110, R-29, R-39, W-02.
"""

import os
import pathlib
import queue
import re
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / 'support')]
import window       # noqa: E402

window.private_session()
import lab          # noqa: E402
import people       # noqa: E402
import peer         # noqa: E402
from slixmpp.xmlstream.handler import Callback      # noqa: E402
from slixmpp.xmlstream.matcher import MatchXPath    # noqa: E402

HOME = pathlib.Path(os.environ['HOME'])
RECEIPTS, MARKERS = 'urn:xmpp:receipts', 'urn:xmpp:chat-markers:0'


def row(app, text, state):
    return app.find('list item', re.compile(f'^You, .*{re.escape(text)}.*{state}'), deadline=60)


def send(app, text):
    app.write(app.find('text', 'Message'), text)
    app.click('push button', 'Send')


def next_stanza(who, name, ns):
    """The next that has this in it, within the deadline."""
    end = time.monotonic() + peer.DEADLINE
    while True:
        try:
            stanza = who.stanzas.get(timeout=max(0.1, end - time.monotonic())).xml
        except queue.Empty:
            raise AssertionError(f'no <{name}/> came') from None
        if stanza.find(f'{{{ns}}}{name}') is not None:
            return stanza


def listen(who):
    """slixmpp tells only of messages with a text."""
    for name, ns in (('received', RECEIPTS), ('displayed', MARKERS)):
        who.client.register_handler(Callback(name, MatchXPath(f'{{jabber:client}}message/{{{ns}}}{name}'), who.stanzas.put))


def say(who, to, inner, kind='chat', stanza_id='x'):
    who.do(who.client.send_raw, f"<message to='{to}' type='{kind}' id='{stanza_id}'>{inner}</message>")


def outgoing(app, romeo, nurse, juliet):
    send(app, 'Good morrow')
    stanza = next_stanza(romeo, 'request', RECEIPTS)
    assert stanza.find(f'{{{MARKERS}}}markable') is not None
    row(app, 'Good morrow', 'Sent')
    about = stanza.get('id')
    # It went to Romeo: the nurse knows nothing of it.
    say(nurse, juliet, f"<displayed xmlns='{MARKERS}' id='{about}'/>")
    say(romeo, juliet, f"<received xmlns='{RECEIPTS}' id='{about}'/>")
    row(app, 'Good morrow', 'Delivered')
    say(romeo, juliet, f"<displayed xmlns='{MARKERS}' id='{about}'/>")
    row(app, 'Good morrow', 'Read')


def incoming(app, romeo, juliet):
    say(romeo, juliet, f"<body>But soft</body><request xmlns='{RECEIPTS}'/><markable xmlns='{MARKERS}'/>", stanza_id='soft')
    app.find('list item', re.compile('But soft'))
    received = next_stanza(romeo, 'received', RECEIPTS).find(f'{{{RECEIPTS}}}received')
    assert received.get('id') == 'soft', received.get('id')
    displayed = next_stanza(romeo, 'displayed', MARKERS).find(f'{{{MARKERS}}}displayed')
    assert displayed.get('id') == 'soft', displayed.get('id')


def main():
    with lab.server(sys.argv[1], people.everyone()) as server:
        juliet = f'juliet@{server.domain}'
        path = people.provision(server, HOME / 'provision.ini')
        with peer.Peer(server, 'romeo') as romeo, peer.Peer(server, 'nurse') as nurse:
            listen(romeo)
            with window.Stonechat('--profile', HOME / 'profile', '--provision', path, f'xmpp:romeo@{server.domain}') as app:
                app.find('label', re.compile('^Available'))
                outgoing(app, romeo, nurse, juliet)
                incoming(app, romeo, juliet)
            with window.Stonechat('--profile', HOME / 'other', '--provision', path, f'xmpp:nobody@{server.domain}') as app:
                send(app, 'Is anybody there')
                row(app, 'Is anybody there', 'Not sent: ')
    print(server.kind, 'has told of everything')


main()
