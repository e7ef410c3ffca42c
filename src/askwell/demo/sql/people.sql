-- Users grow along a logistic curve; who spends more, and for how long, is drawn once here.

create temp table newcomer as
with per_day as (
    select
        *,
        floor(
            getvariable('scale') * (9 + 46 / (1 + exp(-1.5 * (years - 2.3)))) * signup_factor
            + chance(number, 'signups')
        )::bigint as signups
    from day
),
arrival as (
    select
        number * 100000 + unnest(range(signups)) as key,
        day
    from per_day
),
timed as (
    select key, day, at_second(day, busy_second(key)) as signed_up_at
    from arrival
)
select
    row_number() over (order by signed_up_at, key) as user_id,
    key,
    day,
    signed_up_at,
    -- Most users spend little, a few spend a lot.
    (100 * least(12, pow(1 - chance(key, 'weight'), -0.55)))::bigint as weight,
    case when chance(key, 'trial') < 0.18 then 25 else 40 + wait_days(key, 'stays', 900) end
        as stays_days,
    signed_up_at + to_seconds(floor(86400 * wait_days(key, 'leaves', 9000))) as leaves_at
from timed;

create temp table member as
select
    user_id,
    day,
    least(day + stays_days::int, leaves_at::date - 1) as active_until,
    signed_up_at,
    weight,
    sum(weight) over (order by user_id) - weight as weight_start
from newcomer
order by user_id;

-- The weight of everybody who had signed up before a day.
create temp table crowd as
select
    day.day,
    day.number,
    sum(coalesce(joined.weight, 0)) over (order by day.day) - coalesce(joined.weight, 0) as weight
from day
left join (select day, sum(weight) as weight from member group by day) joined using (day);

create table users as
with drawn as (
    select
        newcomer.*,
        chance(key, 'region') as r_region,
        chance(key, 'age') as r_age,
        chance(key, 'os') as r_os,
        chance(key, 'channel') as r_channel,
        chance(key, 'gender') as r_gender,
        day between '2024-05-01' and '2024-05-31' as in_friend_campaign,
        day between '2025-03-10' and '2025-03-23' as in_tv_campaign
    from newcomer
)
select
    user_id,
    signed_up_at,
    ['김', '이', '박', '최', '정', '강', '조', '윤', '장', '임', '한', '오', '서', '신', '권'][
        1 + floor(15 * pow(chance(key, 'surname'), 1.6))::int]
    || ['민준', '서연', '도윤', '지우', '하준', '서현', '지호', '수빈', '예준', '지민', '현우', '유진',
        '태윤', '은서', '성민', '다은', '준혁', '소영', '동현', '미경', '영호', '정숙', '재훈', '혜진'][
        1 + floor(24 * chance(key, 'given'))::int] as name,
    -- 010-0 and 010-1 are not given out in Korea: nobody's number.
    format('010-0{:03d}-{:04d}', floor(1000 * chance(key, 'phone'))::int,
           floor(10000 * chance(key, 'line'))::int) as phone,
    'user' || user_id || '@example.com' as email,
    date '2026-01-01' - (365.25 * case
        when r_age < 0.06 then 15 + 5 * chance(key, 'born')
        else 20 + 45 * pow(chance(key, 'born'), 1.25) end)::int as birth_date,
    case when r_gender < 0.49 then 'F' when r_gender < 0.97 then 'M' end as gender,
    null::varchar as age_band,
    case
        when r_region < 0.215 then '서울' when r_region < 0.470 then '경기'
        when r_region < 0.535 then '부산' when r_region < 0.593 then '인천'
        when r_region < 0.640 then '대구' when r_region < 0.702 then '경남'
        when r_region < 0.752 then '경북' when r_region < 0.792 then '충남'
        when r_region < 0.827 then '대전' when r_region < 0.862 then '광주'
        when r_region < 0.892 then '전북' when r_region < 0.922 then '전남'
        when r_region < 0.946 then '충북' when r_region < 0.963 then '강원'
        when r_region < 0.976 then '울산' when r_region < 0.984 then '제주'
        when r_region < 0.988 then '세종'
    end as region,
    case when r_os < 0.36 + (r_age < 0.3)::int * 0.14 then 'IOS' else 'ANDROID' end as os,
    case
        when in_friend_campaign and r_channel < 0.55 then 'REFERRAL'
        when in_tv_campaign and r_channel < 0.40 then 'AD'
        when r_channel < 0.36 then 'ORGANIC' when r_channel < 0.60 then 'AD'
        when r_channel < 0.77 then 'REFERRAL' when r_channel < 0.91 then 'PARTNER'
        else 'STORE'
    end as signup_channel,
    case when weight >= 550 then 'VIP' when weight >= 300 then 'GOLD'
         when weight >= 180 then 'SILVER' else 'BASIC' end as grade,
    chance(key, 'consent') < 0.62 as marketing_consent,
    case
        when leaves_at < getvariable('last_day') + 1 then 'WITHDRAWN'
        when chance(key, 'suspended') < 0.006 then 'SUSPENDED'
        else 'ACTIVE'
    end as status,
    case when leaves_at < getvariable('last_day') + 1 then leaves_at end as withdrawn_at
