"""The desk's words for what the domain calls by code: classes, statuses, messages, people.

French here, marked for translation by `said`; the templates translate them when they are shown.
"""

from mhealth.care.phone_requests import Problem
from mhealth.content.reading import Reading
from mhealth.domain.caps import Budget, Cap
from mhealth.domain.gateway import SendProblem
from mhealth.domain.message import MessageState, Recipient
from mhealth.domain.referral import ReferralStatus
from mhealth.domain.triage import TriageClass
from mhealth.store.desk_caps import Fate
from mhealth.store.desk_sending import Stuck


def said(text: str) -> str:
    """Mark a French text as one to translate; it is translated where it is shown."""
    return text


CLASSES = {
    TriageClass.EMERGENCY: said("URGENCE"),
    TriageClass.URGENT: said("Urgent"),
    TriageClass.ROUTINE: said("Rendez-vous"),
    TriageClass.HOME: said("À domicile"),
}

STATUSES = {
    ReferralStatus.SENT: said("Sans réponse"),
    ReferralStatus.ACCEPTED: said("Acceptée"),
    ReferralStatus.DECLINED: said("Déclinée"),
    ReferralStatus.EN_ROUTE: said("En route"),
    ReferralStatus.ARRIVED: said("Au centre"),
    ReferralStatus.TREATED: said("Soins donnés"),
    ReferralStatus.ADMITTED: said("Hospitalisation"),
    ReferralStatus.TRANSFERRED: said("Transfert"),
    ReferralStatus.COUNTER_REFERRED: said("Contre-référence"),
    ReferralStatus.FOLLOWED_UP: said("Suivi fait"),
    ReferralStatus.REFUSED: said("Refus de la famille"),
    ReferralStatus.NOT_REACHED: said("Pas joignable"),
    ReferralStatus.RETURNED_WITHOUT_CARE: said("Retour sans soins"),
    ReferralStatus.DIED: said("Décès"),
    ReferralStatus.EXPIRED: said("Expirée"),
}

STATUS_LOOKS = {
    ReferralStatus.SENT: "waiting",
    ReferralStatus.ACCEPTED: "moving",
    ReferralStatus.DECLINED: "waiting",
    ReferralStatus.EN_ROUTE: "moving",
    ReferralStatus.ARRIVED: "moving",
    ReferralStatus.TREATED: "done",
    ReferralStatus.ADMITTED: "moving",
    ReferralStatus.TRANSFERRED: "moving",
    ReferralStatus.COUNTER_REFERRED: "done",
    ReferralStatus.FOLLOWED_UP: "done",
    ReferralStatus.REFUSED: "lost",
    ReferralStatus.NOT_REACHED: "lost",
    ReferralStatus.RETURNED_WITHOUT_CARE: "lost",
    ReferralStatus.DIED: "lost",
    ReferralStatus.EXPIRED: "lost",
}
"""The four looks of a status, each a colour and a sign: waits for an answer, goes on, well, ill."""

SUBJECTS = {
    "child": said("Enfant"),
    "infant": said("Nourrisson"),
    "pregnant": said("Femme enceinte"),
    "postpartum": said("Femme accouchée"),
    "other": said("Autre personne"),
    "self": said("La personne qui appelle"),
}

MESSAGE_STATES = {
    MessageState.QUEUED: said("en attente d’envoi"),
    MessageState.LEASED: said("en cours d’envoi"),
    MessageState.SENDING: said("en cours d’envoi"),
    MessageState.UNCERTAIN: said("envoi incertain"),
    MessageState.ACCEPTED: said("envoyé"),
    MessageState.DELIVERED: said("reçu sur le téléphone"),
    MessageState.FAILED: said("échec"),
    MessageState.EXPIRED: said("non remis à temps"),
    MessageState.NO_REPORT: said("envoyé, sans accusé"),
    MessageState.CANCELLED: said("annulé"),
    MessageState.DEAD: said("abandonné"),
}

TROUBLED = frozenset(
    {
        MessageState.UNCERTAIN,
        MessageState.FAILED,
        MessageState.EXPIRED,
        MessageState.NO_REPORT,
        MessageState.DEAD,
    }
)
"""States in which nobody can be sure that the text was read."""

