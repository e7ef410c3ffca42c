-- Payments: a draw of payer and merchant by weight, then what became of each.

create temp table payment_draw as
with per_day as (
    select
        day.day,
        day.number,
        crowd.weight as crowd_weight,
        floor(crowd.weight / 100 * 0.0255 * payment_factor * (1 + 0.10 * least(years, 4))
            * case when day.day between '2025-08-18' and '2025-08-24' then 1.22 else 1 end
            + chance(day.number, 'payments'))::bigint as payments
    from day
    join crowd using (day)
),
habit as (
    select
        number * 1000000 + unnest(range(payments)) as key,
        day,
        crowd_weight
    from per_day
),
drawn as (
    select key, day, at_second(day, busy_second(key)) as requested_at,
        floor(crowd_weight * chance(key, 'payer')) as payer_weight
    from habit
),
payer as (
    select drawn.key, drawn.day, drawn.requested_at, member.user_id, member.day as joined,
        member.active_until
    from drawn
    asof join member on drawn.payer_weight >= member.weight_start
),
-- The longer somebody has been here, the fewer of their visits end in a payment.
kept as (
    select key, day, requested_at, user_id
    from payer
    where day <= active_until
        and chance(key, 'fades') < case when day - joined < 14 then 1.0
            when day - joined < 60 then 0.85 when day - joined < 365 then 0.7 else 0.6 end
),
-- Nearly half of the newcomers make a first payment soon after signing up.
first_try as (
    select
        -user_id as key,
        signed_up_at + to_seconds(600 + floor(86400 * case
            when chance(user_id, 'eager') < 0.45 then 0.2 * chance(user_id, 'same day')
            else wait_days(user_id, 'first payment', 5) end)) as requested_at,
        user_id,
        active_until
    from member
    where chance(user_id, 'converts') < 0.46
)
select key, day, requested_at, user_id from kept
union all
select key, requested_at::date, requested_at, user_id
from first_try
where requested_at::date <= least(active_until, getvariable('last_day'));

create temp table payment_place as
with wished as (
    select
        payment_draw.*,
        users.os,
        case when chance(key, 'online') < 0.44 then 'ONLINE' else coalesce(users.region, 'ONLINE')
            end as wished_market
    from payment_draw
    join users using (user_id)
),
sized as (
    select
        wished.*,
        case when here.weight is null then 'ONLINE' else wished_market end as market,
        floor(chance(key, 'merchant') * coalesce(here.weight, online.weight)) as stand_weight
    from wished
    left join market_size here on here.market = wished_market and here.day = wished.day
    join market_size online on online.market = 'ONLINE' and online.day = wished.day
)
select sized.key, sized.day, sized.requested_at, sized.user_id, sized.os, stand.merchant_id
from sized
asof join stand on stand.market = sized.market and sized.stand_weight >= stand.weight_start;

create temp table payment_fate as
with chosen as (
    select
        place.*,
        merchants.category,
        merchants.region as merchant_region,
        merchants.is_online,
        merchants.fee_rate,
        chance(key, 'method') as r_method,
        chance(key, 'fate') as luck,
        chance(key, 'reason') as r_reason,
        case category
            when 'CAFE' then 6200 when 'CONVENIENCE' then 7000 when 'RESTAURANT' then 17500
            when 'GROCERY' then 31000 when 'ONLINE_MALL' then 38000 when 'FASHION' then 62000
            when 'DIGITAL' then 71000 when 'TRANSPORT' then 8800 when 'HEALTH' then 16500
            when 'EDUCATION' then 98000 when 'LEISURE' then 23000 else 145000
        end as usual_amount
    from payment_place place
    join merchants using (merchant_id)
    where merchants.closed_at is null or place.requested_at < merchants.closed_at
),
paid as (
    select
        *,
        greatest(500, (100 * round(usual_amount * exp(0.62 * bell(key, 'amount')) / 100))::bigint)
            as amount,
        case when r_method < 0.47 then 'WALLET' when r_method < 0.79 then 'CARD'
             when r_method < 0.92 then 'BANK' else 'POSTPAY' end as method,
        requested_at between '2024-03-15 11:00' and '2024-03-15 16:30' as in_outage,
        os = 'ANDROID' and requested_at between '2024-10-05' and '2024-10-08 14:00' as in_bad_release,
        requested_at between '2025-08-18' and '2025-08-25'
            and category in ('DIGITAL', 'ONLINE_MALL') as in_fraud_wave
    from chosen
),
judged as (
    select
        *,
        case
            when in_outage and luck < 0.78 then 'SYSTEM_ERROR'
            when in_bad_release and luck < 0.35 then 'APP_ERROR'
            when in_fraud_wave and luck < 0.16 then 'FRAUD_BLOCKED'
            when luck > 0.952 then case
                when r_reason < 0.44 then 'INSUFFICIENT_BALANCE'
                when r_reason < 0.66 then 'LIMIT_EXCEEDED'
                when r_reason < 0.83 then 'WRONG_PASSWORD'
                when r_reason < 0.94 then 'NETWORK_ERROR'
                else 'FRAUD_BLOCKED' end
        end as failure_code,
        luck between 0.935 and 0.952 as given_up
    from paid
)
select
    row_number() over (order by requested_at, key) as payment_id,
    *,
    case when failure_code is not null then 'FAILED' when given_up then 'CANCELED'
        else 'APPROVED' end as status,
    -- One row in four hundred comes in one to three nights late.
    date_trunc('day', requested_at) + interval 28 hour
        + to_seconds(floor(1500 * chance(key, 'load')))
        + case when chance(key, 'late') < 0.0025
            then to_days(1 + floor(3 * chance(key, 'nights'))::int) else interval 0 day end
        as loaded_at
from judged;
