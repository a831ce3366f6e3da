"""Addresses of the pages on which letters are judged."""

from __future__ import annotations

from django.urls import path

from ketenkaart.web.views import judging, letter_upload, letters, resolving

patterns = [
    path("letters/", letters.letters, name="letters"),
    path("letters/upload/", letter_upload.letter_upload, name="letter_upload"),
    path("letters/<str:letter>/", letters.letter, name="letter"),
    path("letters/<str:letter>/text/", letters.letter_text, name="letter_text"),
    path(
        "letters/<str:letter>/judgements.<str:form>",
        letters.letter_judgements,
        name="letter_judgements",
    ),
    path("letters/<str:letter>/undo/", letters.letter_undo, name="letter_undo"),
    path("letters/<str:letter>/agreement/", letters.letter_agreement, name="letter_agreement"),
    path("letters/<str:letter>/changes/", letters.letter_changes, name="letter_changes"),
    path("letters/<str:letter>/publish/", letters.letter_publish, name="letter_publish"),
    path("letters/<str:letter>/sentences/", judging.letter_sentences, name="letter_sentences"),
    path("letters/<str:letter>/add/", judging.letter_add, name="letter_add"),
    path(
        "letters/<str:letter>/disagreements/",
        resolving.letter_disagreements,
        name="letter_disagreements",
    ),
    path("letters/<str:letter>/judge/<str:key>/", judging.letter_judge, name="letter_judge"),
    path("letters/<str:letter>/split/<str:key>/", judging.letter_split, name="letter_split"),
    path("letters/<str:letter>/merge/<str:key>/", judging.letter_merge, name="letter_merge"),
    path(
        "letters/<str:letter>/resolve/<str:key>/", resolving.letter_resolve, name="letter_resolve"
    ),
]
