select
    cashback_id,
    payment_id,
    user_id,
    merchant_id,
    granted_at,
    amount,
    status
from {{ source('app', 'cashbacks') }}
