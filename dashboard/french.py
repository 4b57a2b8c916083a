"""The pages' texts in French, by the English ones."""

from dashboard.french_roster import FRENCH_ROSTER

FRENCH: dict[str, str] = {
    **FRENCH_ROSTER,
    "Overview": "Synthèse",
    "Staffing": "Effectifs",
    "Pages": "Pages",
    "Plan": "Plan",
    "No such plan": "Aucun plan de ce nom",
    "Light or dark": "Clair ou sombre",
    "Language": "Langue",
    "Market": "Marché",
    "Channel": "Canal",
    "Day": "Jour",
}
