"""The simulated world: stations, connectors, vehicles, who comes when, and the clock of it all."""
