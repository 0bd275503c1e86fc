"""Network namespaces, and links between them that delay and lose packets.

    python3 lossy_network.py SEED PREFIX FIRST A:B...

Place 0 is the namespace that this is started in; each other number that is
an end of a link becomes one of its own. Link K joins place A, at the address
PREFIX.(FIRST+2K), with place B, at the one behind it. The first line of the output
has the files of the namespaces. Then each line of the input,
{"link": K, "way": 0 to B or 1 to A, "delay": seconds, "loss": 0 to 1}, is
answered by what has passed and been lost that way, until the input ends:
all of it is gone with this process.
"""
import ctypes
import fcntl
import json
import os
import random
import selectors
import socket
import struct
import sys
import time
from collections import deque

CLONE_NEWNET = 0x40000000
TUNSETIFF = 0x400454CA
IFF_TUN_NO_PI = 0x1001
SIOCGIFFLAGS, SIOCSIFFLAGS = 0x8913, 0x8914
SIOCSIFADDR, SIOCSIFDSTADDR = 0x8916, 0x8918
IFF_UP = 1
MOST_BYTES = 65536
LIBC = ctypes.CDLL(None, use_errno=True)


def check(result):
    if result != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def enter(namespace):
    check(LIBC.setns(namespace, CLONE_NEWNET))


def this_namespace():
    return os.open("/proc/self/ns/net", os.O_RDONLY)


def set_address(control, name, request, address):
    entry = struct.pack("HH4s8x", socket.AF_INET, 0, socket.inet_aton(address))
    fcntl.ioctl(control, request, struct.pack("16s24s", name, entry))


def set_up(control, name):
    found = fcntl.ioctl(control, SIOCGIFFLAGS, struct.pack("16s24x", name))
    (flags,) = struct.unpack_from("H", found, 16)
    entry = struct.pack("16sH22x", name, flags | IFF_UP)
    fcntl.ioctl(control, SIOCSIFFLAGS, entry)


def new_namespace():
    check(LIBC.unshare(CLONE_NEWNET))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        set_up(control, b"lo")
    return this_namespace()


def new_device(namespace, own, other):
    """A device at the address `own`, from which `other` is reached."""
    enter(namespace)
    device = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    wanted = struct.pack("16sH22x", b"roam%d", IFF_TUN_NO_PI)
    name = fcntl.ioctl(device, TUNSETIFF, wanted)[:16]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        set_address(control, name, SIOCSIFADDR, own)
        set_address(control, name, SIOCSIFDSTADDR, other)
        set_up(control, name)
    return device


class Way:
    """One direction of a link. What is delayed keeps its order."""

    def __init__(self, source, target, seed):
        self.source = source
        self.target = target
        self.random = random.Random(seed)
        self.delay = self.loss = 0.0
        self.passed = self.dropped = 0
        self.waiting = deque()

    def read(self):
        while True:
            try:
                packet = os.read(self.source, MOST_BYTES)
            except BlockingIOError:
                return
            if self.random.random() < self.loss:
                self.dropped += 1
            else:
                self.waiting.append((time.monotonic() + self.delay, packet))

    def send(self):
        """Sends what is due; returns when the next one is."""
        while self.waiting:
            due, packet = self.waiting[0]
            if due > time.monotonic():
                return due
            self.waiting.popleft()
            self.passed += 1
            try:
                os.write(self.target, packet)
            except OSError:
                pass  # A full queue loses packets, too.
        return None

    def change(self, delay=None, loss=None):
        if delay is not None:
            self.delay = delay
        if loss is not None:
            self.loss = loss
        return {"passed": self.passed, "dropped": self.dropped}


def main(seed, prefix, first, *pairs):
    places = {0: this_namespace()}
    links = [tuple(int(end) for end in pair.split(":")) for pair in pairs]
    for place in {end for pair in links for end in pair} - {0}:
        places[place] = new_namespace()
    ways = []
    for at, (a, b) in enumerate(links):
        number = int(first) + 2 * at
        own, other = f"{prefix}.{number}", f"{prefix}.{number + 1}"
        near = new_device(places[a], own, other)
        far = new_device(places[b], other, own)
        ways.append((
            Way(near, far, f"{seed} {at} 0"),
            Way(far, near, f"{seed} {at} 1"),
        ))
    enter(places[0])
    files = {place: f"/proc/{os.getpid()}/fd/{fd}" for place, fd in places.items()}
    print(json.dumps(files), flush=True)
    serve(ways)


def serve(ways):
    # Which takes files, too: the input may be one.
    selector = selectors.PollSelector()
    every = [way for pair in ways for way in pair]
    for way in every:
        selector.register(way.source, selectors.EVENT_READ, way)
    selector.register(sys.stdin.fileno(), selectors.EVENT_READ)
    said = b""
    while True:
        next_due = [due for due in (way.send() for way in every) if due]
        wait = max(0, min(next_due) - time.monotonic()) if next_due else None
        for key, _ in selector.select(wait):
            if key.data is not None:
                key.data.read()
                continue
            chunk = os.read(sys.stdin.fileno(), MOST_BYTES)
            if chunk == b"":
                return
            *lines, said = (said + chunk).split(b"\n")
            for line in lines:
                wanted = json.loads(line)
                way = ways[wanted.pop("link")][wanted.pop("way")]
                print(json.dumps(way.change(**wanted)), flush=True)


main(*sys.argv[1:])
