"""Quality inspections, and the gate that they are for orders."""

from mock_server.manufacturing.inspections.commands import archive, complete, create, restore, update
from mock_server.manufacturing.inspections.records import Inspection, InspectionStatus
