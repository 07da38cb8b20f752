"""Webhook subscriptions, and the deliveries of events to them."""

from mock_server.storage.subscriptions.attempts import (
    Attempted,
    Due,
    due_of,
    due_webhooks,
    lease,
    next_due,
    record_attempts,
    release,
)
from mock_server.storage.subscriptions.deliveries import (
    Delivery,
    DeliveryDetail,
    Pulled,
    find_delivery,
    list_deliveries,
    pull,
    purge,
)
from mock_server.storage.subscriptions.queues import Event, Subscriber, fan_out, place_of, queue, subscribers
from mock_server.storage.subscriptions.webhooks import (
    Webhook,
    add_webhook,
    end_webhook,
    end_webhooks,
    find_webhook,
    list_webhooks,
)
