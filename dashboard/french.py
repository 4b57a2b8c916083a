"""The pages' texts in French, by the English ones."""

from dashboard.french_accounts import ACCOUNTS

FRENCH: dict[str, str] = {
    **ACCOUNTS,
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
