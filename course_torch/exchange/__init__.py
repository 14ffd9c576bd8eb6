"""A trained network: read from its checkpoint, and converted for plain PyTorch, safetensors and ONNX."""
