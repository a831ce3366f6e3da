"""In which language a text is written, by its commonest words."""

from __future__ import annotations

import re

_WORD = re.compile(r"[^\W\d_]+")
_SAMPLE = 20_000
_LEAST_WORDS = 20
_LEAST_SHARE = 0.12

# The commonest small words of each language, without those that two of them share.
_SMALL_WORDS = {
    "nl": "de het een van en dat niet zijn voor op met aan er om ook bij uit naar worden wordt "
    "deze dit heeft hebben kabinet zal hun tot maar nog wel deel kan over is als",
    "en": "the of and to that for with be are was this which by from have has not will it as "
    "their its would been were on is or an at",
    "de": "der die das und nicht ist von zu den dem mit sich auf für eine ein im auch werden "
    "wird dass bei nach sind des oder zur zum",
    "fr": "le la les des et est une pas dans que qui pour sur au aux du par avec ce cette sont "
    "ont plus leur ses ne se",
    "es": "el los las que y en del por con para una su se al lo como más pero sus este esta son",
    "it": "il di che la e per un una è del della con non sono dei delle nel alla gli",
    "pt": "o os as que e do da dos das em um uma para com não por mais como ao sua são",
    "pl": "w i z na do że nie się jest to przez oraz dla od po jak są o",
    "tr": "ve bir bu için ile de da olarak olan daha çok gibi en her",
    "da": "og i at det en den til er som på de med han af for ikke der var",
}
_KNOWN = {language: frozenset(words.split()) for language, words in _SMALL_WORDS.items()}


def language_of(text: str) -> str | None:
    """Return "nl", "en" or another two-letter code; `None` where the words do not tell.

    Counts the small words of ten languages in the first 20,000 characters. `None` means that there
    are too few words, or that none of the ten languages explains enough of them: it may well be an
    eleventh.

    >>> language_of("Het kabinet neemt de aanbeveling van de raad over en zal de Kamer daarover "
    ...             "in het voorjaar informeren, zoals dat ook bij de vorige brief is gebeurd.")
    'nl'
    >>> language_of("26 485, nr. 319") is None
    True
    """
    words = [word.lower() for word in _WORD.findall(text[:_SAMPLE])]
    if len(words) < _LEAST_WORDS:
        return None
    counts = {language: sum(word in small for word in words) for language, small in _KNOWN.items()}
    best, second = sorted(counts, key=lambda language: -counts[language])[:2]
    if counts[best] < _LEAST_SHARE * len(words) or counts[best] * 10 < counts[second] * 11:
        return None
    return best
