"""The proofs of parallel requests, with every second connection on another server."""

from __future__ import annotations

from contract_tests.shop_floor.test_parallel import (
    test_of_parallel_completions_of_one_order_one_succeeds,
    test_of_parallel_receipts_only_what_was_ordered_comes_in,
    test_of_parallel_receipts_when_all_is_pending_one_takes_everything,
    test_parallel_receipts_use_no_more_material_than_the_subcontractor_has,
    test_parallel_releases_take_no_more_than_there_is,
)

__all__ = [
    "test_of_parallel_completions_of_one_order_one_succeeds",
    "test_of_parallel_receipts_only_what_was_ordered_comes_in",
    "test_of_parallel_receipts_when_all_is_pending_one_takes_everything",
    "test_parallel_receipts_use_no_more_material_than_the_subcontractor_has",
    "test_parallel_releases_take_no_more_than_there_is",
]
