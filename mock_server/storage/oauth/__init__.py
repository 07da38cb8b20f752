"""OAuth clients, what people approved, and what was issued for it, as rows."""

from mock_server.storage.oauth.clients import (
    OauthClient,
    add_client,
    drop_client,
    read_client,
    read_clients,
)
from mock_server.storage.oauth.grants import (
    OauthGrant,
    add_grant,
    end_grant,
    end_grants_of_client,
    is_form_used,
    mark_exchanged,
    prolong,
    read_grant,
    sweep,
)
from mock_server.storage.oauth.issued import (
    Issued,
    add_issued,
    drop_expired,
    find_by_refresh,
    find_by_token,
    spend,
)
