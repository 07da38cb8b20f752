"""Job work out: materials issued, goods received, challans."""
