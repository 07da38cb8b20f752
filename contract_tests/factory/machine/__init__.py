"""The state machine: random steps on a running server, each compared with the model."""
