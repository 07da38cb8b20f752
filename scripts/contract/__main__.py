"""`python -m scripts.contract` is `scripts/build`."""

import sys

from scripts.contract.build import main

if __name__ == "__main__":
    sys.exit(main())
