"""Presets opened with onnxruntime: the predictors that the performer asks for the next event."""
