"""What goes wrong with requests to the public API on purpose, as rows."""

from mock_server.storage.fault_rules.rows import (
    Progress,
    StoredRule,
    add_rule,
    drop_rule,
    drop_rules,
    find_rule,
    keep_progress,
    read_progress,
    read_rules,
    sweep_rules,
)
