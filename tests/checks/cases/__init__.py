"""The good and the bad cases of each rule; a file has the rule's name. Beside the tests, so that no user loads them."""
