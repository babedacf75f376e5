"""Array functions that stages and metrics share: plain arrays in, plain arrays out."""
