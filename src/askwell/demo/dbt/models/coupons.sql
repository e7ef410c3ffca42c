select
    coupon_id,
    user_id,
    campaign_name,
    coupon_type,
    discount_amount,
    issued_at,
    expires_on,
    used_at,
    payment_id,
    status
from {{ source('app', 'coupons') }}
