"""Calls that cross an edge of the interpreter's memory cost nothing once there is room."""

import resource

from servicedesk.lib.frames import with_room

#: Deep enough to pass several chunks of 16 kB, less deep than the room that was made.
DEPTHS = range(10, 400)
CALLS = 100


def test_what_goes_in_and_comes_out_is_the_same():
    @with_room
    def divided(number: int, *, by: int) -> tuple[int, int]:
        """What is left."""
        return divmod(number, by)

    assert divided(17, by=5) == (3, 2)
    assert divided.__doc__ == "What is left."


def test_a_loop_at_any_depth_asks_the_kernel_for_nothing():
    asked = with_room(_most_pages_asked_for)()

    assert asked < CALLS / 2


def _most_pages_asked_for() -> int:
    _deeper(DEPTHS[-1])  # its pages are ours from now on
    return max(_deeper(depth) for depth in DEPTHS)


def _deeper(depth: int) -> int:
    """Fresh pages that a loop of short calls took, run that deep."""
    if depth:
        return _deeper(depth - 1)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _turn in range(CALLS):
        _short()
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before


def _short() -> None:
    """A call with a frame of its own."""
