"""A small disk that can be filled and has room again: a file system in memory that the bot and its database live on.

It is mounted in a name space of its own, which takes no rights on most machines. Where that is not allowed, a process
can still be kept from writing: the system then refuses what it would add to any file, as a full disk does.
"""

import os
import re
import resource
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from errno import ENOSPC
from pathlib import Path

import pytest

_MOUNT = 'mount -t tmpfs -o "size=$2" tmpfs "$1" && echo ready && read -r _'
_FULL = re.escape(os.strerror(ENOSPC))
BLOCK = 1 << 16


class NoSmallDisk(Exception):
    """Nothing may be mounted here; the message says why in one line."""


@dataclass
class SmallDisk:
    """A folder that is a small disk for whatever was started with `entering`."""

    folder: Path
    keeper: int

    @property
    def entering(self) -> tuple[str, ...]:
        """What a command begins with that is to see it."""
        return "nsenter", f"--target={self.keeper}", "--user", "--mount", "--preserve-credentials", "--"

    def seen_from_here(self, name: str = "") -> Path:
        return Path(f"/proc/{self.keeper}/root{self.folder}") / name

    def fill(self) -> None:
        """Until not one byte more can be written."""
        with self.seen_from_here("filler").open("ab", buffering=0) as filler:
            for block in (BLOCK, 1):
                with suppress(OSError):
                    while True:
                        filler.write(bytes(block))
        with self.seen_from_here("another").open("wb", buffering=0) as another, pytest.raises(OSError, match=_FULL):
            another.write(b"1")

    def make_room(self) -> None:
        self.seen_from_here("filler").unlink()


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[SmallDisk]:
    """A disk of some size in place of an empty folder; raises `NoSmallDisk`."""
    command = ["unshare", "--user", "--map-root-user", "--mount", "/bin/sh", "-c", _MOUNT, "sh", str(folder), size]
    try:
        keeper = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
    except FileNotFoundError:
        raise NoSmallDisk("there is no unshare here to make a small disk with") from None
    with keeper:
        assert keeper.stdout
        assert keeper.stdin
        assert keeper.stderr
        if keeper.stdout.readline().strip() != "ready":
            keeper.stdin.close()
            raise NoSmallDisk(f"no small disk can be made here: {keeper.stderr.read().strip() or 'no reason given'}")
        try:
            yield SmallDisk(folder, keeper.pid)
        finally:
            keeper.stdin.close()


@dataclass
class NoGrowth:
    """A process whose files cannot grow for a while; the system says so to whatever it writes."""

    process: int

    def fill(self) -> None:
        self._limit(0)

    def make_room(self) -> None:
        self._limit(resource.prlimit(self.process, resource.RLIMIT_FSIZE)[1])

    def _limit(self, size: int) -> None:
        resource.prlimit(self.process, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
