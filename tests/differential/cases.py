"""Named trees: one or more for every row of the table in semantics.md section 1, and for what the table leaves open.

An entry of `files` is text or bytes (a file), link("target"), or FOLDER. `procps` and `systemd` say what the loaders of
Debian 12 (procps 4.0.2, systemd 252) really leave in the kernel, as measured; None: the key is not set. They are checked
against the real program too, so that a wrong belief is found even without holdfast; another release is only compared
with the forecast. Keys are abbreviated by KEYS.
"""
from dataclasses import dataclass, field

FOLDER = object()


@dataclass(frozen=True)
class Link:
    target: str


def link(target):
    return Link(target)


@dataclass
class Case:
    name: str
    row: str                    # the table's row, or "not in the table"
    files: dict
    procps: dict = field(default_factory=dict)
    systemd: dict = field(default_factory=dict)
    merged: bool = True         # /lib is a link to usr/lib
    flavour: str = "named"
    limit: dict = field(default_factory=dict)   # loader: why the forecast cannot be right; it must then differ


KEYS = {
    "fin": "net.ipv4.tcp_fin_timeout",
    "idle": "net.ipv4.tcp_keepalive_time",
    "intvl": "net.ipv4.tcp_keepalive_intvl",
    "max": "net.core.somaxconn",
    "rmem": "net.ipv4.tcp_rmem",
    "ports": "net.ipv4.ip_local_port_range",
    "reserved": "net.ipv4.ip_local_reserved_ports",
    "cc": "net.ipv4.tcp_congestion_control",
    "vlan": "net.ipv4.conf.eth0/100.rp_filter",
    "veth": "net.ipv4.conf.veth1.rp_filter",
    "bridge": "net.ipv4.conf.br/0.rp_filter",
    "lo": "net.ipv4.conf.lo.rp_filter",
    "all": "net.ipv4.conf.all.rp_filter",
    "default": "net.ipv4.conf.default.rp_filter",
}
A, C = "etc/sysctl.d/a.conf", "etc/sysctl.conf"
EVERY = ("all", "default", "lo", "vlan", "veth", "bridge")


def every(value, **others):
    return {name: value for name in EVERY} | others


CASES = []


def case(name, row, files, both=None, procps=None, systemd=None, **more):
    """`both` holds for the two loaders; procps and systemd add what only one does."""
    files = {A: files} if isinstance(files, (str, bytes)) else files
    CASES.append(Case(name, row, files, (both or {}) | (procps or {}), (both or {}) | (systemd or {}), **more))


# ---- folders, names, order ------------------------------------------------------------------------------------------
FIN = "net.ipv4.tcp_fin_timeout = "
IDLE = "net.ipv4.tcp_keepalive_time = "
RP = "net.ipv4.conf.%s.rp_filter = %d\n"

for _high, _low in (("etc", "run"), ("run", "usr/local/lib"), ("usr/local/lib", "usr/lib")):
    case(f"folder_{_high}_over_{_low}".replace("/", "_"), "folders, high to low",
         {f"{_low}/sysctl.d/m.conf": FIN + "11\n" + IDLE + "12\n", f"{_high}/sysctl.d/m.conf": FIN + "13\n"},
         {"fin": "13", "idle": None})
case("folder_usr_lib_over_lib", "folders, high to low",
     {"lib/sysctl.d/m.conf": FIN + "11\n" + IDLE + "12\n", "usr/lib/sysctl.d/m.conf": FIN + "13\n"},
     {"fin": "13", "idle": None}, merged=False)
case("folder_lib_alone", "folders, high to low", {"lib/sysctl.d/m.conf": FIN + "11\n"}, {"fin": "11"}, merged=False)
case("folder_lib_merged", "folders, high to low", {"usr/lib/sysctl.d/m.conf": FIN + "11\n"}, {"fin": "11"})
case("folder_is_a_link", "folders, high to low",
     {"etc/sysctl.d": link("../srv/settings"), "srv/settings/m.conf": FIN + "11\n"}, {"fin": "11"})
case("folder_is_an_absolute_link", "folders, high to low",
     {"run/sysctl.d": link("/srv/settings"), "srv/settings/m.conf": FIN + "11\n"}, {"fin": "11"})
case("order_of_base_names", "order",
     {"usr/lib/sysctl.d/99-x.conf": FIN + "11\n" + IDLE + "12\n", "etc/sysctl.d/100-x.conf": FIN + "13\n",
      "run/sysctl.d/Z.conf": IDLE + "14\n", "usr/local/lib/sysctl.d/_.conf": IDLE + "15\n",
      "usr/lib/sysctl.d/a.conf": IDLE + "16\n"},
     {"fin": "11", "idle": "16"})
