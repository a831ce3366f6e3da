"""What is known of facilities beside the lists: programmes, wages, nodes, and who else names them.

- `programmes`, `wages`: state something with its source, withdraw it, read it.
- `nodes`: where a facility stands in a table, and which facilities are known where a path runs.
- `coverage`: of how many facilities anything is known, by country and sector.
- `sharing`: how many others name one's own facilities, and asking them for contact.
- `profile`: all of it for one facility.
"""
