"""Whether services were there when they had to be: outages, maintenance, monitors, status page.

intervals     sets of seconds: union, intersection, difference
arithmetic    availability of a window, exact; both know no framework
calculator    one line of the `availability` command
models/       what happened, what was promised, what watches
actions/      the verbs, the only ways to change an outage
telling       who hears of an update, once
measuring     from rows to availability, for the dashboard and the status page

intervals <- arithmetic <- models <- actions <- monitors, telling <- tasks, views
"""
