# What is used of Cosmic Ray: it is in an environment of its own, beside the one that types are checked in.
