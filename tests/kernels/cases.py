"""What must hold on every kernel: tests() gives (name, function of a Trial), one for each kernel, modules and profile."""
import json
import pathlib
import subprocess
from dataclasses import dataclass, field

import hosts
import judge

IN_LINE, DRIFT, PENDING, INVALID = 0, 2, 3, 65
DROP_IN = "etc/sysctl.d/99-zz-holdfast.conf"
# Their age is what the profiles' conditions and the catalogue are about.
AGES = """profile: ages
version: 1
parameters:
  net.ipv4.tcp_tw_recycle: {value: 0, accept_hazard: true}
  net.ipv4.tcp_tw_reuse: 1
  net.ipv4.tcp_tw_reuse_delay: {value: 1000, optional: true}
  net.ipv4.ip_local_reserved_ports: "8080,9000-9010"
  net.ipv4.tcp_fastopen: 3
  fs.protected_fifos: {value: 1, when: {kernel: ">= 4.19"}}
  net.netfilter.nf_conntrack_tcp_timeout_time_wait: 60
"""


@dataclass
class Trial:
    program: str
    folder: pathlib.Path
    faults: list = field(default_factory=list)

    def holds(self, condition, text):
        if not condition:
            self.faults.append(str(text)[:600])
        return condition

    def run(self, host, *words, exits):
        """The document, if it is one. Any other exit status is a fault."""
        done = subprocess.run([self.program, *map(str, words), "--root", host.root, "--json"], stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=60, env={"PATH": "/usr/bin:/bin", "LC_ALL": "C"})
        shown = f"{words[0]}: exit {done.returncode}"
        self.holds(done.returncode in exits, f"{shown}, not {exits}: {done.stderr.strip() or ' '.join(done.stdout.split())[:300]}")
        return json.loads(done.stdout) if done.stdout else {}

    def parameters(self, document):
        return {each["key"]: each for each in document.get("parameters", [])}


def asked(profile):
    """[(key as the profile has it, requirement)] of the profile and all below it."""
    return [each for name in judge.layers(profile) for each in judge.own(name)]


def covers(pattern, key):
    if "*" not in pattern:
        return pattern == key
    before, after = pattern.split("*")
    return key.startswith(before) and key.endswith(after) and len(key) > len(before) + len(after)


def check_status(trial, host, requirements, key, found):
    """What the report says of a key is what facts.yaml says of the kernel."""
    row = hosts.fact(key)
    if not trial.holds(row, f"{key}: facts.yaml does not know it"):
        return
    there, status, reason = hosts.is_there(row, host.kernel, host.modules), found["status"], found.get("reason")
    conditions = [each["when"] for pattern, each in requirements if covers(pattern, key) and "when" in each]
    free = any("when" not in each and not each.get("unmanaged") and not each.get("except")
               for pattern, each in requirements if covers(pattern, key))
    shown = f"{key}: {status} ({reason})"
    if status == "drift" and reason == "module_absent":
        trial.holds(not there and "module" in row and found["boot"]["state"] != "match", f"{shown}: {found}")
    elif status in ("compliant", "drift"):
        trial.holds(there, f"{shown}, but Linux {host.kernel} with {host.modules} has no such file")
        trial.holds((found["live"].get("value") or "") == host.value(key), f"{shown}: live is {found['live']}")
    elif status == "pending":
        trial.holds(not there and "module" in row, f"{shown}, but it waits for no module")
    elif status == "not_applicable" and reason == "removed_in_kernel":
        trial.holds("removed" in row and not there, f"{shown}, but it is there")
    elif status == "not_applicable" and reason == "condition_false":
        trial.holds(conditions, f"{shown}, but nobody has set a condition")
    elif status == "not_settable":
        trial.holds(there and hosts.read_only(row, host.kernel), f"{shown}, but it can be written")
    else:
        trial.holds(False, f"{shown}: no shipped profile may bring this about")
    if there and free and not hosts.read_only(row, host.kernel):
        trial.holds(status in ("compliant", "drift"), f"{shown}, though it is there and has no condition")


