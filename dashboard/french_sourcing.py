"""The buyer's page in French, by the English texts."""

SOURCING: dict[str, str] = {
    "Sourcing": "Sous-traitance",
    "What each pool really costs, what the next hour is worth, and what another rate changes.": (
        "Ce que chaque équipe coûte vraiment, ce que vaut l'heure suivante, et ce qu'un autre "
        "tarif change."
    ),
    "What each pool really costs": "Ce que chaque équipe coûte vraiment",
    "The same money by each measure; penalties and bonuses are included.": (
        "Le même argent par chaque mesure ; pénalités et bonus compris."
    ),
    "Minimum billing": "Minimum facturé",
    "Penalties and bonuses": "Pénalités et bonus",
    "All days on average": "Tous les jours en moyenne",
    "What the next hour is worth is not known": "La valeur de l'heure suivante n'est pas connue",
    "This plan was made without it. Plan again to see it.": (
        "Ce plan a été fait sans elle. Planifiez de nouveau pour la voir."
    ),
    "Another rate": "Un autre tarif",
    "Change what a pool is paid: what the plan would cost, and what would be bought.": (
        "Changez le tarif d'une équipe : ce que le plan coûterait, et ce qui serait acheté."
    ),
    "{currency} an hour": "{currency} l'heure",
    "{currency} a contact": "{currency} le contact",
    "Back to today's rates": "Revenir aux tarifs d'aujourd'hui",
    "The weeks get ready as soon as the page is shown.": (
        "Les semaines se préparent dès que la page est affichée."
    ),
    "The weeks get ready": "Préparation des semaines",
    "Looking for the cheapest mix": "Recherche de la répartition la moins chère",
    "{what}: {done} of {of}.": "{what} : {done} sur {of}.",
    "The plan left as it is, {days} days": "Le plan laissé tel quel, {days} jours",
    "Nothing moves: the same hours stay the cheapest, only their price changes.": (
        "Rien ne bouge : les mêmes heures restent les moins chères, seul leur prix change."
    ),
    "Paid hours that move: {pools}.": "Heures payées qui bougent : {pools}.",
    "its prices by volume do not move with a rate": ("ses prix par volume ne suivent pas un tarif"),
    "as much as today": "autant qu'aujourd'hui",
    "{money} more than today": "{money} de plus qu'aujourd'hui",
    "{money} less than today": "{money} de moins qu'aujourd'hui",
    "as many as today": "autant qu'aujourd'hui",
    "{hours} more than today": "{hours} de plus qu'aujourd'hui",
    "{hours} fewer than today": "{hours} de moins qu'aujourd'hui",
    "Planned anew, {weeks}, at least": "Replanifié, {weeks}, au moins",
    "one week": "une semaine",
    "{count} weeks": "{count} semaines",
    "Position hours missing then": "Heures de poste manquantes alors",
    "pool": "équipe",
    "rate today": "tarif actuel",
    "rate asked": "tarif demandé",
    "paid hours today": "heures payées aujourd'hui",
    "then": "alors",
    "change": "écart",
    "contacts today": "contacts aujourd'hui",
    "What would be bought, heads in fractions": (
        "Ce qui serait acheté, agents comptés en fractions"
    ),
    " and ": " et ",
    "Ready: change a rate above. At today's rates the cheapest mix of {weeks} (from "
    "{named}) costs {cost}, heads in fractions.": (
        "Prêt : changez un tarif ci-dessus. Aux tarifs d'aujourd'hui, la répartition la moins "
        "chère de {weeks} (à partir de {named}) coûte {cost}, agents comptés en fractions."
    ),
    "Asked of {weeks} (from {named}); “today” is the same mix at today's rates. Heads "
    "are counted in fractions, and what passes from week to week stays as in the plan: a plan "
    "in whole heads costs more, this one {gap} more than such a bound. The plan left as it is "
    "counts all its days, with penalties and bonuses; the mix is before them.": (
        "Demandé pour {weeks} (à partir de {named}) ; « aujourd'hui » est la même "
        "répartition aux tarifs actuels. Les agents sont comptés en fractions, et ce qui passe "
        "d'une semaine à l'autre reste comme dans le plan : un plan en agents entiers coûte plus, "
        "celui-ci {gap} de plus qu'une telle borne. Le plan laissé tel quel compte tous ses "
        "jours, avec pénalités et bonus ; la répartition est avant ceux-ci."
    ),
    "The price that decides, and what service costs": (
        "Le prix qui décide, et ce que coûte le service"
    ),
    "The price that decides": "Le prix qui décide",
    "Service for those who wait on the line": "Service pour ceux qui attendent en ligne",
    "Own agents": "Agents internes",
    "At which price of each pool the mix would switch, what more or less service costs, and more "
    "or fewer own agents.": (
        "À quel prix de chaque équipe la répartition changerait, et ce que coûtent plus ou moins "
        "de service et d'agents internes."
    ),
    "In a large centre this takes many minutes; the page stays usable.": (
        "Dans un grand centre cela prend de longues minutes ; la page reste utilisable."
    ),
    "Work it out": "Calculer",
    "Stop": "Arrêter",
    "Not worked out yet.": "Pas encore calculé.",
    "Trying prices": "Essai des prix",
    "Moving own staff": "Variation des agents internes",
    "Moving the promise": "Variation de la promesse",
    "Stopping: what is done is kept. Stop again to end it without.": (
        "Arrêt en cours : ce qui est fait est gardé. Arrêtez encore pour finir sans attendre."
    ),
    "At work for {since}.": "Au travail depuis {since}.",
    "{name}: {done} of {of}": "{name} : {done} sur {of}",
    "It was stopped before anything was found.": "Arrêté avant d'avoir rien trouvé.",
    "Stopped early: this is what was found until then.": (
        "Arrêté en avance : voici ce qui était trouvé jusque-là."
    ),
}
