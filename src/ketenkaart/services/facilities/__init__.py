"""The registry of facilities: lists come in, facilities get ids, people decide, nothing is lost.

Each file is one part of what can be done, and gives back types of `core.chain.facilities`:

- `registry`: read facilities (`find_facility`, `list_facilities`, `registry_records`), lists and
  their rows (`kept_lists`, `waiting_rows`); `add_facilities` puts facilities in by hand.
- `placing`: say what a waiting row is: `join_rows` for a facility that is there,
  `register_rows` for a new one. Matching calls these for the bands that need no person.
- `asking`: `propose_matches(pairs=[PossibleMatch(...)], reason=..., actor=..., at=...)` puts pairs
  before people and returns the numbers of the proposals; others ask for one change each.
- `queue`: `claim`, `decide` and `undo_decision` settle proposals.
- `pairs`: `decided_pairs()` gives back as `DecidedPair`s what people made of pairs.
- `changing`, `undoing`: what a decision does to the registry, and how it is taken back.
"""
