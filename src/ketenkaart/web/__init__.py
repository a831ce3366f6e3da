"""The site: parse a request, call one service, render."""
