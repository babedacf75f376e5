"""Results for people: in the terminal."""
