"""What was asked and answered, and why: the log of a sandbox, and what can be made of it."""

from mock_server.exchanges.exchange import CHANGE, OVERHEAD, Caller, Exchange
from mock_server.exchanges.exports import EXPORTS
from mock_server.exchanges.filters import fitting
from mock_server.exchanges.interest import interest
from mock_server.exchanges.masks import Masks, head_of, masked_query, packed
from mock_server.exchanges.ring import Follower, Ring
from mock_server.exchanges.scope_report import scope_report
from mock_server.exchanges.shown import detail, summary
