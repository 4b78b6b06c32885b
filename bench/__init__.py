"""The benchmark of the product: its own data, its own database, two rivals, one table (`make bench`)."""
