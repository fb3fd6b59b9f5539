"""The sentences of findings, French and English side by side; what stands in braces is filled in.

Values never hold a person's name or number beyond what stands in the cell itself: a number that
another health worker has is told by that worker's code.
"""

PROBLEMS: dict[str, dict[str, str]] = {
    # A file or a sheet as a whole
    "no_sheet": {
        "fr": "aucune feuille connue ici : nommez le fichier ou la feuille {known}",
        "en": "no sheet that we know: name the file or the sheet {known}",
    },
    "unknown_sheet": {
        "fr": "feuille inconnue, pas lue",
        "en": "unknown sheet, not read",
    },
    "near_sheet": {
        "fr": "feuille inconnue : vouliez-vous dire « {near} » ?",
        "en": "unknown sheet: did you mean “{near}”?",
    },
    "no_rows": {
        "fr": "aucune ligne à lire : rien ne change",
        "en": "no row to read: nothing changes",
    },
    "empty_file": {"fr": "fichier vide", "en": "empty file"},
    "too_big": {
        "fr": "fichier de plus de {most} Mo : coupez-le en plusieurs",
        "en": "file of more than {most} MB: split it",
    },
    "too_big_inside": {
        "fr": "classeur démesuré une fois ouvert : enregistrez-le sans images ni autres feuilles",
        "en": "workbook far too big once opened: save it without pictures and other sheets",
    },
    "too_many_rows": {
        "fr": "plus de {most} lignes : coupez le fichier en plusieurs",
        "en": "more than {most} rows: split the file",
    },
    "not_a_sheet": {
        "fr": "ni CSV ni XLSX : enregistrez au format « Classeur Excel (.xlsx) », sans mot de passe",
        "en": "neither CSV nor XLSX: save as “Excel workbook (.xlsx)”, without a password",
    },
    "not_a_workbook": {
        "fr": "archive qui n’est pas un classeur XLSX : enregistrez au format « Classeur Excel (.xlsx) »",
        "en": "an archive that is no XLSX workbook: save as “Excel workbook (.xlsx)”",
    },
    "broken_workbook": {
        "fr": "classeur abîmé ou protégé : ouvrez-le et enregistrez-le de nouveau",
        "en": "workbook damaged or protected: open it and save it again",
    },
    "broken_csv": {
        "fr": "CSV illisible à la ligne {line} : un guillemet n’est pas fermé ?",
        "en": "CSV not readable at line {line}: a quote that is not closed?",
    },
    "broken_encoding": {
        "fr": "caractères illisibles : enregistrez au format « CSV UTF-8 »",
        "en": "characters not readable: save as “CSV UTF-8”",
    },
    # Headings
    "no_headings": {
        "fr": "la première ligne n’a aucun titre connu ; attendus : {known}",
        "en": "the first row has no heading that we know; expected: {known}",
    },
    "missing_heading": {
        "fr": "il manque la colonne « {name} »",
        "en": "the column “{name}” is missing",
    },
    "near_heading": {
        "fr": "titre inconnu « {value} » : vouliez-vous dire « {near} » ?",
        "en": "unknown heading “{value}”: did you mean “{near}”?",
    },
    "unknown_heading": {
        "fr": "colonne inconnue « {value} », pas lue",
        "en": "unknown column “{value}”, not read",
    },
    "heading_twice": {
        "fr": "la colonne « {name} » est déjà en {first}",
        "en": "the column “{name}” stands already in {first}",
    },
    "beyond_headings": {
        "fr": "valeur hors du tableau : cette colonne n’a pas de titre",
        "en": "a value beside the table: this column has no heading",
    },
    # One cell
    "is_a_date": {
        "fr": "date ({value}) : mettez la colonne au format Texte et saisissez de nouveau",
        "en": "a date ({value}): set the column to Text and type again",
    },
    "is_an_hour": {
        "fr": "heure ({value}) : mettez la colonne au format Texte et saisissez de nouveau",
        "en": "an hour ({value}): set the column to Text and type again",
    },
    "is_an_error": {
        "fr": "formule en erreur ({value})",
        "en": "a formula that failed ({value})",
    },
    "too_long": {
        "fr": "trop long : {most} caractères au plus",
        "en": "too long: {most} characters at most",
    },
    "cut_on_screen": {
        "fr": "plus long que l’écran d’un téléphone : coupé après {most} caractères",
        "en": "longer than a phone’s screen: cut after {most} characters",
    },
    "no_phone_shows": {
        "fr": "le caractère « {char} » ne s’affiche pas sur les téléphones",
        "en": "phones do not show the character “{char}”",
    },
    "bad_code": {
        "fr": "code illisible ({value}) : mettez la colonne au format Texte",
        "en": "no code ({value}): set the column to Text",
    },
    "bad_phone": {
        "fr": "pas un numéro de téléphone",
        "en": "not a phone number",
    },
    "shortened_number": {
        "fr": "numéro abrégé par le tableur ({value}) : mettez la colonne au format Texte"
        " et saisissez de nouveau",
        "en": "number shortened by the spreadsheet ({value}): set the column to Text and type again",
    },
    "bad_language": {
        "fr": "langue inconnue « {value} » ; connues : {known}",
        "en": "unknown language “{value}”; known: {known}",
    },
    "bad_timezone": {
        "fr": "fuseau horaire inconnu « {value} » ; exemple : Africa/Porto-Novo",
        "en": "unknown time zone “{value}”; example: Africa/Porto-Novo",
    },
    "bad_days": {
        "fr": "jours illisibles « {value} » ; exemples : lun, mer, ven · lun-ven · 1,3,5",
        "en": "days not readable “{value}”; examples: mon, wed, fri · mon-fri · 1,3,5",
    },
    "bad_hour": {
        "fr": "heure illisible « {value} » ; exemple : 08:00",
        "en": "hour not readable “{value}”; example: 08:00",
    },
    "bad_distance": {
        "fr": "distance illisible « {value} » : des kilomètres, de 0 à {most}",
        "en": "distance not readable “{value}”: kilometres, from 0 to {most}",
    },
    "bad_rank": {
        "fr": "rang illisible « {value} » : 1 est prévenu d’abord, puis 2, 3 …",
        "en": "rank not readable “{value}”: 1 is told first, then 2, 3 …",
    },
    "bad_yes_no": {
        "fr": "« {value} » : écrivez oui ou non",
        "en": "“{value}”: write yes or no",
    },
    # One row
    "missing_key": {"fr": "il manque « {name} »", "en": "“{name}” is missing"},
    "missing_needed": {
        "fr": "il manque « {name} » : {code} est nouveau",
        "en": "“{name}” is missing: {code} is new",
    },
    "missing_place": {
        "fr": "il manque le centre ou le district",
        "en": "the facility or the district is missing",
    },
    "other_place": {
        "fr": "le centre {facility} est du district {district}",
        "en": "facility {facility} belongs to district {district}",
    },
    "twice": {"fr": "{code} est déjà en {first}", "en": "{code} stands already in {first}"},
    "made_up_code": {
        "fr": "{code} : un code qui commence par # est donné par la plateforme, celui-ci est inconnu",
        "en": "{code}: a code that begins with # is the platform’s own, and this one is unknown",
    },
    "lost_zeros": {
        "fr": "{code} est nouveau, et {near} existe : le tableur a-t-il ôté des zéros ?",
        "en": "{code} is new, and {near} exists: did the spreadsheet take zeros away?",
    },
    "unknown_code": {"fr": "code inconnu : {code} ({what})", "en": "unknown {what}: {code}"},
    "unknown_code_near": {
        "fr": "code inconnu : {code} ({what}) ; vouliez-vous dire {near} ?",
        "en": "unknown {what}: {code}; did you mean {near}?",
    },
    "not_yours": {
        "fr": "{code} est d’un autre district : vous n’importez que le vôtre",
        "en": "{code} belongs to another district: you import your own alone",
    },
    "new_district": {
        "fr": "{code} : un nouveau district se crée par l’administrateur",
        "en": "{code}: a new district is made by the administrator",
    },
    "changes_district": {
        "fr": "{code} est du district {before} : fermez-le là et créez-le ici avec un nouveau code",
        "en": "{code} belongs to district {before}: close it there and make it here with a new code",
    },
    "closed_and_unknown": {
        "fr": "{code} est fermé et inconnu : ligne laissée de côté",
        "en": "{code} is closed and unknown: row passed over",
    },
    # Rows together
    "refers_to_closed": {
        "fr": "code fermé : {code} ({what})",
        "en": "closed {what}: {code}",
    },
    "number_twice": {
        "fr": "même numéro que l’agent {code} ({first})",
        "en": "same number as health worker {code} ({first})",
    },
    "number_taken": {
        "fr": "numéro de l’agent {code} : donnez-lui un autre numéro ou fermez-le dans le même fichier",
        "en": "number of health worker {code}: give them another number or close them in the same file",
    },
    "number_taken_elsewhere": {
        "fr": "numéro d’un agent d’un autre district",
        "en": "number of a health worker of another district",
    },
    "rank_taken": {
        "fr": "le rang {rank} du village {village} est à l’agent {code} : changez ou fermez sa ligne",
        "en": "rank {rank} of village {village} is health worker {code}’s: change or close that row",
    },
    "next_is_itself": {
        "fr": "{code} est son propre centre suivant",
        "en": "{code} is its own next facility",
    },
    "circle": {
        "fr": "les centres suivants tournent en rond : {way}",
        "en": "the next facilities go round in a circle: {way}",
    },
    "still_used": {
        "fr": "{code} ne peut fermer : {by} en dépend ; changez-le ou fermez-le dans le même fichier",
        "en": "{code} cannot close: {by} depends on it; change or close that in the same file",
    },
    "worker_of_other_district": {
        "fr": "l’agent {code} est d’un autre district que le village",
        "en": "health worker {code} is of another district than the village",
    },
    "centre_of_other_district": {
        "fr": "le centre {code} est d’un autre district ({district})",
        "en": "facility {code} is of another district ({district})",
    },
    "same_name": {
        "fr": "« {value} » est aussi le nom de {code} dans la même aire : l’écran les distingue",
        "en": "“{value}” is also the name of {code} in the same area: screens tell them apart",
    },
    "no_centre": {
        "fr": "village sans centre de référence : ses malades iront au district",
        "en": "village without a reference centre: its patients go to the district",
    },
    "no_duty_phone": {
        "fr": "centre sans téléphone de garde : personne n’y reçoit les SMS",
        "en": "facility without a duty phone: nobody there receives the SMS",
    },
    "open_referrals": {
        "fr": "{code} ferme avec {count} référence(s) en cours : elles vont à leur fin comme prévu",
        "en": "{code} closes with {count} open referral(s): they go on to their end as planned",
    },
    "patients_handed_over": {
        "fr": "l’agent {code} part avec {count} référence(s) en cours : l’agent suivant du village,"
        " sinon le district, les reprend",
        "en": "health worker {code} leaves with {count} open referral(s): the village’s next health"
        " worker, else the district, takes them",
    },
    "patients_on_the_way": {
        "fr": "le centre {code} ferme avec {count} référence(s) en cours : il peut encore y répondre,"
        " appelez-le",
        "en": "facility {code} closes with {count} open referral(s): it may still answer them, call it",
    },
    "given_back": {
        "fr": "l’import n’a pas pu se faire : rien n’a été écrit, déposez le fichier de nouveau",
        "en": "the import could not be done: nothing was written, hand the file in again",
    },
    "changed_meanwhile": {
        "fr": "le répertoire a changé pendant l’import : rien n’a été écrit, recommencez",
        "en": "the directory changed during the import: nothing was written, start again",
    },
}

WARNINGS = frozenset(
    {
        "unknown_sheet",
        "no_rows",
        "unknown_heading",
        "beyond_headings",
        "cut_on_screen",
        "closed_and_unknown",
        "centre_of_other_district",
        "same_name",
        "no_centre",
        "no_duty_phone",
        "open_referrals",
        "patients_handed_over",
        "patients_on_the_way",
    }
)
"""What is told and does not forbid the import."""

WHAT: dict[str, dict[str, str]] = {
    "districts": {"fr": "district", "en": "district"},
    "health_areas": {"fr": "aire de santé", "en": "health area"},
    "facilities": {"fr": "centre", "en": "facility"},
    "villages": {"fr": "village", "en": "village"},
    "health_workers": {"fr": "agent de santé", "en": "health worker"},
    "village_posts": {"fr": "affectation", "en": "post"},
    "duty_phones": {"fr": "garde", "en": "duty phone"},
}
"""What one row of a sheet is called; a value of findings that begins with `@` is one of these."""
