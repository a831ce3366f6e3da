"""Company motives: the questionnaire, its answers, scores and segments."""
