"""Is a program in a shell, by its name: `program_server` forks it, with this process's streams, environment, folder."""

import json
import os
import socket
import sys

told, tells = os.pipe()
request = {
    "arguments": sys.argv[1:],
    "environment": dict(os.environ),
    "folder": os.getcwd(),  # noqa: PTH109  # without pathlib it starts faster
    "terminal": False,
    "skips_pauses": True,
}
with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as server:
    server.connect(f"{sys.argv[1]}.socket")
    socket.send_fds(server, [json.dumps(request).encode()], [0, 1, 2, tells])
os.close(tells)
with open(told, encoding="ascii") as status:  # noqa: PTH123  # as above
    _, exit_code = map(int, status.read().split())
# A shell says so of what a signal has ended.
sys.exit(exit_code if exit_code >= 0 else 128 - exit_code)
