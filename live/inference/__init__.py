"""Runs presets in onnxruntime: the predictors that give the performer its next event."""
