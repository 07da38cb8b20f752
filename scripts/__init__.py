"""The project's commands: each file without an ending is one."""
