"""From CSV files to records in three steps: `reading` (rows), `checking` (records and problems), `loading`.

`tables` says what each file holds. Checking reads `cells`, makes `records`, holds them against the `rules` and adds
what is `derived`; loading compares them with what is `present`, makes a `plan` and carries it out in `writing`.
None of the steps prints or knows of a request, so that a command and an upload use them alike.
"""
