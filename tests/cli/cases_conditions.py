"""when: every entry must hold, a list means any of (interface.md, "Profile")."""

from harness import case, rows
from program import IN_LINE

# On debian12: kernel 6.1.0-18-amd64, 8143212 kB (7.77 GiB), 4 CPUs, web-07, Debian 12, no hypervisor, eth0, nf_tables.
CONDITIONS = {
    'kernel: ">= 6.1"': True,
    'kernel: ">= 6.2"': False,
    'kernel: "< 6.1"': False,
    'kernel: "<= 6.1"': True,
    'kernel: "> 4.12"': True,
    'kernel: ">= 4.12, < 6.14"': True,
    'kernel: ">= 4.12, < 6.1"': False,
    'kernel: ">= 10.0"': False,  # as numbers, not as text
    'kernel: ["< 4.12", ">= 6.0"]': True,
    'kernel: ["< 4.12", ">= 6.2"]': False,
    'memory: ">= 7 GiB"': True,
    'memory: ">= 8 GiB"': False,
    'memory: "< 8 GiB"': True,
    'memory: ">= 7900 MiB"': True,
    'memory: "> 7 GiB, < 8 GiB"': True,
    'cpus: ">= 4"': True,
    'cpus: "> 4"': False,
    'cpus: "< 8"': True,
    'host: "web-*"': True,
    'host: "db-*"': False,
    'host: web-07': True,
    'host: web': False,
    'host: ["db-*", "web-0[1-9]"]': True,
    'host: "WEB-*"': False,
    'os: debian': True,
    'os: "deb*"': True,
    'os: [ubuntu, fedora]': False,
    'virtualization: none': True,
    'virtualization: vm': False,
    'virtualization: [vm, none]': True,
    'module: nf_tables': True,
    'module: br_dummy': True,  # as modprobe does: - and _ are the same
    'module: br-dummy': True,
    'module: nf_conntrack': False,
    'interface: eth0': True,
    'interface: "eth*"': True,
    'interface: "wlan*"': False,
    'tag: prod': False,  # there is no agent.yaml
    'kernel: ">= 6.0", host: "web-*", cpus: ">= 2"': True,
    'kernel: ">= 6.0", host: "db-*"': False,
}


@rows({text: (text, holds) for text, holds in CONDITIONS.items()})
def condition(host, row):
    text, holds = row
    host.profile(f"vm.swappiness: {{value: 60, when: {{{text}}}}}")
    found = host.run("show", "-p", "web.yaml", "--json", exit=IN_LINE).parameter("vm.swappiness")
    host.equal("applies", found.get("applies"), holds)
    found = host.run("check", "-p", "web.yaml", "--json", exit=IN_LINE).parameter("vm.swappiness")
    host.equal("status", (found.get("status"), found.get("reason")),
               ("compliant", None) if holds else ("not_applicable", "condition_false"))


@case()
def condition_by_machine(host):
    """Facts that other trees have: a guest, a container, Debian 13."""
    host.profile("vm.swappiness: {value: 60, when: {virtualization: vm}}")
    host.equal("no guest", applies(host), False)
    host.write("/proc/cpuinfo", "flags\t\t: fpu vme hypervisor lahf_lm\n")
    host.equal("guest", applies(host), True)
    host.write("/run/systemd/container", "lxc\n")
    host.equal("container in a guest", applies(host), False)
    host.profile("vm.swappiness: {value: 60, when: {virtualization: container}}")
    host.equal("container", applies(host), True)
    host.write("/sys/devices/system/cpu/online", "0,2-5,7\n")
    host.profile("vm.swappiness: {value: 60, when: {cpus: \">= 6, < 7\"}}")
    host.equal("six CPUs", applies(host), True)


def applies(host):
    return host.run("show", "-p", "web.yaml", "--json", exit=IN_LINE).parameter("vm.swappiness").get("applies")


@case()
def condition_moves_the_layer_below(host):
    """A requirement whose condition does not hold leaves the key to the layer below."""
    host.profile("vm.swappiness: 60", "a.yaml")
    host.profile("vm.swappiness: {value: 5, when: {host: \"db-*\"}}", "b.yaml")
    found = host.run("check", "-p", "a.yaml", "-p", "b.yaml", "--json", exit=IN_LINE).parameter("vm.swappiness")
    host.equal("wanted", (found.get("wanted"), found.get("status")), ({"value": "60"}, "compliant"))


@case()
def condition_with_unmanaged(host):
    host.profile("vm.swappiness: 5", "a.yaml")
    host.profile("vm.swappiness: {unmanaged: true, when: {host: \"web-*\"}}", "b.yaml")
    host.run("check", "-p", "a.yaml", "-p", "b.yaml", exit=IN_LINE)
    host.write("/etc/hostname", "db-1\n")
    host.run("check", "-p", "a.yaml", "-p", "b.yaml", exit=2)
