"""How fast the sandbox is: in process, with a long history, and against others over the network."""
