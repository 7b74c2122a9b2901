#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""S-50: a memory dump of the signed-in program holds the password neither as it is nor in base64; no core is ever written."""

import base64
import os
import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / 'support')]
import window       # noqa: E402

window.private_session(keyring=True)
import lab          # noqa: E402
import people       # noqa: E402
import peer         # noqa: E402

HOME = pathlib.Path(os.environ['HOME'])


def dump(pid):
    """gcore's dump honours MADV_DONTDUMP where it is told to use the core filter; the kernel's own would too."""
    path = HOME / 'dump'
    subprocess.run(['gcore', '-o', str(path), str(pid)], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    found = pathlib.Path(f'{path}.{pid}')
    content = found.read_bytes()
    found.unlink()
    return content


def main():
    password = people.password('juliet').encode()
    shapes = {'raw': password, 'base64': base64.b64encode(password).rstrip(b'='),
              'base64 of PLAIN': base64.b64encode(b'\0juliet\0' + password)[8:-4]}
    with lab.server('prosody', people.everyone()) as server, peer.Peer(server, 'romeo') as romeo:
        pin = lab.run('certtool', '--fingerprint', '--hash', 'sha256', '--infile',
                      server.authority.folder / f'{server.domain}.crt').strip()
        path = HOME / 'provision.ini'
        for storage in ('', 'password-storage=session\n'):
            path.write_text(f'[account:juliet@{server.domain}]\npassword={password.decode()}\nhost={server.host}\n'
                            f'port={server.port}\npin-sha256={pin}\n{storage}')
            profile = HOME / f'profile-{bool(storage)}'
            with window.Stonechat('--profile', profile, '--provision', path) as app:
                romeo.wait_presence(f'juliet@{server.domain}')
                limits = pathlib.Path(f'/proc/{app.process.pid}/limits').read_text()
                assert re.search(r'Max core file size\s+0\s+0', limits), limits
                content = dump(app.process.pid)
                assert b'juliet@verona.test' in content, 'the dump does not hold the memory at all'
                for name, shape in shapes.items():
                    assert shape not in content, f'the password is in the dump: {name}, {storage or "keyring"}'
            romeo.wait_presence(f'juliet@{server.domain}', show='unavailable')


main()
