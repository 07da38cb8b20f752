"""The install flow as an app and a person see it: the page, the code, the tokens, and who may come to it."""

from contract_tests.install_flow.app import App, led_back, refused
