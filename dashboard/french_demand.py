"""Texts of the pages of demand and positions in French, by the English ones."""

from __future__ import annotations

DEMAND: dict[str, str] = {
    "Demand": "Demande",
    "What came and what is expected, of what each day is made, and what if it were more.":
        "Ce qui est venu et ce qui est attendu, de quoi chaque jour est fait, et si c'était plus.",
    "Positions needed and given, by pool; the work that waits, and for how long.":
        "Positions nécessaires et données, par équipe ; le travail qui attend, et depuis quand.",
    "Queue": "File",
    "Interval": "Intervalle",
    "History shown": "Passé affiché",
    "8 weeks": "8 semaines",
    "13 months": "13 mois",
    "All markets": "Tous les marchés",
    "All channels": "Tous les canaux",
    "All queues": "Toutes les files",
    "{day}, the busiest": "{day}, le plus chargé",
    "{time}, the busiest": "{time}, le plus chargé",
    "{name}: history and forecast by day": "{name} : passé et prévision par jour",
    "The largest of the queues chosen. ": "La plus grande des files choisies. ",
    "The first is in contacts, each other one multiplies it.":
        "Le premier est en contacts, chacun des autres le multiplie.",
    "Their product is the day's contacts": "Leur produit est le nombre de contacts du jour",
    "factor": "facteur",
    "what it stands for": "ce qu'il représente",
    "contacts": "contacts",
    "What {queue} is made of on {day}": "De quoi {queue} est fait le {day}",
    "Every day of {queue}, factor by factor": "Chaque jour de {queue}, facteur par facteur",
    "Method: {method}.": "Méthode : {method}.",
    "Accuracy so far": "Justesse jusqu'ici",
    "Tried on the past": "Essai sur le passé",
    "Try {queue} on its past": "Essayer {queue} sur son passé",
    "The forecast made again from six days of the past that knew nothing of what came after, "
    "as `planner backtest` does. It takes about five seconds.":
        "La prévision refaite depuis six jours du passé qui ignoraient la suite, comme le fait "
        "`planner backtest`. Cela prend environ cinq secondes.",
    "What came is read in for plans of a store.":
        "Ce qui est venu se lit pour les plans d'un dépôt.",
    "Nothing has been read in yet of what came on these days: `planner actuals {plan} TABLE`.":
        "Rien n'a encore été lu de ce qui est venu ces jours-là : `planner actuals {plan} TABLE`.",
    "Nothing of these queues has come yet.": "Rien n'est encore venu pour ces files.",
    "The queue has too little history of its own to be tried on.":
        "La file a trop peu de passé pour être essayée.",
    "Events by name, day and market": "Événements par nom, jour et marché",
    "What if": "Et si",
    "No event moves a day of this plan.": "Aucun événement ne change un jour de ce plan.",
    "Taken away in this plan, so that only a run tells of it: {events}.":
        "Retiré de ce plan, seul un calcul en parle : {events}.",
    "An event at 3 has three times its own effect; the rest of the day stays. The dashed line "
    "above is the forecast's own arithmetic.":
        "Un événement à 3 a trois fois son propre effet ; le reste du jour ne change pas. La ligne "
        "en tirets ci-dessus est le calcul même de la prévision.",
    "at most {factor} times the day, {markets}": "au plus {factor} fois le jour, {markets}",
    "{event}: times its effect": "{event} : fois son effet",
    "times": "fois",
    "more": "de plus",
    "exactly": "exactement",
    "Override {day} in {where}, for each queue:": "Corriger {day} pour {where}, par file :",
    "What": "Quoi",
    "How much": "Combien",
    "Why": "Pourquoi",
    "TV spot": "Publicité",
    "Try it": "Essayer",
    "all queues": "toutes les files",
    "Take away": "Retirer",
    "Make this a variant and run it": "En faire une variante et la calculer",
    "To run it: `planner run SCENARIO {words}`":
        "Pour le calculer : `planner run SCENARIO {words}`",
    "Back to the plan": "Revenir au plan",
    "How much must be a number, such as 1.2.": "Combien doit être un nombre, par exemple 1.2.",
    "How much must be at most a million.": "Combien doit être au plus un million.",
    "How much must be 0 or more.": "Combien doit être 0 ou plus.",
    "A day can be made at most 1000 times as large.":
        "Un jour peut être au plus 1000 fois plus grand.",
    "Click an interval, or choose it above, to see its arithmetic below.":
        "Cliquez un intervalle, ou choisissez-le ci-dessus, pour voir son calcul ci-dessous.",
    "No interval": "Aucun intervalle",
    "Nothing comes on this day.": "Rien ne vient ce jour-là.",
    "The same steps as `planner explain`.": "Les mêmes étapes que `planner explain`.",
}  # fmt: skip
