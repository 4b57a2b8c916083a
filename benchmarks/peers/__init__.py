"""Other people's forecasts of the same days: a script each, with its library."""
