"""A TCP proxy between real programs that does to their bytes what a bad network does: delays, stalls, cuts at byte N,
garbage, and where it reads HTTP (plain only) lost answers, requests sent twice, and old requests that come again after
newer ones. What a connection suffers is drawn from the seed and its number. One thread of its own, asyncio."""
import asyncio
import random
import threading

CHUNK = 16384
KEPT_REQUESTS = 200
UPSTREAM_LIMIT_S = 20


class Broken(Exception):
    """The connection ends here, on both sides."""


class ChaosProxy:
    def __init__(self, target: tuple, seed: int, http: bool, rate: float = 0.85):
        """`rate`: how many of the connections suffer something. `http`: whole requests can be repeated."""
        self.target, self.seed, self.http, self.rate = target, seed, http, rate
        self.port, self.connections = 0, 0
        self.done: dict = {}  # fault -> how often
        self.kept: list = []
        self.calm = False
        self.loop = asyncio.new_event_loop()
        self.ready = threading.Event()
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()
        self.ready.wait()

    def run(self) -> None:
        asyncio.set_event_loop(self.loop)
        server = self.loop.run_until_complete(asyncio.start_server(self.serve, "127.0.0.1", 0, backlog=4096))
        self.port = server.sockets[0].getsockname()[1]
        self.ready.set()
        self.loop.run_forever()

    def close(self) -> None:
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(5)

    def did(self, fault: str) -> None:
        self.done[fault] = self.done.get(fault, 0) + 1

    async def serve(self, reader, writer) -> None:
        self.connections += 1
        chance = random.Random(f"{self.seed}/{self.connections}")
        up_writer = None
        try:
            up_reader, up_writer = await asyncio.open_connection(*self.target)
            if self.calm or chance.random() > self.rate:
                await self.both(self.pump(reader, up_writer, None, chance), self.pump(up_reader, writer, None, chance))
            elif self.http and chance.random() < 0.7:
                await self.http_chaos(reader, writer, up_reader, up_writer, chance)
            else:
                await self.byte_chaos(reader, writer, up_reader, up_writer, chance)
        except (OSError, Broken, asyncio.IncompleteReadError, asyncio.TimeoutError, asyncio.LimitOverrunError):
            pass
        finally:
            for one in (writer, up_writer):
                if one is not None:
                    one.transport.abort()

    async def both(self, *pumps) -> None:
        tasks = [asyncio.ensure_future(one) for one in pumps]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def pump(self, reader, writer, fault, chance) -> None:
        """`fault`: (what, at byte N of this direction) or None."""
        passed = 0
        while True:
            data = await reader.read(CHUNK)
            if not data:
                raise Broken
            if fault and passed + len(data) > fault[1]:
                here = max(0, fault[1] - passed)
                await self.strike(fault[0], data[:here], writer, chance)
                data, fault = data[here:], None
            passed += len(data)
            writer.write(data)
            await writer.drain()

    async def strike(self, what: str, before: bytes, writer, chance) -> None:
        self.did(what)
        writer.write(before)
        await writer.drain()
        if what == "delay":
            await asyncio.sleep(chance.uniform(0.01, 0.2))
        elif what == "stall":
            await asyncio.sleep(chance.uniform(0.3, 2))
        elif what == "garbage":
            writer.write(chance.randbytes(chance.randrange(1, 400)))
            await writer.drain()
            raise Broken
        else:
            raise Broken

    async def byte_chaos(self, reader, writer, up_reader, up_writer, chance) -> None:
        # An answer in plain HTTP that is garbage is a broken server, not a broken network.
        what = chance.choice(["delay", "stall", "cut", "cut", "garbage"])
        at = int(10 ** chance.uniform(0, 4.5))
        up = chance.random() < 0.5 or (self.http and what == "garbage")
        faults = ((what, at), None) if up else (None, (what, at))
        await self.both(self.pump(reader, up_writer, faults[0], chance), self.pump(up_reader, writer, faults[1], chance))

    async def message(self, reader) -> bytes:
        """One whole HTTP message with a Content-Length or none."""
        head = await reader.readuntil(b"\r\n\r\n")
        length = 0
        for line in head.split(b"\r\n"):
            name, _, value = line.partition(b":")
            if name.strip().lower() == b"content-length":
                length = int(value)
        return head + (await reader.readexactly(length) if length else b"")

    async def http_chaos(self, reader, writer, up_reader, up_writer, chance) -> None:
        while True:
            request = await self.message(reader)
            if b"/events" in request[:60]:
                self.kept = (self.kept + [request])[-KEPT_REQUESTS:]
            what = chance.choice(["none", "none", "none", "twice", "again", "lost answer", "late"])
            if self.calm:
                what = "none"
            if what == "late":
                await asyncio.sleep(chance.uniform(0.01, 0.3))
            if what == "twice":
                await self.apart(request)
            if what == "again" and self.kept:
                await self.apart(chance.choice(self.kept))
            up_writer.write(request)
            await up_writer.drain()
            answer = await asyncio.wait_for(self.message(up_reader), UPSTREAM_LIMIT_S)
            if what != "none":
                self.did(what)
            if what == "lost answer":
                raise Broken
            writer.write(answer)
            await writer.drain()

    async def apart(self, request: bytes) -> None:
        """The same bytes on a connection of their own; nobody hears the answer."""
        reader, writer = await asyncio.open_connection(*self.target)
        try:
            writer.write(request)
            await writer.drain()
            await asyncio.wait_for(self.message(reader), UPSTREAM_LIMIT_S)
        finally:
            writer.transport.abort()
