"""What BOMs and recipes have in common: how an item is made, from what and at which cost."""

from mock_server.manufacturing.formulas import costing, exact_cost, lifecycle, order_needs
from mock_server.manufacturing.formulas.ancestors import reroll_ancestors, reroll_item
from mock_server.manufacturing.formulas.batches import check_batch, formula_of_recipe
from mock_server.manufacturing.formulas.bom import Bom, BomLine, BomOperation, BomType, FormulaStatus
from mock_server.manufacturing.formulas.by_products import FIXED_RATE, Credits, check_shares, taken
from mock_server.manufacturing.formulas.exact_cost import unpack
from mock_server.manufacturing.formulas.graph import MAX_WORK, check_acyclic, too_large, topological_order
from mock_server.manufacturing.formulas.lines import (
    LineIds,
    check_by_products,
    check_items_usable,
    inactive,
    read_by_products,
    settle_unit,
)
from mock_server.manufacturing.formulas.lookup import Lookup
from mock_server.manufacturing.formulas.ports import Catalogue, FormulaBook, MadeAt, Moved
from mock_server.manufacturing.formulas.recipe import (
    FIXED,
    PERCENT_OF_BATCH,
    AnyFormula,
    Recipe,
    RecipeIngredient,
    RecipeOperation,
    RecipeStep,
)
from mock_server.manufacturing.formulas.recipe_costing import recipe_rolled_again, roll_up_recipe
