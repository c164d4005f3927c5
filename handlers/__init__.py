"""Inside: what Lodge does. No platform word, no network, no clock, no environment, no globals."""
