"""What a case is: a function with a sentence as its name, that takes a host and the packages and complains by expect()."""
CASES = []


class Failure(Exception):
    pass


def case(function):
    CASES.append(function)
    return function


def expect(truth, message, *more):
    if not truth:
        raise Failure("\n".join([message, *(str(each).rstrip() for each in more)]))


def expect_done(done, message="it ended with another status than 0", status=0):
    expect(done.status == status, f"{message}: {done.status}", done.out[-1500:], done.err[-1500:])
    return done
