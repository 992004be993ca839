"""What is kept on the disk: conversations and the index of them."""
