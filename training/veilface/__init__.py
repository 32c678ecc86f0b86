"""Training of the face network that Veil brings."""
