"""What the gateway answers over plain HTTP on the same port."""
