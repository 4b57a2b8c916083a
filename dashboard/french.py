"""The pages' texts in French, by the English ones."""

from dashboard.french_accounts import ACCOUNTS
from dashboard.french_demand import DEMAND
from dashboard.french_roster import FRENCH_ROSTER
from dashboard.french_sourcing import SOURCING
from dashboard.french_work import WORK

FRENCH: dict[str, str] = {
    **ACCOUNTS,
    **DEMAND,
    **FRENCH_ROSTER,
    **SOURCING,
    **WORK,
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