from drawn
order by user_id;

update users set
    birth_date = case when chance(user_id, 'no birthday') < 0.02 then null else birth_date end;

-- Ages are taken on the day of signing up, as the app stores them.
update users set age_band = case
    when age < 20 then '10s' when age < 30 then '20s' when age < 40 then '30s'
    when age < 50 then '40s' when age < 60 then '50s' when age >= 60 then '60s+' end
from (select user_id as id, date_diff('year', birth_date, signed_up_at::date) as age from users)
where id = user_id;

create table identity_checks as
with need as (
    select user_id, user_id * 10 as key, signed_up_at + interval 2 minute as starts_at,
        'SIGNUP' as purpose
    from users
    union all
    select user_id, user_id * 10 + 5, signed_up_at
        + to_seconds(floor(86400 * (30 + wait_days(user_id, 'new phone', 700)))), 'REVERIFY'
    from users
    where chance(user_id, 'changes phone') < 0.35
),
tries as (
    select *, unnest([0, 1, 2]) as attempt
    from need
),
checked as (
    select
        *,
        starts_at + to_seconds(attempt * 240 + floor(60 * chance(key + attempt, 'typing')))
            as requested_at,
        chance(key + attempt, 'identity') as luck,
        chance(key, 'identity method') as r_method,
        chance(key + attempt, 'identity failure') as r_failure
    from tries
),
judged as (
    select
        *,
        -- The carriers' check service was down for an afternoon.
        luck < case
            when requested_at between '2023-06-12 13:00' and '2023-06-12 18:30' then 0.25
            when r_method < 0.64 then 0.90 when r_method < 0.86 then 0.94 else 0.83 end
            as succeeded
    from checked
),
reached as (
    select *, coalesce(bool_or(succeeded) over (
        partition by key order by attempt rows between unbounded preceding and 1 preceding
    ), false) as done_before
    from judged
)
select
    row_number() over (order by requested_at, key, attempt) as check_id,
    user_id,
    requested_at,
    case when succeeded
        then requested_at + to_seconds(20 + floor(90 * chance(key + attempt, 'check time')))
    end as completed_at,
    purpose,
    case when r_method < 0.64 then 'MOBILE' when r_method < 0.86 then 'ACCOUNT'
         when r_method < 0.95 then 'ID_CARD' else 'CERTIFICATE' end as method,
    case when succeeded then 'SUCCESS' when r_failure < 0.7 then 'FAILED' else 'EXPIRED' end
        as status,
    case
        when succeeded then null
        when r_failure >= 0.7 then 'TIMEOUT'
        when r_failure < 0.35 then 'MISMATCH' when r_failure < 0.55 then 'WRONG_CODE'
        else 'VENDOR_ERROR'
    end as failure_reason
from reached
where not done_before and requested_at < getvariable('last_day') + 1
order by check_id;

create table wallets as
with opened as (
    select user_id, min(completed_at) + interval 3 minute as opened_at
    from identity_checks
    where status = 'SUCCESS' and purpose = 'SIGNUP'
    group by user_id
)
select
    row_number() over (order by opened.opened_at, users.user_id) as wallet_id,
    users.user_id,
    opened.opened_at,
    case
        when users.status = 'WITHDRAWN' then 0
        else (10 * round(1400 * exp(1.3 * bell(users.user_id, 'balance'))))::bigint
    end as balance,
    ['KB', 'SHINHAN', 'WOORI', 'HANA', 'NH', 'KAKAO', 'TOSS'][
        1 + floor(7 * chance(users.user_id, 'bank'))::int] as bank,
    format('{:03d}-****-{:04d}', floor(1000 * chance(users.user_id, 'account'))::int,
           floor(10000 * chance(users.user_id, 'account line'))::int) as account_number,
    chance(users.user_id, 'auto charge') < 0.41 as auto_charge,
    case users.status when 'WITHDRAWN' then 'CLOSED' when 'SUSPENDED' then 'FROZEN'
        else 'ACTIVE' end as status
from users
join opened using (user_id)
where opened.opened_at < getvariable('last_day') + 1
order by wallet_id;
