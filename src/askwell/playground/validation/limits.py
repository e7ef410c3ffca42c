"""Every limit that the local Slack enforces, and where it was read.

sdk: slack_sdk.models; D/: docs.slack.dev. Where sources disagree the lower number stands here.
"""

from typing import NamedTuple


class Limit(NamedTuple):
    """A number that is still accepted, and its source."""

    most: int
    source: str


LIMITS: dict[str, Limit] = {
    # Messages
    "message.blocks": Limit(50, "D/block-kit/blocks"),
    "message.characters": Limit(13_200, "measured by others; Slack publishes no number"),
    "message.text": Limit(40_000, "D/methods/chat.postMessage#truncating"),
    "message.markdown": Limit(12_000, "D/blocks/markdown-block, all markdown of one payload"),
    "message.charts": Limit(2, "D/blocks/data-visualization-block"),
    "message.table_characters": Limit(10_000, "D/blocks/data-table-block, all tables together"),
    "metadata.event_type": Limit(255, "D/messaging/message-metadata"),
    "metadata.characters": Limit(8_000, "D/messaging/message-metadata"),
    # Views
    "view.blocks": Limit(100, "sdk View.blocks_max_length"),
    "view.title": Limit(24, "sdk View.title_max_length"),
    "view.submit": Limit(24, "sdk View.submit_max_length"),
    "view.close": Limit(24, "sdk View.close_max_length"),
    "view.private_metadata": Limit(3_000, "sdk View.private_metadata_max_length"),
    "view.callback_id": Limit(255, "sdk View.callback_id_max_length"),
    "view.external_id": Limit(255, "D/surfaces/modals"),
    "view.stack": Limit(3, "D/surfaces/modals"),
    # Blocks
    "block_id": Limit(255, "sdk Block.block_id_max_length"),
    "action_id": Limit(255, "sdk InteractiveElement.action_id_max_length"),
    "section.text": Limit(3_000, "sdk SectionBlock.text_max_length"),
    "section.fields": Limit(10, "sdk SectionBlock.fields_max_length"),
    "section.field": Limit(2_000, "D/blocks/section-block"),
    "header.text": Limit(150, "sdk HeaderBlock.text_max_length"),
    "markdown.text": Limit(12_000, "sdk MarkdownBlock.text_max_length"),
    "context.elements": Limit(10, "sdk ContextBlock.elements_max_length"),
    "context.text": Limit(3_000, "D/composition-objects/text-object"),
    "actions.elements": Limit(25, "sdk ActionsBlock.elements_max_length"),
    "context_actions.elements": Limit(5, "sdk ContextActionsBlock.elements_max_length"),
    "image.alt_text": Limit(2_000, "sdk ImageBlock.alt_text_max_length"),
    "image.title": Limit(2_000, "sdk ImageBlock.title_max_length"),
    "url": Limit(3_000, "sdk ImageBlock.image_url_max_length, ButtonElement.url_max_length"),
    "input.label": Limit(2_000, "sdk InputBlock.label_max_length"),
    "input.hint": Limit(2_000, "sdk InputBlock.hint_max_length"),
    "video.title": Limit(199, "sdk VideoBlock.title_max_length, exclusive"),
    "video.author_name": Limit(49, "sdk VideoBlock.author_name_max_length, exclusive"),
    "alert.text": Limit(3_000, "D/composition-objects/text-object"),
    "card.title": Limit(150, "sdk CardBlock.title_max_length"),
    "card.subtitle": Limit(150, "sdk CardBlock.subtitle_max_length"),
    "card.body": Limit(200, "sdk CardBlock.body_max_length"),
    "carousel.elements": Limit(10, "sdk CarouselBlock.elements_max_length"),
    "container.title": Limit(150, "sdk ContainerBlock.title_max_length"),
    "container.subtitle": Limit(150, "sdk ContainerBlock.subtitle_max_length"),
    "container.child_blocks": Limit(10, "sdk ContainerBlock.child_blocks_max_length"),
    # Data
    "table.rows": Limit(100, "D/blocks/table-block"),
    "table.columns": Limit(20, "D/blocks/table-block"),
    "data_table.rows": Limit(101, "D/blocks/data-table-block, the header row included"),
    "data_table.columns": Limit(20, "D/blocks/data-table-block"),
    "data_table.page_size": Limit(100, "D/blocks/data-table-block"),
    "chart.title": Limit(50, "D/blocks/data-visualization-block"),
    "chart.series": Limit(6, "D/blocks/data-visualization-block"),
    "chart.segments": Limit(6, "D/blocks/data-visualization-block"),
    "chart.points": Limit(20, "D/blocks/data-visualization-block"),
    "chart.label": Limit(20, "D/blocks/data-visualization-block"),
    "chart.axis": Limit(50, "D/blocks/data-visualization-block"),
    # Elements
    "button.text": Limit(75, "sdk ButtonElement.text_max_length"),
    "button.value": Limit(2_000, "sdk ButtonElement.value_max_length"),
    "button.accessibility_label": Limit(75, "sdk ButtonElement.text_max_length"),
    "button.agent_prompt": Limit(4_000, "sdk ButtonElement.agent_prompt_max_length"),
    "feedback.text": Limit(75, "sdk FeedbackButtonObject.text_max_length"),
    "feedback.value": Limit(2_000, "sdk FeedbackButtonObject.value_max_length"),
    "placeholder": Limit(150, "sdk InputInteractiveElement.placeholder_max_length"),
    "option.text": Limit(75, "sdk Option.label_max_length"),
    "option.value": Limit(150, "sdk Option.value_max_length"),
    "option.description": Limit(75, "D/composition-objects/option-object"),
    "option_group.label": Limit(75, "sdk OptionGroup.label_max_length"),
    "select.options": Limit(100, "sdk StaticSelectElement.options_max_length"),
    "select.option_groups": Limit(100, "sdk StaticSelectElement.option_groups_max_length"),
    "radio.options": Limit(10, "D/block-elements/radio-button-group-element"),
    "checkboxes.options": Limit(10, "D/block-elements/checkboxes-element"),
    "overflow.options": Limit(5, "sdk OverflowMenuElement.options_max_length"),
    "plain_text_input.length": Limit(3_000, "D/block-elements/plain-text-input-element"),
    "confirm.title": Limit(100, "sdk ConfirmObject.title_max_length"),
    "confirm.text": Limit(300, "sdk ConfirmObject.text_max_length"),
    "confirm.button": Limit(30, "sdk ConfirmObject.confirm_max_length"),
    # Streams and assistants
    "stream.markdown_text": Limit(12_000, "D/methods/chat.appendStream"),
    "task.details": Limit(256, "read in other SDKs' docs of the task_update chunk"),
    "task.output": Limit(256, "read in other SDKs' docs of the task_update chunk"),
    "status.loading_messages": Limit(10, "D/methods/assistant.threads.setStatus"),
    "status.loading_message": Limit(50, "an error that Slack sent, quoted by others"),
    "prompts": Limit(4, "D/methods/assistant.threads.setSuggestedPrompts"),
    "session.title": Limit(200, "D/methods/agents.sessions.setStatus"),
}


def most(name: str) -> int:
    """Read the largest number that is accepted."""
    return LIMITS[name].most
