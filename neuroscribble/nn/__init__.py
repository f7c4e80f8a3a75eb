"""The network: layers, losses, parameters, and how they become one."""
