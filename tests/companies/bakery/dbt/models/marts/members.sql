select * from {{ source('till', 'members') }}
