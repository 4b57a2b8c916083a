"""The texts of the pages of what-if and of data in French, by the English ones."""

WORK: dict[str, str] = {
    # plans at work
    "At work": "En cours",
    "Just ended": "Vient de finir",
    "Waits for its turn": "Attend son tour",
    "Stopping: the best found till now is kept": "Arrêt en cours : le meilleur trouvé est gardé",
    "Stop": "Arrêter",
    "Stop {name}": "Arrêter {name}",
    "End it at once": "Mettre fin tout de suite",
    "How far {name} is": "Avancement de {name}",
    "{time} so far": "{time} jusqu'ici",
    "not heard for {time}": "sans nouvelles depuis {time}",
    "asked for by {who}": "demandé par {who}",
    "{done} of {of}": "{done} sur {of}",
    "Done": "Terminé",
    "Stopped early": "Arrêté avant la fin",
    "Stopped": "Arrêté",
    "Failed": "Échec",
    "{hours} hours missing": "{hours} heures manquantes",
    "Open it": "Ouvrir",
    "This cannot be planned": "Impossible à planifier",
    "and {count} more": "et {count} de plus",
    "Beginning": "Démarrage",
    "Reading the history": "Lecture de l'historique",
    "Forecasting": "Prévision",
    "Positions needed": "Postes nécessaires",
    "Allocating, week by week": "Affectation, semaine par semaine",
    "Rostering": "Plannings nominatifs",
    "Projecting service": "Service projeté",
    "Writing the files": "Écriture des fichiers",
    "queued": "en attente",
    "running": "en cours",
    "done": "terminé",
    "failed": "échec",
    "stopped": "arrêté",
    # what-if
    "Scenarios": "Scénarios",
    "Ask what if, see plans side by side, and look up what was run, by whom, and why.":
        "Poser un « et si », comparer des plans, retrouver qui a lancé quoi, et pourquoi.",
    "Run a variant": "Lancer une variante",
    "Of the plan chosen above. The plan itself stays as it is.":
        "Du plan choisi ci-dessus, qui reste tel qu'il est.",
    "This plan lies in a folder: variants are made of plans in a store. Keep it with "
    "`planner run SCENARIO --store STORE`, and open that store.":
        "Ce plan est dans un dossier : les variantes se font des plans d'une base. Gardez-le avec "
        "`planner run SCENARIO --store STORE`, et ouvrez cette base.",
    "Ready changes": "Changements prêts",
    "Pick one or more": "En choisir un ou plusieurs",
    "None of that name: type it on the right": "Aucun de ce nom : l'écrire à droite",
    "Changes of your own, one a line": "Vos changements, un par ligne",
    "Name of the plan": "Nom du plan",
    "Left out: the scenario's, with the changes": "Sinon : celui du scénario, et les changements",
    "A note to it": "Une note",
    "Run it": "Lancer",
    "Nothing is changed yet.": "Rien n'est encore changé.",
    "Will be planned with: {changes}": "Sera planifié avec : {changes}",
    "Plan {number} is on its way: see below.": "Le plan {number} est lancé : voir ci-dessous.",
    "Side by side": "Côte à côte",
    "Plans side by side": "Plans côte à côte",
    "Compare the plan above with up to three others":
        "Comparer le plan ci-dessus à trois autres au plus",
    "Pick plans": "Choisir des plans",
    "There is no other plan yet": "Il n'y a pas encore d'autre plan",
    "These plans cannot be compared": "Ces plans ne peuvent être comparés",
    "For {days}.": "Pour {days}.",
    "Differences are against {name}.": "Les écarts sont par rapport à {name}.",
    "The plan": "Le plan",
    "Answered in time, by channel": "Réponses à temps, par canal",
    "Answered in time, by market": "Réponses à temps, par marché",
    "Figure": "Chiffre",
    "Queue": "File",
    "Each queue": "Chaque file",
    "All figures as CSV": "Tous les chiffres en CSV",
    "As an Excel workbook": "En classeur Excel",
    "What the comparison counts": "Ce que la comparaison compte",
    "Every plan is made by itself, with whole heads: a difference in cost of a fraction of a "
    "percent can be chance of rounding.":
        "Chaque plan est fait pour lui-même, en personnes entières : un écart de coût d'une "
        "fraction de pour cent peut venir des arrondis.",
    "A promise counts as kept where the share over all days reaches it; the remark beside it "
    "counts the days of each queue that keep it by themselves.":
        "Une promesse est tenue si la part sur tous les jours l'atteint ; à côté sont comptés les "
        "jours de chaque file qui la tiennent par eux-mêmes.",
    "Positions missing on the line, and work that falls overdue, are bought from nobody: a plan "
    "may be cheap as it leaves work undone.":
        "Les postes manquants et le travail en retard ne sont achetés à personne : un plan peut "
        "être bon marché parce qu'il laisse du travail.",
    "No finished plan yet": "Aucun plan terminé",
    "Variants are made of a plan.": "Les variantes se font à partir d'un plan.",
    "Begin with your data or an example": "Commencer par vos données ou un exemple",
    # all plans
    "All plans": "Tous les plans",
    "A folder holds one plan. A store keeps many, with their log.":
        "Un dossier contient un plan. Une base en garde beaucoup, avec leur journal.",
    "The newest first. Choose one for its notes, its log, and what can be done.":
        "Le plus récent d'abord. En choisir un pour ses notes, son journal et les actions.",
    "No plan is chosen in the list.": "Aucun plan n'est choisi dans la liste.",
    "Name": "Nom",
    "Status": "État",
    "Cost": "Coût",
    "Missing, h": "Manque, h",
    "By": "Par",
    "Asked for (UTC)": "Demandé (UTC)",
    "First day, days": "Premier jour, jours",
    "asked for by {who} at {when} UTC": "demandé par {who} à {when} UTC",
    "version {version}, last changed by {who}": "version {version}, changé par {who}",
    "Rename": "Renommer",
    "A note": "Une note",
    "Add it": "Ajouter",
    "Notes": "Notes",
    "None yet.": "Aucune.",
    "Who did what": "Qui a fait quoi",
    "Run it again": "Relancer",
    "Remove this plan": "Supprimer ce plan",
    "Remove it for good": "Supprimer pour de bon",
    "With its files, notes and actuals, for good. The log keeps that it was there.":
        "Avec ses fichiers, notes et réalisés, pour de bon. Le journal garde sa trace.",
    "Plan {number} is removed.": "Le plan {number} est supprimé.",
    "This plan cannot be shown": "Ce plan ne peut être montré",
    "That was not done": "Cela n'a pas été fait",
    # data
    "Data": "Données",
    "From a centre and its past contacts to a finished plan.":
        "D'un centre et de ses contacts passés à un plan terminé.",
    "A folder holds one plan": "Un dossier contient un plan",
    "What is planned here is kept in a store. Open one with `planner dashboard --store STORE`.":
        "Ce qui est planifié ici est gardé dans une base : `planner dashboard --store STORE`.",
    "1. The centre": "1. Le centre",
    "Markets, queues, promises, pools and the days to plan.":
        "Marchés, files, promesses, équipes et jours à planifier.",
    "An example": "Un exemple",
    "Pick one": "En choisir un",
    "Or your own: a scenario file (YAML)": "Ou le vôtre : un fichier de scénario (YAML)",
    "Tables that it names: agents, drivers (optional)":
        "Tables qu'il nomme : agents, facteurs (facultatif)",
    "The scenario cannot be read": "Le scénario ne peut être lu",
    "{title}: {queues} queues, {pools} pools.": "{title} : {queues} files, {pools} équipes.",
    "No title": "Sans titre",
    "Take away": "Retirer",
    "Take {name} away": "Retirer {name}",
    "2. Its history": "2. Son historique",
    "The example's own history is read, unless you hand over another.":
        "L'historique de l'exemple est lu, sauf si vous en donnez un autre.",
    "CSV, Parquet, or tickets of Zendesk as NDJSON; 100 MB at most.":
        "CSV, Parquet, ou tickets Zendesk en NDJSON ; 100 Mo au plus.",
    "A history: contacts by interval and queue, or one row a contact":
        "Un historique : contacts par intervalle et file, ou une ligne par contact",
    "must be of {most} MB at most, got more": "doit faire {most} Mo au plus",
    "must hold something, got nothing": "doit contenir quelque chose, est vide",
    "Sending": "Envoi",
    "Sent; being looked over": "Envoyé ; en cours d'examen",
    "It could not be sent: try again": "L'envoi a échoué : réessayer",
    "The history cannot be read": "L'historique ne peut être lu",
    "The history cannot be read so: choose its columns":
        "L'historique ne peut être lu ainsi : choisir ses colonnes",
    "Its first rows": "Ses premières lignes",
    "Which column is what": "Quelle colonne est quoi",
    "Guessed from the names: put right what is wrong.":
        "Deviné d'après les noms : corriger ce qui est faux.",
    "Start of the interval, or of the contact": "Début de l'intervalle, ou du contact",
    "Market, part of the queue's name": "Marché, partie du nom de la file",
    "Channel, part of the queue's name": "Canal, partie du nom de la file",
    "Kind of caller, part of the queue's name": "Type de client, partie du nom de la file",
    "Contacts offered (none: each row is one)": "Contacts offerts (aucune : un par ligne)",
    "Handling time, seconds": "Durée de traitement, secondes",
    "Handling time, minutes": "Durée de traitement, minutes",
    "Answered": "Répondus",
    "Hung up": "Abandons",
    "Mean wait of all contacts, seconds": "Attente moyenne de tous, secondes",
    "none": "aucune",
    "Read it so": "Lire ainsi",
    "What was read": "Ce qui a été lu",
    "Which queue is which": "Quelle file est laquelle",
    "The table has the queues {words}. Choose a centre to say which they are there.":
        "La table a les files {words}. Choisir un centre pour dire lesquelles elles y sont.",
    "All are named as in the scenario.": "Toutes portent le nom du scénario.",
    "leave these rows out": "laisser ces lignes de côté",
    "{count} words are no queue of the scenario: more than can be picked here. Put them into "
    "history.queues of the scenario file, where * stands for anything.":
        "{count} mots ne sont pas des files du scénario : trop pour les choisir ici. Les mettre "
        "dans history.queues du fichier, où * vaut pour tout.",
    "3. Check and plan": "3. Vérifier et planifier",
    "A check tells all that is wrong, with its lines. The files that you handed over are removed "
    "once the plan is on its way; it keeps what it needs of them.":
        "La vérification dit tout ce qui est faux, avec les lignes. Les fichiers donnés sont "
        "supprimés une fois le plan lancé ; il garde ce qu'il lui en faut.",
    "Left out: the scenario's": "Sinon : celui du scénario",
    "Check it": "Vérifier",
    "Plan it": "Planifier",
    "Choose a centre first.": "Choisir d'abord un centre.",
}  # fmt: skip
