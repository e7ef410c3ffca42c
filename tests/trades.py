"""Plain warehouses of four trades, in SQL that DuckDB and PostgreSQL both read; no key is told."""

CLINIC = """
CREATE TABLE patients AS SELECT i AS patient_id, 'First' || i AS first_name,
  'p' || i || '@mail.example' AS email, 'Street ' || i AS address,
  (ARRAY['Seoul', 'Busan', 'Daegu'])[1 + i % 3] AS city, i % 7 AS allergy_count,
  DATE '1950-01-01' + CAST(i AS INTEGER) AS date_of_birth,
  (ARRAY['A', 'B', 'O', 'AB'])[1 + i % 4] AS blood_type
FROM generate_series(1, 300) AS t(i);
CREATE TABLE doctors AS SELECT i AS id, 'Kim' || i AS last_name, 1 + i % 5 AS dept_id,
  '010-1234-' || (1000 + i) AS extension
FROM generate_series(1, 20) AS t(i);
CREATE TABLE departments AS SELECT i AS dept_id, 'Dept ' || i AS dept_name
FROM generate_series(1, 5) AS t(i);
CREATE TABLE diagnoses AS
SELECT * FROM (VALUES ('J10', 'Influenza'), ('I20', 'Angina')) AS v(code, title);
CREATE TABLE visits AS SELECT i AS visit_id, 1 + (i * 7) % 300 AS patient_id,
  1 + i % 20 AS doctor_id, TIMESTAMP '2024-01-01 09:30:00' + i * INTERVAL '1 hour' AS seen_at,
  (ARRAY['J10', 'I20'])[1 + i % 2] AS diagnosis_code, (i % 90) * 1000.5 AS fee,
  1 + i % 5 AS severity, 1 + i % 4 AS visit_number, CAST(NULL AS VARCHAR) AS referral,
  'call 010-9999-' || (1000 + i) || ' back' AS memo
FROM generate_series(1, 1000) AS t(i);
CREATE TABLE referrals AS SELECT i AS id, 1 + i % 300 AS patient_id,
  1 + i % 20 AS from_doctor_id, 1 + (i * 3) % 20 AS to_doctor_id
FROM generate_series(1, 99) AS t(i);
"""
CLINIC_KEYS = {
    "doctors.dept_id → departments.dept_id",
    "visits.patient_id → patients.patient_id",
    "visits.doctor_id → doctors.id",
    "visits.diagnosis_code → diagnoses.code",
    "referrals.patient_id → patients.patient_id",
    "referrals.from_doctor_id → doctors.id",
    "referrals.to_doctor_id → doctors.id",
}
CLINIC_PERSONAL = {
    "patients.first_name", "patients.email", "patients.address", "doctors.extension",
}  # fmt: skip

LOGISTICS = """
CREATE TABLE 고객정보 AS SELECT 'C' || (1000 + i) AS 고객번호, '홍길' || i AS 고객명,
  '010' || (10000000 + i * 37) AS 휴대폰번호, '서울시 ' || i || '번지' AS 주소,
  (ARRAY['일반', '우수', 'VIP'])[1 + i % 3] AS 고객등급
FROM generate_series(1, 200) AS t(i);
CREATE TABLE 창고 AS SELECT 'W' || i AS 창고코드, '창고' || i AS 창고명,
  '031-000-' || (1000 + i) AS 전화번호, '경기도 ' || i AS 주소
FROM generate_series(1, 8) AS t(i);
CREATE TABLE 기사 AS SELECT i AS 기사번호, '김' || i AS 기사명, 'W' || (1 + i % 8) AS 소속창고코드
FROM generate_series(1, 50) AS t(i);
CREATE TABLE 주문 AS SELECT i AS 주문번호, 'C' || (1001 + i % 200) AS 고객번호,
  (i % 50) * 1000 AS 주문금액, (ARRAY['접수', '완료', '취소'])[1 + i % 3] AS 주문상태,
  1 + i % 9 AS 품목수
FROM generate_series(1, 600) AS t(i);
CREATE TABLE 배송 AS SELECT i AS 배송번호, 1 + i % 600 AS 주문번호, 1 + i % 50 AS 담당기사번호,
  'W' || (1 + i % 8) AS 출발창고코드, 'W' || (1 + (i * 3) % 8) AS 도착창고코드,
  1 + i % 10 AS 배송일수
FROM generate_series(1, 900) AS t(i);
"""
LOGISTICS_KEYS = {
    "기사.소속창고코드 → 창고.창고코드",
    "주문.고객번호 → 고객정보.고객번호",
    "배송.주문번호 → 주문.주문번호",
    "배송.담당기사번호 → 기사.기사번호",
    "배송.출발창고코드 → 창고.창고코드",
    "배송.도착창고코드 → 창고.창고코드",
}
LOGISTICS_PERSONAL = {"고객정보.고객명", "고객정보.휴대폰번호", "고객정보.주소"}

