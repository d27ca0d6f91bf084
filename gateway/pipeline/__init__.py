"""Where the stages meet. `disclose.py` holds the order of the steps; read that first."""
