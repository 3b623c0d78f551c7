"""A program of its own: servers that speak ComfyUI's and Vertex's protocol, and a clip renderer."""
