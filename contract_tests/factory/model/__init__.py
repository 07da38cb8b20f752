"""A second factory in plain decimals, written without a look at the first."""

from contract_tests.factory.model.bom import ModelBom
from contract_tests.factory.model.documents import Refused, in_state, invalid
from contract_tests.factory.model.formulas import Formula, SideOutput, credits_of, shares_of
from contract_tests.factory.model.inspections import (
    ModelInspection,
    archive_inspections,
    complete_inspection,
    new_inspection,
    update_inspection,
    verdict,
)
from contract_tests.factory.model.job_orders import ModelJobOrder
from contract_tests.factory.model.job_work_records import job_order_record
from contract_tests.factory.model.model import Model
from contract_tests.factory.model.recipes import ModelRecipe
from contract_tests.factory.model.stock import ModelItem
from contract_tests.factory.model.structure import rounded
from contract_tests.factory.model.work_order_records import work_order_record
from contract_tests.factory.model.work_orders import ModelWorkOrder
