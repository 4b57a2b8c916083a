"""The pages' texts in French, by the English ones."""

from __future__ import annotations

from dashboard.french_demand import DEMAND

FRENCH: dict[str, str] = {
    **DEMAND,
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
