"""What every request passes, in guard order, and the envelope of every answer."""

from mock_server.gateway.answers import (
    REQUEST_ID,
    Answer,
    Disconnected,
    Envelope,
    Headers,
    Receive,
    Scope,
    Send,
    Sender,
    Streamed,
    invalid,
    invalid_at,
)
from mock_server.gateway.bodies import read_bytes
from mock_server.gateway.calls import Call, Handler, Later, Rehearsal, headers_of
from mock_server.gateway.endpoint import COMMITS_ITSELF, READS_ONE_STATE, AnswerCheck, Endpoint, Endpoints
from mock_server.gateway.gate import Gate
from mock_server.gateway.grants import Door, Grant, Grants, digest_of, token_of
from mock_server.gateway.guard import ControlGuard, ErrorGuard, Gateway, InternalGuard
from mock_server.gateway.local import is_local, is_local_host, is_loopback
from mock_server.gateway.routing import TreeRouting, decoded, segments_of
