"""A language model under guard: it words explanations, the checker decides which of them are said."""
