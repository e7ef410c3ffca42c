-- Rise Bakery's warehouse: the same on every machine, because nothing in it is random.
create temp macro roll(a, b, sides) as
    ((a * 7919 + b * 104729 + (a * a % 1009) * 613 + 12345) % 1000003) % sides;

create table days as
select cast(range as date) as date_day
from range(date '2022-01-01', date '2026-01-01', interval 1 day);

create table stores (
    store_id integer primary key, name varchar, city varchar, kind varchar, opened_on date
);
insert into stores values
    (1, '서울역점', '서울', 'STATION', date '2019-03-02'),
    (2, '성수점',   '서울', 'STREET',  date '2020-06-15'),
    (3, '잠실점',   '서울', 'MALL',    date '2021-09-01'),
    (4, '해운대점', '부산', 'STREET',  date '2021-04-20'),
    (5, '부산역점', '부산', 'STATION', date '2022-02-11'),
    (6, '둔산점',   '대전', 'MALL',    date '2023-05-01');

create table products (
    product_id integer primary key, name varchar, category varchar, price integer,
    launched_on date
);
insert into products values
    (1,  '소금빵',       'BREAD',  3200, date '2021-01-04'),
    (2,  '식빵',         'BREAD',  4500, date '2019-03-02'),
    (3,  '바게트',       'BREAD',  3800, date '2019-03-02'),
    (4,  '크루아상',     'BREAD',  3900, date '2019-03-02'),
    (5,  '생크림 케이크', 'CAKE',  32000, date '2020-02-01'),
    (6,  '치즈 케이크',  'CAKE',  28000, date '2020-02-01'),
    (7,  '초코 쿠키',    'COOKIE', 2500, date '2022-04-01'),
    (8,  '말차 쿠키',    'COOKIE', 2700, date '2024-04-01'),
    (9,  '아메리카노',   'DRINK',  4000, date '2019-03-02'),
    (10, '카페라떼',     'DRINK',  4800, date '2019-03-02');

create table members as
select
    i as member_id,
    '회원' || i as name,
    '010-' || lpad(cast(1000 + roll(i, 3, 9000) as varchar), 4, '0')
        || '-' || lpad(cast(roll(i, 4, 10000) as varchar), 4, '0') as phone,
    cast(date '2023-01-01' + cast(i * i % 686 as integer) as date) as joined_on,
    case when roll(i, 1, 10) = 0 then 'GOLD' when roll(i, 1, 10) < 4 then 'SILVER'
         when roll(i, 1, 10) < 9 then 'BASIC' end as tier,
    cast(1 + roll(i, 2, 6) as integer) as home_store_id
from range(1, 601) as t(i);

-- One row a receipt first: weekends are busier, the chain grows, Daejeon opens in May 2023.
create temp table receipts as
with visits as (
    select
        date_day, store_id, n, city,
        date_diff('day', date '2023-01-01', date_day) * 100 + store_id * 17 + n as seed
    from days
    cross join stores
    cross join range(1, 12) as t(n)
    where date_day between date '2023-01-01' and date '2024-11-17' and date_day >= opened_on
)
select
    row_number() over (order by date_day, store_id, n) as receipt_id,
    date_day as sold_on, store_id, seed,
    case when roll(seed, 5, 20) < 12 then 'STORE' when roll(seed, 5, 20) < 16 then 'APP'
         else 'DELIVERY' end as channel,
    case when roll(seed, 6, 5) < 2 then cast(1 + roll(seed, 7, 600) as integer) end as asked_member
from visits
where n <= 2 + roll(seed, 8, 3)
        + (case when isodow(date_day) >= 6 then 2 else 0 end)
        + date_diff('day', date '2023-01-01', date_day) // 240
        - store_id // 3
    -- the typhoon closed both Busan stores; the till in Daejeon was down for a day
    and not (city = '부산' and date_day between date '2024-08-10' and date '2024-08-12')
    and not (city = '대전' and date_day = date '2024-03-05');

create table sales as
with lines as (
    select r.*, k as line, seed * 3 + k as line_seed
    from receipts as r
    cross join range(1, 4) as t(k)
    where k <= 1 + roll(seed, 9, 3)
),
priced as (
    select
        lines.*, product_id, price,
        cast(1 + roll(line_seed, 11, 3) // 2 as integer) as quantity
    from lines
    inner join products on product_id = 1 + roll(line_seed, 10, 10)
    where launched_on <= sold_on
)
select
    row_number() over (order by receipt_id, line) as sale_line_id,
    receipt_id,
    sold_on,
    -- the tills write UTC: a sale at eight in the morning is the day before there
    cast(sold_on as timestamp) + interval 8 hour + roll(seed, 12, 720) * interval 1 minute
        - interval 9 hour as sold_at,
    store_id, product_id,
    case when joined_on <= sold_on then member_id end as member_id,
    channel, quantity, quantity * price as amount,
    cast(sold_on as timestamp) + interval 20 hour as loaded_at
from priced
left join members on member_id = asked_member;

create table waste as
select
    row_number() over (order by date_day, store_id, product_id) as waste_id,
    date_day as thrown_on, store_id, product_id,
    cast(1 + roll(seed, 14, 4) as integer) as quantity,
    cast((1 + roll(seed, 14, 4)) * price * 0.4 as integer) as cost,
    cast(date_day as timestamp) + interval 14 hour as loaded_at
from (
    select
        days.date_day, stores.store_id, products.product_id, products.price,
        date_diff('day', date '2023-01-01', date_day) * 60 + store_id * 10 + product_id as seed
    from days cross join stores cross join products
    where date_day between date '2023-01-01' and date '2024-11-14'
      and date_day >= opened_on and date_day >= launched_on and category <> 'DRINK'
)
where roll(seed, 13, 5) = 0;
