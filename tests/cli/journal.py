"""What the cases about transactions share: the journal of a fake host, and the tree beside it."""

import json

from program import IN_LINE
from trees import moved

JOURNAL = "/var/lib/holdfast/journal"
OPEN = f"{JOURNAL}/open"


def journals(host):
    """All entries, oldest first."""
    path = host.path(JOURNAL)
    return [json.loads(each.read_text()) for each in sorted(path.glob("*.json"))] if path.is_dir() else []


def outside(host):
    """The tree as text, without what holdfast keeps for itself."""
    return {name: text for name, text in host.texts().items() if not name.startswith(("var/", "run"))}


def same_tree(host, what, before):
    host.equal(what, moved(before, outside(host)), [])


def apply(host, parameters, *words, exit=IN_LINE, name="web.yaml"):
    host.profile(parameters, name=name)
    return host.run("apply", "-p", name, *words, exit=exit)


def history(host, *words):
    return host.run("history", "--json", *words, exit=IN_LINE).document


def states(host):
    """(kind, stands) of all transactions, newest first."""
    return [(each["kind"], each["stands"]) for each in history(host)["transactions"]]


def opened(host):
    """Whether something is left that is not over."""
    return host.path(OPEN).is_symlink() or host.path(OPEN).exists()


def edit(host, number=-1, **fields):
    """Writes an entry with other fields; a function gets the old one. Returns the entry."""
    entry = journals(host)[number]
    path = f"{JOURNAL}/{entry['id']}.json"
    for name, value in fields.items():
        entry[name] = value(entry[name]) if callable(value) else value
    host.write(path, json.dumps(entry), 0o600)
    return entry


def reopen(host, state="begun", **fields):
    """The newest entry as if holdfast had died in it: nothing is known of what became of the steps."""
    def untried(steps):
        return [{**step, "result": "not_tried", "found": None} for step in steps]
    entry = edit(host, **{"state": state, "ended": None, "off": [], "steps": untried, **fields})
    host.link(OPEN, f"{entry['id']}.json")
    return entry
