"""The commands in the chat's menu, with what a customer reads there in the language of their app. Offered at start."""

from __future__ import annotations

from collections.abc import Mapping

MENU: Mapping[str, str] = {
    "start": "Begin, or carry on where we were",
    "help": "What I can do for you",
    "person": "Talk to a person",
    "stop": "Stop what we are doing",
    "privacy": "What I keep about you, and your choices",
    "forget": "Have it deleted",
    "code": "Go on in the chat on our website",
    "language": "Choose the language of my answers",
}
"""For whose language is none of the others."""

_COMMANDS = tuple(MENU)

MENUS: Mapping[str, Mapping[str, str]] = {
    language: dict(zip(_COMMANDS, words, strict=True))
    for language, words in {
        "ar": (
            "ابدأ أو تابع من حيث توقفنا",
            "ما الذي يمكنني فعله لك",
            "التحدث إلى شخص",
            "إيقاف ما نقوم به",
            "ما الذي أحتفظ به عنك وخياراتك",
            "حذف ذلك",
            "المتابعة في المحادثة على موقعنا",
            "اختيار لغة إجاباتي",
        ),
        "de": (
            "Beginnen oder da weitermachen, wo wir waren",
            "Was ich für Sie tun kann",
            "Mit einem Menschen sprechen",
            "Abbrechen, was wir gerade tun",
            "Was ich über Sie aufbewahre und was Sie bestimmen",
            "Es löschen lassen",
            "Im Chat auf unserer Website weitermachen",
            "Die Sprache meiner Antworten wählen",
        ),
        "es": (
            "Empezar o seguir donde estábamos",
            "Qué puedo hacer por usted",
            "Hablar con una persona",
            "Dejar lo que estamos haciendo",
            "Qué guardo sobre usted y qué puede decidir",
            "Hacer que se borre",
            "Seguir en el chat de nuestra web",
            "Elegir el idioma de mis respuestas",
        ),
        "fr": (
            "Commencer ou reprendre où nous en étions",
            "Ce que je peux faire pour vous",
            "Parler à une personne",
            "Arrêter ce que nous faisons",
            "Ce que je garde de vous, et vos choix",
            "Le faire effacer",
            "Continuer dans le chat de notre site",
            "Choisir la langue de mes réponses",
        ),
        "zh": (
            "开始，或从上次的地方继续",
            "我能为您做什么",
            "与真人交谈",
            "停止正在做的事",
            "我保存了您的哪些信息，以及您的选择",
            "删除这些信息",
            "在我们网站的聊天中继续",
            "选择我回答所用的语言",
        ),
    }.items()
}
"""The same in other languages, by the two letters that Telegram knows them by (ISO 639-1)."""
