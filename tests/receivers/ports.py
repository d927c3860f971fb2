"""Ports of 127.0.0.1 for programs that are told where to listen, taken until they are given back.

    port = Port()       # port.number for the program's settings
    port.close()        # when the program has ended for good

A port that is only looked for may be somebody else's before the program binds it, or while it is restarted: then two tests talk
to one server. Here a socket that never listens stays bound to it. SO_REUSEADDR lets the program, which sets it too, listen
there; whoever asks the kernel for any port, or connects, gets another one, and while the program is down connections are
refused.
"""
import socket


class Port:
    def __init__(self):
        self._keeper = socket.socket()
        self._keeper.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._keeper.bind(("127.0.0.1", 0))
        self.number = self._keeper.getsockname()[1]

    def close(self):
        self._keeper.close()
