"""What studies say of the effect of measures, and what may be concluded from them."""
