"""What goes wrong on purpose on the way to a receiver, and how far it has come."""

from mock_server.storage.faults.settings import (
    FaultSetting,
    drop,
    hold_back,
    keep_progress,
    let_go,
    read_faults,
    replace_faults,
)
