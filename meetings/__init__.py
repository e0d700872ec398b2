"""Pure rules of the monthly meeting: no I/O, no clock of its own, nothing asynchronous."""
