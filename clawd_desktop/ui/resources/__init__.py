"""Resources: what this computer and this program do, as graphs, and what is in use."""
