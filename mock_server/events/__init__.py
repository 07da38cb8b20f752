"""Events on their way out: targets, signatures, attempts, and when each is made."""

from mock_server.events.addresses import TargetRefused, kind_of, refusal_of
from mock_server.events.check import EventCheck
from mock_server.events.client import Reply, WebhookClient
from mock_server.events.courier import BodyCheck, Couriers
from mock_server.events.deliverer import Deliverer
from mock_server.events.signing import SCHEME, signed_headers
from mock_server.events.targets import Targets
