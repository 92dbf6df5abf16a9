"""The ports in a process of their own: what sounds, what is due, what comes in, whatever the engine does.

`python -m live.ports` is the process; `link` is how the engine sees it. Neither loads numpy, onnxruntime or
rich.
"""
