"""HTTP in full: conditional requests, patches, pages, CORS, compression and more; each one class."""
