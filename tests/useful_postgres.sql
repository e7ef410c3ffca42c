-- What models write for PostgreSQL over the tests' shop, one statement a line.
SELECT to_char(DATE '2024-03-05', 'YYYY-MM') AS m, to_char(TIMESTAMP '2024-03-05 14:05:09', 'FMMonth DD, YYYY HH12:MI AM'), to_char(1234.5, 'FM999,999.00'), to_char(TIMESTAMP '2024-03-05 14:05:09','Day'), to_char(TIMESTAMP '2024-03-05 14:05:09','YYYY"Q"Q'), to_char(DATE '2024-03-05','Mon'), to_char(DATE '2024-03-05','IYYY-IW'), to_char(DATE '2024-03-05','TMMonth'), to_char(DATE '2024-03-05','month'), to_char(DATE '2024-03-05','MONTH'), to_char(DATE '2024-03-05', 'Dy'), to_char(DATE '2024-03-05','D'), to_char(DATE '2024-03-05','DDD'), to_char(DATE '2024-03-05','WW'), to_char(DATE '2024-03-05','YY'), to_char(TIMESTAMP '2024-03-05 14:05:09.123','HH24:MI:SS.MS')
SELECT to_char(125, '999'), to_char(0.5, '0.00%'), to_char(INTERVAL '25 hours', 'HH24:MI')
SELECT to_date('2024-03-05','YYYY-MM-DD'), to_timestamp('05 Mar 2024','DD Mon YYYY'), to_date('March 2024','Month YYYY'), to_timestamp(0)
SELECT date_part('year', DATE '2024-03-05'), date_part('dow', DATE '2024-03-05'), date_part('isodow', DATE '2024-03-05'), extract(epoch from TIMESTAMP '2024-03-05'), extract(quarter from DATE '2024-03-05'), extract(week from DATE '2024-03-05'), extract(doy from DATE '2024-03-05'), extract(isoyear from DATE '2024-03-05'), extract(hour from TIMESTAMP '2024-03-05 10:00')
SELECT age(TIMESTAMP '2024-03-05', TIMESTAMP '2020-01-01'), extract(year from age(DATE '2024-03-05', DATE '2020-01-01')), DATE '2024-03-05' - DATE '2024-01-01', DATE '2024-03-05' + 3, DATE '2024-03-05' - INTERVAL '1 month', DATE '2024-03-05' + INTERVAL '2 days 3 hours', TIMESTAMP '2024-03-05' - TIMESTAMP '2024-01-01'
SELECT date_trunc('month', DATE '2024-03-05'), date_trunc('week', TIMESTAMP '2024-03-05 10:00'), date_trunc('quarter', DATE '2024-03-05')::date, date_trunc('day', TIMESTAMPTZ '2024-03-05 20:00+00', 'Asia/Seoul'), date_trunc('month', DATE '2024-03-05') + INTERVAL '1 month' - INTERVAL '1 day', date_bin('15 minutes', TIMESTAMP '2024-03-05 10:17', TIMESTAMP '2024-01-01')
SELECT seen AT TIME ZONE 'UTC', seen AT TIME ZONE 'Asia/Seoul', (seen AT TIME ZONE 'UTC')::date, timezone('UTC', seen) FROM users ORDER BY id
SELECT region, string_agg(name, ', ' ORDER BY id), array_agg(id ORDER BY id DESC), count(*) FILTER (WHERE id > 3), bool_or(id>3), every(id>3) FROM users GROUP BY region ORDER BY region
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY amount), percentile_disc(0.9) WITHIN GROUP (ORDER BY amount), mode() WITHIN GROUP (ORDER BY status), percentile_cont(ARRAY[0.25,0.75]) WITHIN GROUP (ORDER BY amount) FROM orders
SELECT status, region, count(*), grouping(status, region) FROM orders o JOIN users u ON u.id = o.user_id GROUP BY GROUPING SETS ((status, region), (status), ()) ORDER BY 1 NULLS LAST, 2 NULLS LAST
SELECT status, count(*) FROM orders GROUP BY ROLLUP (status) ORDER BY 1 NULLS FIRST
SELECT status, user_id, count(*) FROM orders GROUP BY CUBE (status, user_id) ORDER BY 1, 2, 3
SELECT DISTINCT ON (region) region, id FROM users ORDER BY region, id DESC
SELECT id, row_number() OVER w, lag(amount, 1, 0) OVER w, sum(amount) OVER (ORDER BY id ROWS BETWEEN 6 PRECEDING AND CURRENT ROW), first_value(id) OVER (PARTITION BY status ORDER BY id), ntile(4) OVER (ORDER BY id), avg(amount) OVER (ORDER BY id RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW EXCLUDE CURRENT ROW) FROM orders WINDOW w AS (ORDER BY id) ORDER BY id
SELECT sum(amount) OVER (ORDER BY joined RANGE BETWEEN INTERVAL '3 days' PRECEDING AND CURRENT ROW) FROM orders o JOIN users u ON u.id=o.user_id ORDER BY 1
SELECT name ILIKE 'N%', name ~ '^name-[0-4]$', name ~* 'NAME', name !~ 'x', name !~* 'X', name NOT ILIKE 'x%', name SIMILAR TO 'name-(1|2)', name LIKE 'na\_me%', name LIKE '50!%' ESCAPE '!' FROM users ORDER BY id
SELECT day::date, count(u.id) FROM generate_series(DATE '2024-01-01', DATE '2024-01-12', INTERVAL '1 day') AS s(day) LEFT JOIN users u ON u.joined = s.day GROUP BY 1 ORDER BY 1
SELECT d FROM generate_series('2024-01-01'::timestamp, '2024-01-03'::timestamp, '1 day') d
SELECT n FROM generate_series(1, 5) n
SELECT g.n FROM generate_series(1, 10, 2) AS g(n)
SELECT generate_series(1,3) AS x
SELECT x, i FROM unnest(ARRAY['a','b']) WITH ORDINALITY AS t(x, i)
SELECT u.id, x FROM users u CROSS JOIN LATERAL unnest(ARRAY[u.id, u.id+1]) AS t(x) ORDER BY 1,2
SELECT u.id, o.total FROM users u LEFT JOIN LATERAL (SELECT sum(amount) AS total FROM orders WHERE orders.user_id = u.id) o ON true ORDER BY 1
SELECT unnest(ARRAY[1,2,3]) AS x
SELECT id FROM users WHERE id = ANY(ARRAY[1,2,3]) ORDER BY 1
SELECT id FROM users WHERE id <> ALL(ARRAY[1,2,3]) ORDER BY 1
SELECT id FROM users WHERE id IN (SELECT user_id FROM orders WHERE amount > 100) ORDER BY 1
SELECT '{"a": {"b": 1}, "c": [1, 2]}'::jsonb -> 'a' ->> 'b' AS b, '{"a": 1}'::json ->> 'a', '{"c": [1, 2]}'::jsonb #>> '{c,0}', '{"a":1}'::jsonb @> '{"a":1}'::jsonb, '{"a": 1}'::jsonb -> 'a'
SELECT value FROM jsonb_array_elements('[1,2]'::jsonb) AS value
SELECT e.key, e.value FROM jsonb_each_text('{"a": 1, "b": "x"}'::jsonb) AS e(key, value) ORDER BY 1
SELECT json_build_object('id', id, 'name', name), row_to_json(u), to_jsonb(u), jsonb_build_array(id, name), json_agg(u) OVER () IS NOT NULL FROM users u ORDER BY id LIMIT 2
SELECT json_agg(name ORDER BY id), jsonb_object_agg(id, name), jsonb_agg(DISTINCT region) FROM users
SELECT coalesce(nullif(name, 'name-1'), '?'), round(id / 3.0, 2), id / 3, id % 3, id ^ 2, name || region, concat(name, '-', id), concat_ws('/', name, region), greatest(id, 3), least(id, 3) FROM users ORDER BY id
SELECT split_part(name,'-',2), substring(name from 1 for 3), substring(name, 2), substr(name, 2, 2), left(name,2), right(name,2), position('a' in name), strpos(name,'a'), initcap(name), upper(name), lpad(id::text, 3, '0'), trim(both ' ' from name), ltrim(name,'n'), btrim(name,'n'), replace(name,'-','_'), reverse(name), length(name), char_length(name), regexp_replace(name, '[0-9]', '#', 'g'), translate(name,'abc','xyz'), overlay(name placing 'XX' from 1 for 2), md5(name), ascii(name), starts_with(name,'n'), repeat('x', 3), initcap('hello') FROM users ORDER BY id
SELECT substring(name from '[0-9]+'), (regexp_match(name, '([a-z]+)-([0-9])'))[2], regexp_split_to_array(name,'-'), string_to_array(name,'-'), (string_to_array(name,'-'))[1], array_to_string(ARRAY['a',NULL,'b'],','), array_length(ARRAY[1,2],1), cardinality(ARRAY[1,2]), ARRAY[1,2] || 3, ARRAY[1,2] @> ARRAY[1], ARRAY[1,2] && ARRAY[2,3], array_position(ARRAY['a','b'],'b'), array_remove(ARRAY[1,2,1],1) FROM users ORDER BY id
SELECT m[1] FROM users u, regexp_matches(u.name, '[0-9]') AS m ORDER BY 1
SELECT w FROM regexp_split_to_table('a b c', ' ') AS w
SELECT abs(-1), ceil(1.2), ceiling(1.2), floor(1.8), round(1.55, 1), round(2.5), trunc(1.59, 1), mod(7,3), power(2,3), sqrt(4), exp(1), ln(10), log(100), log(2, 8), log10(1000), sign(-2), pi(), random_x, div(7,2), cbrt(27), degrees(pi()), width_bucket(5, 0, 10, 5), gcd(4,6), lcm(4,6), factorial(5), atan2(1,2) FROM (SELECT 1 AS random_x) t
SELECT make_date(2024,2,29), make_timestamp(2024,2,29,1,2,3.5), make_interval(days => 10), make_interval(0,0,0,5), make_time(1,2,3), justify_days(INTERVAL '35 days'), isfinite(DATE '2024-01-01'), INTERVAL '1' DAY, INTERVAL '1 year 2 months', INTERVAL '90 minutes', 3 * INTERVAL '1 day', INTERVAL '1 day' * 3
SELECT corr(id, amount), stddev(amount), variance(amount), stddev_samp(amount), stddev_pop(amount), var_pop(amount), var_samp(amount), regr_slope(amount, id), covar_pop(id, amount), bit_and(id), bit_or(id), regr_r2(amount,id), regr_count(amount,id) FROM orders
SELECT rank() OVER (ORDER BY count(*) DESC), dense_rank() OVER (ORDER BY count(*)), percent_rank() OVER (ORDER BY region), cume_dist() OVER (ORDER BY region), nth_value(region, 2) OVER (ORDER BY region), last_value(region) OVER (ORDER BY region ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING), lead(region) OVER (ORDER BY region), region FROM users GROUP BY region ORDER BY region
SELECT rank(3) WITHIN GROUP (ORDER BY id) FROM users
WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t WHERE n < 5) SELECT * FROM t
WITH a AS (SELECT id FROM users), b AS MATERIALIZED (SELECT id FROM a WHERE id > 2) SELECT a.id FROM a JOIN b ON a.id = b.id ORDER BY 1
(SELECT id FROM users ORDER BY id LIMIT 2) UNION ALL (SELECT id FROM orders ORDER BY id LIMIT 1)
SELECT id FROM users INTERSECT SELECT user_id FROM orders EXCEPT SELECT 3 ORDER BY 1
VALUES (1, 'a'), (2, 'b')
SELECT * FROM (VALUES (1, 'a'), (2, 'b')) AS v(n, s) ORDER BY n
SELECT u.*, o.amount FROM users u JOIN orders o USING (id) ORDER BY id
SELECT * FROM users NATURAL JOIN (SELECT DISTINCT user_id AS id FROM orders) x ORDER BY id
SELECT id FROM users ORDER BY id OFFSET 2 LIMIT 3
SELECT id FROM users ORDER BY id FETCH FIRST 3 ROWS ONLY
SELECT id FROM users ORDER BY id FETCH FIRST 3 ROWS WITH TIES
SELECT CASE WHEN id > 3 THEN 'big' ELSE 'small' END AS size, count(*) FROM users GROUP BY size ORDER BY size
SELECT CASE id WHEN 1 THEN 'a' END FROM users ORDER BY id
SELECT "id" AS "가입자 수", 1 AS "Total Users", 2 AS TotalUsers FROM "users" AS "유저" ORDER BY "유저"."id"
SELECT U.ID, Users.Name FROM Users U, public.USERS WHERE u.id = Users.ID ORDER BY 1
SELECT public.users.name FROM public.users ORDER BY 1
SELECT id IS DISTINCT FROM 3, id IS NOT DISTINCT FROM 3, (id > 3) IS TRUE, (id > 3) IS NOT TRUE, NULL IS NULL, id BETWEEN 1 AND 3, id NOT BETWEEN 1 AND 3, NOT id = 1, id != 2, id <> 2 FROM users ORDER BY id
SELECT id BETWEEN SYMMETRIC 3 AND 1 FROM users ORDER BY id
SELECT (DATE '2024-01-01', DATE '2024-02-01') OVERLAPS (DATE '2024-01-15', DATE '2024-03-01')
SELECT (1, 2) = (1, 2), (id, name) IN ((1, 'name-1')) FROM users ORDER BY id
SELECT status, ROUND(100.0 * COUNT(*) / SUM(COUNT(*)) OVER (), 1) AS pct FROM orders GROUP BY status ORDER BY status
SELECT COUNT(DISTINCT (user_id, status)), count(DISTINCT user_id) FROM orders
SELECT date(seen), seen::date, seen::time, cast(seen as timestamp), date(joined) FROM users ORDER BY id
SELECT joined::timestamp, joined::timestamptz FROM users ORDER BY id
SELECT extract(day from (max(joined)::timestamp - min(joined)::timestamp)) FROM users
SELECT to_char(date_trunc('month', joined), 'YYYY-MM') AS month, count(*) FROM users GROUP BY 1 HAVING count(*) > 0 ORDER BY month DESC LIMIT 5
SELECT avg(amount)::numeric(10,2), sum(amount) / nullif(count(*), 0), (count(*) * 1.0 / 3)::decimal FROM orders
SELECT max(id) - 1 AS x, -id AS neg, +1, id * -1 FROM users GROUP BY id ORDER BY id
SELECT EXISTS (SELECT 1 FROM orders WHERE amount > 100), NOT EXISTS (SELECT 1 FROM orders), (SELECT max(id) FROM users)
SELECT ARRAY(SELECT id FROM users ORDER BY id), ARRAY[[1,2],[3,4]], (ARRAY[1,2,3])[2], (ARRAY[1,2,3])[1:2]
SELECT u.id FROM users AS u (id, n) ORDER BY 1
SELECT (u).name, (u.*)::text FROM users u ORDER BY id LIMIT 1
SELECT 'x'::varchar, '2024-01-01'::date, 1::boolean, 'a'::char(3), 't'::bool, '{1,2}'::int[], '{a}'::text[]
SELECT num_nulls(1, NULL), num_nonnulls(1, NULL)
SELECT count(*) AS "count", sum(amount) "sum" FROM orders
SELECT id user_no, name "label" FROM users ORDER BY user_no LIMIT 1
SELECT sum(amount) FILTER (WHERE status = 'PAID') AS paid, sum(amount) FILTER (WHERE status <> 'PAID') AS other FROM orders
SELECT regexp_count('aaa','a'), regexp_like('abc','B','i'), regexp_substr('a1b2','[0-9]'), regexp_instr('a1','1')
SELECT floor(extract(epoch from seen) / 86400) FROM users ORDER BY 1
SELECT to_timestamp(1700000000) AT TIME ZONE 'UTC', to_char(to_timestamp(1700000000), 'YYYY')
SELECT 1.0/3, 7/2, 7/2.0, 2^10, 7 % 4, -7 / 2, 10::float / 4
SELECT id::integer::text || 'x' FROM users ORDER BY 1
SELECT trim_scale(1.100), scale(1.10), min_scale(1.10), numeric '1.5', float '1.5', bigint '3', to_number('1,234', '9,999')
SELECT round(amount::numeric, 1), amount::int, CAST(amount AS float), amount::double precision, amount::real, CAST(id AS bigint), id::text, CAST(id AS varchar(3)), CAST(id AS char(2)), 1::smallint, true::int, '12'::numeric(5,2) FROM orders ORDER BY orders.id LIMIT 3
SELECT $$it's$$ AS dollar, 'it''s' AS quote, 1 /* comment */ AS one
SELECT '{"a": {"b": [1, 2]}}'::jsonb #> '{a,b}', '{"a": 1}'::jsonb ? 'a', '{"a": 1}'::jsonb ?| ARRAY['a', 'b'], '{"a": 1}'::jsonb ?& ARRAY['a', 'b']
SELECT ROW(1, 'a'), ROW(u.id, u.name) FROM users u ORDER BY u.id LIMIT 2
SELECT format('%s-%s', name, id), format('100%%') FROM users ORDER BY id
