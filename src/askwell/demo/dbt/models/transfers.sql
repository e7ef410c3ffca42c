select
    transfer_id,
    sender_user_id,
    receiver_user_id,
    requested_at,
    transfer_type,
    status,
    amount,
    fee_amount,
    receiver_bank,
    receiver_account
from {{ source('app', 'transfers') }}
