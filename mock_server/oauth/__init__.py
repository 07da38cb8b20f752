"""The sandbox's own OAuth server, by which people install apps: an authorize page, codes, tokens."""

from mock_server.oauth.metadata import METADATA
from mock_server.oauth.room import OauthRoom
