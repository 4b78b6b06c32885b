"""gunicorn with two sync workers for each rival, on loopback, and a browser that knows forms."""

from __future__ import annotations

import http.client
import os
import re
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from config import ROOT

_HIDDEN = re.compile(r'name="(csrf_token|form_key|seen|lock_version)"[^>]*?value="([^"]*)"')


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """One rival under gunicorn; knows what its workers took of the processor and of memory."""

    def __init__(self, name: str, application: str, env: dict[str, str], log: Path) -> None:
        self.name, self.port, self.log = name, free_port(), log
        command = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{self.port}", "--workers", "2", "--timeout", "120",
                   "--no-control-socket", "--access-logfile", "/dev/null", application]
        with log.open("w") as out:
            self.process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **env}, stdout=out, stderr=out)  # noqa: S603
        self._wait()

    def _wait(self) -> None:
        for _turn in range(300):
            try:
                connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
                connection.request("GET", "/healthz")
                connection.getresponse().read()
                if len(self.workers()) >= 2:
                    return
            except OSError:
                pass
            if self.process.poll() is not None:
                break
            time.sleep(0.1)
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

    def memory(self) -> float:
        """The largest resident size of a worker, in MiB."""
        pages = [int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in self.workers()]
        return max(pages) * os.sysconf("SC_PAGE_SIZE") / 2**20

    def stop(self) -> None:
        """End it."""
        self.process.terminate()
        self.process.wait(20)


class Browser:
    """One client with cookies; reads forms and sends them back."""

    def __init__(self, port: int) -> None:
        self.port, self.cookies, self.body = port, {}, b""  # type: int, dict[str, str], bytes
        self.first_byte = 0.0

    def ask(self, method: str, url: str, data: Any = None) -> int:
        """The status of one request; its body stays in `body`."""
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        payload = None
        if data is not None:
            payload = urlencode(data)
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        started = time.perf_counter()
        connection.request(method, url, payload, headers)
        answer = connection.getresponse()
        head = answer.read(1)
        self.first_byte = (time.perf_counter() - started) * 1000
        self.size = len(head)
        if answer.headers.get_content_type() == "text/html":
            self.body = head + answer.read()
        else:
            while piece := answer.read(65_536):
                self.size += len(piece)
            self.body = b""
        for name, value in answer.headers.items():
            if name.lower() == "set-cookie":
                key, _sep, kept = value.partition(";")[0].partition("=")
                self.cookies[key] = kept
        connection.close()
        return answer.status

    def marks(self) -> dict[str, str]:
        """The hidden marks of the form in hand."""
        import html

        return {name: html.unescape(value) for name, value in _HIDDEN.findall(self.body.decode())}

    def sign_in(self, username: str, password: str) -> None:
        """Sign in to ours."""
        self.ask("GET", "/login/")
        status = self.ask("POST", "/login/", {**self.marks(), "username": username, "password": password})
        if status != 302:
            raise RuntimeError(f"log-in: {status}")
