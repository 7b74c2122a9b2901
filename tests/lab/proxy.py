#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The fault proxy: stands between Stonechat and a server and cuts, resets, stalls, slows, splits or spoils at a byte.

    tests/lab/proxy.py LISTEN_PORT SERVER_PORT < COMMANDS

Commands, one a line, are answered by "ok": they hold for connections that are open and for those to come.

    pass                    no fault (also at the start)
    fin DIRECTION BYTE      end the connection cleanly once BYTE bytes went in this direction (up: to the server, down)
    rst DIRECTION BYTE      the same by a reset
    stall DIRECTION BYTE    let nothing more through, keep the connection open (a black hole)
    trickle DIRECTION BYTE  from there on one byte a second
    garbage DIRECTION BYTE  from there on send what is no TLS and no XML
    split DIRECTION SIZE    hand on pieces of at most SIZE bytes
    refuse                  take no new connections; drop those that are open
    once FAULT …            only for the next connection, and for as long as it lives
    count                   answers "ok OPEN TOTAL UP DOWN": open connections, all so far, bytes of the newest
    records                 answers "ok UP DOWN": TLS records of the newest connection so far
    struck                  answers "ok NUMBER": faults of a connection of their own that came to be

BYTE may also be a place at the end of a TLS record: r0+0 is the end of the first, r3-1 a byte before the end of the fourth.

