"""Reports on production, over completed work orders."""

from mock_server.manufacturing.reports.by_products import ByProductTotals, by_product_totals, expected_credit, products_of
from mock_server.manufacturing.reports.cost_analysis import MonthOfItem
from mock_server.manufacturing.reports.figures import ProductionFigures, ProductionSums, RATIOS, figures_of
from mock_server.manufacturing.reports.production import Build, by_products_report, cost_analysis_report, efficiency_report, job_costing_report
from mock_server.manufacturing.reports.report import Page, Period, Place, Report, completed_at, period_of, posting_date
