"""The desk's words for content and signatures: kinds of files, states, capacities, nodes of a flow.

French here, marked for translation by `said`, as in `web.words`.
"""

from mhealth.content.review import Kind
from mhealth.services.signing import State
from mhealth.web.words import said

NO_SIGN = said("Aucun signe")
"""Advice for a caller who was asked everything and reported nothing."""

CONTENT_KINDS = {
    Kind.PROTOCOL: said("Règles et conseils"),
    Kind.FLOW: said("Écrans"),
    Kind.PHRASES: said("Mots courants"),
    Kind.SMS: said("SMS"),
}

FILE_TITLES = {
    "main": said("Premier écran"),
    "report": said("Signaler un malade"),
    "referrals": said("Références et rendez-vous"),
    "advice": said("Conseils : soins à la maison"),
    "prevention": said("Conseils : rester en bonne santé"),
    "details": said("Mes infos"),
    "enrolment": said("Téléphone d’un agent de santé"),
    "new_pin": said("Choisir un PIN"),
    "pin": said("Donner le PIN"),
    "change_pin": said("Changer le PIN"),
    "screens": said("Touches et messages de tous les écrans"),
    "phrases": said("Mots courants"),
}
"""What the shipped screens and words are about; a country's own file goes by its name."""

_ANSWER = said("réponse à un SMS reçu")
SMS_READERS = {
    "caller": said("à la personne qui a appelé"),
    "worker": said("à l’agent de santé"),
    "facility": said("au centre de santé"),
    "district": said("à la garde du district"),
    "channel": said("essai de la ligne"),
    **dict.fromkeys(("answer", "help", "not", "resume", "stop"), _ANSWER),
}
"""Who gets an SMS, by the first word of its file."""

CONTENT_STATES = {
    State.DRAFT: said("Brouillon"),
    State.CHANGED: said("Changé depuis la signature"),
    State.WITHDRAWN: said("Signature retirée"),
    State.SIGNED: said("Signé"),
}
"""How a file stands that somebody must sign."""

CONTENT_LOOKS = {
    State.DRAFT: "waiting",
    State.CHANGED: "waiting",
    State.WITHDRAWN: "lost",
    State.SIGNED: "done",
}

UNSIGNED_WORDS = said("À signer")
"""The filter that takes all states but signed."""

CAPACITIES = {"clinician": said("clinicien"), "translator": said("traducteur")}

NODE_KINDS = {
    "menu": said("choix"),
    "choose": said("liste"),
    "signs": said("signes"),
    "number": said("nombre"),
    "message": said("texte"),
    "branch": said("aiguillage"),
    "deed": said("action"),
    "call": said("autre dialogue"),
    "end": said("fin de l’appel"),
    "pin": said("PIN"),
    "code": said("code"),
    "several": said("plusieurs choix"),
    "date": said("date"),
    "phone": said("numéro de téléphone"),
    "text": said("texte libre"),
}
"""What a node of a flow is to the person on the phone."""
