select
    user_id,
    signed_up_at,
    name,
    phone,
    email,
    birth_date,
    gender,
    age_band,
    region,
    os,
    signup_channel,
    grade,
    marketing_consent,
    status,
    withdrawn_at
from {{ source('app', 'users') }}
