"""Sheet music of a recording: what stands in each bar, decided in whole numbers; nothing here draws."""
