"""OAuth clients, apart from where they are kept: what is registered of one, and what a secret of it is."""

from mock_server.clients.registered import (
    DEMO_CLIENT,
    GRANT_TYPES,
    demo_client,
    digest_of,
    is_secret,
    new_client,
)
