"""Outside: the process, the surfaces, the worker and the command line. The only place where things are joined."""
