#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Edits, retractions, reactions and answers between the program and another client's library, slixmpp: each side says them
and the other understands. Argument: the server.
"""

import pathlib
import sys
import tempfile
from xml.etree import ElementTree

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
import headless     # noqa: E402
import lab          # noqa: E402
import people       # noqa: E402
import peer         # noqa: E402

PLUGINS = ['xep_0308', 'xep_0424', 'xep_0444', 'xep_0461']     # its retractions are the older ones, its fallbacks too


def next_with(romeo, name, find=None):
    """The next stanza that has this plugin's element."""
    while True:
        stanza = romeo.stanzas.get(timeout=peer.DEADLINE)
        if (find(stanza) if find else stanza.get_plugin(name, check=True)) is not None:
            return stanza


def wait_row(client, what, condition):
    client.wait(what, lambda: client.rows(condition))


def do(client, line):
    client.wait(line, lambda: client.ask(line) == ['done'])


def they_understand(client, romeo):
    client.do('say frist')
    first = next(s for s in iter(lambda: romeo.stanzas.get(timeout=peer.DEADLINE), None) if s['body'] == 'frist')
    wait_row(client, 'sent', "text = 'frist' AND state >= 3")
    do(client, 'edit first')
    edit = next_with(romeo, 'replace')
    assert (edit['body'], edit['replace']['id']) == ('first', first['id']), edit
    romeo.say(headless.JULIET, 'ho')
    wait_row(client, 'theirs', "text = 'ho'")
    do(client, 'react 👍')
    reaction = next_with(romeo, 'reactions')
    assert reaction['reactions'].get_values() == {'👍'}, reaction
    do(client, 'reply yes')
    answer = next_with(romeo, 'reply')
    assert answer['reply']['id'] == reaction['reactions']['id'], answer
    quote = answer.xml.find('{urn:xmpp:fallback:0}fallback/{urn:xmpp:fallback:0}body')
    assert answer['body'][int(quote.get('start')):int(quote.get('end'))] == '> ho\n' and answer['body'].endswith('\nyes'), answer
    wait_row(client, 'sent', "text = 'yes' AND state >= 3")
    do(client, 'retract')
    taken = next_with(romeo, 'retract', lambda s: s.xml.find('{urn:xmpp:message-retract:1}retract'))
    assert taken.xml.find('{urn:xmpp:message-retract:1}retract').get('id') == answer['id'], taken


def we_understand(client, romeo):
    def send(**parts):
        def make():
            message = romeo.client.make_message(mto=headless.JULIET, mtype='chat', mbody=parts.get('body'))
            message['id'] = parts['id']
            parts.get('more', lambda m: None)(message)
            message.send()
        romeo.do(make)

    send(id='romeo-m1', body='teh')
    wait_row(client, 'theirs', "text = 'teh'")
    send(id='romeo-m2', body='the', more=lambda m: m['replace'].__setitem__('id', 'romeo-m1'))
    wait_row(client, 'edited', "stanza_id = 'romeo-m1' AND text = 'the' AND edited <> 0")
    fallback = ElementTree.fromstring("<fallback xmlns='urn:xmpp:fallback:0' for='urn:xmpp:reply:0'><body start='0' end='6'/></fallback>")
    send(id='romeo-m3', body='> the\nanswer', more=lambda m: (m['reply'].__setitem__('id', 'romeo-m1'), m.append(fallback)))
    wait_row(client, 'answered', "stanza_id = 'romeo-m3' AND text = 'answer' AND reply_id = 'romeo-m1'")
    send(id='romeo-m4', more=lambda m: (m['reactions'].__setitem__('id', 'romeo-m1'), m['reactions'].set_values(['🐢'])))
    wait_row(client, 'reacted', "stanza_id = 'romeo-m1' AND reactions LIKE '%🐢%'")
    romeo.do(romeo.client['xep_0424'].send_retraction, headless.JULIET, 'romeo-m1')
    wait_row(client, 'retracted', "stanza_id = 'romeo-m1' AND retracted AND text IS NULL")


with lab.server(sys.argv[1], people.everyone()) as server, peer.Peer(server, 'romeo', PLUGINS) as romeo, \
        tempfile.TemporaryDirectory() as folder, headless.Headless(server, pathlib.Path(folder) / 'profile') as client:
    client.wait_online()
    they_understand(client, romeo)
    we_understand(client, romeo)
    client.stop()
