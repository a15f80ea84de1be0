"""ONNX models of the networks, written node by node, with free height and width."""