case("order_is_by_bytes", "order",
     {"etc/sysctl.d/\u00e9.conf": FIN + "11\n", "etc/sysctl.d/z.conf": FIN + "12\n", "etc/sysctl.d/a b.conf": IDLE + "13\n",
      "etc/sysctl.d/a.conf": IDLE + "14\n", "etc/sysctl.d/a-b.conf": IDLE + "15\n"}, {"fin": "11", "idle": "14"})
case("name_must_end_in_conf", "names",
     {"etc/sysctl.d/a.conf~": FIN + "11\n", "etc/sysctl.d/b.CONF": FIN + "12\n", "etc/sysctl.d/c": FIN + "13\n",
      "etc/sysctl.d/conf": FIN + "14\n", "etc/sysctl.d/d.conf.bak": FIN + "15\n"}, {"fin": None})
case("name_hidden", "names", {"etc/sysctl.d/.a.conf": FIN + "11\n"}, None, {"fin": "11"}, {"fin": None})
case("name_is_only_the_suffix", "names", {"etc/sysctl.d/.conf": FIN + "11\n"}, None, {"fin": "11"}, {"fin": None})
case("name_with_brackets", "not in the table: procps passes each file's name through glob(3)",
     {"etc/sysctl.d/50-[ab].conf": FIN + "11\n" + IDLE + "13\n", "etc/sysctl.d/50-a.conf": FIN + "12\n"},
     {"fin": "12"}, {"idle": None}, {"idle": "13"})
case("name_with_brackets_alone", "not in the table: procps passes each file's name through glob(3)",
     {"etc/sysctl.d/50-[ab].conf": FIN + "11\n"}, {"fin": "11"})
case("name_with_braces", "not in the table: procps passes each file's name through glob(3)",
     {"etc/sysctl.d/{20,10}-a.conf": FIN + "11\n", "etc/sysctl.d/10-a.conf": FIN + "12\n",
      "etc/sysctl.d/20-a.conf": FIN + "13\n"}, None, {"fin": "12"}, {"fin": "11"})
case("name_with_braces_that_lead_nowhere", "not in the table: procps passes each file's name through glob(3)",
     {"etc/sysctl.d/{x,y}.conf": FIN + "11\n"}, {"fin": "11"})
case("name_with_a_star", "not in the table: procps passes each file's name through glob(3)",
     {"etc/sysctl.d/zz*.conf": FIN + "11\n", "etc/sysctl.d/zz1.conf": FIN + "12\n",
      "etc/sysctl.d/zz2.conf": FIN + "13\n", "etc/sysctl.d/zza.conf": IDLE + "14\n"}, {"fin": "13", "idle": "14"})
case("name_with_a_star_later", "not in the table: procps passes each file's name through glob(3)",
     {"etc/sysctl.d/zzz.conf": FIN + "12\n", "etc/sysctl.d/z*.conf": FIN + "11\n"}, None, {"fin": "12"}, {"fin": "12"})
case("hidden_masks", "names", {"etc/sysctl.d/.a.conf": "", "usr/lib/sysctl.d/.a.conf": FIN + "11\n"}, {"fin": None})

# ---- /etc/sysctl.conf ------------------------------------------------------------------------------------------------
case("sysctl_conf_is_last", "/etc/sysctl.conf", {C: FIN + "11\n", "etc/sysctl.d/zz.conf": FIN + "12\n"},
     None, {"fin": "11"}, {"fin": "12"})
case("sysctl_conf_alone", "/etc/sysctl.conf", {C: FIN + "11\n"}, None, {"fin": "11"}, {"fin": None})
case("sysctl_conf_twice", "/etc/sysctl.conf",
     {C: FIN + "11\n", "etc/sysctl.d/99-sysctl.conf": link("../sysctl.conf"), "etc/sysctl.d/99-zz.conf": FIN + "12\n"},
     None, {"fin": "11"}, {"fin": "12"})
case("sysctl_conf_by_link_only", "/etc/sysctl.conf",
     {C: FIN + "11\n", "etc/sysctl.d/99-sysctl.conf": link("../sysctl.conf")}, {"fin": "11"})
case("sysctl_conf_absolute_link", "/etc/sysctl.conf",
     {C: FIN + "11\n", "usr/lib/sysctl.d/99-sysctl.conf": link("/etc/sysctl.conf")}, {"fin": "11"})
case("sysctl_conf_is_a_link", "/etc/sysctl.conf", {C: link("../srv/x"), "srv/x": FIN + "11\n"},
     None, {"fin": "11"}, {"fin": None})
case("sysctl_conf_links_into_sysctl_d", "/etc/sysctl.conf",
     {C: link("sysctl.d/a.conf"), A: FIN + "11\n", "etc/sysctl.d/b.conf": FIN + "12\n"},
     None, {"fin": "11"}, {"fin": "12"})
