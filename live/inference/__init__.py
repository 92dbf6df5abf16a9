"""Opens presets with onnxruntime: the predictors predict the next event for the performer."""
