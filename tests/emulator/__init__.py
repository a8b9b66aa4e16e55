"""AWS on one machine: several accounts behind one address, for the tests and for `make demo`."""
