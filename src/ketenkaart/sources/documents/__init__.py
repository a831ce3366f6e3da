"""Documents from outside, hostile until read: one door, one confined reader, typed refusals.

`read.read_document` is the door. The package itself imports nothing, so that the confined process
starts fast.
"""
