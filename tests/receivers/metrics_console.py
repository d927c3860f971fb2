"""The console template: what Prometheus makes of it, and what a browser shows. The screenshots are kept as artefacts."""
import re

import metrics_fleet
from heimdall_browser import Browser
from metrics_world import ARTIFACTS, LIVE, case

PAGE = "/consoles/holdfast.html"
# A page that is still being read may have no figure yet.
DRAWN = ("const all = [...document.querySelectorAll('figure')];"
         "return document.readyState == 'complete' && all.length > 0 && all.every(each => each.dataset.drawn)")
ROWS = ("return Object.fromEntries([...document.querySelectorAll('#hosts tbody tr')].filter(row => !row.hidden)"
        ".map(row => [row.cells[0].innerText, row.innerText]))")
# What each host's row says of it.
NOTES = {"web-02": "undone again and again", "db-01": "not delivering", "edge-03": "ports 92% taken",
         "app-01": "run failed", "app-02": "silent", "app-03": "clock ahead"}


def text_of(page):
    return re.sub(r"\s+", " ", re.sub(r"<(style|script)>.*?</\1>|<[^>]*>", " ", page, flags=re.DOTALL))


@case
def the_console_lists_the_fleet(t):
    status, page = t.world.prometheus.get(PAGE)
    t.same("status", status, 200)
    t.same("hosts with a link", sorted(re.findall(r'<td><a href="\?job=node&amp;instance=([\w-]+)">', page)), sorted(LIVE))
    first = re.findall(r"instance=([\w-]+)\">", page)[0]
    t.same("the worst comes first", first, "app-01")
    for left in ("error executing template", "ZgotmplZ", "<no value>", "{{", "%!"):
        t.holds(left not in page, f"the page has {left!r}")
    t.holds("kernel parameters of 10 hosts" in text_of(page), text_of(page)[:300])


@case
def the_console_shows_each_host(t):
    for host in LIVE:
        status, page = t.world.prometheus.get(PAGE, job=metrics_fleet.JOB, instance=host)
        t.holds(status == 200 and f"<h1>{host}</h1>" in page and "ZgotmplZ" not in page, f"{host}: {status} {page[:300]}")
    text = text_of(t.world.prometheus.get(PAGE, job=metrics_fleet.JOB, instance="edge-03")[1])
    for what in ("net.ipv4.tcp_fin_timeout drift medium", "vm.swappiness not_settable low", "10.0.0.5:8080 10.0.0.1 92%",
                 "TIME-WAIT 180", "audit mode", "central 2"):
        t.holds(what in text, f"nothing of {what!r} in: {text}")


@case
def the_console_says_so_when_there_is_nothing(t):
    for name in ("app-05", "nobody"):
        status, page = t.world.prometheus.get(PAGE, job=metrics_fleet.JOB, instance=name)
        t.holds(status == 200 and "no metrics of holdfast now" in page, f"{name}: {status} {text_of(page)[:200]}")


@case
def nothing_gets_through_the_console(t):
    """What stands in the address is text, for the page and for the queries."""
    for hostile in ('"><script>alert(1)</script>', "'\"}) or up{x=\"", "\\", "{{.}}", "\u00e9\n\x00", "a" * 4000):
        for parameters in ({"job": "node", "instance": hostile}, {"job": hostile, "instance": "web-01"}):
            status, page = t.world.prometheus.get(PAGE, **parameters)
            t.holds(status == 200 and "<script>alert" not in page and "no metrics of holdfast now" in page,
                    f"{parameters}: {status} {page[:200]}")


@case
def a_browser_shows_the_console(t):
    ARTIFACTS.mkdir(parents=True, exist_ok=True)
    with Browser(t.world.folder / "browser", 1400, 1500) as browser:
        browser.open(t.world.prometheus.url + PAGE)
        t.holds(browser.until(DRAWN), "the graphs are not drawn")
        browser.screenshot(ARTIFACTS / "prometheus-console.png")
        t.same("lines drawn", browser.script("return [...document.querySelectorAll('figure')].map(each => each.dataset.drawn)"),
               ["3", "3"])
        rows = browser.script(ROWS)
        t.same("rows", sorted(rows), sorted(LIVE))
        for host, note in NOTES.items():
            t.holds(note in rows.get(host, ""), f"{host}: nothing of {note!r} in {rows.get(host)!r}")
        browser.script("const box = document.getElementById('search'); box.value = 'app-';"
                       "box.dispatchEvent(new Event('input'))")
        t.same("rows that the filter leaves", sorted(browser.script(ROWS)), [name for name in sorted(LIVE) if "app-" in name])
        wide = browser.script("return document.documentElement.scrollWidth <= innerWidth")
        t.holds(wide, "the page is wider than the window")
        browser.script("[...document.querySelectorAll('#hosts a')].find(each => each.innerText == 'edge-03').click()")
        t.holds(browser.until("return document.title.startsWith('edge-03')"), "the link of edge-03 leads elsewhere")
        t.holds(browser.until(DRAWN), "the host's graphs are not drawn")
        browser.screenshot(ARTIFACTS / "prometheus-console-host.png")
