"""Everything a person sees; the only room that knows Qt."""
