"""Recipes, orders, inspections and job work on a sandbox of their own."""

from contract_tests.shop_floor.floor import Floor
