"""Conversions of a trained network for other programs: plain PyTorch, safetensors, ONNX."""
