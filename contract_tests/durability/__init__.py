"""What outlives killed processes, full disks, damaged files and new versions."""
