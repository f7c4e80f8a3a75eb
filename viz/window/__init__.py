"""The drawing window: `app` is the only module that knows pygame; the rest is plain NumPy."""