def check_written(trial, host, before):
    """What an apply has written, that kernel would have taken."""
    for key in hosts.FACTS["keys"]:
        for each, _ in hosts.instances(key):
            now = host.value(each)
            if now != before.get(each) and now is not None:
                row = hosts.fact(each)
                trial.holds(hosts.allowed(row, host.kernel, now), f"{each} = {now}: Linux {host.kernel} refuses that")
                trial.holds(not hosts.read_only(row, host.kernel), f"{each}: written, though Linux {host.kernel} has it read-only")


def check_boot(trial, host):
    """The drop-in names nothing that this kernel will never have."""
    path = host.root / DROP_IN
    for line in path.read_text().splitlines() if path.exists() else []:
        key = line.split("=")[0].strip().lstrip("-")
        row = hosts.fact(key) if line[:1] not in ("#", ";", "") and "*" not in key else None
        if row:
            trial.holds(hosts.is_there(row, host.kernel, hosts.MODULES), f"the drop-in has '{line}' on Linux {host.kernel}")


def values(host):
    return {each: host.value(each) for key in hosts.FACTS["keys"] for each, _ in hosts.instances(key)}


def drift(host, requirements, keys):
    """Another hand writes one value that is asked for to the letter; which, or None."""
    exact = {pattern for pattern, each in requirements if isinstance(each.get("value"), int)}
    for key in sorted(exact & keys - {pattern for pattern, each in requirements if "value" not in each}):
        host.put(key, 1 - int(host.value(key)) if int(host.value(key)) < 2 else 0)
        return key
    return None


