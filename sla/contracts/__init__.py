"""What suppliers promised, whether they kept it, and what they owe when they did not.

levels, scale   what a contract says of one forwarded ticket, and of one missed month
legs            from a ticket's log to the legs of supplier clocks; all three know no framework
models/         contracts with their versions, clocks, published months, compensations, documents
book            which version of which contract holds for a forwarding
clocks          the only writer of supplier clocks: folds the log, as `sla.clocks` does
promising       what a manager enters; `checking` says what is refused
agreeing        the verbs that make and change a contract
attainment      the figures of a contract in a month, with what is behind each; `table` for many
reviewing       a month that is over: its figures kept, its compensations proposed
claiming        the verbs on a compensation: sent, accepted, refused

levels, scale, legs <- models <- book <- clocks, agreeing <- attainment <- reviewing <- tasks, views
"""
