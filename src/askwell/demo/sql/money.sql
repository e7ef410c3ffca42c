-- Refunds of payments, transfers between people, settlements to merchants.

create table refunds as
with wished as (
    select
        payments.*,
        fate.in_fraud_wave,
        chance(payment_id, 'refund') as luck,
        chance(payment_id, 'refund reason') as r_reason,
        case
            when fate.in_fraud_wave then 0.14
            when fate.category in ('FASHION') then 0.085
            when fate.is_online then 0.048
            else 0.011
        end as likely,
        case when payments.channel = 'ONLINE' then 4.5 else 0.6 end as mean_days
    from payments
    join payment_fate fate using (payment_id)
    where payments.status = 'APPROVED'
),
requested as (
    select
        *,
        requested_at + to_seconds(900 + floor(86400 * wait_days(payment_id, 'regret', mean_days)))
            as refund_requested_at,
        case
            when in_fraud_wave and r_reason < 0.7 then 'FRAUD'
            when r_reason < 0.41 then 'CHANGE_OF_MIND' when r_reason < 0.60 then 'DEFECT'
            when r_reason < 0.74 then 'LATE_DELIVERY' when r_reason < 0.85 then 'DUPLICATE'
            when r_reason < 0.95 then 'OUT_OF_STOCK' when r_reason < 0.97 then 'FRAUD'
        end as reason,
        chance(payment_id, 'partial') < 0.13 as is_partial,
        chance(payment_id, 'refund denied') < 0.05 as is_denied
    from wished
    where luck < likely
),
handled as (
    select *,
        refund_requested_at + to_seconds(floor(86400 * wait_days(payment_id, 'refund work', 0.9)))
            as handled_at
    from requested
    where refund_requested_at < getvariable('last_day') + 1
)
select
    row_number() over (order by refund_requested_at, payment_id) as refund_id,
    payment_id,
    user_id,
    merchant_id,
    merchant_region,
    refund_requested_at as requested_at,
    case when handled_at < getvariable('last_day') + 1 and not is_denied then handled_at end
        as completed_at,
    case when is_partial then greatest(100, (100 * floor(amount * 0.004))::bigint) else amount end
        as amount,
    case when is_partial then 'PARTIAL' else 'FULL' end as refund_type,
    reason,
    case when handled_at >= getvariable('last_day') + 1 then 'REQUESTED'
         when is_denied then 'REJECTED' else 'COMPLETED' end as status
from handled
order by refund_id;

create table transfers as
with per_day as (
    select day.day, day.number, crowd.weight as crowd_weight,
        floor(crowd.weight / 100 * 0.0052 * transfer_factor * (1 + 0.06 * least(years, 4))
            + chance(day.number, 'transfers'))::bigint as transfers
    from day
    join crowd using (day)
),
drawn as (
    select number * 1000000 + 500000 + unnest(range(transfers)) as key, day, crowd_weight
    from per_day
),
weighed as (
    select key, day, at_second(day, busy_second(key)) as requested_at,
        floor(crowd_weight * chance(key, 'sender')) as sender_weight,
        floor(crowd_weight * chance(key, 'receiver')) as receiver_weight
    from drawn
),
sent as (
    select weighed.*, member.user_id as sender_user_id
    from weighed
    asof join member on weighed.sender_weight >= member.weight_start
    where weighed.day <= member.active_until
),
received as (
    select sent.*, member.user_id as receiver_user_id,
        chance(key, 'to bank') < 0.57 as to_bank,
        chance(key, 'transfer fate') as luck
    from sent
    asof join member on sent.receiver_weight >= member.weight_start
)
select
    row_number() over (order by requested_at, key) as transfer_id,
    sender_user_id,
    case when not to_bank then receiver_user_id end as receiver_user_id,
    requested_at,
    case when to_bank then 'BANK' else 'USER' end as transfer_type,
    case when luck < 0.966 then 'COMPLETED' when luck < 0.992 then 'FAILED' else 'CANCELED' end
        as status,
    (1000 * greatest(1, round(38 * exp(1.15 * bell(key, 'transfer amount')))))::bigint as amount,
    case when to_bank and chance(key, 'over free limit') < 0.08 then 500 else 0 end as fee_amount,
    case when to_bank then ['KB', 'SHINHAN', 'WOORI', 'HANA', 'NH', 'KAKAO', 'TOSS'][
        1 + floor(7 * chance(key, 'to which bank'))::int] end as receiver_bank,
    case when to_bank then format('{:03d}-****-{:04d}', floor(1000 * chance(key, 'to account'))::int,
        floor(10000 * chance(key, 'to line'))::int) end as receiver_account
from received
where sender_user_id <> receiver_user_id
order by transfer_id;

-- A week's approved payments are paid out on the first business day from Thursday on.
create table settlements as
with week as (
    select
        merchant_id,
        merchant_region,
        date_trunc('week', requested_at)::date as period_start,
        count(*) as payment_count,
        sum(amount)::bigint as gross_amount,
        sum(fee_amount)::bigint as fee_amount
    from payments
    where status = 'APPROVED'
    group by all
),
closed as (
    select *, period_start + 6 as period_end, merchant_id * 10000 + (period_start - date '2021-12-27')
        as key
    from week
    where period_start + 9 <= getvariable('last_day')
),
planned as (
    select *, (select min(date_day) from time_spine
               where date_day >= closed.period_start + 10 and is_business_day) as scheduled_on
    from closed
),
paid_out as (
    select *,
        at_second(scheduled_on, 36000 + floor(7200 * chance(key, 'batch')))
            + case
                when scheduled_on between '2025-02-03' and '2025-02-07'
                    then to_days(3 + floor(3 * chance(key, 'backlog'))::int)
                when chance(key, 'delayed') < 0.025
                    then to_days(1 + floor(6 * chance(key, 'delay'))::int)
                else interval 0 day
            end as settled_at,
        chance(key, 'held') < 0.004 as is_held
    from planned
)
select
    row_number() over (order by period_start, merchant_id) as settlement_id,
    merchant_id,
    merchant_region,
    period_start,
    period_end,
    payment_count,
    gross_amount,
    fee_amount,
    gross_amount - fee_amount as net_amount,
    scheduled_on,
    case when settled_at < getvariable('last_day') + 1 and not is_held then settled_at end
        as settled_at,
    case when is_held then 'HELD' when settled_at < getvariable('last_day') + 1 then 'COMPLETED'
        else 'PENDING' end as status,
    (period_start + 9)::timestamp + interval 5 hour as created_at
from paid_out
order by settlement_id;
