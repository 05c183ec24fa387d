"""A copy of what a command prints, while it goes where it would have gone anyway."""
from __future__ import annotations

import contextlib
import fcntl
import os
import signal
import sys
import termios
import threading
import tty

BYTES_MOST = 1 << 20            # kept; all of it is passed on
PATIENCE_S = 1.0                # for somebody who still holds the other end


class Tee:
    """`with Tee() as tee: run(command, **tee.streams)`; afterwards tee.text() is what it printed.

    On a terminal the command is given a terminal (pty(7)), so that it prints line by line as
    without us; its own messages (stderr) go the same way then, or they would overtake the rest.
    """

    def __enter__(self) -> Tee:
        sys.stdout.flush()
        on_terminal = sys.stdout.isatty()
        self._ours, self._theirs = os.openpty() if on_terminal else os.pipe()
        self.streams = {"stdout": self._theirs}
        if on_terminal:
            tty.setraw(self._theirs)            # the real one turns \n into \r\n, once is enough
            with contextlib.suppress(OSError):
                size = fcntl.ioctl(1, termios.TIOCGWINSZ, bytes(8))
                fcntl.ioctl(self._theirs, termios.TIOCSWINSZ, size)
            if sys.stderr.isatty():
                self.streams["stderr"] = self._theirs
        self._copy = bytearray()
        self._thread = threading.Thread(target=self._pass_on, daemon=True)
        # steps.run waits for signals: none may end up in this thread instead, but for the one
        # that its own writing may earn.
        others = signal.valid_signals() - {signal.SIGPIPE}
        before = signal.pthread_sigmask(signal.SIG_BLOCK, others)
        try:
            self._thread.start()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
        return self

    def _pass_on(self) -> None:
        with contextlib.suppress(OSError):      # EIO: a terminal whose other side has gone
            while some := os.read(self._ours, 1 << 16):
                self._copy += some[:BYTES_MOST - len(self._copy)]
                while some:
                    some = some[os.write(1, some):]

    def __exit__(self, *_: object) -> None:
        os.close(self._theirs)
        self._thread.join(PATIENCE_S)
        if not self._thread.is_alive():
            os.close(self._ours)

    def text(self) -> str:
        return self._copy.decode(errors="replace")
