select
    settlement_id,
    merchant_id,
    merchant_region,
    period_start,
    period_end,
    payment_count,
    gross_amount,
    fee_amount,
    net_amount,
    scheduled_on,
    settled_at,
    status,
    created_at
from {{ source('app', 'settlements') }}
