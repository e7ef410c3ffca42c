select
    ticket_id,
    user_id,
    created_at,
    first_responded_at,
    resolved_at,
    category,
    channel,
    priority,
    status,
    satisfaction,
    body,
    loaded_at
from {{ source('helpdesk', 'support_tickets') }}
