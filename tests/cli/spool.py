"""The spool of a fake host, as the agent leaves it: settings that report, what is kept, counted and queued."""

import gzip
import hashlib
import json

AGENT = "/etc/holdfast/agent.yaml"
SPOOL = "/var/lib/holdfast/spool"
URL = "https://127.0.0.1:9/v1/reports?secret=7"
CENTRAL = f"reports: [{{name: central, url: '{URL}'}}]\n"
RUN = ("run", "--no-send")
FIN, SWAP = "net.ipv4.tcp_fin_timeout", "vm.swappiness"


def settings(host, text, parameters=f"{FIN}: 30\n{SWAP}: 10"):
    """agent.yaml, and a profile `web` of these parameters for it."""
    host.profile(parameters, "/etc/holdfast/profiles/web.yaml")
    host.write(AGENT, "profiles: [web]\n" + text)


def unpacked(path):
    return json.loads(gzip.decompress(path.read_bytes()))


def last(host):
    return unpacked(host.path(f"{SPOOL}/last.json.gz"))


def queued(host, name="central"):
    """The reports that wait, the oldest first."""
    return [unpacked(path) for path in sorted(host.path(f"{SPOOL}/{name}").glob("0*.json.gz"))]


def counters(host):
    return json.loads(host.read(f"{SPOOL}/counters.json"))


def state(host, name="central", **fields):
    """What the sender has written down of its receiver."""
    digest = hashlib.sha256(URL.encode()).hexdigest()
    host.write(f"{SPOOL}/{name}/state.json", json.dumps({"url_digest": digest, **fields}))


def acknowledge(host, document, name="central", **fields):
    """As if the receiver had taken everything, this report last."""
    for path in host.path(f"{SPOOL}/{name}").glob("0*.json.gz"):
        path.unlink()
    state(host, name, fingerprint=document["fingerprint"], **fields)
