"""A desk full of invented members, questions and answers, on the published figures.

    figures    what was published: solved tickets by category, percentages by month
    months     from figures to flows: how many tickets live which life in which month
    stories/   what people ask about each service, and what the desk answers
    lives      one ticket from its creation to its close, as moments on the axis of time
    asking     who asks what, through which door
    telling    from moments and a question to a conversation
    life       one ticket, act by act, as the verbs would leave it
    writing    its rows; promises: its clocks; copying: into the database, in bulk
    queue      the tickets of the last days, told one by one
    outages/   availability, maintenance and the outages behind it
    publishing the months as they were published, each on its day
    filling    all of it, in order

The same seed and the same moment give the same rows. Nothing lies in the future but due moments.
"""
