"""The demo: simulated vendor clouds and a real Home Assistant that is connected to them."""
