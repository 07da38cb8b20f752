"""Bills of materials: what they need, what they cost, what uses them."""

from mock_server.manufacturing.boms.analysis import cost_analysis
from mock_server.manufacturing.boms.commands import archive, create, restore, update
from mock_server.manufacturing.boms.requirements import Requirement, Usage, material_requirements, usage_of
