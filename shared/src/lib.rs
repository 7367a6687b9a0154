//! The words that the edge, the site and the tools share. Pure: no I/O, no clock, no randomness.
