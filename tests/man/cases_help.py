"""The help of the program: each command's lists its options and no others, and fits a terminal; wrong use is a line."""

import json
import re

from bench import HOLDFAST, SENDER, case, cases, run, tables

COLUMNS = 100
COMMANDS = {name: name for name in tables()[0]}
OPTION = re.compile(r"^  (?:-(\w), |    )--([a-z-]+)(?: (\S+))?\s", re.M)
WRONG = {
    "no command": (),
    "unknown command": ("chekc",),
    "unknown option": ("check", "--nope"),
    "unknown letter": ("check", "-x"),
    "option of another command": ("check", "--dry-run"),
    "option without its argument": ("check", "--profile"),
    "argument for an option that takes none": ("check", "--json=yes"),
    "argument that is not taken": ("check", "x"),
    "too many arguments": ("apply", "a", "b"),
    "no argument": ("explain",),
    "word that is not in the list": ("check", "--color", "blue"),
    "loader": ("check", "--loader", "sysvinit"),
    "format": ("report", "--format", "xml"),
    "number": ("tcp", "--top", "many"),
    "severity": ("lint", "--fail-on", "bad"),
    "-p where it is not taken": ("tcp", "-p", "web"),
}


def option_rows(text):
    return {word: (letter or None, argument or None) for letter, word, argument in OPTION.findall(text)}


@cases(COMMANDS)
def help_of_a_command_lists_its_options_and_no_others(check, name):
    commands, options = tables()
    status, out, err = run(HOLDFAST, name, "--help")
    check.equal("status and stderr", (status, err), (0, ""))
    wanted = {word: (options[word]["letter"], options[word]["argument"]) for word in commands[name]["options"]}
    check.equal("options", option_rows(out), wanted)
    operand = commands[name]["operand"]
    check.equal("usage", out.splitlines()[0], f"Usage: holdfast {name}{f' {operand}' if operand else ''} [options]")
    for word in wanted:
        check.true(f"the help of --{word} is another one", options[word]["help"] in " ".join(out.split()))


@cases({**COMMANDS, "the program": None})
def help_fits_a_terminal(check, name):
    _, out, _ = run(HOLDFAST, *([name] if name else []), "--help")
    for line in out.splitlines():
        check.true(f"{len(line)} columns: {line}", len(line) <= COLUMNS)
        check.true(f"blanks at the end: {line!r}", line == line.rstrip())


@case
def help_of_the_program_lists_every_command_with_its_summary(check):
    commands, _ = tables()
    _, out, _ = run(HOLDFAST, "--help")
    rows = dict(re.findall(r"^  ([a-z]+) +(.*)$", out.split("\nOptions:")[0], re.M))
    check.equal("commands", rows, {name: each["summary"] for name, each in commands.items()})
    everywhere = set.intersection(*(set(each["options"]) for each in commands.values()))
    left_out = everywhere - set(option_rows(out))
    check.true(f"options of all commands are not listed: {left_out}", not left_out)


@cases(COMMANDS)
def help_as_json_of_a_command_is_its_row(check, name):
    commands, options = tables()
    status, out, _ = run(HOLDFAST, name, "--help", "--json")
    check.equal("status", status, 0)
    document = json.loads(out)
    check.equal("commands", document["commands"], [commands[name]])
    check.same("options", [each["word"] for each in document["options"]], commands[name]["options"])
    check.true("an option differs", all(options[each["word"]] == each for each in document["options"]))


@cases(WRONG)
def wrong_use_ends_with_64_and_one_line(check, words):
    status, out, err = run(HOLDFAST, *words)
    check.equal("status and stdout", (status, out), (64, ""))
    check.true(f"no complaint of one line: {err!r}", err.startswith("holdfast: ") and err.count("\n") == 1)


@case
def a_command_that_nothing_is_like_names_the_help(check):
    for program in (HOLDFAST, SENDER):
        status, _, err = run(program, "zzzzzzzz")
        check.equal("status", status, 64)
        check.true(f"the help is not named: {err!r}", "--help" in err)
