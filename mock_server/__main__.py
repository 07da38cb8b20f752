"""`python -m mock_server` is `hellobooks-sandbox`."""

from mock_server.cli import main

if __name__ == "__main__":
    main()
