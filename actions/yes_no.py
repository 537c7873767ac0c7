"""A yes or a no outside any form: it answers the offer on the table, if there is one."""

from __future__ import annotations

from actions.cases import settle_question
from actions.conversation import Conversation, Reply
from actions.faq import content, discontent, give
from actions.forget import forget, keep_all
from actions.links import separate
from actions.loose_values import begin_return
from actions.moved import redirect
from actions.offers import offered, person_offered_for
from actions.order_status import tell_status
from actions.person import hand_over
from actions.resuming import take_up_case
from actions.unsure import admit_not_knowing, keep, kept


class ActionYes(Reply):
    """Yes."""

    def name(self) -> str:
        """As the rules call it."""
        return "action_yes"

    async def answer(self, talk: Conversation) -> None:
        """Take up the offer."""
        offer = offered(talk)
        kind = offer.get("kind")
        if reason := person_offered_for(talk):
            hand_over(talk, reason)
        elif kind == "rate":
            content(talk)
        elif kind == "meant":
            _answer_meant(talk, str(offer["faq_id"]))
        elif kind == "return":
            begin_return(talk, offer["values"])
        elif kind == "forget":
            forget(talk, str(offer["what"]))
        elif kind == "unlink":
            separate(talk)
        elif kind == "redirect":
            redirect(talk, str(offer["number"]), str(offer["address"]))
        elif kind == "which_order":
            await tell_status(talk)
        elif kind == "which_case":
            await take_up_case(talk, str(offer["first"]))
        else:
            talk.say_response("utter_good")


class ActionNo(Reply):
    """No."""

    def name(self) -> str:
        """As the rules call it."""
        return "action_no"

    async def answer(self, talk: Conversation) -> None:
        """Let the offer go; a no to "did that help" asks for something better."""
        kind = offered(talk).get("kind")
        if kind == "rate":
            discontent(talk)
        elif kind == "meant":
            keep(talk, ())
            admit_not_knowing(talk)
        elif kind == "forget":
            keep_all(talk)
        elif kind == "unlink":
            talk.say("All right, they stay together.")
        elif talk.form:
            if kind == "person":  # declined, so it is offered once more before one comes unasked
                talk.set("form_failures", 1.0)
            talk.say("All right, let’s go on.")
        elif kind == "person":
            settle_question(talk, "abandoned")
            talk.say_response("utter_as_you_like")
        else:
            talk.say_response("utter_as_you_like")


def _answer_meant(talk: Conversation, faq_id: str) -> None:
    candidates = kept(talk)
    meant = next((each for each in candidates if each.id == faq_id), None)
    if meant is None:
        admit_not_knowing(talk)
    else:
        give(talk, meant, rest=[each for each in candidates if each.id != faq_id])
