select
    wallet_id,
    user_id,
    opened_at,
    balance,
    bank,
    account_number,
    auto_charge,
    status
from {{ source('app', 'wallets') }}
