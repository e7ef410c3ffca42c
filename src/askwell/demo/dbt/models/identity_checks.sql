select
    check_id,
    user_id,
    requested_at,
    completed_at,
    purpose,
    method,
    status,
    failure_reason
from {{ source('app', 'identity_checks') }}
