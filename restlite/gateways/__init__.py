"""Gateways drive the pipeline for WSGI and ASGI servers."""
