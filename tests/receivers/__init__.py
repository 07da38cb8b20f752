"""Tests of the receivers that people copy, and of libraries that verify."""
