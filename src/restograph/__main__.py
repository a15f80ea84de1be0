"""`python -m restograph` is the same as `restograph`."""

from restograph.cli import main

main()
