"""The pictures: a graph page that runs in a browser, a window to draw in, heatmaps and curves."""
