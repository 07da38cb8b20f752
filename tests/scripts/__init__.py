"""Tests of the workshop of the contract."""
