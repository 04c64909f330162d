"""Makes the files beside this one: python generate.py FOLDER (pyarrow 21 or later).

Every file has the same forty rows, written in other ways; rows.jsonl has them as JSON. `wide.parquet` has 2,000 rows in many
pages. `other.parquet` has columns that are refused.
"""
import datetime, decimal, json, os, sys
import pyarrow as pa
import pyarrow.parquet as pq

TEXTS = ["", "a", "fähre", "日本 😀", "two\nlines", 'quo"te', "x" * 70]


def row(i):
    return {
        "text": None if i % 11 == 5 else TEXTS[i % 7] + str(i % 13),
        "label": ["no", "yes", "maybe"][i % 3],
        "age": None if i % 9 == 4 else i * 37 - 400,
        "income": i / 8 - 2,
        "score": None if i % 10 == 9 else i * 0.1,
        "big": 2**63 + i,
        "member": i % 4 == 1,
        "price": decimal.Decimal(i * 125 - 300) / 100,
        "words": None if i % 13 == 7 else [f"w{i}-{k}" for k in range(i % 4)],
        "tags": [(i + k) % 3 for k in range(i % 4)],
        "messages": [
            {"role": "user", "content": f"how far is {i}?"},
            {"role": "assistant", "content": f"{i} miles"},
        ],
    }


SCHEMA = pa.schema(
    [
        ("text", pa.string()),
        pa.field("label", pa.dictionary(pa.int32(), pa.string()), nullable=False),
        ("age", pa.int64()),
        pa.field("income", pa.float32(), nullable=False),
        ("score", pa.float64()),
        ("big", pa.uint64()),
        ("member", pa.bool_()),
        ("price", pa.decimal128(9, 2)),
        ("words", pa.list_(pa.string())),
        ("tags", pa.list_(pa.int32())),
        ("messages", pa.list_(pa.struct([("role", pa.string()), ("content", pa.string())]))),
    ]
)
PLAIN = dict(use_dictionary=False)
SMALL = dict(data_page_size=64, write_batch_size=5, dictionary_pagesize_limit=1 << 20)
DELTAS = {
    "text": "DELTA_BYTE_ARRAY",
    "age": "DELTA_BINARY_PACKED",
    "income": "BYTE_STREAM_SPLIT",
    "score": "BYTE_STREAM_SPLIT",
    "big": "DELTA_BINARY_PACKED",
    "words.list.element": "DELTA_LENGTH_BYTE_ARRAY",
    "tags.list.element": "DELTA_BINARY_PACKED",
}
CASES = {
    "snappy": dict(compression="snappy"),
    "gzip-groups": dict(compression="gzip", row_group_size=7),
    "zstd-v2": dict(compression="zstd", data_page_version="2.0", **SMALL),
    "plain-pages": dict(compression="none", **PLAIN, **SMALL),
    "lz4-checksums": dict(compression="lz4", write_page_checksum=True, row_group_size=16, **SMALL),
    "delta": dict(compression="snappy", column_encoding=DELTAS, **PLAIN, **SMALL),
    "delta-v2": dict(
        compression="zstd", column_encoding=DELTAS, data_page_version="2.0", **PLAIN, **SMALL
    ),
}


def main(folder):
    rows = [row(i) for i in range(40)]
    table = pa.Table.from_pylist(rows, schema=SCHEMA)
    for name, options in CASES.items():
        pq.write_table(table, os.path.join(folder, name + ".parquet"), **options)
    with open(os.path.join(folder, "rows.jsonl"), "w") as out:
        for one in rows:
            one = {k: str(v) if k in ("price", "big") else v for k, v in one.items()}
            out.write(json.dumps(one, ensure_ascii=False) + "\n")
    wide = {"text": [f"text {i} {'é' * (i % 9)}" for i in range(2000)], "n": list(range(2000))}
    pq.write_table(
        pa.table(wide),
        os.path.join(folder, "wide.parquet"),
        compression="zstd",
        row_group_size=700,
        data_page_size=256,
        write_batch_size=50,
        use_dictionary=["n"],
    )
    other = {
        "when": pa.array([datetime.datetime(2026, 1, 2)] * 2),
        "raw": pa.array([b"\xff\xfe", b"a"]),
        "point": pa.array([{"x": 1}, {"x": 2}]),
        "deep": pa.array([[[1]], [[2]]]),
        "label": pa.array(["a", "b"]),
    }
    pq.write_table(pa.table(other), os.path.join(folder, "other.parquet"))
    pq.write_table(pa.table({"text": pa.array([], pa.string()), "label": pa.array([], pa.string())}),
                   os.path.join(folder, "empty.parquet"))
    pq.write_table(pa.table({"text": ["a"] * 3, "label": ["b"] * 3}),
                   os.path.join(folder, "brotli.parquet"), compression="brotli")


main(sys.argv[1] if len(sys.argv) > 1 else ".")