def every_step(trial, kernel, modules, profile):
    small = profile == "small-memory"  # on a large host it asks for nothing
    host = hosts.make(trial.folder, kernel, (*modules, "zram") if small else modules, (1 if small else 32) * hosts.GIB // 2)
    path, fine = judge.FOLDER / f"{profile}.yaml", (IN_LINE, PENDING)
    start, began, keys = host.files(), values(host), host.keys()
    requirements = asked(profile)
    first = trial.run(host, "check", "-p", path, exits=(IN_LINE, DRIFT, PENDING))
    found = trial.parameters(first)
    for key, each in found.items():
        check_status(trial, host, requirements, key, each)
    for pattern, each in requirements:
        if not each.get("unmanaged") and not each.get("optional"):
            trial.holds("*" in pattern or pattern in found, f"{pattern}: asked for, and the report does not say what became of it")
    plan = trial.run(host, "plan", "-p", path, exits=(IN_LINE, DRIFT, PENDING))
    trial.holds(host.files() == start, "check or plan has written")
    done = trial.run(host, "apply", "-p", path, exits=fine)
    trial.holds(bool(plan.get("steps")) == bool(done.get("changes")), "plan and apply do not agree on whether there is work")
    for key, each in trial.parameters(done).items():
        trial.holds(each["status"] != "drift", f"{key}: still {each['status']} after apply")
    trial.holds(host.keys() == keys, f"apply has made or removed {host.keys() ^ keys}")
    check_written(trial, host, began)
    check_boot(trial, host)
    between = host.files()
    again = trial.run(host, "apply", "-p", path, exits=fine)
    trial.holds(not again.get("changes") and host.files() == between, f"the second apply changes {again.get('changes')}")
    if not done.get("changes"):
        return
    trial.run(host, "verify", exits=fine)
    moved = drift(host, requirements, {each["key"] for each in done["changes"] if each["kind"] == "write_live"})
    if moved:
        late = trial.parameters(trial.run(host, "verify", exits=(DRIFT,)))
        trial.holds(late.get(moved, {}).get("status") == "drift", f"{moved} has moved, and verify does not say so")
        host.put(moved, values_of(done, moved))
    trial.run(host, "rollback", exits=fine)
    now = host.files()
    trial.holds(now == start, f"rollback leaves {sorted(each for each in start.keys() | now.keys() if start.get(each) != now.get(each))}")


def values_of(document, key):
    return next(each["to"] for each in document["changes"] if each["key"] == key and each["kind"] == "write_live")


def refused(trial, host, key, value):
    """A key that is too new for this kernel, asked for without a condition, is an error in so many words."""
    path = trial.folder / "new.yaml"
    path.write_text(f"profile: new\nversion: 1\nparameters: {{{key}: {value}}}\n")
    done = subprocess.run([trial.program, "check", "-p", path, "--root", host.root], capture_output=True, text=True, timeout=60)
    trial.holds(done.returncode == INVALID and f"known since Linux {hosts.fact(key)['since']}" in done.stderr,
                f"{key} without a condition: exit {done.returncode}: {done.stderr}")


def ages(trial, kernel, modules):
    """What a kernel lacks is not applicable or waits, and stops nothing."""
    host = hosts.make(trial.folder, kernel, modules)
    path = trial.folder / "ages.yaml"
    path.write_text(AGES)
    keys = host.keys()
    found = trial.parameters(trial.run(host, "check", "-p", path, exits=(DRIFT,)))
    done = trial.run(host, "apply", "-p", path, exits=(IN_LINE, PENDING))
    trial.holds(host.keys() == keys, f"apply has made or removed {host.keys() ^ keys}")
    for key, each in found.items():
        row = hosts.fact(key)
        there = hosts.is_there(row, kernel, modules)
        shown = f"{key}: {each['status']} ({each.get('reason')})"
        if there:
            trial.holds(each["status"] in ("compliant", "drift"), f"{shown}, but it is there")
        elif "module" in row:  # drift at first: the file for the next boot lacks it
            trial.holds(each["status"] in ("pending", "drift") and each["reason"] == "module_absent", shown)
            trial.holds(trial.parameters(done)[key]["status"] == "pending", f"{shown}, and does not wait after apply")
        else:
            trial.holds(each["status"] == "not_applicable", shown)
            trial.holds(("removed" in row) == (each["reason"] == "removed_in_kernel"), shown)
    trial.holds(host.value("net.ipv4.tcp_tw_reuse") == "1" and host.value("net.ipv4.ip_local_reserved_ports") == "8080,9000-9010",
                "what is there has not been set")
    check_boot(trial, host)
    trial.holds(len(found) == 7 and done.get("changes"), f"{len(found)} keys, changes {done.get('changes')}")
    for key in ("net.ipv4.tcp_tw_reuse_delay", "fs.protected_fifos"):
        if not hosts.is_there(hosts.fact(key), kernel, modules):
            refused(trial, host, key, 1)


def catalogue_agrees(trial):
    """Where both know an age, the table of the program and facts.yaml say the same."""
    host = hosts.make(trial.folder, "6.18", hosts.MODULES)
    rows = {each["key"]: each["catalogue"] for each in trial.run(host, "explain", "*", exits=(IN_LINE,))["parameters"]}
    compared = 0
    for key, row in hosts.FACTS["keys"].items():
        known = rows.get(key) or next((each for name, each in rows.items() if name.replace("<if>", "*") == key), None)
        if known is None:
            continue  # it need not know every key
        for word in ("since", "removed"):
            told, own = known.get(word), row.get(word)
            if own and told:
                compared += 1
                trial.holds(hosts.release(told) == hosts.release(own), f"{key}: {word} {told} in the catalogue, {own} here")
            elif told and hosts.release(told) > (4, 4):
                trial.holds(False, f"{key}: {word} {told} in the catalogue, and facts.yaml has it on every kernel")
    trial.holds(compared >= 4, f"only {compared} ages were compared")


def tests():
    yield "catalogue agrees with facts.yaml", catalogue_agrees
    for kernel in hosts.KERNELS:
        for modules in ((), hosts.MODULES):
            where = f"Linux {kernel} {'with' if modules else 'without'} conntrack"
            yield f"keys of every age, {where}", lambda trial, k=kernel, m=modules: ages(trial, k, m)
            for profile in judge.SHIPPED:
                yield f"{profile}, {where}", lambda trial, k=kernel, m=modules, p=profile: every_step(trial, k, m, p)