case("sysctl_conf_dangles", "/etc/sysctl.conf", {C: link("nowhere"), A: FIN + "11\n"}, {"fin": "11"})
case("sysctl_conf_to_dev_null", "/etc/sysctl.conf", {C: link("/dev/null"), A: FIN + "11\n"}, {"fin": "11"})
case("sysctl_conf_is_a_folder", "/etc/sysctl.conf", {C: FOLDER, A: FIN + "11\n"}, {"fin": "11"})
case("sysctl_conf_is_not_masked_by_name", "/etc/sysctl.conf",
     {C: FIN + "11\n", "etc/sysctl.d/sysctl.conf": link("/dev/null")}, None, {"fin": "11"}, {"fin": None})

# ---- masking --------------------------------------------------------------------------------------------------------
for _name, _mask in (("dev_null", link("/dev/null")), ("relative_dev_null", link("../../dev/null")), ("empty_file", ""),
                     ("dangling_link", link("nowhere")), ("folder", FOLDER), ("link_loop", link("m.conf")),
                     ("link_to_folder", link("/usr"))):
    case("mask_by_" + _name, "masking" if "dev_null" in _name or _name == "empty_file" else
         "dangling link" if "link" in _name else "a folder named x.conf",
         {"etc/sysctl.d/m.conf": _mask, "usr/lib/sysctl.d/m.conf": FIN + "11\n", "usr/lib/sysctl.d/n.conf": IDLE + "12\n"},
         {"fin": None, "idle": "12"})
case("mask_in_lower_folder_does_nothing", "masking",
     {"run/sysctl.d/m.conf": link("/dev/null"), "etc/sysctl.d/m.conf": FIN + "11\n"}, {"fin": "11"})
case("file_is_a_link", "masking", {"etc/sysctl.d/m.conf": link("../../srv/x"), "srv/x": FIN + "11\n"}, {"fin": "11"})
case("same_file_under_two_names", "same base name in two folders",
     {"etc/sysctl.d/a.conf": FIN + "11\n", "etc/sysctl.d/c.conf": link("a.conf"), "etc/sysctl.d/b.conf": FIN + "12\n"},
     {"fin": "11"})

# ---- comments, blanks, line ends --------------------------------------------------------------------------------------
case("comments", "comments", "# a\n; b\n  # c = 1\n\t; " + FIN + "9\n#" + FIN + "8\n" + FIN + "11\n", {"fin": "11"})
case("comment_after_value", "`x = 31 # text`", FIN + "31 # text\n" + IDLE + "32 ; text\n",
     {"fin": "31 # text", "idle": "32 ; text"})
case("comment_after_value_without_blank", "`x = 31 # text`", FIN + "30\n" + FIN + "31# text\n",
     None, {"fin": "30"}, {"fin": None}, flavour="reject")
case("comment_in_key", "comments", "net.ipv4.tcp_fin_timeout # x = 11\n", {"fin": None})
case("blanks_around", "blanks", " \t net.ipv4.tcp_fin_timeout\t = \t 11 \t \n" + "net.ipv4.tcp_keepalive_time=12\n",
     {"fin": "11", "idle": "12"})
case("blanks_inside_a_vector", "blanks", "net.ipv4.tcp_rmem =\t4096  \t 8192 16384\t\n", {"rmem": "4096  \t 8192 16384"})
case("vertical_tab_and_form_feed_at_value", "blanks", FIN + "\v11\f\n" + IDLE + "\f12\n",
     None, {"fin": "11", "idle": "12"}, {"fin": None, "idle": "\f12"}, flavour="reject")
case("form_feed_at_key", "blanks", "\f" + FIN + "11\nnet.ipv4.tcp_keepalive_time\v= 12\n",
     None, {"fin": "11", "idle": "12"}, {"fin": None, "idle": None})
case("carriage_return_line_feed", "blanks", (FIN + "11\r\n# x\r\n\r\n" + IDLE + "12\r\n"), {"fin": "11", "idle": "12"})
case("carriage_return_in_front", "blanks", FIN + "11\n\r" + IDLE + "12\n", {"fin": "11", "idle": "12"})
case("carriage_return_only", "not in the table: a lone CR ends a line for systemd", FIN + "11\r" + IDLE + "12\r",
     None, {"fin": None, "idle": None}, {"fin": "11", "idle": "12"}, flavour="reject")
case("carriage_return_before_comment", "not in the table: a lone CR ends a line for systemd",
     "# comment\r" + FIN + "11\n" + IDLE + "12\n", None, {"fin": None, "idle": "12"}, {"fin": "11", "idle": "12"})
case("carriage_return_inside_value", "not in the table: a lone CR ends a line for systemd", FIN + "11\r12\n",
     None, {"fin": None}, {"fin": "11"}, flavour="reject")
