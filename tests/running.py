"""Running: `evenhand serve` in a process of its own, with people who write to it and a chat service it answers to.

It is connected to Teams in its loopback mode, which takes anything from this machine; what a person writes is
acknowledged over HTTP once it has been committed.
"""

import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from time import monotonic, sleep
from typing import Any, ClassVar
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from tests.surfaces.teams.service import activity
from tests.surfaces.teams.world import BEN_OKAFOR

ROOT = Path(__file__).parent.parent
PATIENCE = 60
"""Seconds that a process may take before a test gives it up."""


class _Service(BaseHTTPRequestHandler):
    """As little of a chat service as the bot needs: it knows Ben, and takes every message."""

    who: ClassVar[dict[str, str]] = {
        "id": BEN_OKAFOR.id,
        "aadObjectId": BEN_OKAFOR.object_id,
        "email": BEN_OKAFOR.email,
    }
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._answer({**self.who, "userPrincipalName": BEN_OKAFOR.email, "userRole": "user"})

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        self._answer({"id": "1"})

    def do_PUT(self) -> None:
        self.do_POST()

    def _answer(self, body: Any) -> None:
        raw = json.dumps(body).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, *_: Any) -> None:
        """Says nothing."""


@dataclass
class Running:
    process: "subprocess.Popen[str]"
    address: str
    watched: str
    service: str
    said: list[str]

    def get(self, path: str, *, at: str = "", **headers: str) -> tuple[int, str]:
        try:
            with urlopen(Request((at or self.address) + path, headers=headers), timeout=PATIENCE) as answer:
                return answer.status, answer.read().decode()
        except HTTPError as refused:
            return refused.code, refused.read().decode()

    def measures(self, line: str) -> bool:
        """Whether that stands among what it measures, by now or before long."""
        until = monotonic() + PATIENCE
        while line not in self.get("/metrics", at=self.watched)[1]:
            if monotonic() > until:
                return False
            sleep(0.1)
        return True

    def ended(self) -> int:
        """How the process ended, once it has."""
        return self.process.wait(PATIENCE)

    @contextmanager
    def speaker(self) -> Iterator["Speaker"]:
        with closing(HTTPConnection(self.address.removeprefix("http://"), timeout=PATIENCE)) as http:
            yield Speaker(http, self.service)

    def hears(self, text: str) -> bool:
        with self.speaker() as speaker:
            return speaker.says(text, "e1")


@dataclass
class Speaker:
    """Ben, who writes over a connection of his own."""

    http: HTTPConnection
    service: str

    def says(self, text: str, number: str) -> bool:
        """Whether it was acknowledged; False as soon as the process takes no more."""
        sender = {"id": BEN_OKAFOR.id, "name": BEN_OKAFOR.email, "aadObjectId": BEN_OKAFOR.object_id}
        body = activity(
            **{
                "id": number,
                "type": "message",
                "text": text,
                "from": sender,
                "serviceUrl": self.service,
                "conversation": {"id": BEN_OKAFOR.chat, "conversationType": "personal"},
            }
        )
        try:
            self.http.request("POST", "/api/messages", json.dumps(body), {"content-type": "application/json"})
            answer = self.http.getresponse()
            answer.read()
        except (OSError, HTTPException):
            return False
        return answer.status == 200


@contextmanager
def running(
    database_url: str, folder: Path, command: str = "serve", *, connected: bool = True, **settings: str
) -> Iterator[Running]:
    """The process, `serve` or `worker`, once it answers; what it says is collected. It is killed at the end.

    It is `connected` to Teams, or to nothing.
    """
    own = {name: value for name, value in os.environ.items() if not name.startswith("EVENHAND_")}
    given = {
        "DATABASE": database_url,
        "FOLDER": str(folder),
        "PORT": "0",
        "METRICS_PORT": "0",
        **({"TEAMS_LOOPBACK": "yes"} if connected else {}),
        "LANGUAGE": "en",
        **{name.upper(): value for name, value in settings.items()},
    }
    program = [sys.executable, "-u", "-c", "from bot.cli import app; app()", command]
    environment = own | {f"EVENHAND_{name}": value for name, value in given.items()}
    with (
        _service() as service,
        subprocess.Popen(
            program, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        ) as process,
    ):
        try:
            assert process.stdout
            said: list[str] = []
            for line in process.stdout:
                said.append(line)
                if line.startswith(("╰", "Metrics: ")):
                    break
            panel = "".join(said)
            addresses = re.findall(r"http://127\.0\.0\.1:\d+", panel)
            metrics = re.search(r"Metrics: (\S+)/metrics", panel)
            assert addresses, panel
            reader = threading.Thread(target=lambda: said.extend(process.stdout or ()), daemon=True)
            reader.start()
            try:
                yield Running(process, addresses[0], metrics[1] if metrics else "", service, said)
            finally:
                process.kill()
                reader.join(PATIENCE)
        finally:
            process.kill()
            process.wait(PATIENCE)


@contextmanager
def _service() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Service)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()
    thread.join(PATIENCE)
