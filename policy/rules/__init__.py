"""One rule a file, named for its finding; policy/catalogue.py finds them."""
