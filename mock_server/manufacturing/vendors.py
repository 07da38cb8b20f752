"""Vendors, who deliver goods or do job work."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Vendor:
    """A vendor of one entity; GSTIN only where it is registered."""

    id: str
    vendor_code: str
    display_name: str
    company_name: str
    vendor_type: str
    status: str
    currency: str
    is_subcontractor: bool
    gstin: str | None
    is_archived: bool
    created_at: datetime
    updated_at: datetime
