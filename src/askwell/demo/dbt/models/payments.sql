select
    payment_id,
    user_id,
    merchant_id,
    merchant_region,
    requested_at,
    approved_at,
    status,
    method,
    channel,
    amount,
    discount_amount,
    fee_amount,
    failure_code,
    loaded_at
from {{ source('app', 'payments') }}
