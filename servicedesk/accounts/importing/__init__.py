"""People and organisations from a CSV file: read, planned row by row, shown, and only then done.

reading.py   bytes to rows, however a spreadsheet wrote them
plans.py     a row and what would happen with it
people.py, organisations.py   the plan for each row of that kind, and doing it
running.py   a whole file: counting it for the preview, applying it

Nothing here ever touches the role, the rights or the password of somebody who exists.
"""
