//! What belongs together, and what is chosen when something has to go.
