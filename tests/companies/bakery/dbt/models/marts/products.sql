select * from {{ source('till', 'products') }}
