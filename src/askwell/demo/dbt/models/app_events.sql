select
    event_id,
    user_id,
    session_id,
    device_id,
    occurred_at,
    event_name,
    app_version,
    loaded_at
from {{ source('clickstream', 'app_events') }}