case("line_feed_carriage_return", "blanks", FIN + "11\n\r" + IDLE + "12\n\r", {"fin": "11", "idle": "12"})
case("non_breaking_space", "blanks", "net.ipv4.tcp_fin_timeout\u00a0= 11\n", {"fin": None})
case("short_lines", "blanks", "\n \n#\n;\nx\n=\n-\n" + FIN + "11\n", {"fin": "11"})
case("byte_order_mark", "byte order mark", "\ufeff" + FIN + "11\n" + IDLE + "12\n", {"fin": None, "idle": "12"})
case("byte_order_mark_before_comment", "byte order mark", "\ufeff# x\n" + IDLE + "12\n", {"idle": "12"})
case("utf16", "byte order mark", (FIN + "11\n").encode("utf-16"), {"fin": None})
case("last_line_without_newline", "last line without newline", FIN + "11\n" + IDLE + "12", {"fin": "11", "idle": "12"})
case("last_line_of_one_character", "last line without newline", FIN + "11\nx", {"fin": "11"})
case("files_do_not_run_together", "last line without newline", {A: FIN + "1", "etc/sysctl.d/b.conf": "1\n" + IDLE + "12\n"},
     {"fin": "1", "idle": "12"})
case("long_comment", "line length", "#" + "x" * 100000 + "\n" + FIN + "11\n", {"fin": "11"})
case("long_blank", "line length", FIN + " " * 9000 + "11" + " " * 9000 + "\n" + IDLE + "12\n", {"fin": "11", "idle": "12"})
case("line_over_a_mebibyte", "line length", FIN + "11\n# " + "x" * (1 << 20) + "\n" + IDLE + "12\n",
     {"fin": "11"}, {"idle": "12"}, {"idle": None})
case("line_over_a_mebibyte_stops_one_file", "line length",
     {A: FIN + "11\n# " + "x" * (1 << 20) + "\n" + IDLE + "12\n", "etc/sysctl.d/b.conf": "net.core.somaxconn = 13\n"},
     {"fin": "11", "max": "13"}, {"idle": "12"}, {"idle": None})
case("nul_in_value", "not in the table: NUL ends a line for systemd, the text for procps", FIN + "11\x0022\n" + IDLE + "12\n",
     {"fin": "11", "idle": "12"})
case("nul_in_key", "not in the table: NUL ends a line for systemd, the text for procps",
     "net.ipv4.tcp\x00_x = 11\n" + IDLE + "12\n", {"fin": None, "idle": "12"})
case("nul_before_assignment", "not in the table: NUL ends a line for systemd, the text for procps",
     "# x\x00" + FIN + "11\n" + IDLE + "12\n", None, {"fin": None, "idle": "12"}, {"fin": "11", "idle": "12"})
case("nul_after_exclusion", "not in the table: NUL ends a line for systemd, the text for procps",
     RP % ("*", 11) + "-net.ipv4.conf.lo.rp_filter\x00 = 12\n", every("11", lo=None))
case("nul_at_line_start", "not in the table: NUL ends a line for systemd, the text for procps",
     "\x00" + FIN + "11\n" + IDLE + "12\n", None, {"fin": None, "idle": "12"}, {"fin": "11", "idle": "12"})
case("nul_after_newline", "not in the table: NUL ends a line for systemd, the text for procps",
     FIN + "11\n\x00" + IDLE + "12\n", None, {"fin": "11", "idle": None}, {"fin": "11", "idle": "12"})

# ---- dashes ---------------------------------------------------------------------------------------------------------
case("dash_assignment", "`-key = value`", "-" + FIN + "11\n", {"fin": "11"})
case("dash_blank_assignment", "`- key = value`", "- " + FIN + "11\n", None, {"fin": None}, {"fin": "11"})
case("two_dashes_assignment", "not in the table: procps drops two dashes", "--" + FIN + "11\n",
     None, {"fin": "11"}, {"fin": None})
case("two_dashes_exclusion", "not in the table: procps drops two dashes",
     RP % ("*", 11) + "--net.ipv4.conf.lo.rp_filter\n", None, every("11", lo=None), every("11"))
case("three_dashes_assignment", "not in the table: procps drops two dashes", "---" + FIN + "11\n", {"fin": None})
case("dash_missing_key", "`-key = value`", "-net.ipv4.nosuch = 5\n" + FIN + "11\n", {"fin": "11"})
case("missing_key", "missing key", "net.ipv4.nosuch = 5\n" + FIN + "11\n", {"fin": "11"})
case("missing_interface", "missing key", RP % ("eth7", 5) + FIN + "11\n", {"fin": "11"})
case("key_is_a_folder", "missing key", "net.ipv4 = 5\n" + FIN + "11\n", {"fin": "11"})
case("exclusion_from_glob", "`-key` without `=`", RP % ("*", 11) + "-net.ipv4.conf.lo.rp_filter\n", every("11", lo=None))
case("exclusion_before_glob", "`-key` without `=`", "-net.ipv4.conf.lo.rp_filter\n" + RP % ("*", 11), every("11", lo=None))
case("exclusion_with_blanks", "`-key` without `=`", RP % ("*", 11) + "  -net.ipv4.conf.lo.rp_filter \t\r\n",
     every("11", lo=None))
