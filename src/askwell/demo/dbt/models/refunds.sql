select
    refund_id,
    payment_id,
    user_id,
    merchant_id,
    merchant_region,
    requested_at,
    completed_at,
    amount,
    refund_type,
    reason,
    status
from {{ source('app', 'refunds') }}
