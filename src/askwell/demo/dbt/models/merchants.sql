select
    merchant_id,
    merchant_name,
    business_number,
    owner_phone,
    category,
    region,
    size,
    is_online,
    fee_rate,
    joined_at,
    status,
    closed_at
from {{ source('app', 'merchants') }}
