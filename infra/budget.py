"""What a month may cost, and who hears that it will cost more."""

from aws_cdk import aws_budgets as budgets
from constructs import Construct

from parameters import Parameters


def budget(scope: Construct, parameters: Parameters) -> None:
    """Warn at four fifths of the budget, and when the forecast goes beyond it."""
    budgets.CfnBudget(
        scope,
        "Budget",
        budget=budgets.CfnBudget.BudgetDataProperty(
            budget_type="COST",
            time_unit="MONTHLY",
            budget_limit=budgets.CfnBudget.SpendProperty(amount=parameters.budget_usd, unit="USD"),
            # Counts once `app` is switched on as a cost allocation tag.
            cost_filters={"TagKeyValue": [f"user:app${parameters.name}"]},
        ),
        notifications_with_subscribers=[
            _told(parameters, "ACTUAL", 80),
            _told(parameters, "FORECASTED", 100),
        ],
    )


def _told(
    parameters: Parameters, kind: str, percent: int
) -> budgets.CfnBudget.NotificationWithSubscribersProperty:
    return budgets.CfnBudget.NotificationWithSubscribersProperty(
        notification=budgets.CfnBudget.NotificationProperty(
            comparison_operator="GREATER_THAN", notification_type=kind, threshold=percent
        ),
        subscribers=[
            budgets.CfnBudget.SubscriberProperty(
                address=parameters.alarm_email, subscription_type="EMAIL"
            )
        ],
    )
