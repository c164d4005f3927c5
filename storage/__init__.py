"""What is remembered: tables, transactions, racing statements, sealing, audit. Imports nothing else of ours."""
