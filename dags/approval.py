"""A person lets the return out: Airflow asks, hedui keeps the answer. No default: silence fails, it never approves."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from airflow.providers.standard.operators.hitl import ApprovalOperator

COMMAND = "hedui monthly"
"""The user id under which the command answers in its own process."""


class ReturnApproval(ApprovalOperator):
    """Shows the verdict of the return that the task before hands on, and keeps who said what in hedui's state.

    The answer itself does not travel: an XCom holds references only. There is one gate, and this is one of its doors: where the portal
    was answered first, the question ends as that answer did (decision 0031).
    """

    def __init__(self, *, return_id: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.return_id = return_id

    template_fields = (*ApprovalOperator.template_fields, "return_id")

    def execute(self, context: Any) -> Any:
        """Ask, with all that the approver needs to read; not where somebody has answered already."""
        from submission.monthly.approval import request, settled

        if told := settled(self.return_id):
            return self.ended(context, told)
        self.body = request(self.return_id)
        return super().execute(context)

    def execute_complete(self, context: Any, event: dict[str, Any]) -> Any:
        """Keep the answer; a no skips what follows. Raises GateRefused for a yes without the reason that warnings need: then it asks again.

        A question whose time is over ends well where another door was answered meanwhile.
        """
        from submission.monthly.approval import answer, settled

        if "error" in event and (told := settled(self.return_id)):
            return self.ended(context, told)
        if "error" not in event:
            user = event["responded_by_user"] or {}
            answer(
                self.return_id,
                approved=event["chosen_options"] == [self.APPROVE],
                by=str(user.get("name") or user.get("id") or ""),
                through="command" if user.get("id") == COMMAND else "airflow",
                reason=str((event["params_input"] or {}).get("reason") or ""),
                at=event["responded_at"],
            )
        return super().execute_complete(context, event)["chosen_options"]

    def ended(self, context: Any, told: str) -> Any:
        """As after that answer here: a yes goes on, a no skips what follows."""
        from submission.monthly.approval import APPROVED

        chosen = [self.APPROVE if told == APPROVED else self.REJECT]
        event = {"chosen_options": chosen, "params_input": {}, "responded_at": datetime.now(UTC), "responded_by_user": None}
        return super().execute_complete(context, event)["chosen_options"]
