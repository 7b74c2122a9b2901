#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a server of the lab announces is what tests/lab/features.json says of it: tests/lab/server KIND -- test-features.py"""

import base64
import json
import os
import re
import socket
import ssl
import xml.etree.ElementTree as xml

HEADER = "<?xml version='1.0'?><stream:stream xmlns='jabber:client' version='1.0' to='{}'" \
         " xmlns:stream='http://etherx.jabber.org/streams'>"


class Stream:
    """A client's stream, as bare as can be; the answers are read up to the end that is asked for."""

    def __init__(self):
        self.socket = socket.create_connection((os.environ['LAB_HOST'], int(os.environ['LAB_PORT'])), timeout=20)

    def ask(self, text, end):
        self.socket.sendall(text.encode())
        answer = ''
        while not re.search(end, answer):
            data = self.socket.recv(65536)
            assert data, f'the server closed after: {answer}'
            answer += data.decode()
        return answer

    def features(self):
        """Opens a stream; the features it begins with, as a tree."""
        answer = self.ask(HEADER.format(os.environ['LAB_DOMAIN']), '</stream:features>')
        return xml.fromstring(answer[re.search('<stream:stream', answer).start():] + '</stream:stream>')[0]

    def secure(self):
        self.ask("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>", '<proceed[^>]*>')
        context = ssl.create_default_context(cafile=os.environ['LAB_CA'])
        self.socket = context.wrap_socket(self.socket, server_hostname=os.environ['LAB_DOMAIN'])

    def sign_in(self, user):
        token = base64.b64encode(f'\0{user}\0{os.environ["LAB_PASSWORD_" + user]}'.encode()).decode()
        self.ask(f"<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>{token}</auth>", '<success[^>]*>')

    def version(self):
        self.ask("<iq id='b' type='set'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>", '</iq>')
        answer = self.ask(f"<iq id='v' type='get' to='{os.environ['LAB_DOMAIN']}'><query xmlns='jabber:iq:version'/></iq>",
                          '</query>')
        return ' '.join(re.search(f'<{name}>(.*?)</{name}>', answer).group(1) for name in ('name', 'version'))


def has(features, name):
    return features.find(name) is not None


def main():
    stream = Stream()
    stream.features()
    stream.secure()
    before = stream.features()
    stream.sign_in('juliet')
    after = stream.features()
    version = stream.version()
    sasl = '{urn:ietf:params:xml:ns:xmpp-sasl}'
    announced = {
        'version': version,
        'mechanisms': [m.text for m in before.findall(f'{sasl}mechanisms/{sasl}mechanism')],
        'channel_binding_list': has(before, '{urn:xmpp:sasl-cb:0}sasl-channel-binding'),
        'roster_versioning': has(after, '{urn:xmpp:features:rosterver}ver'),
        'pre_approval': has(after, '{urn:xmpp:features:pre-approval}sub'),
        'stream_management': has(after, '{urn:xmpp:sm:3}sm'),
        'client_state_indication': has(after, '{urn:xmpp:csi:0}csi'),
        'sasl2': has(before, '{urn:xmpp:sasl:2}authentication'),
    }
    written = json.loads(os.environ['LAB_FEATURES'])
    print(json.dumps(announced, indent=2))
    assert set(announced) == set(written), set(announced) ^ set(written)
    assert announced['version'].startswith(written['version']), announced['version']
    for name in set(written) - {'version', 'mechanisms'}:
        assert announced[name] == written[name], f'{name}: announced {announced[name]}, written {written[name]}'
    assert sorted(announced['mechanisms']) == sorted(written['mechanisms']), announced['mechanisms']


main()
