select * from {{ source('till', 'thrown_away') }}
