"""Bringing events about: for each topic the legal path to it, walked over HTTP."""

from mock_server.triggers.desk import Desk, new_token
from mock_server.triggers.operations import Operations
from mock_server.triggers.topics import PATHS, path_lines, trigger
from mock_server.triggers.values import read_values
