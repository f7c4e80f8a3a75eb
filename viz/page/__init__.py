"""The pages: one HTML file each, complete in itself."""
