"""What the policies say: clauses, cards, search, answers, danger. Imports nothing else of ours."""
