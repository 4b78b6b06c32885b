"""The product under gunicorn on loopback, and a browser without a screen that speaks real HTTP to it."""

from __future__ import annotations

import html
import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from config import ROOT
from tests.rig.databases import PASSWORD

_HIDDEN = re.compile(r'name="(csrf_token|form_key|seen|lock_version)"[^>]*?value="([^"]*)"')


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """An application under gunicorn: two workers, sync or with threads; it can be killed and started again."""

    def __init__(self, name: str, application: str, env: dict[str, str], log: Path, *, threads: int = 0) -> None:
        self.name, self.port, self.log, self.env = name, free_port(), log, env
        ours = ["-c", "python:scripts.serving"] if not application.startswith("bench.") else []
        self.command = [sys.executable, "-m", "gunicorn", *ours, "--bind", f"127.0.0.1:{self.port}", "--workers", "2", "--timeout", "120",
                        "--no-control-socket", "--access-logfile", "/dev/null", application]
        if threads:
            self.command[-1:-1] = ["--worker-class", "gthread", "--threads", str(threads)]
        self.start()

    def start(self) -> None:
        """Start it and wait until it answers."""
        with self.log.open("a") as out:
            self.process = subprocess.Popen(self.command, cwd=ROOT, env={**os.environ, **self.env}, stdout=out, stderr=out,
                                            start_new_session=True)
        for _turn in range(600):
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
            try:
                connection.request("GET", "/healthz")
                connection.getresponse().read()
                if len(self.workers()) >= 2:
                    return
            except OSError:
                pass
            finally:
                connection.close()
            if self.process.poll() is not None:
                break
            time.sleep(0.1)
        self.stop()
        raise RuntimeError(f"{self.name} does not answer: {self.log.read_text()[-2000:]}")

    def workers(self) -> list[int]:
        """Process ids of the workers."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [int(pid) for pid in children.split()]

    def cpu(self) -> float:
        """Milliseconds of processor time all workers took until now, their children's included."""
        total, tick = 0.0, os.sysconf("SC_CLK_TCK")
        for pid in self.workers():
            parts = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            exact = Path(f"/proc/{pid}/schedstat")
            own = int(exact.read_text().split()[0]) / 1e6 if exact.exists() else sum(map(int, parts[11:13])) * 1000 / tick
            total += own + sum(map(int, parts[13:15])) * 1000 / tick
        return total

    def memory(self, kind: str = "Rss") -> float:
        """The largest size of a worker, in MiB: `Rss` all it holds, `Pss` its part of what it shares with others."""
        found = (re.search(rf"^{kind}: +(\d+) kB", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.MULTILINE) for pid in self.workers())
        return max(int(size[1]) for size in found if size is not None) / 1024

    def kill(self) -> None:
        """kill -9 of the whole server, in the middle of whatever it does."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(20)

    def stop(self) -> None:
        """End it."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.kill()


class Browser:
    """One client with cookies; reads forms and sends them back."""

    def __init__(self, port: int, cookies: dict[str, str] | None = None) -> None:
        self.port, self.cookies, self.body, self.location = port, dict(cookies or {}), b"", ""
        self.first_byte, self.size = 0.0, 0

    def ask(self, method: str, url: str, data: Any = None) -> int:
        """The status of one request; a page stays in `body`, of a file only the size."""
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        payload = None
        if data is not None:
            payload = urlencode(data)
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        try:
            started = time.perf_counter()
            connection.request(method, url, payload, headers)
            answer = connection.getresponse()
            head = answer.read(1)
            self.first_byte, self.size, self.body = (time.perf_counter() - started) * 1000, len(head), head
            while piece := answer.read(65_536):
                self.size += len(piece)
                if answer.headers.get_content_type() in ("text/html", "application/json"):
                    self.body += piece
            self.location = answer.headers.get("Location", "")
            for name, value in answer.headers.items():
                if name.lower() == "set-cookie":
                    key, _sep, kept = value.partition(";")[0].partition("=")
                    self.cookies[key] = kept
            return answer.status
        finally:
            connection.close()

    def get(self, url: str) -> str:
        """A page that must be there."""
        status = self.ask("GET", url)
        assert status == 200, (url, status)
        return self.body.decode()

    def marks(self) -> dict[str, str]:
        """The hidden marks of the form in hand."""
        return {name: html.unescape(value) for name, value in _HIDDEN.findall(self.body.decode())}

    def form(self, url: str) -> dict[str, str]:
        """The hidden marks of a form."""
        self.get(url)
        return self.marks()

    def sign_in(self, username: str) -> Browser:
        """Sign in to the product."""
        self.ask("GET", "/login/")
        status = self.ask("POST", "/login/", {**self.marks(), "username": username, "password": PASSWORD})
        assert status == 302, (username, status)
        return self
