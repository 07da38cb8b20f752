"""Recipes as records; field names become wire names mechanically (`batch_size`, `BatchSize`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from decimal import Decimal

from mock_server.manufacturing.decimals import EXACT, HUNDRED, ONE, ZERO
from mock_server.manufacturing.documents import Document
from mock_server.manufacturing.formulas.bom import Bom, BomByProduct, BomLine, FormulaStatus

PER_BATCH = "PerBatch"
PERCENT_OF_BATCH = "PercentOfBatch"
FIXED = "Fixed"


@dataclass(slots=True)
class RecipeIngredient:
    """One input of a batch: `quantity` in `uom`, or `percent` of the batch size, read in `uom`.

    Stock quantity is quantity times conversion factor. `unit_cost` is per stock unit, `line_cost` for the
    need of one batch, wastage included.
    """

    id: str
    line_number: int
    item_ref_id: str
    item_code: str
    item_name: str
    basis: str
    quantity: Decimal | None
    percent: Decimal | None
    uom: str
    conversion_factor: Decimal = ONE
    wastage_percent: Decimal = ZERO
    unit_cost: Decimal = ZERO
    line_cost: Decimal = ZERO

    @property
    def sub_bom_ref_id(self) -> str | None:
        """None: an ingredient pins no BOM."""
        return None

    @property
    def is_fixed_quantity(self) -> bool:
        """Whether it is taken whole for every batch that is begun."""
        return self.basis == FIXED


@dataclass(slots=True)
class RecipeOperation:
    """Work that is costed: minutes for one batch, a rate per hour."""

    sequence: int
    name: str
    minutes_per_batch: Decimal = ZERO
    cost_per_hour: Decimal = ZERO


@dataclass(slots=True)
class RecipeStep:
    """A step of the procedure, for people to read; it has no effect."""

    sequence: int
    name: str
    instructions: str | None = None
    duration_minutes: Decimal | None = None


@dataclass(slots=True, kw_only=True)
class Recipe(Document):
    """One version of a recipe with its rolled-up standard cost.

    Costs are for the exact output of one batch, `unit_cost` for one unit of it; `expected_output` is what is
    shown of it, rounded half-up to the unit.
    """

    KIND = "recipe"
    NUMBER = "recipe_number"
    INTERNAL = frozenset(
        {
            "repository_version",
            "created_by_user_ref_id",
            "cost_rollup_state",
            "exact_cost",
            "levels",
            "status_before_archive",
        }
    )

    id: str
    recipe_number: str = ""
    version: str = "1"
    revision: int = 1
    name: str
    item_ref_id: str
    item_code: str
    item_name: str
    uom: str
    status: FormulaStatus = FormulaStatus.DRAFT
    is_archived: bool = False
    batch_size: Decimal = ONE
    batch_uom: str
    output_per_batch_unit: Decimal = ONE
    expected_yield_percent: Decimal = HUNDRED
    expected_output: Decimal = ONE
    min_batch: Decimal | None = None
    max_batch: Decimal | None = None
    batch_multiple: Decimal | None = None
    inspection_required: bool = False
    shelf_life_days: int | None = None
    ingredients: list[RecipeIngredient] = field(default_factory=list)
    by_products: list[BomByProduct] = field(default_factory=list)
    operations: list[RecipeOperation] = field(default_factory=list)
    steps: list[RecipeStep] = field(default_factory=list)
    overhead_percent: Decimal
    other_overhead: Decimal = ZERO
    notes: str | None = None
    external_reference: str | None = None
    created_at: datetime
    updated_at: datetime
    material_cost: Decimal = ZERO
    labour_cost: Decimal = ZERO
    overhead_cost: Decimal = ZERO
    service_cost: Decimal = ZERO
    by_product_credit: Decimal = ZERO
    total_cost: Decimal = ZERO
    unit_cost: Decimal = ZERO
    repository_version: int = 1
    created_by_user_ref_id: str = ""
    cost_rollup_state: str = ""
    exact_cost: str = "0/1"
    levels: int = 1
    status_before_archive: str | None = field(default=None)

    @property
    def lines(self) -> list[RecipeIngredient]:
        """What goes in, by the name that BOMs give it."""
        return self.ingredients

    @property
    def output_quantity(self) -> Decimal:
        """The main output that ingredients, by-products and costs stand for: that of one batch, exact."""
        full = EXACT.multiply(self.batch_size, self.output_per_batch_unit)
        return EXACT.scaleb(EXACT.multiply(full, self.expected_yield_percent), -2)

    @property
    def key(self) -> tuple[str, ...]:
        """Number and version."""
        return self.number, self.version

    @property
    def is_active(self) -> bool:
        """Whether this is the recipe by which its item is made now."""
        return self.status == FormulaStatus.ACTIVE

    @property
    def is_phantom(self) -> bool:
        """False: what a recipe makes is stocked."""
        return False

    @property
    def label(self) -> str:
        """Number and version, as people name the recipe."""
        return f"{self.recipe_number} version {self.version}" if self.recipe_number else "the new recipe"


AnyFormula = Bom | Recipe


def quantity_of(formula: AnyFormula, line: BomLine | RecipeIngredient) -> Decimal:
    """Quantity of a line for one output quantity of its formula, in the line's own unit, before wastage."""
    if isinstance(formula, Recipe) and isinstance(line, RecipeIngredient):
        return ingredient_quantity(formula, line)
    return line.quantity or ZERO


def ingredient_quantity(recipe: Recipe, ingredient: RecipeIngredient) -> Decimal:
    """Quantity of an ingredient for one batch, exact and in the ingredient's own unit, before wastage."""
    if ingredient.basis == PERCENT_OF_BATCH:
        return EXACT.scaleb(EXACT.multiply(recipe.batch_size, ingredient.percent or ZERO), -2)
    return ingredient.quantity or ZERO


_NOT_SAID = frozenset({"id", "line_number", "item_code", "item_name", "unit_cost", "line_cost"})
# What the figures of a formula follow from, beside its lines.
_MAKING = (
    "item_ref_id",
    "type",
    "output_quantity",
    "batch_size",
    "output_per_batch_unit",
    "expected_yield_percent",
    "service_cost_per_unit",
    "overhead_percent",
    "other_overhead",
    "operations",
    "by_products",
)


def content_of(line: BomLine | RecipeIngredient) -> tuple[object, ...]:
    """What a line says, without its id, its place, the names of its item and what it costs."""
    return tuple(getattr(line, each.name) for each in fields(line) if each.name not in _NOT_SAID)


def same_lines(
    before: Sequence[BomLine | RecipeIngredient], after: Sequence[BomLine | RecipeIngredient]
) -> bool:
    """Whether two lists have the same lines in the same order."""
    return [(line.id, content_of(line)) for line in before] == [(line.id, content_of(line)) for line in after]


def has_same_lines(before: AnyFormula, after: AnyFormula) -> bool:
    """Whether two records have the same lines, names of items and costs aside."""
    return same_lines(before.lines, after.lines)


def same_making(before: AnyFormula, after: AnyFormula) -> bool:
    """Whether two records make the same from the same: one costs what the other does."""
    if not has_same_lines(before, after):
        return False
    return all(getattr(before, name, None) == getattr(after, name, None) for name in _MAKING)
