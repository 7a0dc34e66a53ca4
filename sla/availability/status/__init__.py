"""The public status page: facts put together now and then, and served without a database.

facts       what a snapshot says, as plain data
building    from rows to facts
serving     the newest snapshot there is: fresh, or stale and honest about it
feeds       the same facts for feed readers, calendars and machines
subscribing who is mailed, after saying so twice
"""
