#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""How long Stonechat and Dino take from their start to the log-in, as the server's log has it: tests/bench/run dino

Both find the server by its name and trust it by the system's store, as set up by window.private_session (machine=True);
both know their password, Stonechat from the keyring and Dino from its database. Prints two medians in milliseconds.
"""

import os
import pathlib
import statistics
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / 'lab'), str(HERE.parent / 'support')]
import window       # noqa: E402

window.private_session(keyring=True, desktop=True, machine=True)
import clients      # noqa: E402
import lab          # noqa: E402
import people       # noqa: E402

HOME = pathlib.Path(os.environ['HOME'])
SIGN = 'Authenticated as juliet'


def online(server, *command, environment):
    seen = server.log.read_text(errors='replace').count(SIGN)
    with open(HOME / 'log', 'wb') as log:
        began = time.monotonic()
        process = window.start(*command, env=environment, stdout=log, stderr=log)
        while server.log.read_text(errors='replace').count(SIGN) == seen:
            if process.poll() is not None or time.monotonic() - began > 60:
                raise lab.LabError(f'{command[0]} did not sign in: {(HOME / "log").read_text(errors="replace")[-2000:]}')
            time.sleep(0.005)
        spent = time.monotonic() - began
    window.end(process)
    return spent * 1000


def main(runs):
    environment = dict(os.environ, G_DEBUG='', GTK_A11Y='none')
    profile, provision = HOME / 'profile', HOME / 'provision.ini'
    lab.run(os.environ['SEED_PROFILE'], '--profile', profile, '--account', f'juliet@{people.DOMAIN}',
            '--contacts', '1000', '--messages', '40000')
    provision.write_text(f'[account:juliet@{people.DOMAIN}]\npassword={people.password("juliet")}\n')
    subprocess.run([os.environ['STONECHAT'], '--profile', profile, '--provision', provision, '--quit'], check=True,
                   stdout=subprocess.DEVNULL, env=environment)
    with lab.server('prosody', people.everyone(), port=5222) as server:
        window.introduce(server)
        with clients.Dino(server, 'juliet') as dino:
            theirs_environment = dino.environment()
        ours, theirs = [], []
        for number in range(runs + 1):          # the first pair warms the caches
            pair = (online(server, os.environ['STONECHAT'], '--profile', profile, environment=environment),
                    online(server, 'dino-im', environment=theirs_environment))
            if number:
                ours.append(pair[0])
                theirs.append(pair[1])
    print(f'{statistics.median(ours):.0f} {statistics.median(theirs):.0f}')


main(int(sys.argv[1]))
