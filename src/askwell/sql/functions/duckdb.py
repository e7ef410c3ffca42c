"""DuckDB's functions, table functions and types that SQL may use.

Left out beyond what no dialect may: what takes a lambda or a function's name as text.
"""

from askwell.sql.functions.allowed import Allowed

_NUMBERS = """
abs acos asin atan atan2 bit_count cbrt ceil ceiling cos cot degrees even exp factorial fdiv floor
fmod gcd greatest isfinite isinf isnan lcm least ln log log10 log2 mod pi pow power radians round
round_even sign sin sqrt tan trunc
"""
_TEXT = """
array_to_string ascii bit_length char_length character_length chr concat concat_ws contains
damerau_levenshtein editdist3 ends_with format_bytes hamming hash hex instr jaccard
jaro_similarity jaro_winkler_similarity lcase left length length_grapheme levenshtein lower lpad
ltrim md5 nfc_normalize octet_length ord overlay position prefix regexp_escape regexp_extract
regexp_extract_all regexp_full_match regexp_matches regexp_replace regexp_split_to_array repeat
replace reverse right rpad rtrim sha256 split split_part starts_with str_split str_split_regex
string_split string_split_regex string_to_array strip_accents strlen strpos substr substring
suffix to_hex translate trim ucase unicode upper
"""
_TIME = """
century date_add date_diff date_part date_sub date_trunc datediff datepart datesub datetrunc day
dayname dayofmonth dayofweek dayofyear days_in_month decade epoch epoch_ms epoch_us era extract
hour isodow isoyear julian last_day make_date make_time make_timestamp make_timestamptz
microsecond millisecond minute month monthname quarter second strftime strptime time_bucket
timezone timezone_hour timezone_minute to_days to_hours to_microseconds to_milliseconds to_minutes
to_months to_quarters to_seconds to_timestamp to_weeks to_years try_strptime week weekday
weekofyear year yearweek
"""
_OTHER = "coalesce gen_random_uuid if ifnull nullif typeof uuid"
_LISTS = """
array_append array_cat array_concat array_contains array_distinct array_extract array_has
array_has_all array_has_any array_intersect array_length array_position array_prepend
array_reverse array_reverse_sort array_slice array_sort array_unique cardinality element_at
flatten len list_append list_avg list_cat list_concat list_contains list_count list_distinct
list_element list_extract list_first list_has list_has_all list_has_any list_intersect list_last
list_max list_median list_min list_pack list_position list_prepend list_reverse list_reverse_sort
list_slice list_sort list_sum list_unique list_value row struct_extract struct_pack unnest
"""
_JSON = """
json_array_length json_contains json_exists json_extract json_extract_path json_extract_path_text
json_extract_string json_keys json_type json_valid json_value row_to_json to_json
"""
_AGGREGATES = """
any_value approx_count_distinct approx_quantile approx_top_k arbitrary arg_max arg_max_null
arg_min arg_min_null argmax argmin array_agg avg bool_and bool_or corr count count_if count_star
countif covar_pop covar_samp entropy favg first fsum geomean geometric_mean group_concat grouping
kahan_sum kurtosis kurtosis_pop last list listagg mad max max_by mean median min min_by mode
percentile_cont percentile_disc product quantile quantile_cont quantile_disc regr_avgx regr_avgy
regr_count regr_intercept regr_r2 regr_slope regr_sxx regr_sxy regr_syy sem skewness stddev
stddev_pop stddev_samp string_agg sum sumkahan var_pop var_samp variance wavg weighted_avg
"""
_WINDOWS = """
cume_dist dense_rank first_value lag last_value lead nth_value ntile percent_rank rank rank_dense
row_number
"""
_TYPES = """
array bigint bigserial bit boolean char date datetime decimal double float hugeint int int128
interval json list nchar nvarchar smallint struct text time timestamp timestamp_ms timestamp_ns
timestamp_s timestampltz timestampntz timestamptz tinyint ubigint uhugeint uint uint128 usmallint
utinyint uuid varchar
"""
# The classes into which sqlglot parses these functions, the others being Anonymous.
_PARSED = """
abs acos anyvalue approxdistinct approxquantile approxtopk argmax argmin arrayagg arrayappend
arrayconcat arraycontains arraycontainsall arraydistinct arrayintersect arraymax arraymin
arrayoverlaps arrayposition arrayprepend arrayreverse arraysize arrayslice arraysort arraytostring
ascii asin atan atan2 avg bitlength cbrt ceil chr coalesce concat concatws contains corr cos cot
count countif covarpop covarsamp cumedist dateadd datebin datediff datefromparts day dayofmonth
dayofweek dayofweekiso dayofyear dayname degrees denserank endswith exp explode extract factorial
first firstvalue flatten floor generateseries greatest groupconcat grouping hex hour if isinf
isnan jsonextract jsonextractscalar jsonkeys jsontype jarowinklersimilarity kurtosis lag last
lastday lastvalue lead least left length levenshtein ln log logicaland logicalor lower md5 max
median min minute mode month monthname nthvalue ntile nullif overlay pad percentrank
percentilecont percentiledisc pi pow quantile quarter radians rank regexpextract regexpextractall
regexpfullmatch regexplike regexpreplace regexpsplit regravgx regravgy regrcount regrintercept
regrr2 regrslope regrsxx regrsxy regrsyy repeat replace reverse right round rownumber sha2 second
sign sin skewness split splitpart sqrt startswith stddev stddevpop stddevsamp strposition
strtotime structextract substring sum tan timefromparts timetostr timetounix timestampfromparts
timestamptrunc todays translate trim trunc typeof unicode unixtotime upper uuid variance
variancepop week weekofyear year
"""

DUCKDB = Allowed.of(
    functions=(_NUMBERS, _TEXT, _TIME, _OTHER, _LISTS, _JSON, _AGGREGATES, _WINDOWS),
    table_functions="generate_series range unnest",
    types=_TYPES,
    parsed=_PARSED,
)
