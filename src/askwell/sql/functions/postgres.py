"""PostgreSQL's functions, table functions and types that SQL may use.

Left out beyond what no dialect may: what writes or reads large objects and XML, what casts a
name to a row of the system catalogue, and what fills up memory to any size (`array_fill`).
"""

from askwell.sql.functions.allowed import Allowed

_NUMBERS = """
abs acos acosd acosh asin asind asinh atan atan2 atan2d atand atanh bit_count cbrt ceil ceiling
cos cosd cosh cot cotd degrees div exp factorial floor gcd greatest lcm least ln log log10
min_scale mod pi pow power radians round scale sign sin sind sinh sqrt tan tand tanh trim_scale
trunc width_bucket
"""
_TEXT = """
ascii bit_length btrim char_length character_length chr concat concat_ws format initcap left
length lower lpad ltrim md5 normalize octet_length overlay position regexp_count regexp_instr
regexp_like regexp_match regexp_matches regexp_replace regexp_split_to_array regexp_split_to_table
regexp_substr repeat replace reverse right rpad rtrim sha256 sha384 sha512 split_part starts_with
string_to_array string_to_table strpos substr substring to_hex to_number translate trim upper
"""
_TIME = """
age date date_bin date_part date_trunc extract isfinite justify_days justify_hours
justify_interval make_date make_interval make_time make_timestamp make_timestamptz timezone
to_char to_date to_timestamp
"""
_OTHER = "all coalesce gen_random_uuid nullif num_nonnulls num_nulls row"
_LISTS = """
array_append array_cat array_length array_lower array_ndims array_position array_positions
array_prepend array_remove array_replace array_to_string array_upper cardinality trim_array unnest
"""
_JSON = """
array_to_json json_array_elements json_array_elements_text json_array_length json_build_array
json_build_object json_each json_each_text json_extract_path json_extract_path_text
json_object_keys json_strip_nulls json_typeof jsonb_array_elements jsonb_array_elements_text
jsonb_array_length jsonb_build_array jsonb_build_object jsonb_each jsonb_each_text
jsonb_extract_path jsonb_extract_path_text jsonb_object_keys jsonb_strip_nulls jsonb_typeof
row_to_json to_json to_jsonb
"""
_AGGREGATES = """
array_agg avg bit_and bit_or bit_xor bool_and bool_or corr count covar_pop covar_samp every
grouping json_agg json_object_agg jsonb_agg jsonb_object_agg max min mode percentile_cont
percentile_disc regr_avgx regr_avgy regr_count regr_intercept regr_r2 regr_slope regr_sxx regr_sxy
regr_syy stddev stddev_pop stddev_samp string_agg sum var_pop var_samp variance
"""
_WINDOWS = """
cume_dist dense_rank first_value lag last_value lead nth_value ntile percent_rank rank row_number
"""
_TABLE_FUNCTIONS = """
generate_series json_array_elements json_array_elements_text json_each json_each_text
json_object_keys jsonb_array_elements jsonb_array_elements_text jsonb_each jsonb_each_text
jsonb_object_keys regexp_matches regexp_split_to_table string_to_table unnest
"""
_TYPES = """
array bigint boolean char date decimal double float int interval json jsonb smallint text time
timetz timestamp timestamptz uuid varchar
"""
# The classes into which sqlglot parses these functions, and operators such as `~*`, `->`, `@>`.
_PARSED = """
abs acos acosh arrayagg arrayappend arrayconcat arraycontainsall arrayoverlaps arrayposition
arrayprepend arrayremove arraysize arraytostring ascii asin asinh atan atan2 atanh avg bitlength
bitwiseandagg bitwiseoragg bitwisexoragg cbrt ceil chr coalesce concat concatws corr cos cosh cot
count covarpop covarsamp cumedist date datebin degrees denserank exp explode
explodinggenerateseries extract factorial firstvalue floor format greatest groupconcat grouping
hex if initcap jsonarrayagg jsonbcontainsalltopkeys jsonbcontainsanytopkeys jsonbcontainstopkey
jsonbextract jsonbextractscalar jsonbobjectagg jsonextract jsonextractscalar jsonobjectagg
jsonstripnulls justifydays justifyhours justifyinterval lag lastvalue lead least left length ln
log logicaland logicalor lower makeinterval max md5 min mode normalize nthvalue ntile nullif
overlay pad percentilecont percentiledisc percentrank pi pow radians rank regexpcount regexpilike
regexpinstr regexplike regexpreplace regexpsubstr regravgx regravgy regrcount regrintercept regrr2
regrslope regrsxx regrsxy regrsyy repeat replace reverse right round rownumber sha2digest sign sin
sinh splitpart sqrt startswith stddev stddevpop stddevsamp stringtoarray strposition strtodate
strtotime substring sum tan tanh timefromparts timestampfromparts timestamptrunc timetostr
tonumber translate trim trunc unixtotime upper uuid variance variancepop widthbucket
"""

POSTGRES = Allowed.of(
    functions=(_NUMBERS, _TEXT, _TIME, _OTHER, _LISTS, _JSON, _AGGREGATES, _WINDOWS),
    table_functions=_TABLE_FUNCTIONS,
    types=_TYPES,
    parsed=_PARSED,
)
