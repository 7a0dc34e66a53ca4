"""The moments at which a clock rings: each once for a leg, and never at or before its start.

point    rings when                                                     level
-------  -------------------------------------------------------------  -------
75%      three quarters of the target are used                          warning
15min    15 business minutes are left                                   warning
due      the first second over the target is over                       breach

A clock that has stopped warns no more, but a breach is told even if nobody noticed it in time.
"""

import datetime as dt
from collections.abc import Container
from dataclasses import dataclass

from sla.models import Alert, Clock, ClockState, MeasuredLeg


@dataclass(frozen=True, slots=True)
class Ring:
    """A point with its true moment `at` and the moment it is to be raised."""

    point: Alert.Point
    at: dt.datetime
    raised_from: dt.datetime

    @property
    def level(self) -> Alert.Level:
        """Warning or breach."""
        return Alert.Level.BREACH if self.point == Alert.Point.DUE else Alert.Level.WARNING


def rings_of(clock: MeasuredLeg) -> list[Ring]:
    """All rings of this clock that came or are foreseen, in order."""
    found = [(Alert.Point.DUE, clock.due_at, clock.overdue_at)]
    if clock.state != ClockState.STOPPED:
        found += [
            (Alert.Point.THREE_QUARTERS, clock.at_risk_at, clock.at_risk_at),
            (Alert.Point.SOON, clock.warn_at, clock.warn_at),
        ]
    rings = [
        Ring(point, at, raised_from)
        for point, at, raised_from in found
        if at and raised_from and at > clock.started_at
    ]
    return sorted(rings, key=lambda ring: ring.raised_from)


def next_ring(clock: MeasuredLeg, raised: Container[str]) -> dt.datetime | None:
    """When the next ring that is not in `raised` (names of points) is to be raised."""
    return next((r.raised_from for r in rings_of(clock) if r.point.value not in raised), None)


def alert_of(clock: Clock, ring: Ring, *, raised_at: dt.datetime) -> Alert:
    """The row, not stored yet, that makes this ring happen once."""
    return Alert(
        promise_id=clock.ticket_id,
        metric=clock.metric,
        leg=clock.leg,
        point=ring.point,
        level=ring.level,
        at=ring.at,
        due_at=clock.due_at or ring.at,
        raised_at=raised_at,
    )
