"""A headless Chromium on two pipes, as far as tests of pages need one."""
from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections import deque
from pathlib import Path
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome")
TOLD = {"Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Log.entryAdded"}


def found() -> str | None:
    return next(filter(None, map(shutil.which, NAMES)), None)


class Browser:
    """One tab. What its page prints or asks for is kept in `told` and `asked`."""

    def __init__(self) -> None:
        program = found()
        assert program is not None
        self.profile = tempfile.TemporaryDirectory(prefix="browser-", ignore_cleanup_errors=True)
        command_end, self._commands = os.pipe()
        self._answers, answer_end = os.pipe()
        # The browser reads from 3 and writes to 4.
        self.process = subprocess.Popen(
            ["sh", "-c", f'exec "$@" 3<&{command_end} 4>&{answer_end}', "sh", program,
             "--headless", "--remote-debugging-pipe", "--disable-gpu", "--no-first-run",
             "--disable-dev-shm-usage", f"--user-data-dir={self.profile.name}",
             *(["--no-sandbox"] if os.geteuid() == 0 else [])],
            pass_fds=(command_end, answer_end), stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(command_end)
        os.close(answer_end)
        self._number = 0
        self._text = b""
        self._events: deque[dict[str, Any]] = deque()
        self._session: str | None = None
        self.told: list[str] = []
        self.asked: list[str] = []
        target = self.do("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.do("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.do(f"{domain}.enable")

    def _message(self) -> dict[str, Any]:
        while b"\0" not in self._text:
            more = os.read(self._answers, 1 << 16)
            if not more:
                raise RuntimeError("the browser has gone")
            self._text += more
        text, _, self._text = self._text.partition(b"\0")
        message = json.loads(text)
        if message.get("method") in TOLD:
            self.told.append(json.dumps(message["params"])[:400])
        if message.get("method") == "Network.requestWillBeSent":
            self.asked.append(message["params"]["request"]["url"])
        return message

    def do(self, method: str, **parameters: Any) -> dict[str, Any]:
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        if self._session is not None:
            message["sessionId"] = self._session
        os.write(self._commands, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._message()
            if answer.get("id") == self._number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                return answer["result"]
            self._events.append(answer)

    def open(self, page: Path, width: int = 1100, scheme: str = "light", media: str = "") -> None:
        """Load a page into a window of this width, and wait until it is there."""
        self.do("Emulation.setDeviceMetricsOverride", width=width, height=800,
                deviceScaleFactor=1, mobile=width < 600)
        self.do("Emulation.setEmulatedMedia", media=media,
                features=[{"name": "prefers-color-scheme", "value": scheme}])
        self._events.clear()
        self.told.clear()
        self.asked.clear()
        self.do("Page.navigate", url=page.resolve().as_uri())
        while not any(event.get("method") == "Page.loadEventFired" for event in self._events):
            self._events.append(self._message())

    def value(self, expression: str) -> Any:
        """What an expression, or a promise of one, comes to in the page."""
        result = self.do("Runtime.evaluate", expression=expression, returnByValue=True,
                         awaitPromise=True)
        if "exceptionDetails" in result:
            raise RuntimeError(json.dumps(result["exceptionDetails"])[:400])
        return result["result"].get("value")

    def close(self) -> None:
        os.close(self._commands)        # the browser ends by itself when nobody can talk to it
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        os.close(self._answers)
        self.profile.cleanup()