case("exclusion_blank_after_dash", "`-key` without `=`", RP % ("*", 11) + "- net.ipv4.conf.lo.rp_filter\n",
     None, every("11"), every("11", lo=None))
case("exclusion_with_comment", "`-key` without `=`", RP % ("*", 11) + "-net.ipv4.conf.lo.rp_filter # no\n", every("11"))
case("exclusion_with_slashes", "`-key` without `=`", RP % ("*", 11) + "-net/ipv4/conf/eth0.100/rp_filter\n",
     every("11", vlan=None))
case("exclusion_with_swapped_dot", "`-key` without `=`", RP % ("*", 11) + "-net.ipv4.conf.eth0/100.rp_filter\n",
     every("11", vlan=None))
case("exclusion_of_naive_vlan", "`-key` without `=`", RP % ("*", 11) + "-net.ipv4.conf.eth0.100.rp_filter\n", every("11"))
case("exclusion_cancels_assignment", "`-key` without `=`", FIN + "11\n-net.ipv4.tcp_fin_timeout\n",
     None, {"fin": "11"}, {"fin": None})
case("exclusion_cancels_across_files", "`-key` without `=`",
     {"usr/lib/sysctl.d/a.conf": FIN + "11\n", "etc/sysctl.d/b.conf": "-net/ipv4/tcp_fin_timeout\n"},
     None, {"fin": "11"}, {"fin": None})
case("assignment_after_exclusion", "`-key` without `=`", "-net.ipv4.tcp_fin_timeout\n" + FIN + "11\n", {"fin": "11"})
case("assignment_between_exclusion_and_glob", "`-key` without `=`",
     "-net.ipv4.conf.lo.rp_filter\n" + RP % ("lo", 12) + RP % ("*", 11), every("11", lo="12"))
case("exclusion_by_pattern", "`-key` without `=`", RP % ("*", 11) + "-net.ipv4.conf.v*.rp_filter\n", every("11"))
case("exclusion_by_the_same_pattern", "not in the table: systemd cancels an equal pattern",
     RP % ("*", 11) + "-net.ipv4.conf.*.rp_filter\n", None, every("11"), every(None))
case("exclusion_by_the_same_pattern_other_spelling", "not in the table: systemd cancels an equal pattern",
     RP % ("*", 11) + "-net/ipv4/conf/*/rp_filter\n", None, every("11"), every(None))
case("pattern_after_its_exclusion", "not in the table: systemd cancels an equal pattern",
     "-net.ipv4.conf.*.rp_filter\n" + RP % ("*", 11), every("11"))
case("no_equals_sign", "line without `=` and dash", "net.ipv4.tcp_fin_timeout 11\n" + IDLE + "12\n", {"fin": None, "idle": "12"})
case("no_equals_sign_key_only", "line without `=` and dash", RP % ("*", 11) + "net.ipv4.conf.lo.rp_filter\n", every("11"))
case("colon_for_equals", "line without `=` and dash", "net.ipv4.tcp_fin_timeout: 11\n", {"fin": None})
case("empty_key", "line without `=` and dash", "= 5\n-= 6\n - = 7\n" + FIN + "11\n", {"fin": "11"})
case("exclusion_of_nothing", "`-key` without `=`", "-\n--\n- \n" + FIN + "11\n", {"fin": "11"})

# ---- duplicates, positions --------------------------------------------------------------------------------------------
case("duplicate_in_one_file", "the same key twice", FIN + "11\n" + IDLE + "12\n" + FIN + "13\n", {"fin": "13", "idle": "12"})
case("duplicate_in_two_spellings", "the same key twice", FIN + "11\nnet/ipv4/tcp_fin_timeout = 12\n", {"fin": "12"})
case("duplicate_across_files", "the same key twice",
     {"usr/lib/sysctl.d/b.conf": FIN + "11\n", "etc/sysctl.d/a.conf": FIN + "12\n"}, {"fin": "11"})
case("overlapping_globs", "the same key twice", RP % ("*", 11) + RP % ("v*", 12), every("11", veth="12"))
case("overlapping_globs_reversed", "the same key twice", RP % ("v*", 12) + RP % ("*", 11), every("11"))
case("repeated_glob_moves_back", "the same key twice", RP % ("*", 11) + RP % ("v*", 12) + RP % ("*", 13), every("13"))
case("repeated_equal_glob_keeps_its_place", "the same key twice", RP % ("*", 11) + RP % ("v*", 12) + RP % ("*", 11),
     None, every("11"), every("11", veth="12"))
