"""What studies say of measures: the map, the gaps, averages, and advice on initiatives."""
