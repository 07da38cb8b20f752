"""Reports on production, over completed work orders."""

from mock_server.manufacturing.reports import production
from mock_server.manufacturing.reports.by_products import ProductSums, expected_credit, products_of
from mock_server.manufacturing.reports.cost_analysis import MonthOfItem
from mock_server.manufacturing.reports.figures import (
    RATIOS,
    CompletedOrder,
    ProductionFigures,
    ProductionSums,
    figures_of,
)
from mock_server.manufacturing.reports.log import ProductionLog
from mock_server.manufacturing.reports.production import (
    Build,
    by_products_report,
    cost_analysis_report,
    efficiency_report,
    job_costing_report,
    log_completion,
)
from mock_server.manufacturing.reports.report import (
    Page,
    Period,
    Place,
    Report,
    completed_at,
    period_of,
    posting_date,
)