case("glob_excluded_and_repeated_keeps_its_late_place", "the same key twice",
     RP % ("*", 11) + "-net.ipv4.conf.*.rp_filter\n" + RP % ("v*", 12) + RP % ("*", 11), every("11"))

# ---- separators -------------------------------------------------------------------------------------------------------
case("vlan_with_slashes", "separators", "net/ipv4/conf/eth0.100/rp_filter = 11\n", {"vlan": "11"})
case("vlan_swapped", "separators", "net.ipv4.conf.eth0/100.rp_filter = 11\n", {"vlan": "11"})
case("vlan_naive", "separators", "net.ipv4.conf.eth0.100.rp_filter = 11\n", {"vlan": None})
case("separators_mixed", "separators", "net/ipv4.tcp_fin_timeout = 11\nnet.ipv4/tcp_keepalive_time = 12\n",
     {"fin": None, "idle": None})
case("leading_slash", "separators", "/net/ipv4/tcp_fin_timeout = 11\n", {"fin": "11"})
case("leading_slashes", "separators", "//net/ipv4/tcp_fin_timeout = 11\n", {"fin": "11"})
case("leading_slash_then_dots", "separators", "/net.ipv4.tcp_fin_timeout = 11\n", {"fin": None})
case("leading_dot", "separators", ".net.ipv4.tcp_fin_timeout = 11\n", {"fin": "11"})
case("doubled_slashes", "separators", "net//ipv4///tcp_fin_timeout = 11\n", {"fin": "11"})
case("doubled_dots", "separators", "net..ipv4.tcp_fin_timeout = 11\n", {"fin": "11"})
case("trailing_slash", "not in the table: a slash at the end", "net/ipv4/tcp_fin_timeout/ = 11\n", None, {"fin": None}, {"fin": "11"})
case("trailing_dot", "not in the table: a slash at the end", "net.ipv4.tcp_fin_timeout. = 11\n", None, {"fin": None}, {"fin": "11"})
case("single_dot_component", "separators", "net/./ipv4/tcp_fin_timeout = 11\n", {"fin": "11"})
case("single_dot_component_dotted", "separators", "net./.ipv4.tcp_fin_timeout = 11\n", {"fin": "11"})
case("full_path", "separators", "/proc/sys/net/ipv4/tcp_fin_timeout = 11\n", {"fin": None})
case("key_in_capitals", "separators", "NET.IPV4.TCP_FIN_TIMEOUT = 11\n", {"fin": None})
case("backslash_in_key", "separators", "net.ipv4.tcp\\_fin_timeout = 11\n", {"fin": None})
case("dot_dot_inside", "`..` in a key", "net/ipv4/../ipv4/tcp_fin_timeout = 11\n", None, {"fin": "11"}, {"fin": None})
case("dot_dot_dotted", "`..` in a key", "net.ipv4.//.ipv4.tcp_fin_timeout = 11\n", None, {"fin": "11"}, {"fin": None})
case("dot_dot_in_front_is_dotted", "`..` in a key", "../sys/net/ipv4/tcp_fin_timeout = 11\n", {"fin": None})
case("dot_dot_outside", "`..` in a key", "/../sys/net/ipv4/tcp_fin_timeout = 11\n", None, {"fin": "11"}, {"fin": None})
case("dot_dot_outside_by_tail", "`..` in a key", "net/../../sys/net/ipv4/tcp_fin_timeout = 11\n",
     None, {"fin": "11"}, {"fin": None})
case("dot_dot_after_a_missing_part", "`..` in a key", "net/nosuch/../ipv4/tcp_fin_timeout = 11\n", {"fin": None},
     limit={"procps": "the part before '..' would have to be looked up"})
case("dot_dot_overrides", "`..` in a key", FIN + "11\nnet/ipv4/../ipv4/tcp_fin_timeout = 12\n",
     None, {"fin": "12"}, {"fin": "11"})
case("slash_spelling_wins_by_order", "separators", "/net/ipv4/tcp_fin_timeout = 11\n" + FIN + "12\n", {"fin": "12"})
case("trailing_slash_is_the_same_key", "not in the table: a slash at the end", FIN + "11\nnet/ipv4/tcp_fin_timeout/ = 12\n",
     None, {"fin": "11"}, {"fin": "12"})