RECIPIENTS = {
    Recipient.CALLER: said("SMS à la personne qui a appelé"),
    Recipient.HEALTH_WORKER: said("SMS à l’agent de santé"),
    Recipient.FACILITY: said("SMS au centre de santé"),
    Recipient.DISTRICT: said("SMS à la garde du district"),
    Recipient.SENDER: said("SMS à l’expéditeur"),
}

SENDERS = {
    "facility": said("Centre de santé"),
    "district": said("Garde du district"),
    "health_worker": said("Agent de santé"),
    "caller": said("Appelant"),
    "unknown": said("Numéro inconnu"),
}

ACTORS = {
    "caller": said("par la personne qui a appelé"),
    "health_worker": said("par l’agent de santé"),
    "facility": said("par le centre de santé"),
    "district": said("par la garde du district"),
    "staff": said("par le bureau"),
    "clock": said("automatiquement"),
}

EVENTS = {
    "created": said("Référence créée"),
    "escalated": said("Passée au district"),
    "worker_unreached": said("Le téléphone de l’agent de santé ne reçoit pas"),
    "reported_again": said("Même malade signalé de nouveau : même référence"),
    "continued": said("L’appel coupé a repris : même référence"),
    "completed": said("Appel allé à sa fin : le signalement est complet"),
    "rescheduled": said("Rendez-vous changé"),
    "handed_over": said("L’agent de santé est parti : le suivi passe au suivant"),
    "noted": said("Note"),
}

ALARMS = frozenset({"escalated", "worker_unreached"})
"""Events that somebody must act on; the district's duty phone is told if it has one."""

REASONS = {
    "unanswered": said("sans réponse à temps"),
    "unreached": said("le téléphone du centre ne reçoit pas"),
    "declined": said("aucun centre n’a accepté"),
}
"""Why a referral went up to the district, as the event's note says by code."""

READINGS = {
    Reading.ORIGINAL: said("lu dans la source"),
    Reading.RESTATED: said("règle lue dans un document secondaire"),
    Reading.MEMORY: said("à vérifier dans la source"),
    Reading.OURS: said("règle prudente de la plateforme, sans source publiée"),
}

CALL_OUTCOMES = {
    "finished": said("Appel terminé"),
    "dropped": said("Appel coupé avant la fin"),
    "broken": said("Appel coupé ; ce qui a été dit ne s’ouvre plus"),
}

APPOINTMENTS = {
    "now": said("maintenant"),
    "today": said("aujourd’hui"),
}
"""When the patient is expected, where no day is named; of the day that the appointment was made."""

WAITING_WORDS = said("Sans réponse ou déclinée")
"""The filter that takes all statuses in which somebody must still say yes."""

PROBLEMS = {
    SendProblem.NO_CREDIT: said("crédit épuisé chez l’opérateur"),
    SendProblem.BAD_CREDENTIALS: said("l’opérateur refuse notre mot de passe"),
    SendProblem.BAD_SENDER: said("l’opérateur refuse notre nom d’expéditeur"),
    SendProblem.THROTTLED: said("l’opérateur demande d’envoyer moins vite"),
    SendProblem.NOT_SENT: said("l’opérateur n’est pas joignable"),
    SendProblem.UNKNOWN: said("l’opérateur ne répond pas clairement"),
}
"""What is wrong with a channel; the other problems are those of one message alone."""

FAILURES: dict[str, str] = {
    **{problem.value: words for problem, words in PROBLEMS.items()},
    SendProblem.REFUSED: said("l’opérateur refuse ce SMS"),
    SendProblem.INVALID_NUMBER: said("numéro faux ou inconnu du réseau"),
    SendProblem.BLOCKED: said("le réseau ou l’abonné ne prend pas ce SMS"),
    SendProblem.UNROUTABLE: said("aucun réseau ne mène à ce numéro"),
    "unknown: the sender went away during the call": said("notre envoi s’est arrêté en chemin"),
    "left: the health worker is no longer at work": said("l’agent n’est plus en poste"),
}
"""Why one SMS ended: a problem, or the whole text that was written."""

