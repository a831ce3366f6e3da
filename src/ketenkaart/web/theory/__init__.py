"""The pages of policy theories: addresses and what a picture shows on a small screen."""
