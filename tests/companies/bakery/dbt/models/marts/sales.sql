select
    *,
    cast(sold_at at time zone 'UTC' at time zone 'Asia/Seoul' as date) as sold_on
from {{ source('till', 'sale_lines') }}
