"""The acts themselves: where nothing hinders it, each of them does what it says. Else the other cases would prove nothing."""
import acts
import scene
from scenario import case
from scene import AGENT, PROFILE, opened, take_over

WORDS = ("check", "-p", PROFILE)


def before_the_fence(pid, process, call):
    """When it opens agent.yaml, it is still as free as whoever called it."""
    return opened(pid, call) == AGENT


@case(users=(0,))
def a_free_process_can_do_all_of_it(t):
    scene.lay(t)
    tried = acts.spoil("/precious") + acts.others(t.victim.pid)
    tried += [(f"writes for '{words}'", *act, acts.DONE) for words, act in acts.PLACES.items()]
    taken = take_over(WORDS, tried, when=before_the_fence)
    for what, _, _, wanted in tried:
        t.holds(taken.found.get(what) in wanted, f"{what}: wanted {sorted(wanted)}, found {taken.found.get(what)}")
    for act in acts.deadly(t.victim.pid):
        scene.again(t)
        found = take_over(WORDS, [act], when=before_the_fence).found.get(act[0])
        t.holds(found in act[3], f"{act[0]}: wanted {sorted(act[3])}, found {found}")
    scene.end_of(t)


@case
def a_process_goes_on_as_if_nothing_had_been(t):
    """What the tests do to a process does not show in what it does: else they would test something else."""
    scene.lay(t)
    plain = t.holdfast(*WORDS)
    taken = take_over(WORDS, acts.spoil("/precious"))
    t.same("exit, stdout, stderr", (taken.run.code, taken.run.out, taken.run.err), (plain.code, plain.out, plain.err))
    t.same("tried", len(taken.found), len(acts.spoil("/precious")))
    scene.end_of(t)
