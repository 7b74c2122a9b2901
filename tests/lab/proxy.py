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
    borders DIRECTION       answers "ok BYTE BYTE…": where TLS records of the newest connection ended so far
    count                   answers "ok OPEN TOTAL UP DOWN": open connections, all so far, bytes of the newest

As a module: Proxy (server_port).start (), .fault (…), .stop (); Process (server_port) runs this file, .do (command).
"""

import asyncio
import socket
import struct
import subprocess
import sys

FAULTS = ('pass', 'fin', 'rst', 'stall', 'trickle', 'garbage', 'split', 'refuse')


class Cut(Exception):
    def __init__(self, reset):
        super().__init__()
        self.reset = reset


class Records:
    """Notes where TLS records end in a stream that begins in clear."""

    def __init__(self, borders):
        self.borders, self.rest, self.passed = borders, b'', 0

    def feed(self, data):
        self.rest += data
        while self.rest:
            if not 0x14 <= self.rest[0] <= 0x17:
                size = 1        # XML
            elif len(self.rest) < 5 or len(self.rest) < 5 + int.from_bytes(self.rest[3:5], 'big'):
                return
            else:
                size = 5 + int.from_bytes(self.rest[3:5], 'big')
                self.borders.append(self.passed + size)
            self.rest, self.passed = self.rest[size:], self.passed + size


class Proxy:
    def __init__(self, server_port, server_host='127.0.0.1', port=0):
        self.server, self.port = (server_host, server_port), port
        self.rule, self.once = ('pass', None, 0), None
        self.borders = {'up': [], 'down': []}
        self.open, self.total, self.bytes = set(), 0, {'up': 0, 'down': 0}
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

    def fault(self, kind, direction=None, amount=0, *more):
        if kind == 'once':
            self.once = (direction, amount, int(more[0]))
            return
        if kind not in FAULTS or direction not in (None, 'up', 'down'):
            raise ValueError(f'no such fault: {kind} {direction}')
        self.rule = (kind, direction, int(amount))
        self.changed.set()
        self.changed = asyncio.Event()
        if kind == 'refuse':
            for task in list(self.open):
                task.cancel()

    async def _accept(self, reader, writer):
        if self.rule[0] == 'refuse':
            self._reset(writer)
            return
        task = asyncio.current_task()
        self.open.add(task)
        self.total += 1
        self.bytes, self.borders = {'up': 0, 'down': 0}, {'up': [], 'down': []}
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
        passed, records = 0, Records(self.borders[direction])
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
                    left = amount - passed
                    if left <= 0:
                        if kind in ('fin', 'rst'):
                            raise Cut(kind == 'rst')
                        if kind == 'garbage':
                            writer.write(b'\x00<garbage>]]>&nope;\xff')
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
                    piece = data[:max(1, amount)]
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
            if line[0] == 'borders':
                print('ok', *proxy.borders[line[1]], flush=True)
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
