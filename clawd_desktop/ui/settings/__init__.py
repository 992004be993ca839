"""Settings: the window in which every setting can be changed."""