SCHOOL = """
CREATE TABLE tbl_student AS SELECT i AS stu_id, 'N' || i AS stu_name,
  'G' || (1 + i % 3) AS grade_cd,
  1 + i % 8 AS class_no, 's' || i || '@school.example' AS email, 1 + i % 6 AS num_subjects
FROM generate_series(1, 400) AS t(i);
CREATE TABLE tbl_teacher AS SELECT i AS teacher_id, 'T' || i AS full_name,
  't' || i || '@school.example' AS email, 1 + i % 6 AS subject_id
FROM generate_series(1, 25) AS t(i);
CREATE TABLE tbl_subject AS SELECT i AS subject_id, 'Subject ' || i AS subject_name
FROM generate_series(1, 6) AS t(i);
CREATE TABLE tbl_grade AS SELECT 'G' || i AS grade_cd, i || '학년' AS grade_nm
FROM generate_series(1, 3) AS t(i);
CREATE TABLE tbl_enrollment AS SELECT 1 + i % 400 AS student_id, 1 + i % 6 AS subject_id,
  2024 + i % 2 AS year, 1 + i % 2 AS semester, 50 + i % 50 AS score, 1 + i % 5 AS teacher_count
FROM generate_series(1, 1200) AS t(i);
"""
SCHOOL_KEYS = {
    "tbl_student.grade_cd → tbl_grade.grade_cd",
    "tbl_teacher.subject_id → tbl_subject.subject_id",
    "tbl_enrollment.student_id → tbl_student.stu_id",
    "tbl_enrollment.subject_id → tbl_subject.subject_id",
}
SCHOOL_PERSONAL = {"tbl_student.stu_name", "tbl_student.email", "tbl_teacher.email"}

SHOP = """
CREATE TABLE users AS SELECT i AS id, 'u' || i AS username, 'h' || i AS password_hash,
  'u' || i || '@x.example' AS contact
FROM generate_series(1, 500) AS t(i);
CREATE TABLE categories AS SELECT i AS id, 'cat' || i AS name,
  CASE WHEN i > 3 THEN i % 3 + 1 END AS parent_id
FROM generate_series(1, 12) AS t(i);
CREATE TABLE products AS SELECT i AS id, 'prod' || i AS name, 1 + i % 12 AS category_id,
  i % 9 AS review_count
FROM generate_series(1, 200) AS t(i);
CREATE TABLE orders AS SELECT i AS id, 1 + i % 500 AS user_id, 1 + i % 12 AS month,
  (ARRAY['paid', 'new'])[1 + i % 2] AS status, 'street ' || i AS shipping_address
FROM generate_series(1, 3000) AS t(i);
CREATE TABLE order_items AS SELECT i AS id, 1 + i % 3000 AS order_id, 1 + i % 200 AS product_id,
  1 + i % 3 AS line_number, 1 + i % 4 AS quantity
FROM generate_series(1, 6000) AS t(i);
CREATE TABLE payments AS SELECT i AS id, 1 + i % 3000 AS order_id,
  (ARRAY['4111 1111 1111 1111', '5500-0000-0000-0004'])[1 + i % 2] AS instrument
FROM generate_series(1, 2500) AS t(i);
"""
VIEWS = """
CREATE VIEW vw_users AS SELECT * FROM users;
CREATE TABLE stg_products AS SELECT id, name FROM products;
CREATE TABLE product_groups AS SELECT i AS code, 'g' || i AS name
FROM generate_series(1, 9) AS t(i);
CREATE TABLE regions AS SELECT i AS area_no, i AS x FROM generate_series(1, 9) AS t(i);
CREATE TABLE zones AS SELECT i AS area_no, i AS y FROM generate_series(1, 9) AS t(i);
CREATE TABLE plots AS SELECT i AS n, 1 + i % 9 AS area_no FROM generate_series(1, 90) AS t(i);
"""
SHOP_KEYS = {
    "categories.parent_id → categories.id",
    "products.category_id → categories.id",
    "orders.user_id → users.id",
    "order_items.order_id → orders.id",
    "order_items.product_id → products.id",
    "payments.order_id → orders.id",
}
SHOP_PERSONAL = {
    "users.username", "users.password_hash", "users.contact", "orders.shipping_address",
    "payments.instrument",
}  # fmt: skip

BROKER = """
CREATE TABLE sbCustomer AS SELECT 'C' || i AS sbCustId, 'Cust ' || i AS sbCustName,
  'c' || i || '@x.example' AS sbCustEmail, (ARRAY['retail', 'fund'])[1 + i % 2] AS sbCustType
FROM generate_series(1, 60) AS t(i);
CREATE TABLE sbTicker AS SELECT 'T' || i AS sbTickerId, 'SYM' || i AS sbTickerSymbol
FROM generate_series(1, 30) AS t(i);
CREATE TABLE sbTransaction AS SELECT 'X' || i AS sbTxId, 'C' || (1 + i % 60) AS sbTxCustId,
  'T' || (1 + i % 30) AS sbTxTickerId, i % 100 AS sbTxShares
FROM generate_series(1, 600) AS t(i);
CREATE TABLE sbDailyPrice AS SELECT 'T' || (1 + i % 30) AS sbDpTickerId, 10.5 + i % 20 AS sbDpClose
FROM generate_series(1, 900) AS t(i);
"""
BROKER_KEYS = {
    "sbTransaction.sbTxCustId → sbCustomer.sbCustId",
    "sbTransaction.sbTxTickerId → sbTicker.sbTickerId",
    "sbDailyPrice.sbDpTickerId → sbTicker.sbTickerId",
}
BROKER_PERSONAL = {"sbCustomer.sbCustName", "sbCustomer.sbCustEmail"}

TRADES = {
    "broker": (BROKER, BROKER_KEYS, BROKER_PERSONAL),
    "clinic": (CLINIC, CLINIC_KEYS, CLINIC_PERSONAL),
    "logistics": (LOGISTICS, LOGISTICS_KEYS, LOGISTICS_PERSONAL),
    "school": (SCHOOL, SCHOOL_KEYS, SCHOOL_PERSONAL),
    "shop": (SHOP, SHOP_KEYS, SHOP_PERSONAL),
}