# ---- globs ------------------------------------------------------------------------------------------------------------
case("glob_star", "globs", RP % ("*", 11), every("11"))
case("glob_question", "globs", RP % ("v?th1", 11) + RP % ("??", 12), {"veth": "11", "lo": "12", "all": None})
case("glob_set", "globs", RP % ("[lv]*", 11), {"lo": "11", "veth": "11", "all": None})
case("glob_negated_set", "globs", RP % ("[!lv]*", 11), every("11", lo=None, veth=None))
case("glob_negated_set_by_caret", "globs", RP % ("[^lv]*", 11), every("11", lo=None, veth=None))
case("glob_range", "globs", RP % ("[a-d]*", 11), {"all": "11", "default": "11", "bridge": "11", "lo": None})
case("glob_class", "globs", RP % ("eth[[:digit:]]*", 11), {"vlan": "11", "veth": None})
case("glob_open_bracket", "globs", RP % ("[lo", 11), {"lo": None})
case("glob_in_slashes", "globs", "net/ipv4/conf/eth0.*/rp_filter = 11\n", {"vlan": "11", "veth": None})
case("glob_swapped_dot", "globs", "net.ipv4.conf.*/*.rp_filter = 11\n", {"vlan": "11", "bridge": "11", "lo": None})
case("glob_dotted_vlan_star", "globs", "net.ipv4.conf.eth0.*.rp_filter = 11\n", {"vlan": None})
case("glob_two_stars", "globs", "net.ipv4.*.*.rp_filter = 11\n", every("11"))
case("glob_star_is_one_level", "globs", "net.ipv4.*.rp_filter = 11\n", {"all": None})
case("glob_in_last_part", "globs", "net.ipv4.tcp_fin_time* = 11\n", {"fin": "11"})
case("glob_brace_is_literal", "globs", RP % ("{lo,veth1}", 11), {"lo": None, "veth": None})
case("glob_question_as_separator", "globs", "net?ipv4?tcp_fin_timeout = 11\n", {"fin": None})
case("glob_backslash", "globs", "net.ipv4.tcp\\_fin_time* = 11\n", {"fin": "11"})
case("glob_without_match", "glob without a match", RP % ("ppp*", 11) + FIN + "12\n", {"fin": "12", "all": None})
case("glob_of_folders", "glob without a match", "net.ipv* = 11\n" + FIN + "12\n", {"fin": "12"})
case("glob_whole_vector", "globs", "net.ipv4.tcp_rme? = 4096 8192 11\n", {"rmem": "4096 8192 11"})
case("explicit_before_glob", "glob against explicit", RP % ("lo", 12) + RP % ("*", 11), every("11", lo="12"))
case("explicit_after_glob", "glob against explicit", RP % ("*", 11) + RP % ("lo", 12), every("11", lo="12"))
case("explicit_in_earlier_file", "glob against explicit",
     {"usr/lib/sysctl.d/10.conf": RP % ("lo", 12), "etc/sysctl.d/99.conf": RP % ("*", 11)}, every("11", lo="12"))
case("explicit_in_slashes", "glob against explicit", "net/ipv4/conf/eth0.100/rp_filter = 12\n" + RP % ("*", 11),
     every("11", vlan="12"))
case("explicit_missing_key_does_not_matter", "glob against explicit", RP % ("eth9", 12) + RP % ("*", 11), every("11"))
case("explicit_with_leading_slash", "not in the table: procps compares the path's text",
     "/net/ipv4/conf/lo/rp_filter = 12\n" + RP % ("*", 11), None, every("11"), every("11", lo="12"))
case("explicit_with_leading_slash_later", "not in the table: procps compares the path's text",
     RP % ("*", 11) + "/net/ipv4/conf/lo/rp_filter = 12\n", every("11", lo="12"))
case("explicit_with_doubled_slash", "not in the table: procps compares the path's text",
     "net/ipv4//conf/lo/rp_filter = 12\n" + RP % ("*", 11), None, every("11"), every("11", lo="12"))
case("exclusion_with_leading_slash", "not in the table: procps compares the path's text",
     RP % ("*", 11) + "-/net/ipv4/conf/lo/rp_filter\n", None, every("11"), every("11", lo=None))
case("exclusion_with_doubled_dot", "not in the table: procps compares the path's text",
     RP % ("*", 11) + "-net.ipv4..conf.lo.rp_filter\n", None, every("11"), every("11", lo=None))
case("glob_with_doubled_slash", "not in the table: procps compares the path's text",
     RP % ("lo", 12) + "net//ipv4/conf/*/rp_filter = 11\n", None, every("11"), every("11", lo="12"))
case("glob_with_leading_slash", "not in the table: procps compares the path's text",
     RP % ("lo", 12) + "/net/ipv4/conf/*/rp_filter = 11\n", None, every("11"), every("11", lo="12"))
case("glob_with_doubled_slash_after_the_star", "not in the table: procps compares the path's text",
     RP % ("lo", 12) + "net/ipv4/conf/*//rp_filter = 11\n", None, every("11"), every("11", lo="12"))
case("glob_with_dot_dot", "`..` in a key", "net/ipv4/../ipv4/tcp_fin_time* = 11\n", None, {"fin": "11"}, {"fin": None})
case("glob_with_dot_dot_and_explicit", "`..` in a key", FIN + "12\nnet/ipv4/../ipv4/tcp_fin_time* = 11\n",
     None, {"fin": "11"}, {"fin": "12"})
