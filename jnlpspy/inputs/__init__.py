"""What an operator has, a command line, a jnlp file, an environment, a pod, as the inputs of an agent."""
