"""Many variants of one question: planned here, in processes or on a cluster, each kept at once."""