REMEDIES = {
    SendProblem.NO_CREDIT: said("Rechargez le compte : les SMS partiront d’eux-mêmes."),
    SendProblem.BAD_CREDENTIALS: said(
        "Prévenez l’assistance : les SMS partiront quand l’accès sera rétabli."
    ),
    SendProblem.BAD_SENDER: said(
        "Prévenez l’assistance : les SMS partiront quand le nom sera accepté."
    ),
    SendProblem.THROTTLED: said("Les SMS partiront d’eux-mêmes, plus lentement."),
    SendProblem.NOT_SENT: said("Nous réessayons sans cesse ; les SMS partiront d’eux-mêmes."),
    SendProblem.UNKNOWN: said(
        "Des SMS sont peut-être partis, peut-être pas : vérifiez les urgences."
    ),
}
"""What it means, and what a person can do."""

STUCK = {
    Stuck.LOST: said("Urgences : SMS non remis ou incertains"),
    Stuck.SLOW: said("SMS prêts qui attendent depuis plus de 5 minutes"),
    Stuck.DEAD: said("SMS abandonnés"),
}

STUCK_ADVICE = {
    Stuck.LOST: said("Appelez vous-même : le SMS n’est pas arrivé, ou personne ne le sait."),
    Stuck.SLOW: said("Ils partiront dès que l’envoi reprend. Pour une urgence, appelez."),
    Stuck.DEAD: said("Ils ne partiront plus. Prévenez l’assistance."),
}

CAPS = {
    Cap.PREFIX: said("numéro surtaxé ou d’un pays où nous n’envoyons pas"),
    Cap.NUMBER_HOUR: said("trop de SMS à ce numéro en une heure"),
    Cap.NUMBER_DAY: said("trop de SMS à ce numéro dans la journée"),
    Cap.ONE_CALLER_DAY: said("un seul appelant a causé trop de SMS dans la journée"),
    Cap.DISTRICT_DAY: said("plafond du district atteint pour la journée"),
    Cap.CHANNEL_DAY: said("plafond du canal atteint pour la journée"),
}
"""Why an SMS was held back or put off."""

FATES = {
    Fate.HELD: said("pas envoyé"),
    Fate.PUT_OFF: said("remis au matin"),
    Fate.SENT: said("envoyé quand même"),
}

BUDGETS = {
    Budget.CALLER: said("Aux appelants"),
    Budget.STAFF: said("Au personnel"),
    Budget.CALLER_EMERGENCY: said("Urgences aux appelants"),
    Budget.STAFF_EMERGENCY: said("Urgences au personnel"),
    Budget.DIALOGUE: said("Questions après un appel coupé"),
}
"""What is counted for itself; no kind uses up another one's SMS."""

PHONE_REQUESTS = {
    "enrolment": said("Nouvel agent"),
    "new_number": said("Nouveau numéro"),
}
"""What a phone that waits for a supervisor asks for."""

PHONE_PROBLEMS = {
    Problem.DECIDED: said(
        "Cette demande n’attend plus : elle est traitée, ou une autre la remplace."
    ),
    Problem.NO_NAME: said("Écrivez le nom de l’agent."),
    Problem.UNKNOWN_CODE: said("Aucun agent en poste dans ce district n’a ce code."),
    Problem.CODE_TAKEN: said("Un autre agent a ce code, ou l’a eu. Choisissez-en un autre."),
    Problem.NUMBER_TAKEN: said("Un autre agent en poste a déjà ce numéro."),
    Problem.ELSEWHERE: said("Aucun agent en poste dans ce district n’a ce code."),
}

PHONE_DEEDS = {
    "enrolled": said("L’agent est inscrit et reçoit un SMS."),
    "linked": said("Le numéro est changé. L’ancien et le nouveau reçoivent un SMS."),
    "refused": said("La demande est refusée."),
    "decided": said("Cette demande n’attend plus : elle est traitée, ou une autre la remplace."),
}
"""What was done with a request, said once on the page that follows."""

WORKER_DEEDS = {
    "reset": said("Le PIN est effacé. L’agent en choisit un autre à son prochain appel."),
    "closed": said("L’agent n’est plus en poste."),
    "reopened": said("L’agent est de nouveau en poste. Donnez-lui ses villages."),
    "village": said("L’agent sert ce village."),
    "village_ended": said(
        "L’agent ne sert plus ce village. Ses malades en cours restent les siens."
    ),
}
