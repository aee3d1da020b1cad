"""How simulated clouds are served: one server each over HTTP, its log, its faults, and the control endpoint."""
