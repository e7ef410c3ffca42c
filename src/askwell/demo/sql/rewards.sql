-- Coupons come first, because a used coupon lowers a payment; cashback follows payments.

create temp table campaign as
from (values
    ('2022 여름 휴가', date '2022-07-18', 10, 3000, 0.10),
    ('2022 추석 선물', date '2022-09-01', 8, 5000, 0.12),
    ('2023 설 선물', date '2023-01-12', 8, 5000, 0.10),
    ('2023 봄 소풍', date '2023-04-10', 14, 2000, 0.08),
    ('2023 모아데이', date '2023-11-09', 3, 7000, 0.16),
    ('2024 설 선물', date '2024-02-01', 7, 5000, 0.09),
    ('2024 친구 초대', date '2024-05-01', 31, 5000, 0.14),
    ('2024 여름 휴가', date '2024-07-22', 10, 3000, 0.07),
    ('2024 모아데이', date '2024-11-09', 3, 7000, 0.15),
    ('2025 설 선물', date '2025-01-20', 7, 5000, 0.08),
    ('2025 TV 광고', date '2025-03-10', 14, 4000, 0.09),
    ('2025 추석 선물', date '2025-09-26', 8, 5000, 0.08),
    ('2025 모아데이', date '2025-11-09', 3, 7000, 0.15),
    ('2026 설 선물', date '2026-02-07', 7, 5000, 0.08),
    ('2026 봄 소풍', date '2026-04-13', 14, 2000, 0.06),
    ('2026 추석 선물', date '2026-09-15', 8, 5000, 0.08),
    ('2026 모아데이', date '2026-11-09', 3, 7000, 0.14)
) as t(name, first_day, days, discount, reach);

create temp table coupon_issue as
with given as (
    select user_id, user_id * 1000 as key, '가입 환영' as campaign_name, 'WELCOME' as coupon_type,
        signed_up_at + interval 5 minute as issued_at, 3000 as discount, 0.42 as pull
    from users
    union all
    select member.user_id, member.user_id * 1000 + year(first_day) % 100 * 10 + month(first_day) % 10,
        campaign.name, 'CAMPAIGN',
        first_day + to_seconds(32400 + floor(86400 * days * 0.9 * chance(member.user_id, name))),
        discount, 0.38
    from member
    join campaign on member.day < first_day and member.active_until >= first_day
        and chance(member.user_id, name || ' reach') < reach
)
select row_number() over (order by issued_at, key) as coupon_id, *,
    issued_at::date + case coupon_type when 'WELCOME' then 30 else 14 end as expires_on
from given
where issued_at < getvariable('last_day') + 1;

create temp table coupon_use as
with wish as (
    select * from coupon_issue where chance(coupon_id, 'uses') < pull * 1.2
),
payable as (
    select min(payment_id) as payment_id, user_id, requested_at
    from payment_fate
    where status = 'APPROVED'
    group by user_id, requested_at
),
found as (
    select wish.coupon_id, wish.discount, payable.payment_id, payable.requested_at as used_at
    from wish
    asof join payable
        on payable.user_id = wish.user_id and payable.requested_at >= wish.issued_at
    where payable.requested_at < wish.expires_on + 1
)
-- One coupon a payment.
select * from found
qualify row_number() over (partition by payment_id order by coupon_id) = 1;

create table payments as
select
    fate.payment_id,
    fate.user_id,
    fate.merchant_id,
    fate.merchant_region,
    fate.requested_at,
    case when fate.status = 'APPROVED'
        then fate.requested_at + to_milliseconds(400 + floor(3000 * chance(key, 'approval'))::int)
    end as approved_at,
    fate.status,
    fate.method,
    case when fate.is_online then 'ONLINE' else 'OFFLINE' end as channel,
    fate.amount,
    least(coalesce(coupon_use.discount, 0), fate.amount) as discount_amount,
    case when fate.status = 'APPROVED' then floor(fate.amount * fate.fee_rate)::bigint else 0 end
        as fee_amount,
    fate.failure_code,
    fate.loaded_at
from payment_fate fate
left join coupon_use using (payment_id)
where fate.loaded_at < loaded_by(getvariable('last_day'))
order by fate.payment_id;

create table coupons as
select
    issue.coupon_id,
    issue.user_id,
    issue.campaign_name,
    issue.coupon_type,
    issue.discount as discount_amount,
    issue.issued_at,
    issue.expires_on,
    case when payments.payment_id is not null then coupon_use.used_at end as used_at,
    payments.payment_id,
    case when payments.payment_id is not null then 'USED'
         when issue.expires_on <= getvariable('last_day') then 'EXPIRED' else 'ISSUED' end as status
from coupon_issue issue
left join coupon_use using (coupon_id)
left join payments on payments.payment_id = coupon_use.payment_id
order by issue.coupon_id;

create table cashbacks as
with earned as (
    select
        payments.payment_id,
        payments.user_id,
        payments.merchant_id,
        date_trunc('day', requested_at) + interval 34 hour as granted_at,
        floor(amount * case users.grade when 'VIP' then 0.02 when 'GOLD' then 0.01 else 0.005 end)
            ::bigint as amount
    from payments
    join users using (user_id)
    where payments.status = 'APPROVED' and method = 'WALLET'
        and chance(payment_id, 'cashback') < 0.45
)
select
    row_number() over (order by granted_at, payment_id) as cashback_id,
    *,
    case when chance(payment_id, 'revoked') < 0.015 then 'REVOKED' else 'GRANTED' end as status
from earned
where amount > 0 and granted_at < getvariable('last_day') + 1
order by cashback_id;
