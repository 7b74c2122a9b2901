# SPDX-License-Identifier: GPL-3.0-or-later
"""The program without its window (headless.c, its path in HEADLESS), started, killed and looked into; calls have a deadline."""

import os
import pathlib
import queue
import sqlite3
import subprocess
import threading
import time

import people

DEADLINE = 60
JULIET = f'juliet@{people.DOMAIN}'
ROMEO = f'romeo@{people.DOMAIN}'
SENT = 3        # and what comes after it but failed, 6


class Headless:
    """Juliet, who talks to Romeo."""

    def __init__(self, server, folder, port=None):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(mode=0o700, exist_ok=True)
        self.provision = people.provision(server, self.folder / 'provision.ini', port=port)
        self.process = self.lines = None
        self.state = 'none'

    def start(self):
        self.process = subprocess.Popen([os.environ['HEADLESS'], self.folder, self.provision, ROMEO], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)
        self.lines = queue.Queue()
        threading.Thread(target=self._read, args=(self.process, self.lines), daemon=True).start()
        return self

    def _read(self, process, lines):
        for line in process.stdout:
            if line.strip() in ('offline', 'connecting', 'online', 'waiting', 'attention'):
                self.state = line.strip()
            else:
                lines.put(line.split())
        if process is self.process:
            self.state = 'gone'

    def do(self, line):
        try:
            self.process.stdin.write(line + '\n')
            self.process.stdin.flush()
        except BrokenPipeError:
            pass        # it was killed

    def ask(self, line):
        self.do(line)
        return self.lines.get(timeout=DEADLINE)

    def wait(self, what, condition, deadline=DEADLINE):
        end = time.monotonic() + deadline
        while not condition():
            assert time.monotonic() < end, f'{what}: not in {deadline} seconds; {self.state}, {self.rows()}'
            time.sleep(0.02)

    def wait_online(self):
        self.wait('online', lambda: self.state == 'online')

    def wait_killed(self, what):
        self.wait(what, lambda: self.process.poll() is not None, deadline=20)
        assert self.process.returncode == -9, f'{what}: ended with {self.process.returncode}'

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self):
        self.do('quit')
        assert self.process.wait(timeout=DEADLINE) == 0

    def rows(self, condition='1'):
        """(text, whether it is ours, state) of the stored messages, in their order."""
        with sqlite3.connect(self.folder / 'chat.db', timeout=20) as database:
            try:
                return database.execute(f'SELECT text, own, state FROM message WHERE {condition} ORDER BY position').fetchall()
            except sqlite3.OperationalError:
                return []

    def wait_row(self, text, least=0, deadline=DEADLINE):
        """It is there, and has come so far."""
        self.wait(f'“{text}” in state {least}', lambda: any(t == text and least <= s <= 5 for t, _, s in self.rows()),
                  deadline)

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.kill()
