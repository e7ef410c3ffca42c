-- One row a day with what makes it busy; `holiday` (day, name) is filled by generate.py.

create temp table festival as
    select day
    from holiday
    where list_has_any(string_split(name, '; '), ['설날', '추석']);

create table time_spine as
select
    spine.day::date as date_day,
    isodow(spine.day)::tinyint as day_of_week,
    holiday.name as holiday_name,
    isodow(spine.day) < 6 and holiday.day is null as is_business_day
from generate_series(timestamp '2022-01-01', timestamp '2030-12-31', interval 1 day) spine(day)
left join holiday on holiday.day = spine.day::date
order by date_day;

create temp table day as
with calendar as (
    select
        date_day as day,
        (date_day - date '2022-01-01') as number,
        (date_day - date '2022-01-01') / 365.25 as years,
        day_of_week as weekday,
        is_business_day,
        holiday_name,
        (select min(festival.day - date_day) from festival where festival.day >= date_day)
            as days_to_festival,
        (select min(date_day - festival.day) from festival where festival.day <= date_day)
            as days_since_festival,
    from time_spine
    where date_day <= getvariable('last_day')
),
season as (
    select
        *,
        [0.93, 0.94, 0.96, 0.99, 1.10, 1.15, 1.01][weekday] as weekly,
        [0.95, 0.93, 0.99, 1.00, 1.06, 0.98, 1.00, 0.97, 1.02, 1.00, 1.04, 1.13][month(day)]
            as monthly,
        case
            when day(day) in (25, 26) then 1.15
            when day(day) = 10 or day = last_day(day) then 1.06
            else 1.0
        end as payday,
        case
            when days_to_festival = 0 then 0.60
            when days_to_festival = 1 or days_since_festival = 1 then 0.74
            when days_to_festival between 2 and 8 then 1.17
            else 1.0
        end as festive,
        case
            when month(day) = 11 and day(day) = 11 and year(day) >= 2023 then 1.7
            when month(day) = 12 and day(day) in (23, 24, 25) then 1.2
            else 1.0
        end as event,
        case
            when day between '2024-05-01' and '2024-05-31' then 2.1
            when day between '2025-03-10' and '2025-03-23' then 1.7
            when month(day) = 11 and day(day) = 11 and year(day) >= 2023 then 1.5
            else 1.0
        end as promotion,
        0.94 + 0.12 * chance(number, 'weather') as weather
    from calendar
)
select
    day, number, years, weekday, is_business_day, holiday_name,
    promotion * weather * sqrt(weekly) * (0.8 + 0.2 * festive) as signup_factor,
    weekly * monthly * payday * festive * event * weather as payment_factor,
    payday * (case when days_to_festival <= 1 or days_since_festival <= 1 then 1.9 else 1.0 end)
        * weather * (0.9 + 0.1 * weekly) as transfer_factor,
    -- A version every four weeks: 1.0.0 … 1.11.0, 2.0.0 …
    (1 + number // 336) || '.' || (number // 28) % 12 || '.0' as app_version
from season;
