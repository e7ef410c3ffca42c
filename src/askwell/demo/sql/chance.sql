-- Randomness without state: the same seed, row and purpose always give the same number.

create temp macro chance(row_key, purpose) as
    (hash(row_key, purpose, getvariable('seed')) >> 11) / 9007199254740992.0;

-- About N(0, 1): three uniform numbers added up.
create temp macro bell(row_key, purpose) as
    2 * (chance(row_key, purpose || 1) + chance(row_key, purpose || 2)
         + chance(row_key, purpose || 3) - 1.5);

-- Days after which something happens that happens every `mean` days.
create temp macro wait_days(row_key, purpose, mean) as
    -mean * ln(1 - chance(row_key, purpose));

-- Seconds of a day at which people spend money: a lunch peak and a larger evening one.
create temp macro busy_second(row_key) as
    3600 * [0, 1, 6, 7, 7, 8, 8, 8, 9, 9, 9, 10, 10, 10, 11, 11, 11, 11, 12, 12, 12, 12, 12, 12,
            13, 13, 13, 13, 14, 14, 14, 15, 15, 15, 16, 16, 16, 17, 17, 17, 18, 18, 18, 18, 18,
            19, 19, 19, 19, 19, 20, 20, 20, 20, 21, 21, 21, 22, 22, 23
           ][1 + floor(60 * chance(row_key, 'hour'))::int]
    + floor(3600 * chance(row_key, 'second'));

create temp macro at_second(day_, second_) as
    day_::timestamp + to_seconds(second_);

-- Rows that the nightly load of the day after `last_day` has brought in.
create temp macro loaded_by(last_day) as
    last_day::timestamp + interval 29 hour;
