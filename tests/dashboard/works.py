"""Work for processes of their own, light to import."""

import os


def count(plan, line):
    for done in range(3):
        line.step("counting", done + 1, 3)
    line.tell("sum", plan)


def break_down(_plan, _line):
    raise ValueError("the <b>solver</b> is missing")


def vanish(_plan, _line):
    os._exit(9)


def go_on(_plan, line):
    try:
        while True:
            line.step("going", 0, 1)
    except KeyboardInterrupt:
        line.tell("kept", "what was done")


def double(_plan, line):
    while (asked := line.question()) is not None:
        line.tell("answer", (asked, 2 * asked))
