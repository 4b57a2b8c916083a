"""Words for channels in exports of Zendesk, Genesys Cloud and Amazon Connect, by our channels."""

from __future__ import annotations

_BY_CHANNEL = {
    "phone": (
        "voice", "phone", "telephone", "voicemail", "call", "callback", "phone call",
        "phone call*incoming*",
    ),
    "chat": ("chat", "live chat", "web chat", "webchat"),
    "messaging": (
        "message", "messaging", "native_messaging", "native messaging", "whatsapp*", "sms", "text",
        "text message", "line", "telegram", "viber", "wechat", "kakaotalk", "facebook_messenger",
        "facebook messenger", "messenger", "apple*", "google_business_messages", "web messaging",
        "open message", "sunshine*",
    ),
    "email": (
        "email", "e-mail", "mail", "web", "web form", "web_form", "web_widget", "web widget",
        "mobile", "mobile_sdk", "mobile sdk", "help_center", "help center", "closed_ticket",
        "closed ticket",
    ),
    "social": (
        "twitter*", "x_corp*", "x corp*", "facebook*", "instagram*", "tiktok*", "youtube*",
        "any_channel", "any channel", "social*",
    ),
}  # fmt: skip
CHANNELS = {word: channel for channel, words in _BY_CHANNEL.items() for word in words}
"""Our channel by a source's word for it; ``*`` stands for anything."""
