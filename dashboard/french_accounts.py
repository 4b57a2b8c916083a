"""The texts of logging in, in French."""

ACCOUNTS: dict[str, str] = {
    "Log in": "Connexion",
    "Log out": "Se déconnecter",
    "Name": "Nom",
    "Password": "Mot de passe",
    "Account": "Compte",
    "No account, or password forgotten? Ask whoever runs the planner.": "Pas de compte, ou mot de "
    "passe oublié ? Adressez-vous à la personne qui gère le planificateur.",
    "Name or password is wrong.": "Nom ou mot de passe incorrect.",
    "Too many tries: wait a quarter of an hour.": "Trop d'essais : attendez un quart d'heure.",
    "You may look at all plans.": "Vous pouvez consulter tous les plans.",
    "You may make plans, change your own ones, and add notes to all.": "Vous pouvez créer des "
    "plans, modifier les vôtres et annoter tous les plans.",
    "You may do everything, with other people's plans too.": "Vous pouvez tout faire, y compris "
    "avec les plans des autres.",
    "Another password": "Changer de mot de passe",
    "Password until now": "Mot de passe actuel",
    "New password, at least 10 characters": "Nouveau mot de passe, 10 caractères au moins",
    "The new one again": "Le nouveau, encore une fois",
    "Change it": "Changer",
    "Back to the plans": "Retour aux plans",
    "The password until now is wrong.": "Le mot de passe actuel est incorrect.",
    "The new password was not written twice alike.": "Les deux nouveaux mots de passe diffèrent.",
    "The page is too old, or your browser kept no cookie: open the page again, over https, "
    "and allow its cookies. Nothing was changed.": "La page est trop ancienne, ou votre navigateur "
    "n'a pas gardé de cookie : rouvrez la page, en https, et acceptez ses cookies. Rien n'a "
    "changé.",
}
