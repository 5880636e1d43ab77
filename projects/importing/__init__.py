"""From CSV files to records in three steps: `reading` (rows), `checking` (records and problems), `loading`.

`tables` says what each file holds. None of the steps prints or knows of a request, so that a command
and an upload use them alike.
"""