case("glob_matches_the_folder_itself", "not in the table: `.*` matches `.` for procps, no dot entry for systemd",
     "net/ipv4/.*/tcp_fin_timeout = 11\n", None, {"fin": "11"}, {"fin": None},
     limit={"procps": "nobody writes it, and following it would mean to walk folders"})
case("glob_with_slash_after_a_name", "not in the table: a slash at the end", "net/ipv4/conf/v*/rp_filter/ = 11\n", {"veth": "11"})
case("glob_with_slash_after_a_pattern", "not in the table: a slash at the end", "net/ipv4/tcp_fin_time*/ = 11\n",
     None, {"fin": None}, {"fin": "11"})
case("glob_to_missing_tail", "glob without a match", RP.replace("rp_filter", "nosuch") % ("*", 11) + FIN + "12\n", {"fin": "12"})
case("rejected_explicit_still_beats_glob", "glob against explicit", "net.ipv4.conf.lo.rp_filter = abc\n" + RP % ("*", 11),
     every("11", lo=None), flavour="reject")

# ---- values -----------------------------------------------------------------------------------------------------------
case("quotes", "quotes", 'net.ipv4.tcp_fin_timeout = "11"\nnet.ipv4.tcp_keepalive_time = 12 "x"\n',
     {"fin": None, "idle": '12 "x"'}, flavour="reject")
# What the kernel takes for a text cannot be known from files.
TEXT = {"procps": "no file tells which texts the kernel takes", "systemd": "no file tells which texts the kernel takes"}
case("quoted_string", "quotes", 'net.ipv4.tcp_congestion_control = "reno"\n', {"cc": None}, flavour="reject", limit=TEXT)
case("equals_in_value", "`=` in the value", FIN + "11 = 12\nnet.ipv4.tcp_keepalive_time == 13\n",
     {"fin": "11 = 12", "idle": None}, flavour="reject")
case("empty_integer", "empty value", FIN + "\n", {"fin": None}, flavour="reject")
case("empty_integer_after_a_value", "empty value", FIN + "11\n" + FIN + "\n", None, {"fin": "11"}, {"fin": None}, flavour="reject")
case("empty_list", "empty value", "net.ipv4.ip_local_reserved_ports = 40001\nnet.ipv4.ip_local_reserved_ports =\n", {"reserved": ""})
case("empty_list_alone", "empty value", "net.ipv4.ip_local_reserved_ports=\t\n", {"reserved": ""})
case("empty_vector", "empty value", "net.ipv4.tcp_rmem = 4096 8192 11\nnet.ipv4.tcp_rmem =\n",
     None, {"rmem": "4096 8192 11"}, {"rmem": None}, flavour="reject")
case("list_of_ranges", "values", "net.ipv4.ip_local_reserved_ports = 40001,40003-40005\n", {"reserved": "40001,40003-40005"})
case("congestion_control", "values", "net.ipv4.tcp_congestion_control = reno\n", {"cc": "reno"})
case("congestion_control_unknown", "ENOENT caused by the value",
     "net.ipv4.tcp_congestion_control = reno\nnet.ipv4.tcp_congestion_control = nosuch\n" + FIN + "11\n",
     {"fin": "11"}, {"cc": "reno"}, {"cc": None}, flavour="reject", limit=TEXT)
case("hexadecimal_and_octal", "values", FIN + "0x1e\n" + IDLE + "036\n", {"fin": "0x1e", "idle": "036"})
case("negative", "values", FIN + "-1\n", {"fin": "-1"})
case("several_values_for_a_scalar", "values", FIN + "11 12\n", {"fin": "11 12"})
case("rejected_then_valid", "values", FIN + "abc\n" + FIN + "11\n", {"fin": "11"}, flavour="reject")
for _value in ("08", "+11", "1.5", "1e1", "29abc", "99999999999999999999", "on"):
    case("valid_then_rejected_" + _value.replace("+", "plus_").replace(".", "_"), "values",
         FIN + "11\n" + FIN + _value + "\n" + IDLE + "12\n", {"idle": "12"}, {"fin": "11"}, {"fin": None}, flavour="reject")
case("valid_then_out_of_range", "values", "net.core.somaxconn = 11\nnet.core.somaxconn = -1\n",
     None, {"max": "11"}, {"max": None}, flavour="reject")
case("rejected_glob_after_valid_glob", "values", RP % ("*", 11) + "net.ipv4.conf.v*.rp_filter = abc\n", every("11"), flavour="reject")
case("read_only_place", "EPERM, EACCES, EROFS", "net.netfilter.nf_conntrack_acct = 1\nkernel.domainname = x\n" + FIN + "11\n",
     {"fin": "11"})
case("interface_named_all_default", "values", RP % ("default", 11) + RP % ("all", 12), {"default": "11", "all": "12", "lo": None})
case("nothing_at_all", "folders, high to low", {}, {"fin": None, "all": None})
