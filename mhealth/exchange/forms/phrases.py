"""The few words that a form does not bring and a flow needs, in the languages whose short words are plain.

A language without them here is told; its fallback speaks until a translator adds them.
"""

from collections.abc import Mapping

Phrase = Mapping[str, str]

YES: Phrase = {"fr": "Oui", "en": "Yes", "sw": "Ndiyo", "pt": "Sim", "ar": "نعم"}
NO: Phrase = {"fr": "Non", "en": "No", "sw": "Hapana", "pt": "Não", "ar": "لا"}
SKIP: Phrase = {"fr": "Passer", "en": "Skip", "sw": "Ruka", "pt": "Passar", "ar": "تخطي"}
OTHER: Phrase = {"fr": "Autre", "en": "Other", "sw": "Nyingine", "pt": "Outro", "ar": "أخرى"}
WHICH: Phrase = {"fr": "Lequel ?", "en": "Which one?", "sw": "Ipi?", "pt": "Qual?", "ar": "ما هو؟"}
THANKS: Phrase = {
    "fr": "Merci.",
    "en": "Thank you.",
    "sw": "Asante.",
    "pt": "Obrigado.",
    "ar": "شكرا.",
}
