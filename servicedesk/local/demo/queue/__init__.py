"""The tickets of the last days, told one by one: a queue that lives at any hour of any day.

stage      moments before now, in office time, and the people on it
scenes     one ticket as a chain of acts
members    the tickets of those one can sign in as
dispatch   what nobody was given yet
desk       what the desk is working on, waits for, and did today
"""

from servicedesk.local.demo.queue import desk, dispatch, library, others, theatre
from servicedesk.local.demo.queue.scenes import Scene
from servicedesk.local.demo.queue.stage import Stage


def scenes(stage: Stage) -> list[Scene]:
    """All of them, in the order of their creation."""
    rooms = (library, theatre, dispatch, desk, others)
    told = [scene for room in rooms for scene in room.scenes(stage)]
    return sorted(told, key=lambda scene: scene.created)