As a module: Proxy (server_port).start (), .fault (…), .stop (); Process (server_port) runs this file, .do (command).
"""

import asyncio
import re
import socket
import struct
import subprocess
import sys

FAULTS = ('pass', 'fin', 'rst', 'stall', 'trickle', 'garbage', 'split', 'refuse')
PLACE = r'(\d+)|r(\d+)([+-]\d+)'      # a byte, or at the end of a record
GARBAGE = b'\x00<garbage>]]>&nope;\xff' * 1000    # also in the middle of a record it makes the record wrong


class Cut(Exception):
    def __init__(self, reset):
        super().__init__()
        self.reset = reset


class Records:
    """Notes where TLS records end, or will, in a stream that begins in clear."""

    def __init__(self, ends):
        self.ends, self.header, self.inside = ends, b'', 0
        self.fed = 0

    def feed(self, data):
        at = 0
        while at < len(data):
            if self.inside:
                skipped = min(self.inside, len(data) - at)
                self.inside, at = self.inside - skipped, at + skipped
                continue
            self.header, at = self.header + data[at:at + 1], at + 1
            if not 0x14 <= self.header[0] <= 0x17:
                self.header = b''       # XML
            elif len(self.header) == 5:
                self.inside, self.header = int.from_bytes(self.header[3:5], 'big'), b''
                self.ends.append(self.fed + at + self.inside)
        self.fed += len(data)

    def place(self, where):
        """The byte that is meant; None: not known yet."""
        byte, number, more = re.fullmatch(PLACE, where).groups()
        if byte:
            return int(byte)
        return self.ends[int(number)] + int(more) if int(number) < len(self.ends) else None


class Proxy:
    def __init__(self, server_port, server_host='127.0.0.1', port=0):
        self.server, self.port = (server_host, server_port), port
        self.rule, self.once = ('pass', None, '0'), None
        self.ends = {'up': [], 'down': []}
        self.open, self.total, self.bytes = set(), 0, {'up': 0, 'down': 0}
        self.struck = 0
        self.listener = None
        self.changed = asyncio.Event()

    async def start(self):
        self.listener = await asyncio.start_server(self._accept, '127.0.0.1', self.port)
        self.port = self.listener.sockets[0].getsockname()[1]
        return self

    async def stop(self):
        self.listener.close()
        for task in list(self.open):
            task.cancel()
        await asyncio.gather(*self.open, return_exceptions=True)
        await self.listener.wait_closed()

    def fault(self, kind, *where):
        if kind == 'once':
            self.once = self._rule(*where)
            return
        self.rule = self._rule(kind, *where)
        self.changed.set()
        self.changed = asyncio.Event()
        if kind == 'refuse':
            for task in list(self.open):
                task.cancel()

    @staticmethod
    def _rule(kind, direction=None, amount=0):
        if kind not in FAULTS or direction not in (None, 'up', 'down') or not re.fullmatch(PLACE, str(amount)):
            raise ValueError(f'no such fault: {kind} {direction} {amount}')
        return kind, direction, str(amount)

    async def _accept(self, reader, writer):
        if self.rule[0] == 'refuse':
            self._reset(writer)
            return
        task = asyncio.current_task()
        self.open.add(task)
        self.total += 1
        self.bytes, self.ends = {'up': 0, 'down': 0}, {'up': [], 'down': []}
        own, self.once = self.once, None
        other = None
        try:
            server_reader, other = await asyncio.open_connection(*self.server)
            pumps = [asyncio.ensure_future(self._pump(reader, other, 'up', own)),
                     asyncio.ensure_future(self._pump(server_reader, writer, 'down', own))]
            try:
                done, _ = await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for pump in pumps:
                    pump.cancel()
            cuts = [p.exception() for p in done if isinstance(p.exception(), Cut)]
            if cuts and cuts[0].reset:
                self._reset(writer)
        except (OSError, asyncio.CancelledError):
            self._reset(writer)
        finally:
            self.open.discard(task)
            for end in (writer, other):
                if end:
                    end.close()

    @staticmethod
    def _reset(writer):
        plain = writer.get_extra_info('socket')
        if plain:
            plain.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
        writer.transport.abort()

    @staticmethod
    async def _swallow(reader):
        while await reader.read(65536):
            pass

    async def _pump(self, reader, writer, direction, own):
        passed, records, struck = 0, Records(self.ends[direction]), False
        while True:
            data = await reader.read(65536)
            if not data:
                return
            records.feed(data)
            while data:
                kind, where, amount = own or self.rule
                concerned = where == direction
                if kind == 'refuse':
                    raise Cut(True)     # what stood still goes nowhere
                piece = data
                if concerned and kind in ('fin', 'rst', 'stall', 'trickle', 'garbage'):
                    byte = records.place(amount)
                    left = len(data) if byte is None else byte - passed
                    if left <= 0:
                        self.struck += bool(own) and not struck
                        struck = True
                        if kind in ('fin', 'rst'):
                            raise Cut(kind == 'rst')
                        if kind == 'garbage':
                            writer.write(GARBAGE)
                            await writer.drain()
                        if kind in ('stall', 'garbage'):
                            if own:
                                await self._swallow(reader)
                                return
                            await self.changed.wait()
                            continue
                        piece = data[:1]
                        await asyncio.sleep(1)
                    else:
                        piece = data[:left]
                elif concerned and kind == 'split':
                    piece = data[:max(1, int(amount))]
                writer.write(piece)
                await writer.drain()
                data = data[len(piece):]
                passed += len(piece)
                self.bytes[direction] += len(piece)


class Process:
    """A proxy that runs beside the caller, on a port of its own."""

    def __init__(self, server_port):
        self.process = subprocess.Popen([sys.executable, __file__, '0', str(server_port)], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)
        self.port = int(self.process.stdout.readline().split()[1])

    def do(self, command):
        """The words of the answer."""
        self.process.stdin.write(command + '\n')
        self.process.stdin.flush()
        answer = self.process.stdout.readline().split()
        assert answer[0] == 'ok', answer
        return answer[1:]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait()


async def main(port, server_port):
    proxy = await Proxy(server_port, port=port).start()
    print(f'ok {proxy.port}', flush=True)
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := (await reader.readline()).decode().split():
        try:
            if line[0] == 'records':
                print('ok', len(proxy.ends['up']), len(proxy.ends['down']), flush=True)
            elif line[0] == 'struck':
                print('ok', proxy.struck, flush=True)
            elif line[0] == 'count':
                print('ok', len(proxy.open), proxy.total, proxy.bytes['up'], proxy.bytes['down'], flush=True)
            else:
                proxy.fault(*line)
                print('ok', flush=True)
        except (ValueError, TypeError) as error:
            print(f'error {error}', flush=True)
    await proxy.stop()


if __name__ == '__main__':
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[2])))
