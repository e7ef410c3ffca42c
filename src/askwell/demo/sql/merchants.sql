-- Merchants: some at the launch, then a few a day; how popular one is follows a power law.

create temp table stall as
with per_day as (
    select
        day,
        number,
        case when number = 0 then ceil(90 * sqrt(getvariable('scale')))
            else floor(sqrt(getvariable('scale')) * (0.75 + 0.28 * least(years, 3.5))
                       * is_business_day::int * 1.45 + chance(number, 'new merchants'))
        end::bigint as openings
    from day
),
opening as (
    select number * 1000 + unnest(range(openings)) as key, day, number
    from per_day
)
select
    row_number() over (order by joined_at, key) as merchant_id,
    *,
    (100 * least(60, pow(1 - chance(key, 'popularity'), -0.85)))::bigint as weight,
    chance(key, 'category') as r_category,
    chance(key, 'merchant region') as r_region
from (
    select key, day,
        case when number = 0 then day::timestamp
            else at_second(day, 32400 + floor(28800 * chance(key, 'joined'))) end as joined_at
    from opening
);

create temp table region_code as
from (values
    ('서울', 'KR-11', 0.30), ('경기', 'KR-41', 0.22), ('부산', 'KR-26', 0.09),
    ('인천', 'KR-28', 0.05), ('대구', 'KR-27', 0.05), ('경남', 'KR-48', 0.05),
    ('경북', 'KR-47', 0.03), ('충남', 'KR-44', 0.03), ('대전', 'KR-30', 0.03),
    ('광주', 'KR-29', 0.03), ('전북', 'KR-45', 0.02), ('전남', 'KR-46', 0.02),
    ('충북', 'KR-43', 0.02), ('강원', 'KR-42', 0.02), ('울산', 'KR-31', 0.02),
    ('제주', 'KR-49', 0.01), ('세종', 'KR-50', 0.01)
) as t(region, code, share);

create temp table region_share as
select *, sum(share) over (order by code) as share_end, sum(share) over (order by code) - share
    as share_start
from region_code;

create table merchants as
with placed as (
    select
        stall.*,
        region_share.code as region,
        case
            when r_category < 0.17 then 'CAFE' when r_category < 0.38 then 'RESTAURANT'
            when r_category < 0.48 then 'CONVENIENCE' when r_category < 0.57 then 'GROCERY'
            when r_category < 0.68 then 'ONLINE_MALL' when r_category < 0.77 then 'FASHION'
            when r_category < 0.82 then 'DIGITAL' when r_category < 0.86 then 'TRANSPORT'
            when r_category < 0.91 then 'HEALTH' when r_category < 0.94 then 'EDUCATION'
            when r_category < 0.97 then 'LEISURE' else 'TRAVEL'
        end as category,
        case when weight >= 1500 then 'ENTERPRISE' when weight >= 450 then 'LARGE'
             when weight >= 200 then 'MEDIUM' else 'SMALL' end as size,
        joined_at + to_seconds(floor(86400 * (90 + wait_days(key, 'closes', 6000)))) as closes_at
    from stall
    join region_share on r_region >= share_start and r_region < share_end
)
select
    merchant_id,
    case merchant_id
        when 7 then '=HYPERLINK("http://evil.example","무료 쿠폰")'
        when 11 then '''; DROP TABLE users; --'
        when 23 then '<script>alert(1)</script> 분식'
        else ['모아', '한강', '달빛', '초록', '푸른', '바다', '별내', '온새미', '두루', '가온', '라온', '늘봄',
              '다솜', '해솔', '이음', '마루'][1 + floor(16 * chance(key, 'brand'))::int] || ' '
            || case category
                when 'CAFE' then '커피' when 'RESTAURANT' then '식당' when 'CONVENIENCE' then '편의점'
                when 'GROCERY' then '마트' when 'ONLINE_MALL' then '몰' when 'FASHION' then '의류'
                when 'DIGITAL' then '전자' when 'TRANSPORT' then '모빌리티' when 'HEALTH' then '약국'
                when 'EDUCATION' then '학원' when 'LEISURE' then '시네마' else '여행사' end
            || ' ' || merchant_id || '호점'
    end as merchant_name,
    format('{:03d}-{:02d}-00000', floor(1000 * chance(key, 'tax'))::int,
           floor(100 * chance(key, 'tax office'))::int) as business_number,
    format('010-1{:03d}-{:04d}', floor(1000 * chance(key, 'owner'))::int,
           floor(10000 * chance(key, 'owner line'))::int) as owner_phone,
    category,
    region,
    size,
    category in ('ONLINE_MALL', 'FASHION', 'DIGITAL', 'TRAVEL', 'EDUCATION') as is_online,
    round(case size when 'ENTERPRISE' then 0.011 when 'LARGE' then 0.015
               when 'MEDIUM' then 0.019 else 0.008 end
        + 0.004 * chance(key, 'fee'), 4)::decimal(5, 4) as fee_rate,
    joined_at,
    case when closes_at < getvariable('last_day') + 1 then 'CLOSED' else 'ACTIVE' end as status,
    case when closes_at < getvariable('last_day') + 1 then closes_at end as closed_at
from placed
order by merchant_id;

-- A payment looks for its merchant in a market: online, or the payer's own region.
create temp table stand as
with market as (
    select merchants.merchant_id, stall.weight, stall.joined_at,
        case when is_online then 'ONLINE' else region_code.region end as market
    from merchants
    join stall using (merchant_id)
    join region_code on region_code.code = merchants.region
)
select
    *,
    sum(weight) over (partition by market order by merchant_id) - weight as weight_start,
    sum(weight) over (partition by market order by merchant_id) as weight_end
from market;

-- The launch merchants count from the first day on, all others from the day after they joined.
create temp table market_size as
with grown as (
    select market, joined_at, max(weight_end) as weight from stand group by market, joined_at
)
select grown.market, day.day, grown.weight
from day
cross join (select distinct market from stand) market
asof join grown
    on grown.market = market.market and day.day::timestamp >= grown.joined_at;
