"""`make audit`: known holes in packages, licences, secrets in the tree, unsafe code."""
