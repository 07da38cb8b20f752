"""The lines on many deliveries: repeated, in another order, all at once."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from datetime import timedelta

from mock_server.certification.course import Course, Sent, evidence_of
from mock_server.certification.evidence import Evidence
from mock_server.certification.sender import Answer

AT_ONCE = 10
# Of the deliveries of a burst that went wrong so many are shown.
_SHOWN = 5
