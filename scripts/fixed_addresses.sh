#!/bin/sh
# Runs a command, with addresses that the kernel does not scatter where that may
# be asked for: an older ThreadSanitizer finds its own place taken otherwise
# ("unexpected memory mapping"). A container's rules may forbid it.
set -eu
if setarch -R true 2>/dev/null; then
    exec setarch -R "$@"
fi
exec "$@"
