"""Outages and maintenance of the demo: the published availability of thirteen months comes out.

    published    the percentages, and which outages shared the lost time of each month
    later        months after the published ones, invented
    making       from shares to seconds, from seconds to rows

Only percentages are given. How long each outage lasted follows from the hours of its month, by the
arithmetic of `sla.availability`, so the dashboard computes what was published.
"""

from servicedesk.local.demo.outages.making import make_outages

__all__ = ["make_outages"]
