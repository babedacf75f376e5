"""The command line: each command's body is one library call, its options that call's parameters."""
