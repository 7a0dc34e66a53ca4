"""Figures that can be traced: each is a queryset of tickets, its number the count of that.

months     the calendar months of the desk
figures    the vocabulary: every figure and the tickets behind it
dashboard  the numbers of the page, some queries for all of them
charts     numbers → coordinates for inline SVG
"""
