"""The cast of the demo: everybody whose phone nobody has opened; they read, answer, forget and err like people."""
