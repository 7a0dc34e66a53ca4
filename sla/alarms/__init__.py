"""The one message that may not wait: from an outage to the person who takes it.

raising      an outage that makes a service unavailable raises one alarm
reach        who can be reached at this moment: the desk, who is on call, nobody yet
steps        whose turn it is while nobody takes it
sending      the channels of that person, each attempt kept
actions      taking it
picture      what open pages of the desk are shown each second
"""
