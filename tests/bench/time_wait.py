"""The third case of the benchmark: a network namespace with 100,000 sockets in TIME-WAIT, counted in as many ways as people do.

    totals        states alone: holdfast tcp --totals, against a bare netlink reader that leaves TIME-WAIT out, both families
                  in one walk through the kernel's table
    by peer       every record: holdfast tcp, against a bare netlink reader of all records
    TIME-WAIT     one number: holdfast tcp --time-wait, against a static program that opens /proc/net/sockstat
    and what hosts use today: the how-to's netstat line, the same awk behind ss, and ss -s
"""
import os
import pathlib
import shutil
import socket
import subprocess

COUNT = 100_000
LISTENERS = 8       # connections spread over so many ports, for want of so many local ones
FIRST_PORT = 500    # below the range that connect() chooses from
# By its own name: the private host has no /etc/alternatives.
AWK = os.path.realpath(shutil.which("awk") or "/usr/bin/awk")
COUNTING = AWK + " '{print $%d}' | sort | uniq -c"
BARE_TOTALS, BARE_PEERS, BARE_SOCKSTAT = "bare, no TIME-WAIT", "bare, all records", "bare sockstat"


def fill(host):
    """Opens and closes connections until so many are in TIME-WAIT on the side that connects; they stay for 60 s."""
    host.links("link set lo up\n")
    pathlib.Path("/proc/sys/net/ipv4/ip_local_port_range").write_text("1024 65535")
    pathlib.Path("/proc/sys/net/ipv4/tcp_max_tw_buckets").write_text(str(COUNT * 2))
    for port in range(FIRST_PORT, FIRST_PORT + LISTENERS):
        with socket.create_server(("127.0.0.1", port), backlog=128) as server:
            for _ in range(COUNT // LISTENERS):
                client = socket.create_connection(("127.0.0.1", port))
                accepted = server.accept()[0]
                client.close()
                accepted.close()


def time_wait():
    for line in pathlib.Path("/proc/net/sockstat").read_text().splitlines():
        words = line.split()
        if words[0] == "TCP:":
            return int(words[words.index("tw") + 1])
    return 0


def commands(path):
    """name: (command, the contestant that it is measured against)"""
    found = {
        "tcp --totals": (["/holdfast", "tcp", "--totals"], BARE_TOTALS),
        BARE_TOTALS: (["/bare_sockets", "0xfbe"], BARE_TOTALS),
        "tcp": (["/holdfast", "tcp"], BARE_PEERS),
        BARE_PEERS: (["/bare_sockets", "0xffe"], BARE_PEERS),
        "tcp --time-wait": (["/holdfast", "tcp", "--time-wait"], BARE_SOCKSTAT),
        BARE_SOCKSTAT: (["/bare_reader", "/tmp/paths"], BARE_SOCKSTAT),
    }
    if shutil.which("netstat", path=path):
        line = f"netstat -nat | {COUNTING % 6}"
        found["how-to's netstat"] = (["/bin/sh", "-c", line], BARE_TOTALS)
    if shutil.which("ss", path=path):
        found["ss -Htan, awk"] = (["/bin/sh", "-c", f"ss -Htan | {COUNTING % 1}"], BARE_TOTALS)
        found["ss -s"] = (["/bin/sh", "-c", "exec ss -s"], BARE_TOTALS)
    return found


def measure(host, options, path):
    pathlib.Path("/tmp/paths").write_text("/proc/net/sockstat\n")
    fill(host)
    before = time_wait()
    contestants = commands(path)
    argv = ["/rounds", options.socket_runs]
    for i, (command, _) in enumerate(contestants.values()):
        argv += ["--"] * (i > 0) + command
    done = host.run(argv, timeout=300)
    if done.returncode:
        raise subprocess.SubprocessError(f"rounds: exit {done.returncode} {done.stderr}")
    after = time_wait()
    # The kernel may have closed a few without, for want of memory elsewhere.
    complaint = None if before >= COUNT * 0.999 and after == before else f"sockets in TIME-WAIT: {before} before, {after} after"
    rows = [[int(word) for word in line.split()] for line in done.stdout.splitlines()]
    return {"names": list(contestants), "bases": {name: base for name, (_, base) in contestants.items()}, "rows": rows,
            "values": before, "complaint": complaint, "story": ""}


def goals(table):
    yield "sockets: totals at most 1.2 x the bare reader without TIME-WAIT", table["tcp --totals"]["ratio"], 1.2, "x"
    yield "sockets: by peer at most 1.3 x the bare reader of all records", table["tcp"]["ratio"], 1.3, "x"
    yield "sockets: TIME-WAIT at most 1.5 x a bare reader of sockstat", table["tcp --time-wait"]["ratio"], 1.5, "x"
    yield "sockets: peak memory under 4 MiB", table["tcp"]["peak_kib"] / 1024, 4, "MiB"
    ours = table["tcp --totals"]["median_ms"]
    for name, least in (("how-to's netstat", 30), ("ss -Htan, awk", 15)):
        if name in table:
            times = table[name]["median_ms"] / ours
            yield f"sockets: {name} takes {times:.0f} x as long as our totals, goal {least}; the goal by it", least / times, 1, "x"
