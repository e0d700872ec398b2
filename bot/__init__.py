"""The program: the command line, the composition root, the turn, the channels."""
