select * from {{ source('till', 'stores') }}
