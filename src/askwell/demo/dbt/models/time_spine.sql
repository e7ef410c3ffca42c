-- 공휴일은 seed가 아니라 인사팀의 휴일 원본에서 옵니다.
select
    date_day,
    day_of_week,
    holiday_name,
    is_business_day
from {{ source('calendar', 'time_spine') }}
