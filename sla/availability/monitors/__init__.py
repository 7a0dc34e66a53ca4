"""Watching services from outside: probes, heartbeats, monitoring mail.

addresses   which addresses may be asked at all
probing     one question to one target, without a database
blindness   whether it is our own network that is away
judging     from single answers to “down” and “up again”, pure
watching    what an answer does to a monitor and its outage
rounds      all monitors that are due, at once
mails       what Nagios, Zabbix and Uptime Kuma write
"""
